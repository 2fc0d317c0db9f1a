"""Files line by line, in constant memory also where a line has no end."""

from __future__ import annotations

from collections.abc import Iterator
from typing import BinaryIO

from django.conf import settings

from newsroom.imports.items import Raw


def raw_lines(stream: BinaryIO, origin: str) -> Iterator[Raw]:
    """The lines that are not blank. Of one that is too large the beginning is kept."""
    position = 0
    while payload := stream.readline(settings.IMPORT_MAX_KEPT_BYTES):
        position += 1
        size, tail = len(payload), payload
        while not tail.endswith(b"\n") and (tail := stream.readline(1 << 20)):
            size += len(tail)
        if size > len(payload) or payload.strip():
            yield Raw(origin=origin, position=position, payload=payload, size=size)
