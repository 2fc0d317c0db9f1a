"""Which polls are forgotten, and which never are."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from newsroom.imports.feeds.forgetting import KEPT, forget_empty_polls
from newsroom.imports.feeds.models import Feed
from newsroom.imports.models import ImportRun, ImportState, ImportTrigger
from tests.factories import FeedFactory

pytestmark = pytest.mark.django_db

LONG_AGO = timezone.now() - KEPT - timedelta(hours=1)


def poll(feed: Feed, **fields: object) -> ImportRun:
    """A poll of long ago that brought nothing, but for `fields`."""
    values = {
        "trigger": ImportTrigger.SCHEDULE,
        "state": ImportState.FINISHED,
        "finished_at": LONG_AGO,
        "seen": 3,
        "unchanged": 3,
    }
    return ImportRun.objects.create(outlet=feed.outlet, feed=feed, **values | fields)


def test_polls_of_long_ago_that_brought_nothing_are_forgotten_but_for_the_last() -> None:
    feed = FeedFactory.create()
    poll(feed)
    poll(feed, seen=0, unchanged=0)
    last = poll(feed)

    assert forget_empty_polls() == 2
    assert list(ImportRun.objects.all()) == [last]
    assert forget_empty_polls() == 0


def test_what_took_something_in_failed_is_young_or_was_asked_for_by_a_person_is_kept() -> None:
    feed = FeedFactory.create()
    kept = [
        poll(feed, created=1, unchanged=2),
        poll(feed, rejected=1, unchanged=2),
        poll(feed, state=ImportState.FAILED, error="The server said 500."),
        poll(feed, finished_at=timezone.now()),
        poll(feed, trigger=ImportTrigger.ADMIN),
        poll(feed),
    ]

    assert forget_empty_polls() == 0
    assert ImportRun.objects.count() == len(kept)
