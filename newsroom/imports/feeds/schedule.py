"""What is due: one look a minute, by beat or by cron, whoever and however many of them look."""

from __future__ import annotations

from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from newsroom.imports.feeds.models import Feed, FeedState
from newsroom.imports.feeds.records import next_time
from newsroom.imports.feeds.services import send
from newsroom.imports.models import ImportRun, ImportState, ImportTrigger
from newsroom.imports.services import INTERRUPTED

AT_ONCE = 1000
"""Feeds that one look takes; the next look takes the next ones."""

RESEND_AFTER = timedelta(minutes=2)
"""How long a message about a queued run may be on its way."""


def claim_due(*, limit: int = AT_ONCE) -> list[int]:
    """The feeds that are due, each given to one caller only; the next time is written first."""
    _end_dead_runs()
    now = timezone.now()
    with transaction.atomic():
        due = list(
            Feed.objects.select_for_update(skip_locked=True, no_key=True)
            .filter(state=FeedState.ACTIVE, next_at__lte=now)
            .order_by("next_at")[:limit]
        )
        for feed in due:
            feed.next_at = next_time(feed, now)
        Feed.objects.bulk_update(due, ["next_at"])
    return [feed.pk for feed in due]


def send_due() -> int:
    """Give what is due to the workers; returns how many feeds that were."""
    claimed = claim_due()
    for number, feed_id in enumerate(claimed):
        if not send(feed_id, ImportTrigger.SCHEDULE):
            # Not lost: due at once when the broker is back.
            Feed.objects.filter(pk__in=claimed[number:]).update(next_at=timezone.now())
            return number
    _resend_queued()
    return len(claimed)


def _resend_queued() -> None:
    """A run that somebody asked for and no worker has begun: its message may be lost."""
    waiting = ImportRun.objects.filter(
        state=ImportState.QUEUED, progressed_at__lt=timezone.now() - RESEND_AFTER
    )
    for run in waiting.order_by("pk")[:AT_ONCE]:
        assert run.feed_id is not None
        if not send(run.feed_id, ImportTrigger(run.trigger)):
            return  # the next look finds them where they are
        ImportRun.objects.filter(pk=run.pk, state=ImportState.QUEUED).update(
            progressed_at=timezone.now()
        )


def _end_dead_runs() -> None:
    """End runs whose worker has died, and have their feeds asked again at once."""
    now = timezone.now()
    with transaction.atomic():
        dead = list(
            ImportRun.objects.select_for_update(skip_locked=True)
            .filter(
                feed__isnull=False,
                state=ImportState.RUNNING,
                progressed_at__lt=now - settings.FEED_LEASE,
            )
            .only("pk", "feed_id")
        )
        ImportRun.objects.filter(pk__in=[run.pk for run in dead]).update(
            state=ImportState.FAILED, finished_at=now, error=INTERRUPTED
        )
        Feed.objects.filter(pk__in=[run.feed_id for run in dead], state=FeedState.ACTIVE).update(
            next_at=now
        )
