"""Writing down what a poll came to: on the run, on the feed, and by mail where it has to be."""

from __future__ import annotations

import logging
import random
from datetime import datetime, timedelta

from django.conf import settings
from django.core.mail import send_mail
from django.db import DatabaseError, transaction
from django.utils import timezone

from newsroom.imports.feeds.models import Feed, FeedState
from newsroom.imports.feeds.outcomes import Polled
from newsroom.imports.models import ImportRun, ImportState
from newsroom.imports.services import ImportReport, RunEnded, end_run

logger = logging.getLogger(__name__)

GAP_WEIGHT = 0.2
"""How much the latest gap counts for the usual one."""

NOTHING_TAKEN = "Nothing of what came could be taken in; the rejections say why."

_chance = random.SystemRandom()


def next_time(feed: Feed, after: datetime) -> datetime:
    """When a feed is due again by its rhythm, a little earlier or later."""
    share = _chance.uniform(-1, 1) * feed.jitter_percent / 100
    return after + feed.rhythm * (1 + share)


def finish(*, feed: Feed, run: ImportRun, report: ImportReport, polled: Polled) -> None:
    """End the run and write to the feed what follows, in one transaction.

    Raises `RunEnded` where somebody has taken this run for dead: then nothing of it counts.
    """
    error = polled.error
    if not error and report.seen and report.seen == report.rejected:
        error = NOTHING_TAKEN
    notes = "\n".join(polled.notes)
    state = ImportState.FAILED if polled.error else ImportState.FINISHED
    with transaction.atomic():
        if not end_run(run, state, error=polled.error, note=notes):
            raise RunEnded
        feed = Feed.objects.select_for_update(no_key=True).get(pk=feed.pk)
        if polled.put_off:
            wait = polled.retry_after or timedelta(minutes=1)
            feed.next_at = min(feed.next_at, timezone.now() + wait)
            feed.save(update_fields=["next_at"])
        elif error:
            _failed(feed, error, polled.retry_after)
        else:
            _succeeded(feed, report, polled)


def finish_broken(*, feed: Feed, run: ImportRun, report: ImportReport, error: str) -> None:
    """End a run that an error of ours has stopped. That counts as a failure of the feed, too."""
    try:
        finish(feed=feed, run=run, report=report, polled=Polled(error=error))
    except (DatabaseError, RunEnded):
        # When it is the database that fails, the next look at the schedule ends the run.
        logger.warning("run %d could not be ended", run.pk)


def _succeeded(feed: Feed, report: ImportReport, polled: Polled) -> None:
    now = timezone.now()
    feed.failures, feed.last_error, feed.last_success_at = 0, "", now
    if polled.etag is not None:
        feed.etag = polled.etag
    if polled.last_modified is not None:
        feed.last_modified = polled.last_modified
    if polled.moved_to is not None:
        feed.moved_to = polled.moved_to
    if report.counts["created"] or report.counts["revised"]:
        if feed.last_new_at is not None:
            gap = now - feed.last_new_at
            usual = feed.usual_gap or gap
            feed.usual_gap = usual + (gap - usual) * GAP_WEIGHT
        feed.last_new_at = now
        feed.arrivals += 1
    feed.lists_left = list(polled.lists_left)
    if polled.more:
        feed.next_at = now
    if polled.retry_after:
        feed.next_at = max(feed.next_at, now + polled.retry_after)
    feed.save(
        update_fields=[
            *("failures", "last_error", "last_success_at", "etag", "last_modified", "moved_to"),
            *("usual_gap", "last_new_at", "arrivals", "next_at", "lists_left"),
        ]
    )


def _failed(feed: Feed, error: str, retry_after: timedelta | None) -> None:
    """Ask less and less often, never sooner than the server wants; then not at all."""
    now = timezone.now()
    feed.failures += 1
    feed.last_error = error
    backoff = min(
        feed.rhythm * 2 ** min(feed.failures, 16),
        max(settings.FEED_LONGEST_BACKOFF, feed.rhythm),
    )
    feed.next_at = max(now + max(backoff, retry_after or timedelta()), feed.next_at)
    if feed.failures >= settings.FEED_FAILURES_TO_PAUSE and feed.state == FeedState.ACTIVE:
        feed.state = FeedState.PAUSED
        feed.paused_reason = (
            f"Paused by itself after {feed.failures} failures in a row. The latest: {error}"
        )
        transaction.on_commit(lambda: _tell(feed))
    feed.save(
        update_fields=[
            *("failures", "last_error", "next_at", "state", "paused_reason"),
        ]
    )


def _tell(feed: Feed) -> None:
    """A mail that cannot be sent must not undo what happened: list and dashboard show it, too."""
    if not settings.FEED_ALARM_EMAILS:
        return
    try:
        send_mail(
            subject=f"The feed “{' '.join(feed.name.split())}” is paused",
            message=(
                f"{feed.paused_reason}\n\nFeed: {feed.name}\nFrom: {feed.place}\n\n"
                "When the cause is gone, open the feed in the admin and resume it. "
                "Nothing that came before is lost."
            ),
            from_email=None,
            recipient_list=settings.FEED_ALARM_EMAILS,
        )
    except Exception:
        logger.exception("the mail about feed %d could not be sent", feed.pk)
