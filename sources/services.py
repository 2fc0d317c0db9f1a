"""Adding sources and finding the ones that a story names."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from django.db import transaction

from newsroom.accounts.models import User
from newsroom.accounts.roles import who_may
from newsroom.history import acting
from sources.models import Affiliation, Alias, Source, SourceKind
from sources.names import normalise


@dataclass(frozen=True, slots=True)
class Role:
    """A dated role, before it is stored as an Affiliation."""

    title: str = ""
    role: str = ""
    organisation: str = ""
    party: str = ""
    seat: str = ""
    start: date | None = None
    end: date | None = None


@transaction.atomic
def add_source(
    *,
    kind: SourceKind,
    name: str,
    aliases: Sequence[str] = (),
    roles: Sequence[Role] = (),
    description: str = "",
    url: str = "",
    by: User | None,
) -> Source:
    """Store a named source with the names it is known by; its own name is one of them.

    Raises `ValidationError`.
    """
    with acting(by):
        source = Source(kind=kind, name=name, description=description, url=url)
        source.full_clean()
        source.save()
        names = {normalise(alias): alias for alias in (*aliases, name)}
        for printed in names.values():
            alias = Alias(source=source, name=printed)
            alias.full_clean()
            alias.save()
        for role in roles:
            _add_affiliation(source, role)
    return source


def add_affiliation(*, source_id: int, role: Role, by: User | None) -> Affiliation:
    """Store a dated role of a source, or of the one that it was merged into.

    Raises `ValidationError`, `Source.DoesNotExist`.
    """
    with transaction.atomic(), acting(by):
        return _add_affiliation(_standing(source_id), role)


def _standing(source_id: int) -> Source:
    """The source, or the one that stands for it. Chains do not grow, so that is one step."""
    source = Source.objects.select_related("merged_into").get(pk=source_id)
    return source.merged_into or source


def _add_affiliation(source: Source, role: Role) -> Affiliation:
    affiliation = Affiliation(
        source=source,
        title=role.title,
        role=role.role,
        organisation=role.organisation,
        party=role.party,
        seat=role.seat,
        start=role.start,
        end=role.end,
    )
    affiliation.full_clean()
    affiliation.save()
    return affiliation


def add_alias(*, source_id: int, name: str, by: User | None) -> Alias:
    """Store a further name of a source, or of the one that it was merged into.

    Raises `ValidationError`, `Source.DoesNotExist`.
    """
    with transaction.atomic(), acting(by):
        alias = Alias(source=_standing(source_id), name=name)
        alias.full_clean()
        alias.save()
    return alias


APPROVE = "sources.approve_unnamed"


class NotUnnamed(Exception):
    """Only the use of an unnamed source is approved, by somebody who may; says which it was."""


def approve_unnamed(*, source_id: int, by: User) -> Source:
    """Put on record that this editor agreed to use an unnamed source. Raises `NotUnnamed`."""
    if not by.has_perm(APPROVE):
        raise NotUnnamed(f"Approving an unnamed source is for {who_may(APPROVE)}.")
    with transaction.atomic(), acting(by):
        source = Source.objects.select_for_update(of=("self",)).get(pk=source_id)
        if source.kind != SourceKind.UNNAMED:
            raise NotUnnamed("This source is named: there is nothing to approve.")
        source.approved_by = by
        source.save(update_fields=["approved_by"])
    return source


def resolve_names(names: Iterable[str]) -> dict[str, Source]:
    """The source that each name stands for; one query.

    A name that no source bears, or that two sources share, is left out rather than guessed; and so
    is an unnamed source, which no name may lead to.
    """
    wanted = {name: normalise(name) for name in names}
    found: dict[str, list[Source]] = {}
    aliases = Alias.objects.filter(normalised__in=set(wanted.values()) - {""})
    for alias in aliases.exclude(source__kind=SourceKind.UNNAMED).select_related("source"):
        found.setdefault(alias.normalised, []).append(alias.source)
    return {
        name: found[normalised][0]
        for name, normalised in wanted.items()
        if len(found.get(normalised, ())) == 1
    }


FOUND = 8
"""Sources that a search offers: more than a person reads through is not an answer."""


def find_sources(text: str) -> list[Source]:
    """Named sources of which some name begins with `text`, for a person to choose from."""
    normalised = normalise(text)
    if not normalised:
        return []
    # By whole rows of the index: the same source may bear several names that begin so.
    aliases = Alias.objects.filter(normalised__startswith=normalised).order_by("normalised")
    sources: dict[int, Source] = {}
    for alias in aliases.select_related("source")[: 4 * FOUND]:
        sources.setdefault(alias.source_id, alias.source)
    return list(sources.values())[:FOUND]
