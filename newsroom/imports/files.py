"""Stories from files, folders and standard input."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from newsroom.imports.items import Item, Raw, Refused
from newsroom.imports.models import RejectionReason
from newsroom.imports.readers import READERS, SUFFIXES, format_of
from newsroom.imports.readers.text import STDIN

SNIFFED = 4096
"""Bytes from which the format of a nameless stream is told."""


@dataclass(frozen=True, slots=True)
class InputFile:
    """A file to read (or standard input, `path` being "-") and its size in bytes, 0 if unknown."""

    path: str
    size: int


def find_files(paths: Sequence[str]) -> list[InputFile]:
    """The files that `paths` stand for, in order; a folder stands for the stories below it.

    Within a folder files go by name, byte by byte, so that `story.v2.md` follows `story.md`. A path
    that does not exist is in the list all the same: reading it gives a rejection, not a traceback.
    """
    files: list[InputFile] = []
    for given in paths:
        path = Path(given)
        if given != STDIN and path.is_dir():
            files.extend(
                InputFile(str(found), found.stat().st_size)
                for found in sorted(path.rglob("*"), key=lambda one: one.as_posix().encode())
                if found.suffix.lower() in SUFFIXES
                and found.is_file()
                and not found.name.startswith(".")
            )
        else:
            size = path.stat().st_size if given != STDIN and path.is_file() else 0
            files.append(InputFile(given, size))
    return files


def read_files(
    files: Sequence[InputFile],
    *,
    stdin: BinaryIO,
    format_name: str | None = None,
    on_read: Callable[[int], None] = lambda count: None,
) -> Iterator[Item]:
    """The items in `files`, one file after the other, in constant memory.

    `on_read` is told how many bytes were read. A file that cannot be read is a rejected item.
    """
    for file in files:
        try:
            if file.path == STDIN:
                yield from _read(stdin, file.path, format_name, on_read)
            else:
                with Path(file.path).open("rb") as stream:
                    yield from _read(stream, file.path, format_name, on_read)
        except OSError as error:
            message = f"Cannot be read: {error.strerror or error}."
            raw = Raw(origin=file.path, position=1, payload=b"", size=0)
            yield Refused(RejectionReason.UNREADABLE, message, raw)


def _read(
    stream: BinaryIO, origin: str, format_name: str | None, on_read: Callable[[int], None]
) -> Iterator[Item]:
    buffered = io.BufferedReader(_Counted(stream, on_read), buffer_size=1 << 16)
    name = format_name or format_of(origin, buffered.peek(SNIFFED)[:SNIFFED])
    return READERS[name](buffered, origin)


class _Counted(io.RawIOBase):
    """Passes a stream through and tells how much of it was read."""

    def __init__(self, stream: BinaryIO, on_read: Callable[[int], None]) -> None:
        self._stream = stream
        self._on_read = on_read

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: bytearray | memoryview) -> int:  # type: ignore[override]
        chunk = self._stream.read(len(buffer))
        buffer[: len(chunk)] = chunk
        self._on_read(len(chunk))
        return len(chunk)
