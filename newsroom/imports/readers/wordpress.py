"""WordPress's REST API: the list that `/wp-json/wp/v2/posts` answers with, one story a post.

A post is known by its `guid`, as in the feed of the same site. A post behind a password or with an
empty body comes with its excerpt only, and is marked partial.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import partial
from typing import BinaryIO

from newsroom.imports.items import Item, Refused, item_from, refuse_unknown_embargo
from newsroom.imports.parsing.html_text import html_to_text, title_to_text
from newsroom.imports.parsing.json_access import joined_names, object_of, text_of
from newsroom.imports.parsing.json_values import json_items

STATUSES = {
    "publish": "live",
    "trash": "killed",
    "draft": "withheld",
    "pending": "withheld",
    "private": "withheld",
    "future": "withheld",
}


def read(stream: BinaryIO, origin: str) -> Iterator[Item]:
    """The stories in `stream`, one after the other, in constant memory."""
    for found in json_items(stream, origin):
        if isinstance(found, Refused):
            yield found
            continue
        fields = found.fields
        yield item_from(found.raw, partial(_fields, fields))


def _fields(post: Mapping[str, object]) -> Mapping[str, object]:
    refuse_unknown_embargo(post, others=("_embedded",))
    body = object_of(post, "content")
    content = "" if body.get("protected") is True else html_to_text(text_of(body, "rendered"))
    return {
        "external_id": _rendered(post, "guid") or text_of(post, "link") or text_of(post, "id"),
        "url": text_of(post, "link"),
        "slug": text_of(post, "slug"),
        "headline": title_to_text(_rendered(post, "title")),
        "text": content or html_to_text(_rendered(post, "excerpt")),
        "partial": not content,
        # Authors are numbers unless the list was asked for with `_embed`.
        "byline": joined_names(object_of(post, "_embedded").get("author")),
        "status": STATUSES.get(text_of(post, "status"), ""),
        "published_at": _utc(post, "date_gmt"),
        "versioned_at": _utc(post, "modified_gmt"),
    }


def _rendered(post: Mapping[str, object], name: str) -> str:
    return text_of(object_of(post, name), "rendered")


def _utc(post: Mapping[str, object], name: str) -> str:
    value = text_of(post, name)
    # What was never published has the year 0.
    return f"{value}Z" if value and not value.startswith("0000") else ""
