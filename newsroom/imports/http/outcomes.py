"""What a fetch can come to. None of it is an exception: a server that misbehaves is normal."""

from __future__ import annotations

import enum
from dataclasses import dataclass
from datetime import timedelta


@dataclass(frozen=True, slots=True)
class Fetched:
    """A document, decompressed, with what to send along next time to get only what is new."""

    url: str
    """Where it was in the end, after redirects."""
    content: bytes
    content_type: str
    """Without parameters, in lower case."""
    etag: str
    last_modified: str
    moved_to: str = ""
    """The new address, if the one that was asked for has moved for good."""


@dataclass(frozen=True, slots=True)
class NotModified:
    """Nothing is new since the ETag or date that was sent along."""

    url: str


class Why(enum.StrEnum):
    BAD_ADDRESS = "bad_address"  # not an http(s) address
    BLOCKED = "blocked"  # leads into a network, or to a port, that is not fetched from
    NO_SUCH_HOST = "no_such_host"
    UNREACHABLE = "unreachable"
    TIMEOUT = "timeout"
    REDIRECTS = "redirects"  # too many, or one without an address
    STATUS = "status"  # the server answered, but not with a document
    CONTENT_TYPE = "content_type"
    TOO_LARGE = "too_large"
    ROBOTS = "robots"  # the site's robots.txt asks us to stay away
    BUSY = "busy"  # it would be our turn too late: others of us ask the same host
    BROKEN = "broken"  # what came is no HTTP, or not what it says it is


@dataclass(frozen=True, slots=True)
class Unfetchable:
    """No document, why, and when the server asks to be asked again."""

    url: str
    why: Why
    message: str
    status: int | None = None
    retry_after: timedelta | None = None


Outcome = Fetched | NotModified | Unfetchable
