"""JSON Feed 1.0 and 1.1: one story an item. An item with only a summary is marked partial."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import partial
from typing import BinaryIO

from newsroom.imports.addresses import canonical_url
from newsroom.imports.items import (
    Item,
    Refused,
    item_from,
    language_tag,
    refuse_unknown_embargo,
)
from newsroom.imports.parsing.html_text import html_to_text
from newsroom.imports.parsing.json_access import joined_names, text_of
from newsroom.imports.parsing.json_values import json_items


def read(stream: BinaryIO, origin: str) -> Iterator[Item]:
    """The stories in `stream`, one after the other, in constant memory."""
    for found in json_items(stream, origin, under="items"):
        if isinstance(found, Refused):
            yield found
            continue
        fields, envelope = found.fields, found.envelope
        yield item_from(found.raw, partial(_fields, fields, envelope))


def _fields(item: Mapping[str, object], feed: Mapping[str, object]) -> Mapping[str, object]:
    refuse_unknown_embargo(item)
    refuse_unknown_embargo(feed)
    content = text_of(item, "content_text") or html_to_text(text_of(item, "content_html"))
    tags = item.get("tags")
    return {
        "external_id": text_of(item, "id") or canonical_url(text_of(item, "url")),
        # `external_url` is what a link blog writes about, not where the item stands.
        "url": text_of(item, "url"),
        "headline": text_of(item, "title"),
        "text": content or text_of(item, "summary"),
        "partial": not content,
        "byline": _byline(item) or _byline(feed),
        "section": _first_text(tags),
        "language": text_of(item, "language") or language_tag(text_of(feed, "language")),
        "published_at": text_of(item, "date_published"),
        "versioned_at": text_of(item, "date_modified"),
    }


def _first_text(values: object) -> str:
    texts = values if isinstance(values, list) else []
    return next((one for one in texts if isinstance(one, str)), "")


def _byline(of: Mapping[str, object]) -> str:
    # 1.0 had one author, 1.1 has several.
    return joined_names(of.get("authors")) or joined_names(of.get("author"))
