"""Posting one body: guarded as fetching is, without following redirects."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

import httpcore2
from django.conf import settings

from newsroom.imports.http.client import (
    guarded,
    header_of,
    parsed_address,
    retry_after_of,
    timeouts,
)
from newsroom.imports.http.outcomes import Unfetchable

READ = 2000
"""Bytes of the answer that are read: enough to see what is wrong there."""


@dataclass(frozen=True, slots=True)
class Answered:
    """What the server said, whether it took the body or not."""

    url: str
    status: int
    beginning: str
    retry_after: timedelta | None = None


def post(
    url: str,
    *,
    body: bytes,
    headers: Mapping[str, str],
    content_type: str = "application/json",
) -> Answered | Unfetchable:
    """Send `body`. Never raises for anything that a server or an address can do.

    A redirect is an answer like any other: what is signed for one receiver goes to no other one.
    """

    def send(pool: httpcore2.ConnectionPool) -> Answered:
        here = parsed_address(url)
        wire = httpcore2.URL(
            scheme=here.raw_scheme, host=here.raw_host, port=here.port, target=here.raw_path
        )
        sent = [
            ("Host", here.netloc.decode("ascii")),
            ("User-Agent", settings.FETCH_USER_AGENT),
            ("Content-Type", content_type),
            ("Content-Length", str(len(body))),
            ("Accept-Encoding", "identity"),
            *headers.items(),
        ]
        with pool.stream("POST", wire, headers=sent, content=body, extensions=timeouts()) as got:
            beginning = b""
            for chunk in got.iter_stream():
                beginning += chunk
                if len(beginning) >= READ:
                    break
            return Answered(
                url=url,
                status=got.status,
                beginning=beginning[:READ].decode(errors="replace"),
                retry_after=retry_after_of(header_of(got, "retry-after")),
            )

    return guarded(url, send)
