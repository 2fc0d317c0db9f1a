"""How many independent origins a body of evidence has: three links to one report are one."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Protocol
from urllib.parse import urlsplit


class HasOrigin(Protocol):
    """Evidence, as it is stored or as readers see it."""

    @property
    def source_id(self) -> int | None: ...
    @property
    def url(self) -> str: ...
    @property
    def title(self) -> str: ...


@dataclass(frozen=True, slots=True)
class Origins:
    """How many pieces of evidence there are, and how many origins they come from."""

    pieces: int
    groups: list[list[str]]
    """Titles of the pieces, by origin, in the order in which they stand."""

    @property
    def count(self) -> int:
        return len(self.groups)

    @property
    def shared(self) -> list[list[str]]:
        """The groups of several pieces: those that look like more than they are."""
        return [group for group in self.groups if len(group) > 1]

    @property
    def said(self) -> str:
        """“3 links, 1 origin”"""
        links = "1 piece of evidence" if self.pieces == 1 else f"{self.pieces} pieces of evidence"
        return f"{links}, {self.count} origin{'' if self.count == 1 else 's'}"


def origins_of(evidence: Sequence[HasOrigin]) -> Origins:
    """Grouped by source and by host: what shares either comes from one origin.

    What names neither cannot be told apart from anything, and all of it counts as one origin.
    """
    groups: list[tuple[set[object], list[int]]] = []
    for position, one in enumerate(evidence):
        keys, members = _keys(one), [position]
        for group in [known for known in groups if known[0] & keys]:
            groups.remove(group)
            keys |= group[0]
            members = [*group[1], *members]
        groups.append((keys, members))
    ordered = sorted(sorted(members) for _, members in groups)
    return Origins(len(evidence), [[evidence[at].title for at in group] for group in ordered])


def independent(evidence: Iterable[HasOrigin]) -> int:
    return origins_of(list(evidence)).count


def host_of(url: str) -> str:
    """The host, without the part that says only that it is on the web."""
    try:
        host = (urlsplit(url).hostname or "").rstrip(".")
    except ValueError:
        return ""
    return host.removeprefix("www.")


def _keys(evidence: HasOrigin) -> set[object]:
    host = host_of(evidence.url)
    keys: set[object] = {("host", host)} if host else set()
    if evidence.source_id:
        keys.add(("source", evidence.source_id))
    return keys or {("unknown",)}
