"""Fetching one document: guarded, bounded in bytes and time, without cookies, proxies or state.

Built on httpcore2 itself and not on a client over it, because all that a client adds (cookies, the
environment's proxies, redirects by itself, decompression without a bound) is what must not happen.
"""

from __future__ import annotations

import re
import ssl
import zlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from functools import cache
from typing import TypeVar

import httpcore2
import httpx2
from django.conf import settings

from newsroom.imports.http.network import Blocked, Deadline, GuardedBackend, NoSuchHost
from newsroom.imports.http.outcomes import Fetched, NotModified, Outcome, Unfetchable, Why

MAX_REDIRECTS = 3
REDIRECTS = frozenset({301, 302, 303, 307, 308})
FOR_GOOD = frozenset({301, 308})
AUTHORIZATION = "Authorization"
PATIENCE = 10.0
"""Seconds that a single step, such as connecting, may take."""
MAX_RETRY_AFTER = timedelta(days=7)

_document = re.compile(
    r"text/(html|xml|plain|csv|markdown|x-markdown|tab-separated-values)"
    r"|application/(xml|json|jsonl|x-ndjson|ndjson|jsonlines|csv)"
    r"|[a-z]+/[\w.-]+\+(xml|json)"
)
_header_value = re.compile(r"[\x21-\x7e]([\x20-\x7e]*[\x21-\x7e])?")


Result = TypeVar("Result")


class _Stop(Exception):
    """Ends a fetch with that outcome."""

    def __init__(self, outcome: Unfetchable) -> None:
        super().__init__(outcome.message)
        self.outcome = outcome


def fetch(
    url: str,
    *,
    etag: str = "",
    last_modified: str = "",
    authorization: str = "",
    any_type: bool = False,
) -> Outcome:
    """The document at `url`; with `etag` or `last_modified` from before, only if it has changed.

    `authorization` goes to the server of `url` alone, not to where it redirects. With `any_type`
    also what is neither page nor feed, such as a PDF. Never raises for anything that a server or
    an address can do.
    """
    told = {"If-None-Match": etag, "If-Modified-Since": last_modified, AUTHORIZATION: authorization}
    sent = {name: value for name, value in told.items() if value}
    return guarded(url, lambda pool: _follow(pool, url, sent, any_type=any_type))


def guarded(url: str, work: Callable[[httpcore2.ConnectionPool], Result]) -> Result | Unfetchable:
    """What `work` makes of a pool of vetted connections, or why nothing came of it."""
    deadline = Deadline(settings.FETCH_DEADLINE.total_seconds())
    backend = GuardedBackend(deadline, settings.FETCH_ALLOWED_HOSTS)
    try:
        with httpcore2.ConnectionPool(
            ssl_context=_tls(), network_backend=backend, max_keepalive_connections=0
        ) as pool:
            return work(pool)
    except _Stop as stop:
        return stop.outcome
    except Blocked as error:
        return Unfetchable(url, Why.BLOCKED, str(error))
    except NoSuchHost as error:
        return Unfetchable(url, Why.NO_SUCH_HOST, f"There is no host “{error}”.")
    except httpcore2.TimeoutException:
        seconds = settings.FETCH_DEADLINE.total_seconds()
        return Unfetchable(url, Why.TIMEOUT, f"Nothing complete came within {seconds:g} seconds.")
    except httpcore2.NetworkError as error:
        return Unfetchable(url, Why.UNREACHABLE, f"The server cannot be reached: {error}.")
    except (httpcore2.ProtocolError, httpcore2.UnsupportedProtocol) as error:
        return Unfetchable(url, Why.BROKEN, f"The answer is not HTTP: {error}.")


@cache
def _tls() -> ssl.SSLContext:
    """Certificates and names are verified. Made once, as reading the authorities takes a while."""
    return httpcore2.default_ssl_context()


def _follow(
    pool: httpcore2.ConnectionPool, url: str, conditions: Mapping[str, str], *, any_type: bool
) -> Outcome:
    """The document, over at most `MAX_REDIRECTS` redirects; each connects, and is vetted, anew."""
    here = parsed_address(url)
    origin = (here.scheme, here.netloc)
    moved_to, for_good = "", True
    for _ in range(MAX_REDIRECTS + 1):
        # What tells versions of the document apart, and who we are, is nobody else's business.
        sent = conditions if (here.scheme, here.netloc) == origin else {}
        # In parts, so that nobody takes the address apart a second time, and otherwise.
        wire = httpcore2.URL(
            scheme=here.raw_scheme, host=here.raw_host, port=here.port, target=here.raw_path
        )
        headers = [("Host", here.netloc.decode("ascii")), *_headers(sent)]
        with pool.stream("GET", wire, headers=headers, extensions=timeouts()) as got:
            if got.status not in REDIRECTS:
                conditional = bool(sent.keys() - {AUTHORIZATION})
                outcome = _outcome(str(here), got, conditional=conditional, any_type=any_type)
                if isinstance(outcome, Fetched):
                    return replace(outcome, moved_to=moved_to)
                return outcome
            for_good = for_good and got.status in FOR_GOOD
            here = _target(here, got)
            moved_to = str(here) if for_good else moved_to
    raise _Stop(
        Unfetchable(url, Why.REDIRECTS, f"More than {MAX_REDIRECTS} redirects, one to the next.")
    )


def parsed_address(url: str) -> httpx2.URL:
    try:
        parsed = httpx2.URL(url)
        host = parsed.raw_host
    except (httpx2.InvalidURL, ValueError) as error:
        raise _Stop(Unfetchable(url, Why.BAD_ADDRESS, "Not an address.")) from error
    if parsed.port is not None and not 0 < parsed.port < 1 << 16:
        raise _Stop(Unfetchable(url, Why.BAD_ADDRESS, "The port is none."))
    if parsed.scheme not in ("http", "https") or not host:
        raise _Stop(Unfetchable(url, Why.BAD_ADDRESS, "Not an http or https address."))
    if parsed.userinfo:
        raise _Stop(
            Unfetchable(url, Why.BAD_ADDRESS, "An address with a name and password is not fetched.")
        )
    return parsed.copy_with(fragment=None)


def _target(here: httpx2.URL, got: httpcore2.Response) -> httpx2.URL:
    location = header_of(got, "location")
    if not location:
        message = "A redirect that does not say where to."
        raise _Stop(Unfetchable(str(here), Why.REDIRECTS, message, status=got.status))
    try:
        joined = str(here.join(location))
    except (httpx2.InvalidURL, ValueError) as error:
        message = "A redirect to what is not an address."
        raise _Stop(Unfetchable(str(here), Why.REDIRECTS, message, got.status)) from error
    return parsed_address(joined)


def _headers(conditions: Mapping[str, str]) -> list[tuple[str, str]]:
    # Values that others gave us are sent only if they are fit for a header.
    fit = [(name, value) for name, value in conditions.items() if _header_value.fullmatch(value)]
    return [
        ("User-Agent", settings.FETCH_USER_AGENT),
        ("Accept", "*/*"),
        ("Accept-Encoding", "gzip"),
        *fit,
    ]


def timeouts() -> dict[str, object]:
    return {"timeout": dict.fromkeys(("connect", "read", "write", "pool"), PATIENCE)}


def _outcome(url: str, got: httpcore2.Response, *, conditional: bool, any_type: bool) -> Outcome:
    if got.status == 304 and conditional:
        return NotModified(url)
    if got.status != 200:
        return Unfetchable(
            url,
            Why.STATUS,
            f"The server answered with {got.status}.",
            status=got.status,
            retry_after=retry_after_of(header_of(got, "retry-after")),
        )
    content_type = header_of(got, "content-type").partition(";")[0].strip().lower()
    if not any_type and not _document.fullmatch(content_type):
        shown = f"“{content_type[:80]}”" if content_type else "nothing that it names"
        return Unfetchable(url, Why.CONTENT_TYPE, f"It is {shown}, not a page or feed.", got.status)
    return Fetched(
        url=url,
        content=b"".join(_body(url, got)),
        content_type=content_type,
        etag=header_of(got, "etag"),
        last_modified=header_of(got, "last-modified"),
    )


def _body(url: str, got: httpcore2.Response) -> Iterator[bytes]:
    """The document piece by piece, within both bounds: what comes, and what it expands to."""
    encoding = header_of(got, "content-encoding").strip().lower()
    if encoding not in ("", "identity", "gzip", "x-gzip"):
        message = f"It is packed as “{encoding[:40]}”, which was not asked for."
        raise _Stop(Unfetchable(url, Why.BROKEN, message, got.status))
    packed = encoding in ("gzip", "x-gzip")
    unpack = zlib.decompressobj(wbits=zlib.MAX_WBITS | 16) if packed else None
    received, size = 0, 0
    most, most_unpacked = settings.FETCH_MAX_BYTES, settings.FETCH_MAX_UNPACKED_BYTES
    declared = header_of(got, "content-length")
    if declared.isdecimal() and len(declared) < 20 and int(declared) > most:
        raise _too_large(url, most)
    for chunk in got.iter_stream():
        received += len(chunk)
        if received > most:
            raise _too_large(url, most)
        if unpack is None:
            yield chunk
            continue
        try:
            piece = unpack.decompress(chunk, most_unpacked - size + 1)
        except zlib.error as error:
            message = "It says that it is gzip, and is not."
            raise _Stop(Unfetchable(url, Why.BROKEN, message, got.status)) from error
        size += len(piece)
        if size > most_unpacked:
            raise _too_large(url, most_unpacked)
        yield piece
    if unpack is not None and not unpack.eof:
        raise _Stop(Unfetchable(url, Why.BROKEN, "It breaks off in the middle.", got.status))


def _too_large(url: str, limit: int) -> _Stop:
    return _Stop(Unfetchable(url, Why.TOO_LARGE, f"More than {limit:,} bytes; that is too much."))


def header_of(got: httpcore2.Response, name: str) -> str:
    wanted = name.encode()
    for key, value in got.headers:
        if key.lower() == wanted:
            return value.decode("latin-1").strip()
    return ""


def retry_after_of(value: str) -> timedelta | None:
    """Seconds, or a date of which the distance from now counts; at most a week."""
    if value.isdecimal():
        # More digits than that are more than a week, whatever they are.
        return min(timedelta(seconds=int(value[:9])), MAX_RETRY_AFTER)
    try:
        moment = parsedate_to_datetime(value)
        moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
        distance = moment - datetime.now(UTC)
    except (ValueError, TypeError, OverflowError):
        return None
    return max(timedelta(), min(distance, MAX_RETRY_AFTER))
