"""One file per format. A reader turns bytes into items, streams, and never fetches by itself."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import BinaryIO

from newsroom.imports.items import Item
from newsroom.imports.readers import (
    csv,
    feed,
    html,
    jsonfeed,
    jsonl,
    markdown,
    newsml,
    ninjs,
    sitemap,
    text,
    urls,
    wordpress,
)

Reader = Callable[[BinaryIO, str], Iterator[Item]]

READERS: dict[str, Reader] = {
    "csv": csv.read,
    "feed": feed.read,
    "html": html.read,
    "jsonfeed": jsonfeed.read,
    "jsonl": jsonl.read,
    "markdown": markdown.read,
    "newsml": newsml.read,
    "ninjs": ninjs.read,
    "sitemap": sitemap.read,
    "text": text.read,
    "urls": urls.read,
    "wordpress": wordpress.read,
}
