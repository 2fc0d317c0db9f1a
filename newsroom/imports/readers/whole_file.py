"""For formats in which a file is one story: read it within bounds, and keep it if it is refused."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import BinaryIO

from django.conf import settings

from newsroom.imports.items import (
    Accepted,
    Item,
    Raw,
    Refused,
    Unacceptable,
    article_from,
    decoded,
)
from newsroom.imports.models import RejectionReason


def read_one(
    stream: BinaryIO, origin: str, parse: Callable[[str, str], Mapping[str, object]]
) -> Iterator[Item]:
    """One item from the whole of `stream`; `parse(text, origin)` gives its fields."""
    raw = _read_bounded(stream, origin)
    try:
        if raw.size > len(raw.payload):
            raise Unacceptable(
                RejectionReason.TOO_LARGE,
                f"The file has {raw.size:,} bytes; at most {len(raw.payload):,} are read "
                "(IMPORT_MAX_KEPT_BYTES).",
            )
        yield Accepted(article_from(parse(decoded(raw.payload), origin)), raw)
    except Unacceptable as error:
        yield Refused(error.reason, error.message, raw)


def _read_bounded(stream: BinaryIO, origin: str) -> Raw:
    payload = stream.read(settings.IMPORT_MAX_KEPT_BYTES)
    size = len(payload)
    while rest := stream.read(1 << 20):
        size += len(rest)
    return Raw(origin=origin, position=1, payload=payload, size=size)
