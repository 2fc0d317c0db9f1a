"""Taking in a feed from the web: the list or feed itself, then the pages that it names."""

from __future__ import annotations

import io
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime

from django.conf import settings
from django.utils import timezone

from newsroom.imports.feeds import pages
from newsroom.imports.feeds.hosts import polite_fetch
from newsroom.imports.feeds.models import Feed
from newsroom.imports.feeds.outcomes import Polled
from newsroom.imports.files import read_stream
from newsroom.imports.http import Fetched, NotModified, Unfetchable, Why
from newsroom.imports.items import Accepted, Discovered, Item
from newsroom.imports.models import ImportRun
from newsroom.imports.services import ImportReport, chunks, take_chunk

PATIENCE = 20.0
"""Seconds that a poll waits for its turn at a busy host before it is put off."""

NOT_CHANGED = "Not changed since the last time."


def take_in(
    feed: Feed,
    run: ImportRun,
    report: ImportReport,
    on_progress: Callable[[ImportReport], None],
    deadline: float,
) -> Polled:
    """Fetch the feed and take in what it holds; then fetch pages that wait, as many as may be."""
    polled = _poll(feed, run, report, on_progress, deadline)
    if polled.error or polled.put_off:
        return polled
    return pages.take_in(feed, run, report, on_progress, deadline, polled)


def _poll(
    feed: Feed,
    run: ImportRun,
    report: ImportReport,
    on_progress: Callable[[ImportReport], None],
    deadline: float,
) -> Polled:
    outcome = polite_fetch(
        feed.url,
        heeds_robots=feed.heeds_robots,
        patience=PATIENCE,
        etag=feed.etag,
        last_modified=feed.last_modified,
    )
    sorter = Sorter(feed)
    match outcome:
        case NotModified():
            return _followed(feed, sorter, deadline, Polled(notes=(NOT_CHANGED,)))
        case Unfetchable(why=Why.BUSY):
            return Polled(notes=(outcome.message,), put_off=True, retry_after=outcome.retry_after)
        case Unfetchable():
            return Polled(error=outcome.message, retry_after=outcome.retry_after)
    for chunk in chunks(sorter.stories(items_of(outcome, feed.format))):
        take_chunk(run, chunk, report, run.started_by)
        on_progress(report)
    polled = Polled(
        etag=outcome.etag.replace("\x00", ""),
        last_modified=outcome.last_modified.replace("\x00", ""),
        moved_to=outcome.moved_to,
    )
    return _followed(feed, sorter, deadline, polled)


def _followed(feed: Feed, sorter: Sorter, deadline: float, polled: Polled) -> Polled:
    """A poll, after the lists it named have been read and the pages noted that are to be fetched.

    What is left of the lists is kept with the feed, which will say “not changed” the next time.
    """
    out_of_time = _follow_lists(feed, sorter, deadline)
    pages.note_named(feed, sorter.named)
    return replace(
        polled,
        notes=(*polled.notes, *sorter.notes()),
        lists_left=tuple(sorter.lists_left),
        more=out_of_time,
    )


def items_of(document: Fetched, format_name: str = "") -> Iterator[Item]:
    """What a fetched document holds."""
    return read_stream(io.BytesIO(document.content), document.url, format_name or None)


@dataclass
class Sorter:
    """Parts the stories of a feed from the addresses that it only names."""

    feed: Feed
    named: list[pages.Named] = field(default_factory=list)
    lists: list[Discovered] = field(default_factory=list)
    too_old: int = 0
    lists_failed: list[str] = field(default_factory=list)
    lists_left: list[str] = field(default_factory=list)
    """Addresses of lists that the next run reads."""

    def stories(self, items: Iterable[Item]) -> Iterator[Item]:
        for item in items:
            match item:
                case Discovered(is_list=True):
                    self.lists.append(item)
                case Discovered(lastmod=lastmod) if _is_old(lastmod):
                    self.too_old += 1
                case Discovered():
                    self.named.append(pages.Named(url=item.url, version=item.lastmod, story=None))
                case Accepted(article=story) if self._is_to_be_fetched(item):
                    version = story.versioned_at or story.published_at
                    self.named.append(pages.Named(url=story.url, version=version, story=story))
                case _:
                    yield item

    def _is_to_be_fetched(self, item: Accepted) -> bool:
        # Of what is withheld or killed there is no page, and the news of it must not wait for one.
        story = item.article
        return self.feed.fetches_pages and story.partial and bool(story.url) and not story.status

    def notes(self) -> Iterator[str]:
        if self.too_old:
            days = settings.FEED_PAGE_MAX_AGE.days
            yield f"{self.too_old:,} addresses passed over that are older than {days} days."
        if self.lists_left:
            yield f"{len(self.lists_left):,} sitemaps are left to the next run."
        yield from self.lists_failed


def _is_old(moment: datetime | None) -> bool:
    return moment is not None and moment < timezone.now() - settings.FEED_PAGE_MAX_AGE


def _follow_lists(feed: Feed, sorter: Sorter, deadline: float) -> bool:
    """Read the sitemaps of an index; those in them are not followed further.

    First what the last run has left, then the latest. Returns whether time was up before the end.
    """
    fresh = [one for one in sorter.lists if not _is_old(one.lastmod)]
    fresh.sort(key=lambda one: one.lastmod.timestamp() if one.lastmod else 0, reverse=True)
    urls = list(dict.fromkeys([*feed.lists_left, *(one.url for one in fresh)]))
    wanted, passed_over = urls[: settings.FEED_MAX_LISTS], urls[settings.FEED_MAX_LISTS :]
    if passed_over:
        sorter.lists_failed.append(
            f"{len(passed_over):,} further sitemaps were not read (FEED_MAX_LISTS)."
        )
    for number, url in enumerate(wanted):
        left = deadline - time.monotonic()
        if left <= 0:
            sorter.lists_left += wanted[number:]
            return True
        outcome = polite_fetch(url, heeds_robots=feed.heeds_robots, patience=min(PATIENCE, left))
        if isinstance(outcome, Fetched):
            # Only addresses: what else there is in a further list is not what was asked for.
            for _ in sorter.stories(items_of(outcome)):
                pass
        elif isinstance(outcome, Unfetchable):
            sorter.lists_failed.append(f"{url}: {outcome.message}")
            if outcome.why == Why.BUSY or outcome.retry_after:
                sorter.lists_left.append(url)
    return False
