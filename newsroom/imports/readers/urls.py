"""A list of addresses, one a line; empty lines and such that begin with # are passed over."""

from __future__ import annotations

from collections.abc import Iterator
from typing import BinaryIO

from newsroom.imports.items import Item, Refused, Unacceptable, decoded, discovered
from newsroom.imports.models import RejectionReason
from newsroom.imports.parsing.lines import raw_lines


def read(stream: BinaryIO, origin: str) -> Iterator[Item]:
    """The addresses in `stream`, line by line in constant memory."""
    for raw in raw_lines(stream, origin):
        try:
            if raw.size > len(raw.payload):
                raise Unacceptable(RejectionReason.TOO_LARGE, "The line is too long to be one.")
            line = decoded(raw.payload).strip()
            if line and not line.startswith("#"):
                yield discovered(line, raw)
        except Unacceptable as error:
            yield Refused(error.reason, error.message, raw)
