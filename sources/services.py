"""Adding sources and finding the ones that a story names."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from django.db import transaction

from newsroom.accounts.models import User
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
