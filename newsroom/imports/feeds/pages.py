"""The pages that feeds name: noted as rows, fetched one after the other, each by itself."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, fields, replace
from datetime import datetime, timedelta
from io import BytesIO
from itertools import islice
from typing import Any

from django.conf import settings
from django.db import connection
from django.db.models import F, QuerySet
from django.utils import timezone
from django.utils.dateparse import parse_datetime

from newsroom.articles.services import IncomingArticle
from newsroom.imports.feeds.hosts import host_of, polite_fetch
from newsroom.imports.feeds.models import Feed, FeedPage, Host, PageState
from newsroom.imports.feeds.outcomes import Polled
from newsroom.imports.files import read_stream
from newsroom.imports.http import Fetched, NotModified, Unfetchable, Why
from newsroom.imports.items import Accepted, Item, Raw, Refused
from newsroom.imports.models import ImportRun, Rejection, RejectionReason
from newsroom.imports.services import ImportReport, take_chunk

PAGE = "page"
"""What a rejection of a page was read as; it is tried again by fetching it."""

MAX_ATTEMPTS = 3
MAX_PUT_OFF = 5
"""How often a server may ask us to wait with a page, until the page is given up."""

PATIENCE = 30.0
"""Seconds that a page waits for its turn at a busy host before it is put off."""

PASSING = frozenset({Why.TIMEOUT, Why.UNREACHABLE, Why.NO_SUCH_HOST, Why.BROKEN})
"""Why a page may be there the next time."""

DATES = ("published_at", "embargoed_until", "versioned_at")


@dataclass(frozen=True, slots=True)
class Named:
    """A page, when it last changed by what the list says, and what else is said of the story."""

    url: str
    version: datetime | None
    story: IncomingArticle | None


def note_named(feed: Feed, named: Sequence[Named]) -> None:
    """Have the pages fetched that are new, changed, or, where nobody says, long not looked at."""
    latest = {one.url: one for one in named}
    if not latest:
        return
    rows = [latest[url] for url in sorted(latest)]
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO imports_feedpage AS page "
            "(feed_id, url, state, listed_version, known, attempts, put_off, "
            "etag, last_modified) "
            "SELECT %s, url, 'pending', version, known::jsonb, 0, 0, '', '' "
            "FROM unnest(%s::text[], %s::timestamptz[], %s::text[]) AS named(url, version, known) "
            "ON CONFLICT (feed_id, url) DO UPDATE SET state = 'pending', attempts = 0, "
            "put_off = 0, listed_version = excluded.listed_version, known = excluded.known "
            "WHERE page.state <> 'pending' AND (page.listed_version < excluded.listed_version "
            "OR (page.listed_version IS NULL AND excluded.listed_version IS NOT NULL) "
            "OR (excluded.listed_version IS NULL AND page.fetched_at < %s))",
            [
                feed.pk,
                [one.url for one in rows],
                [one.version for one in rows],
                [_packed(one.story) for one in rows],
                timezone.now() - settings.FEED_PAGE_RECHECK,
            ],
        )


def take_in(
    feed: Feed,
    run: ImportRun,
    report: ImportReport,
    on_progress: Callable[[ImportReport], None],
    deadline: float,
    polled: Polled,
) -> Polled:
    """Fetch pages that wait, latest first, until there are enough for one run or time is up.

    Those that their servers put off come after all others, and a host that wants to be left alone
    keeps only its own pages waiting.
    """
    waiting = feed.pages.filter(state=PageState.PENDING).order_by(
        "put_off", F("listed_version").desc(nulls_last=True), "id"
    )
    if not waiting.exists():
        return polled  # as almost always: most feeds bring whole stories, or nothing new
    batch = _that_may_be_asked(waiting, settings.FEED_MAX_PAGES)
    if batch:
        ImportRun.objects.filter(pk=run.pk).update(pages=len(batch))
    stops: dict[str, Unfetchable] = {}
    put_off = 0
    for number, page in enumerate(batch):
        left = deadline - time.monotonic()
        if left <= 0:
            return _left(polled, put_off + len(batch) - number, "the time for one run is up")
        host = host_of(page.url)
        if host not in stops:
            stop = _take_one(feed, page, run, report, patience=min(left, PATIENCE))
            on_progress(report)
            if stop is None:
                continue
            stops[host] = stop
        put_off += page.state == PageState.PENDING
    if put_off:
        polled = _left(polled, put_off, next(iter(stops.values())).message)
    own = stops.get(host_of(feed.url))
    more = polled.more or bool(_that_may_be_asked(waiting, 1, besides=stops))
    return replace(polled, more=more, retry_after=own.retry_after if own else polled.retry_after)


def _that_may_be_asked(
    waiting: QuerySet[FeedPage], count: int, *, besides: Collection[str] = ()
) -> list[FeedPage]:
    """The first of these pages whose hosts are not to be left alone for longer than we wait."""
    later = timezone.now() + timedelta(seconds=PATIENCE)
    held = {*besides, *Host.objects.filter(free_at__gt=later).values_list("name", flat=True)}
    if not held:
        return list(waiting[:count])
    addresses = waiting.values_list("pk", "url")
    keys = list(islice((key for key, url in addresses if host_of(url) not in held), count))
    return list(waiting.filter(pk__in=keys))


def _left(polled: Polled, count: int, why: str) -> Polled:
    note = f"{count:,} pages are left to the next run: {why}"
    return replace(polled, more=True, notes=(*polled.notes, note))


def _take_one(
    feed: Feed, page: FeedPage, run: ImportRun, report: ImportReport, *, patience: float
) -> Unfetchable | None:
    """Fetch one page and take it in, in one transaction with what its row says.

    Returns why no further page is to be fetched now; None where there is nothing against it.
    """
    outcome = polite_fetch(
        page.url,
        heeds_robots=feed.heeds_robots,
        patience=patience,
        etag=page.etag,
        last_modified=page.last_modified,
    )
    stop = None
    if isinstance(outcome, Unfetchable) and (outcome.why == Why.BUSY or outcome.retry_after):
        if outcome.status is None or _may_wait(page):
            return outcome
        stop = outcome
    fetched = not isinstance(outcome, Unfetchable)
    stays = isinstance(outcome, Unfetchable) and not stop and _may_come_back(outcome, page)
    items = _items(page, outcome, stays=stays)

    def note() -> None:
        page.state = PageState.DONE if fetched else PageState.FAILED
        if stays:
            page.state = PageState.PENDING
        page.attempts += 1
        if isinstance(outcome, Fetched):
            page.etag = outcome.etag.replace("\x00", "")
            page.last_modified = outcome.last_modified.replace("\x00", "")
        if fetched:
            page.fetched_at = timezone.now()
        page.save()
        if fetched and any(isinstance(item, Accepted) for item in items):
            Rejection.objects.filter(
                run__feed=feed, origin=page.url, format=PAGE, settled_in=None
            ).update(settled_in=run)

    take_chunk(run, items, report, run.started_by, also=note)
    return stop


def _may_wait(page: FeedPage) -> bool:
    """Put the page behind the others; False where that was done often enough."""
    page.put_off += 1
    page.save(update_fields=["put_off"])
    return page.put_off < MAX_PUT_OFF


def _may_come_back(outcome: Unfetchable, page: FeedPage) -> bool:
    passing = outcome.why in PASSING or (outcome.status is not None and outcome.status >= 500)
    return passing and page.attempts + 1 < MAX_ATTEMPTS


def _items(
    page: FeedPage, outcome: Fetched | NotModified | Unfetchable, *, stays: bool
) -> list[Item]:
    known = _unpacked(page.known)
    raw = Raw(page.url, 1, page.url.encode(), len(page.url.encode()), PAGE)
    match outcome:
        case NotModified():
            return []
        case Unfetchable():
            then = " It is tried again with the next run." if stays else ""
            message = f"The page could not be fetched: {outcome.message}{then}"
            refused: list[Item] = [Refused(RejectionReason.NOT_FETCHED, message, raw)]
            # What the feed says of the story is better than nothing.
            return [*refused, Accepted(known, raw)] if known and not stays else refused
    return [_merged(item, known) for item in _stories(outcome, page.url)]


def _stories(document: Fetched, url: str) -> list[Item]:
    """The stories of a page, under the address by which it was named."""
    return list(read_stream(BytesIO(document.content), url))


def _merged(item: Item, known: IncomingArticle | None) -> Item:
    """The page's story, as the one that the feed speaks of."""
    if isinstance(item, Refused):
        return replace(item, raw=replace(item.raw, format=PAGE))
    if not isinstance(item, Accepted) or known is None:
        return item
    page = item.article
    stated = {name: value for name, value in _stated(known).items() if name != "text"}
    stated |= {"text": page.text, "partial": page.partial}
    # A page tells more of itself than its feed does, except what it is called there.
    for name in ("headline", "byline", "dateline", "section", "genre", "rights", "versioned_at"):
        if getattr(page, name):
            stated[name] = getattr(page, name)
    return Accepted(replace(page, **stated), item.raw)


def _packed(story: IncomingArticle | None) -> str:
    return json.dumps(_stated(story) if story else {}, default=str)


def _stated(story: IncomingArticle) -> dict[str, Any]:
    """What its feed says of it, without what follows from that."""
    values = {one.name: getattr(story, one.name) for one in fields(story) if one.init}
    return {name: value for name, value in values.items() if value}


def _unpacked(known: dict[str, object]) -> IncomingArticle | None:
    if not known:
        return None
    values = {
        name: parse_datetime(value) if name in DATES and isinstance(value, str) else value
        for name, value in known.items()
    }
    return IncomingArticle(**values)  # type: ignore[arg-type]
