"""Polls that brought nothing are not kept for ever: many feeds make thousands of them a day."""

from __future__ import annotations

from datetime import timedelta

from django.db.models import OuterRef, Subquery
from django.utils import timezone

from newsroom.imports.models import ImportRun, ImportState, ImportTrigger

KEPT = timedelta(days=30)
AT_ONCE = 10_000
"""Runs that one call forgets at most, so that no sweep takes long."""


def forget_empty_polls() -> int:
    """Delete scheduled runs that brought nothing, long ago; returns how many. Used by the sweep.

    The last run of a feed stays, as do all that took something in, refused something or failed.
    """
    latest = ImportRun.objects.filter(feed=OuterRef("feed")).order_by("-id").values("pk")[:1]
    empty = (
        ImportRun.objects.filter(
            state=ImportState.FINISHED,
            trigger=ImportTrigger.SCHEDULE,
            feed__isnull=False,
            created=0,
            revised=0,
            updated=0,
            rejected=0,
            finished_at__lt=timezone.now() - KEPT,
        )
        .exclude(pk=Subquery(latest))
        .order_by("finished_at")[:AT_ONCE]
    )
    return ImportRun.objects.filter(pk__in=list(empty.values_list("pk", flat=True))).delete()[0]
