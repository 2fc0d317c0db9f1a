"""Running a feed: the one function that schedule, admin, command and API call, and its switches."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from newsroom.accounts.models import User
from newsroom.history import acting
from newsroom.imports.feeds import folders, records, web
from newsroom.imports.feeds.models import Feed, FeedKind, FeedState
from newsroom.imports.models import OPEN, ImportRun, ImportState, ImportTrigger
from newsroom.imports.services import (
    INTERRUPTED,
    ImportReport,
    RunEnded,
    end_run,
    what_happened,
)
from newsroom.waking import wake

IMPORT_TASK = "imports.import_feed"

logger = logging.getLogger(__name__)


class FeedBusy(Exception):
    """Somebody is taking this feed in already; `run` says how far they are."""

    def __init__(self, run: ImportRun) -> None:
        super().__init__("This feed is being taken in already.")
        self.run = run


class FeedPaused(Exception):
    """The schedule does not ask a paused feed; a person may."""


def import_feed(
    *,
    feed_id: int,
    trigger: ImportTrigger,
    on_progress: Callable[[ImportReport], None] = lambda report: None,
    by: User | None,
) -> ImportRun:
    """Ask a feed for what is new and take it in, now and here; returns the run, which has ended.

    A run that was queued for this feed is this one. Raises `FeedBusy` where another process is at
    it, `FeedPaused`, and `Feed.DoesNotExist`. A feed that fails is no error: run and feed say so.
    Killed at any moment, it has lost nothing and doubled nothing: what the server told us to ask by
    next time is kept only together with the end of the run.
    """
    feed, run = _begin(feed_id, trigger, by)
    report = ImportReport(run_id=run.pk)
    deadline = time.monotonic() + settings.FEED_RUN_SECONDS
    take_in = web.take_in if feed.kind == FeedKind.WEB else folders.take_in
    try:
        with acting(run.started_by, import_run=run.pk, feed=feed.pk):
            polled = take_in(feed, run, report, on_progress, deadline)
            records.finish(feed=feed, run=run, report=report, polled=polled)
    except RunEnded:
        logger.warning("run %d of feed %d was taken for dead", run.pk, feed.pk)
    except BaseException as error:
        records.finish_broken(feed=feed, run=run, report=report, error=what_happened(error))
        raise
    run.refresh_from_db()
    return run


def request_import(*, feed_id: int, trigger: ImportTrigger, by: User | None) -> ImportRun:
    """Have a worker take in a feed soon; returns the run, whose row shows how it goes.

    Asked twice, it is done once: a run that is queued or running already is returned.
    """
    with transaction.atomic():
        feed = Feed.objects.select_for_update(no_key=True).get(pk=feed_id)
        run = _open_run(feed)
        if run is None:
            run = ImportRun.objects.create(
                outlet_id=feed.outlet_id,
                feed=feed,
                trigger=trigger,
                origin=feed.place,
                started_by=by,
                state=ImportState.QUEUED,
            )
        if run.state == ImportState.QUEUED:
            transaction.on_commit(lambda: send(feed_id, trigger))
    return run


def send(feed_id: int, trigger: ImportTrigger) -> bool:
    """Wake a worker for a feed. False where the broker is unusable: the rows stay due."""
    return wake(IMPORT_TASK, feed_id, trigger.value)


def pause_feed(*, feed_id: int, reason: str, by: User | None) -> bool:
    """Ask a feed no more until somebody resumes it. False where it is paused already."""
    with transaction.atomic(), acting(by):
        paused = Feed.objects.filter(pk=feed_id, state=FeedState.ACTIVE).update(
            state=FeedState.PAUSED, paused_reason=reason.strip() or "No reason was given."
        )
    return bool(paused)


def resume_feed(*, feed_id: int, by: User | None) -> bool:
    """Ask a feed again, and at once. False where it is active already."""
    with transaction.atomic(), acting(by):
        resumed = Feed.objects.filter(pk=feed_id, state=FeedState.PAUSED).update(
            state=FeedState.ACTIVE, paused_reason="", failures=0, next_at=timezone.now()
        )
    return bool(resumed)


def _begin(feed_id: int, trigger: ImportTrigger, by: User | None) -> tuple[Feed, ImportRun]:
    """The feed and its run, of which no other process has one that is alive."""
    with transaction.atomic():
        feed = Feed.objects.select_for_update(no_key=True).select_related("outlet").get(pk=feed_id)
        run = _open_run(feed)
        if run is None and trigger == ImportTrigger.SCHEDULE and feed.state == FeedState.PAUSED:
            raise FeedPaused(feed.paused_reason)
        now = timezone.now()
        if run is not None and run.state == ImportState.RUNNING:
            raise FeedBusy(run)
        if run is None:
            run = ImportRun(
                outlet=feed.outlet,
                feed=feed,
                trigger=trigger,
                origin=feed.place,
                started_by=by,
            )
        run.state = ImportState.RUNNING
        run.progressed_at = now
        run.save()
        Feed.objects.filter(pk=feed_id).update(last_polled_at=now)
    return feed, run


def _open_run(feed: Feed) -> ImportRun | None:
    """The run of this feed that is queued or running; one whose process has died is ended."""
    run = ImportRun.objects.filter(feed=feed, state__in=OPEN).first()
    if run is None:
        return None
    if (
        run.state == ImportState.RUNNING
        and run.progressed_at < timezone.now() - settings.FEED_LEASE
    ):
        end_run(run, ImportState.FAILED, error=INTERRUPTED)
        return None
    return run


__all__ = [
    "FeedBusy",
    "FeedPaused",
    "import_feed",
    "pause_feed",
    "request_import",
    "resume_feed",
    "send",
]
