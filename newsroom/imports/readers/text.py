"""Plain text: one story a file. A first line that stands alone is taken for the headline."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import PurePath
from typing import BinaryIO

from newsroom.imports.items import Item
from newsroom.imports.readers.whole_file import read_one

STDIN = "-"
HEADLINE_MAX = 200


def read(stream: BinaryIO, origin: str) -> Iterator[Item]:
    """The story in `stream`. It is known by the name of its file, without the suffix."""
    return read_one(stream, origin, _fields)


def _fields(text: str, origin: str) -> dict[str, object]:
    headline, body = split_headline(text)
    return {"external_id": file_id(origin, text), "headline": headline, "text": body}


def split_headline(text: str) -> tuple[str, str]:
    """(headline, body). The headline is a short first line followed by an empty one, and a body."""
    first, _, rest = text.strip("\n").partition("\n")
    line = first.strip()
    stands_alone = rest.startswith("\n") and bool(rest.strip())
    if stands_alone and len(line) <= HEADLINE_MAX and not line.endswith((".", "”", '"')):
        return line, rest.strip("\n")
    return "", text


def file_id(origin: str, text: str) -> str:
    """The identifier of a story that has none of its own: its file's name, or its text's hash."""
    if origin == STDIN:
        return f"text-{hashlib.sha256(text.encode()).hexdigest()[:16]}"
    return PurePath(origin).stem
