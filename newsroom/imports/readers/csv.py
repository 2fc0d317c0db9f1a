"""CSV: a header with the names of JSON Lines, then one story a row; comma, semicolon or tab.

A text with line breaks stands in quotes, with quotes doubled, as spreadsheets write it.
"""

from __future__ import annotations

import csv
import io
import sys
from collections.abc import Iterator, Mapping
from functools import partial
from typing import BinaryIO

from django.conf import settings

from newsroom.imports.items import (
    REQUIRED,
    Item,
    Raw,
    Refused,
    Unacceptable,
    decoded,
    item_from,
)
from newsroom.imports.models import RejectionReason

DELIMITERS = ",;\t"

# The module's own limit of 131,072 characters a field is below that of a story. What it is given
# here is bounded already.
csv.field_size_limit(sys.maxsize)


def read(stream: BinaryIO, origin: str) -> Iterator[Item]:
    """The stories in `stream`, row by row in constant memory; empty rows are passed over."""
    rows = _rows(stream, origin)
    header = next(rows, None)
    if header is None:
        return
    try:
        names, delimiter = _header(header)
    except Unacceptable as error:
        yield Refused(error.reason, error.message, header)
        return
    for raw in rows:
        yield item_from(raw, partial(_fields, raw, names, delimiter))


def _rows(stream: BinaryIO, origin: str) -> Iterator[Raw]:
    """Rows as they stand in the file: lines until each quote is closed, `position` the first."""
    limit = settings.IMPORT_MAX_KEPT_BYTES
    kept, size, quotes, line, first = bytearray(), 0, 0, 0, 1
    while payload := stream.readline(1 << 20):
        line += payload.endswith(b"\n")
        size += len(payload)
        quotes += payload.count(b'"')
        kept += payload[: max(0, limit - len(kept))]
        if payload.endswith(b"\n") and quotes % 2 == 0:
            if size > len(kept) or kept.strip():
                yield Raw(origin, first, bytes(kept), size)
            kept, size, quotes, first = bytearray(), 0, 0, line + 1
    if size > len(kept) or kept.strip():
        yield Raw(origin, first, bytes(kept), size)


def _header(raw: Raw) -> tuple[list[str], str]:
    text = _text(raw)
    delimiter = max(DELIMITERS, key=text.count)
    names = [name.strip().lower() for name in _cells(text, delimiter)]
    missing = [name for name in REQUIRED if name not in names]
    if missing:
        raise Unacceptable(
            RejectionReason.MISSING_FIELD,
            f"The first row has no column “{missing[0]}”. It names the columns, as in JSON Lines.",
        )
    return names, delimiter


def _fields(raw: Raw, names: list[str], delimiter: str) -> Mapping[str, object]:
    cells = _cells(_text(raw), delimiter)
    if len(cells) != len(names):
        raise Unacceptable(
            RejectionReason.MALFORMED,
            f"The row has {len(cells):,} columns where the first row names {len(names):,}.",
        )
    return dict(zip(names, cells, strict=True))


def _text(raw: Raw) -> str:
    if raw.size > len(raw.payload):
        raise Unacceptable(
            RejectionReason.TOO_LARGE,
            f"The row has {raw.size:,} bytes; at most {len(raw.payload):,} are read "
            "(IMPORT_MAX_KEPT_BYTES); perhaps a quote is not closed.",
        )
    return decoded(raw.payload)


def _cells(text: str, delimiter: str) -> list[str]:
    try:
        rows = list(csv.reader(io.StringIO(text), delimiter=delimiter, strict=True))
    except csv.Error as error:
        raise Unacceptable(RejectionReason.MALFORMED, f"Not CSV: {error}.") from error
    if len(rows) != 1:
        raise Unacceptable(RejectionReason.MALFORMED, "Not CSV: a quote stands within a word.")
    return rows[0]
