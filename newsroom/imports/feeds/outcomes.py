"""What asking a feed came to."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta


@dataclass(frozen=True, slots=True)
class Polled:
    """What a poll says of the feed itself; what it brought is in the run.

    `error` is empty where the feed answered. `put_off` says that it was not even asked, which is no
    failure of it. `more` that there is more, to be fetched soon.
    """

    error: str = ""
    notes: tuple[str, ...] = ()
    put_off: bool = False
    retry_after: timedelta | None = None
    more: bool = False
    etag: str | None = None
    last_modified: str | None = None
    """None: what is known of the last time still holds."""
    moved_to: str | None = None
    lists_left: tuple[str, ...] = ()
    """Lists that it names and that are still to be read."""
