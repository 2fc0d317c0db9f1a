"""What the tracker asks of an archive outside, whichever it is."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Requested:
    """The archive has taken the order."""

    job: str


@dataclass(frozen=True, slots=True)
class Waiting:
    """The archive is still at it."""


@dataclass(frozen=True, slots=True)
class Archived:
    url: str
    """Where everybody finds the copy."""
    taken_at: datetime


@dataclass(frozen=True, slots=True)
class Refused:
    message: str
    for_good: bool = False
    """Another attempt would come to the same."""
    retry_after: timedelta | None = None


class Archive(Protocol):
    """Makes copies elsewhere. Never raises for anything that its server can do."""

    @property
    def name(self) -> str: ...

    def request(self, url: str) -> Requested | Refused: ...

    def look(self, job: str) -> Archived | Waiting | Refused: ...
