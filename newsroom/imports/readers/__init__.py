"""One file per format. A reader turns bytes into items, streams, and never fetches by itself."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import PurePath
from typing import BinaryIO

from newsroom.imports.items import Item
from newsroom.imports.readers import jsonl, markdown, text

Reader = Callable[[BinaryIO, str], Iterator[Item]]

READERS: dict[str, Reader] = {
    "text": text.read,
    "markdown": markdown.read,
    "jsonl": jsonl.read,
}

SUFFIXES = {
    ".txt": "text",
    ".text": "text",
    ".md": "markdown",
    ".markdown": "markdown",
    ".jsonl": "jsonl",
    ".ndjson": "jsonl",
}


def format_of(origin: str, beginning: bytes) -> str:
    """The format of a file, from its name or, failing that, from how its content begins."""
    named = SUFFIXES.get(PurePath(origin).suffix.lower())
    if named:
        return named
    start = beginning.removeprefix(b"\xef\xbb\xbf").lstrip()
    if start.startswith(b"{"):
        return "jsonl"
    if start.startswith(b"---"):
        return "markdown"
    return "text"
