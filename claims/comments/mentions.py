"""Whom a comment mentions: `@username`, as people write it in the middle of a sentence."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from django.contrib.auth.models import Permission
from django.db.models import Q, QuerySet
from django.db.models.functions import Lower

from newsroom.accounts.models import User

# What a username may consist of. Not after one of these: that is an e-mail address.
_NAME = re.compile(r"(?<![\w.+@-])@([\w.+-]{1,150})")

READ = "view_claim"
OFFERED = 8


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of a comment; `person` is set where it mentions somebody."""

    text: str
    person: User | None = None


def names_in(text: str) -> set[str]:
    """All that may be names in `text`, in small letters: each as written, and without the
    punctuation behind it, since “@ana.” may end a sentence or be somebody called “ana.”."""
    return {name for found in _NAME.finditer(text) for name in _readings(found[1])}


def people_mentioned(text: str) -> dict[str, User]:
    """Those mentioned in `text` who can read claims, by name in small letters. One query."""
    names = names_in(text)
    if not names:
        return {}
    found = readers().annotate(small=Lower("username")).filter(small__in=names)
    by_name = {str(person.small): person for person in found}
    chosen: dict[str, User] = {}
    for match in _NAME.finditer(text):
        for name in _readings(match[1]):
            if name in by_name:
                chosen[name] = by_name[name]
                break
    return chosen


def pieces(text: str, people: dict[str, User]) -> Iterator[Piece]:
    """`text`, cut where it mentions one of `people`, which are by name in small letters."""
    at = 0
    for match in _NAME.finditer(text):
        for name in _readings(match[1]):
            if name in people:
                end = match.start() + 1 + len(name)
                yield Piece(text[at : match.start()])
                yield Piece(text[match.start() : end], people[name])
                at = end
                break
    yield Piece(text[at:])


def readers() -> QuerySet[User]:
    """Active people who may see claims. Programs do not read comments."""
    seeing = Permission.objects.filter(codename=READ, content_type__app_label="claims")
    return User.objects.filter(
        Q(is_superuser=True) | Q(user_permissions__in=seeing) | Q(groups__permissions__in=seeing),
        is_active=True,
        is_service=False,
    ).distinct()


def people_to_mention(beginning: str) -> QuerySet[User]:
    """The first few whose user name, first or last name begins so: what typing offers."""
    words = beginning.strip()[:50]
    found = readers()
    if words:
        found = found.filter(
            Q(username__istartswith=words)
            | Q(first_name__istartswith=words)
            | Q(last_name__istartswith=words)
        )
    return found.order_by("username")[:OFFERED]


def _readings(name: str) -> Iterator[str]:
    """The longest first."""
    small = name.lower()
    yield small
    while small and small[-1] in ".+-":
        small = small[:-1]
        if small:
            yield small
