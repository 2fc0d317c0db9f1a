"""JSON value by value, in constant memory: the elements of a list that may be of any length."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import BinaryIO

from django.conf import settings

from newsroom.imports.items import Raw, Refused, Unacceptable, decoded
from newsroom.imports.models import RejectionReason

CHUNK = 1 << 16
MAX_ENVELOPE_BYTES = 100_000

_BLANK = b" \t\r\n"
_in_string = re.compile(rb'["\\]')
_in_value = re.compile(rb'["{}\[\]]')
_after_scalar = re.compile(rb"[ \t\r\n,\]}]")


@dataclass(frozen=True, slots=True)
class JsonItem:
    """An object in a document, the bytes it stood in, and what was said before it."""

    fields: dict[str, object]
    raw: Raw
    envelope: dict[str, object]


def json_items(stream: BinaryIO, origin: str, *, under: str = "") -> Iterator[JsonItem | Refused]:
    """The objects of a document: in a list, one after the other, or in the list named `under`.

    With `under`, the document is an object that holds the list; its other values up to there are
    the items' envelope. From where the document is no JSON any more, the rest is one refused item.
    """
    reader = _Values(stream)
    envelope: dict[str, object] = {}
    position = 0
    try:
        for payload, size in reader.elements(under, envelope):
            position += 1
            raw = Raw(origin=origin, position=position, payload=payload, size=size)
            try:
                yield JsonItem(json_object(raw, "item"), raw, envelope)
            except Unacceptable as error:
                yield Refused(error.reason, error.message, raw)
    except Unacceptable as error:
        payload, size = reader.rest()
        # What broke off may have been read within a wider bound than that of an item.
        kept = payload[: settings.IMPORT_MAX_KEPT_BYTES]
        raw = Raw(origin=origin, position=position + 1, payload=kept, size=size)
        yield Refused(error.reason, error.message, raw)


def json_object(raw: Raw, what: str) -> dict[str, object]:
    """The object that `raw` is. Raises `Unacceptable`."""
    if raw.size > len(raw.payload):
        raise Unacceptable(
            RejectionReason.TOO_LARGE,
            f"The {what} has {raw.size:,} bytes; at most {len(raw.payload):,} are read "
            "(IMPORT_MAX_KEPT_BYTES).",
        )
    parsed = _parsed(raw.payload)
    if not isinstance(parsed, dict):
        raise Unacceptable(
            RejectionReason.MALFORMED, 'Not a JSON object: a story is {"external_id": …}.'
        )
    return parsed


def _parsed(payload: bytes) -> object:
    try:
        return json.loads(decoded(payload))
    except json.JSONDecodeError as error:
        raise Unacceptable(RejectionReason.MALFORMED, f"Not JSON: {error.msg}.") from error
    except RecursionError as error:
        raise Unacceptable(RejectionReason.MALFORMED, "Not JSON: nested too deeply.") from error
    except ValueError as error:  # the only other one: Python reads no integer of 5,000 digits
        raise Unacceptable(
            RejectionReason.MALFORMED, "Not JSON: a number has too many digits."
        ) from error


@dataclass(slots=True)
class _Values:
    """Finds where values begin and end; what is in them is for `json`."""

    stream: BinaryIO
    buffer: bytearray = field(default_factory=bytearray)
    place: int = 0
    ended: bool = False
    unfinished: tuple[bytes, int] = (b"", 0)
    """What was read of a value that did not end."""

    def elements(self, under: str, envelope: dict[str, object]) -> Iterator[tuple[bytes, int]]:
        if self.more() and self.buffer.startswith(b"\xef\xbb\xbf"):
            self.place = 3
        if not self.peek():
            raise Unacceptable(RejectionReason.EMPTY, "The file is empty.")
        while first := self.peek():
            if first == b"[":
                yield from self.list_elements()
            elif first == b"{" and under:
                yield from self.members(under, envelope)
            else:
                yield self.value(settings.IMPORT_MAX_KEPT_BYTES)

    def list_elements(self) -> Iterator[tuple[bytes, int]]:
        self.take(b"[")
        if self.peek() == b"]":
            self.take(b"]")
            return
        while True:
            yield self.value(settings.IMPORT_MAX_KEPT_BYTES)
            if self.peek() != b",":
                break
            self.take(b",")
        self.take(b"]")

    def members(self, under: str, envelope: dict[str, object]) -> Iterator[tuple[bytes, int]]:
        self.take(b"{")
        while self.peek() == b'"':
            name = _parsed(self.value(MAX_ENVELOPE_BYTES)[0])
            self.take(b":")
            if name == under and self.peek() == b"[":
                yield from self.list_elements()
            else:
                payload, size = self.value(MAX_ENVELOPE_BYTES)
                if size == len(payload) and len(envelope) < 100:
                    envelope[str(name)] = _parsed(payload)
            if self.peek() != b",":
                break
            self.take(b",")
        self.take(b"}")

    # -------------------------------------------------------------------------------- bytes

    def more(self) -> bool:
        """Read on; what was passed is let go."""
        if self.ended:
            return False
        del self.buffer[: self.place]
        self.place = 0
        chunk = self.stream.read(CHUNK)
        self.ended = not chunk
        self.buffer += chunk
        return bool(chunk)

    def peek(self) -> bytes:
        """The next byte that is no blank; nothing at the end."""
        while True:
            while self.place < len(self.buffer):
                if self.buffer[self.place] not in _BLANK:
                    return bytes(self.buffer[self.place : self.place + 1])
                self.place += 1
            if not self.more():
                return b""

    def take(self, expected: bytes) -> None:
        found = self.peek()
        if found != expected:
            wanted = expected.decode()
            if not found:
                raise _malformed(f"it ends where “{wanted}” is expected")
            raise _malformed(f"“{wanted}” is expected where something else stands")
        self.place += 1

    def rest(self) -> tuple[bytes, int]:
        kept, size = bytearray(self.unfinished[0]), self.unfinished[1]
        while True:
            piece = self.buffer[self.place :]
            kept += piece[: max(0, settings.IMPORT_MAX_KEPT_BYTES - len(kept))]
            size += len(piece)
            self.place = len(self.buffer)
            if not self.more():
                return bytes(kept), size

    def value(self, limit: int) -> tuple[bytes, int]:
        """The value that begins here, at most `limit` bytes of it, and its whole size."""
        kept, size, depth, in_string = bytearray(), 0, 0, False
        first = self.peek()
        if not first or first in b",:]}":
            raise _malformed("a value is missing")
        scalar = first not in b'"{['
        while True:
            pattern = _after_scalar if scalar else _in_string if in_string else _in_value
            found = pattern.search(self.buffer, self.place)
            end = found.end() if found else len(self.buffer)
            done = False
            if found and scalar:
                end, done = found.start(), True
            elif found:
                mark = found.group()
                if mark == b"\\":
                    # The character behind it means nothing, if there is one.
                    if end < len(self.buffer) or self._hold_more():
                        end += 1
                elif mark == b'"':
                    in_string = not in_string
                else:
                    depth += 1 if mark in b"{[" else -1
                done = depth <= 0 and not in_string and mark != b"\\"
            piece = self.buffer[self.place : end]
            kept += piece[: max(0, limit - len(kept))]
            size += len(piece)
            self.place = end
            if done:
                return bytes(kept), size
            if self.place >= len(self.buffer) and not self.more():
                if scalar:
                    return bytes(kept), size
                self.unfinished = bytes(kept), size
                raise _malformed("it ends within a value")

    def _hold_more(self) -> bool:
        """Read on without letting go: a backslash stands at the end of what was read."""
        chunk = self.stream.read(CHUNK)
        self.ended = not chunk
        self.buffer += chunk
        return bool(chunk)


def _malformed(what: str) -> Unacceptable:
    return Unacceptable(RejectionReason.MALFORMED, f"Not JSON: {what}.")
