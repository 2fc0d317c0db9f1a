"""Reading bytes with one of the readers; a test names only what it is about."""

from __future__ import annotations

import io
import json
from typing import Any

from newsroom.articles.services import IncomingArticle
from newsroom.imports.items import Accepted, Item, Refused
from newsroom.imports.readers import READERS


def read(format_name: str, payload: bytes | str, origin: str = "folder/story.x") -> list[Item]:
    data = payload.encode() if isinstance(payload, str) else payload
    return list(READERS[format_name](io.BytesIO(data), origin))


def accepted(format_name: str, payload: bytes | str, origin: str = "story.x") -> IncomingArticle:
    (item,) = read(format_name, payload, origin)
    assert isinstance(item, Accepted), item
    return item.article


def refused(format_name: str, payload: bytes | str, origin: str = "story.x") -> tuple[str, str]:
    """(reason, message)"""
    (item,) = read(format_name, payload, origin)
    assert isinstance(item, Refused), item
    data = payload.encode() if isinstance(payload, str) else payload
    assert data.startswith(item.raw.payload)
    assert item.raw.size == len(data)
    return item.reason.value, item.message


def line(**fields: Any) -> bytes:
    """A line of JSON Lines; None leaves a field out."""
    record = {"external_id": "harbour", "text": "The harbour was dredged.", **fields}
    return json.dumps({k: v for k, v in record.items() if v is not None}).encode() + b"\n"
