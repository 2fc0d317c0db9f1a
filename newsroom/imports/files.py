"""Stories from files, folders and standard input."""

from __future__ import annotations

import io
import os
import stat
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, replace
from pathlib import Path, PurePath
from typing import BinaryIO

from newsroom.imports.formats import SUFFIXES, format_of
from newsroom.imports.items import Accepted, Item, Raw, Refused
from newsroom.imports.models import RejectionReason
from newsroom.imports.readers import READERS
from newsroom.imports.readers.text import STDIN

SNIFFED = 4096
"""Bytes from which the format of a nameless stream is told."""


@dataclass(frozen=True, slots=True)
class InputFile:
    """A file to read (or standard input, `path` being "-") and its size in bytes, 0 if unknown."""

    path: str
    size: int

    @property
    def origin(self) -> str:
        """The path as a text that the database can hold, whatever bytes are in it."""
        return storable(self.path)


def find_files(
    paths: Sequence[str], *, on_passed_over: Callable[[str], None] = lambda path: None
) -> list[InputFile]:
    """The files that `paths` stand for, in order; a folder stands for the stories below it.

    Within a folder files go by name, byte by byte, so that `story.v2.md` follows `story.md`; hidden
    files and folders are passed over. A path that does not exist or a folder that cannot be opened
    is in the list all the same: reading it gives a rejection, not a traceback. `on_passed_over` is
    told each other file of a folder whose name does not end like a story's.
    """
    files: list[InputFile] = []
    for given in paths:
        # Not `Path.is_dir`, which raises for a name too long or in a folder closed to us.
        if given != STDIN and os.path.isdir(given):  # noqa: PTH112
            below = sorted(_stories_below(given, on_passed_over), key=os.fsencode)
            files.extend(InputFile(path, _size(path)) for path in below)
        else:
            files.append(InputFile(given, 0 if given == STDIN else _size(given)))
    return files


def storable(path: str) -> str:
    """`path` with what is not UTF-8 in it, as file names may be, written as `\\xe9`."""
    return os.fsencode(path).decode(errors="backslashreplace")


def printable(line: str) -> str:
    """`line` without what a terminal would take for a command: names and values are not ours."""
    return "".join(one if one.isprintable() else ascii(one)[1:-1] for one in line)


def _stories_below(folder: str, on_passed_over: Callable[[str], None]) -> Iterator[str]:
    closed: list[OSError] = []
    for parent, folders, names in os.walk(folder, onerror=closed.append):
        folders[:] = [name for name in folders if not name.startswith(".")]
        for name in names:
            path = Path(parent, name)
            if name.startswith(".") or not _is_file(path):
                continue
            if path.suffix.lower() in SUFFIXES:
                yield str(path)
            else:
                on_passed_over(str(path))
    for error in closed:
        yield error.filename


def _is_file(path: Path) -> bool:
    try:
        return stat.S_ISREG(path.stat().st_mode)
    except FileNotFoundError:  # a link to nowhere
        return False
    except OSError:  # we may not look; reading it tells why
        return True


def _size(path: str) -> int:
    try:
        return Path(path).stat().st_size
    except OSError:
        return 0


def read_files(
    files: Sequence[InputFile],
    *,
    stdin: BinaryIO | None = None,
    format_name: str | None = None,
    on_read: Callable[[int], None] = lambda count: None,
) -> Iterator[Item]:
    """The items in `files`, one file after the other, in constant memory.

    `on_read` is told how many bytes were read. A file that cannot be read is a rejected item.
    Without `stdin` it is the process's own.
    """
    named: dict[str, str] = {}
    for file in files:
        try:
            with _opened(file, stdin) as stream:
                for item in read_stream(stream, file.origin, format_name, on_read):
                    yield _unless_name_is_taken(item, file, named)
        except OSError as error:
            message = f"Cannot be read: {error.strerror or error}."
            raw = Raw(origin=file.origin, position=1, payload=b"", size=0)
            yield Refused(RejectionReason.UNREADABLE, message, raw)


def _unless_name_is_taken(item: Item, file: InputFile, named: dict[str, str]) -> Item:
    """Refuse a second file whose name alone would make it a version of another one's story.

    `named` holds the names met so far, with the files they came from.
    """
    if not isinstance(item, Accepted) or item.article.external_id != PurePath(file.origin).stem:
        return item
    first = named.setdefault(item.article.external_id, file.origin)
    if first == file.origin:
        return item
    message = (
        f"The file {first} has the same name, and a name stands for one story. "
        "Rename one of them, or give them an external_id."
    )
    return Refused(RejectionReason.BAD_VALUE, message, item.raw)


def _opened(file: InputFile, stdin: BinaryIO | None) -> AbstractContextManager[BinaryIO]:
    if file.path != STDIN:
        return Path(file.path).open("rb")
    if stdin is None and sys.stdin is None:  # a process may be started with it closed
        raise OSError("standard input is closed")
    return nullcontext(stdin or sys.stdin.buffer)


def read_stream(
    stream: BinaryIO,
    origin: str,
    format_name: str | None = None,
    on_read: Callable[[int], None] = lambda count: None,
) -> Iterator[Item]:
    """The items in one stream, whose format is told from how it begins where none is named."""
    buffered = io.BufferedReader(_Counted(stream, on_read), buffer_size=1 << 16)
    name = format_name or format_of(origin, buffered.peek(SNIFFED)[:SNIFFED])
    for item in READERS[name](buffered, origin):
        # Only what is refused is tried again.
        yield item if isinstance(item, Accepted) else _labelled(item, name)


def _labelled(item: Item, name: str) -> Item:
    return replace(item, raw=replace(item.raw, format=name))


class _Counted(io.RawIOBase):
    """Passes a stream through and tells how much of it was read."""

    def __init__(self, stream: BinaryIO, on_read: Callable[[int], None]) -> None:
        self._stream = stream
        self._on_read = on_read

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: bytearray | memoryview) -> int:  # type: ignore[override]
        # What is there, not all that fits: a pipe may take its time.
        read = getattr(self._stream, "read1", self._stream.read)
        chunk: bytes = read(len(buffer))
        buffer[: len(chunk)] = chunk
        self._on_read(len(chunk))
        return len(chunk)
