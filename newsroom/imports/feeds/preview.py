"""What a feed would bring, without taking anything in: to be looked at before it is saved."""

from __future__ import annotations

import io
import itertools
from collections.abc import Iterator
from dataclasses import dataclass, field

from newsroom.articles.models import Article
from newsroom.imports.feeds.hosts import polite_fetch
from newsroom.imports.feeds.models import Feed, FeedKind
from newsroom.imports.feeds.web import Sorter
from newsroom.imports.files import SNIFFED, read_stream
from newsroom.imports.formats import format_of
from newsroom.imports.http import Fetched, NotModified, Unfetchable
from newsroom.imports.items import Accepted, Item, Refused

SHOWN = 20
LOOKED_AT = 1000
"""Items that are read for the counts."""

PATIENCE = 5.0


@dataclass(slots=True)
class Preview:
    """What came, in the order in which it came."""

    error: str = ""
    format: str = ""
    stories: list[Accepted] = field(default_factory=list)
    refused: list[Refused] = field(default_factory=list)
    addresses: list[str] = field(default_factory=list)
    counts: dict[str, int] = field(default_factory=dict)
    known: set[str] = field(default_factory=set)
    """The external IDs of those shown that are here already."""
    page: Item | None = None
    """The first page that the feed names, as an example."""
    page_error: str = ""
    moved_to: str = ""


def preview_feed(*, feed: Feed) -> Preview:
    """Fetch and read `feed`, which need not be saved. Nothing of it is kept."""
    if feed.kind == FeedKind.FOLDER:
        return Preview(error="A folder is looked at when it is due; there is nothing to test.")
    outcome = polite_fetch(feed.url, heeds_robots=feed.heeds_robots, patience=PATIENCE)
    if isinstance(outcome, Unfetchable):
        return Preview(error=outcome.message)
    if isinstance(outcome, NotModified):  # we did not ask for that
        return Preview(error="The server says that nothing has changed.")
    name = feed.format or format_of(outcome.url, outcome.content[:SNIFFED])
    preview = Preview(format=name, moved_to=outcome.moved_to)
    sorter = Sorter(feed)
    read = read_stream(io.BytesIO(outcome.content), outcome.url, name)
    _sort(preview, sorter.stories(itertools.islice(read, LOOKED_AT)))
    addresses = [one.url for one in sorter.named] + [one.url for one in sorter.lists]
    preview.addresses = addresses[:SHOWN]
    preview.counts |= {
        "addresses": len(sorter.named),
        "lists": len(sorter.lists),
        "too old": sorter.too_old,
    }
    if sorter.named:
        _look_at_page(preview, feed, sorter.named[0].url)
    shown = [one.article.external_id for one in preview.stories]
    if feed.outlet_id is not None:
        preview.known = set(
            Article.objects.filter(outlet=feed.outlet_id, external_id__in=shown).values_list(
                "external_id", flat=True
            )
        )
    return preview


def _sort(preview: Preview, items: Iterator[Item]) -> None:
    stories = refused = 0
    for item in items:
        if isinstance(item, Accepted):
            stories += 1
            if len(preview.stories) < SHOWN:
                preview.stories.append(item)
        elif isinstance(item, Refused):
            refused += 1
            if len(preview.refused) < SHOWN:
                preview.refused.append(item)
    preview.counts = {"stories": stories, "refused": refused}


def _look_at_page(preview: Preview, feed: Feed, url: str) -> None:
    outcome = polite_fetch(url, heeds_robots=feed.heeds_robots, patience=PATIENCE)
    if isinstance(outcome, Fetched):
        preview.page = next(read_stream(io.BytesIO(outcome.content), url), None)
    elif isinstance(outcome, Unfetchable):
        preview.page_error = outcome.message
