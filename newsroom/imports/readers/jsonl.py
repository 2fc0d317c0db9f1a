"""JSON Lines: one story a line, as an object with at least `external_id` and `text`."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import BinaryIO

from newsroom.imports.items import Item, item_from
from newsroom.imports.parsing.json_values import json_object
from newsroom.imports.parsing.lines import raw_lines


def read(stream: BinaryIO, origin: str) -> Iterator[Item]:
    """The stories in `stream`, line by line in constant memory; empty lines are passed over."""
    for raw in raw_lines(stream, origin):
        yield item_from(raw, partial(json_object, raw, "line"))
