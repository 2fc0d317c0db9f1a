"""For formats in which a file is one story: read it within bounds, and keep it if it is refused."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import BinaryIO

from django.conf import settings

from newsroom.imports.items import Item, Raw, Unacceptable, decoded, item_from
from newsroom.imports.models import RejectionReason


def read_one(
    stream: BinaryIO, origin: str, parse: Callable[[str, str], Mapping[str, object]]
) -> Iterator[Item]:
    """One item from the whole of `stream`; `parse(text, origin)` gives its fields."""
    raw = read_bounded(stream, origin)

    def fields() -> Mapping[str, object]:
        check_whole(raw)
        return parse(decoded(raw.payload), origin)

    yield item_from(raw, fields)


def check_whole(raw: Raw) -> None:
    """Raises `Unacceptable` where only the beginning of the file was read."""
    if raw.size > len(raw.payload):
        raise Unacceptable(
            RejectionReason.TOO_LARGE,
            f"The file has {raw.size:,} bytes; at most {len(raw.payload):,} are read "
            "(IMPORT_MAX_KEPT_BYTES).",
        )


def read_bounded(stream: BinaryIO, origin: str) -> Raw:
    """The whole of `stream`, or its beginning and its size."""
    payload = stream.read(settings.IMPORT_MAX_KEPT_BYTES)
    size = len(payload)
    while rest := stream.read(1 << 20):
        size += len(rest)
    return Raw(origin=origin, position=1, payload=payload, size=size)
