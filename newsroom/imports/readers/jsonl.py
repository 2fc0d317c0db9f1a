"""JSON Lines: one story a line, as an object with at least `external_id` and `text`."""

from __future__ import annotations

import json
from collections.abc import Iterator
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


def read(stream: BinaryIO, origin: str) -> Iterator[Item]:
    """The stories in `stream`, line by line in constant memory; empty lines are passed over."""
    for raw in _lines(stream, origin):
        try:
            yield Accepted(article_from(_fields(raw)), raw)
        except Unacceptable as error:
            yield Refused(error.reason, error.message, raw)


def _lines(stream: BinaryIO, origin: str) -> Iterator[Raw]:
    position = 0
    while payload := stream.readline(settings.IMPORT_MAX_KEPT_BYTES):
        position += 1
        size, tail = len(payload), payload
        while not tail.endswith(b"\n") and (tail := stream.readline(1 << 20)):
            size += len(tail)
        if size > len(payload) or payload.strip():
            yield Raw(origin=origin, position=position, payload=payload, size=size)


def _fields(raw: Raw) -> dict[str, object]:
    if raw.size > len(raw.payload):
        raise Unacceptable(
            RejectionReason.TOO_LARGE,
            f"The line has {raw.size:,} bytes; at most {len(raw.payload):,} are read "
            "(IMPORT_MAX_KEPT_BYTES).",
        )
    try:
        parsed = json.loads(decoded(raw.payload))
    except json.JSONDecodeError as error:
        raise Unacceptable(RejectionReason.MALFORMED, f"Not JSON: {error.msg}.") from error
    except RecursionError as error:
        raise Unacceptable(RejectionReason.MALFORMED, "Not JSON: nested too deeply.") from error
    except ValueError as error:  # the only other one: Python reads no integer of 5,000 digits
        raise Unacceptable(
            RejectionReason.MALFORMED, "Not JSON: a number has too many digits."
        ) from error
    if not isinstance(parsed, dict):
        raise Unacceptable(
            RejectionReason.MALFORMED, 'Not a JSON object: a story is {"external_id": …}.'
        )
    return parsed
