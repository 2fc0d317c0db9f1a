"""What is due, and that each feed is given to one only."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from newsroom.imports.feeds import schedule, services
from newsroom.imports.feeds.models import Feed
from newsroom.imports.feeds.schedule import claim_due, send_due
from newsroom.imports.models import ImportRun, ImportTrigger
from tests.database import at_once
from tests.factories import FeedFactory

pytestmark = pytest.mark.django_db

LATER = timezone.now() + timedelta(hours=1)


@pytest.fixture
def sent(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The feeds that were given to workers."""
    feeds: list[int] = []

    def send(feed_id: int, trigger: ImportTrigger) -> bool:
        feeds.append(feed_id)
        return True

    monkeypatch.setattr(schedule, "send", send)
    return feeds


def test_what_is_due_is_claimed_with_its_next_time_written_first() -> None:
    due = FeedFactory.create(every_minutes=60, jitter_percent=10)
    FeedFactory.create(next_at=LATER)
    FeedFactory.create(state="paused", paused_reason="Relaunch")

    assert claim_due() == [due.pk]
    assert claim_due() == []
    due.refresh_from_db()
    wait = due.next_at - timezone.now()
    assert timedelta(minutes=53) < wait <= timedelta(minutes=66)


def test_feeds_do_not_all_come_due_in_the_same_moment() -> None:
    for _ in range(20):
        FeedFactory.create(jitter_percent=50)
    claim_due()
    assert len(set(Feed.objects.values_list("next_at", flat=True))) == 20


@pytest.mark.django_db(transaction=True)
def test_of_many_who_look_at_once_each_feed_goes_to_one() -> None:
    feeds = [FeedFactory.create().pk for _ in range(30)]

    claims = at_once(*[lambda: claim_due(limit=10)] * 3)

    assert sorted(feed for claim in claims for feed in claim) == feeds


def test_a_broker_that_is_down_loses_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    FeedFactory.create()
    monkeypatch.setattr(schedule, "send", lambda feed_id, trigger: False)

    assert send_due() == 0
    assert Feed.objects.get().next_at <= timezone.now()


def test_a_run_whose_worker_was_killed_is_ended_and_its_feed_sent_again(sent: list[int]) -> None:
    feed = FeedFactory.create(next_at=LATER)
    long_ago = timezone.now() - timedelta(hours=1)
    run = ImportRun.objects.create(
        outlet=feed.outlet, feed=feed, trigger="schedule", progressed_at=long_ago
    )
    alive = FeedFactory.create(next_at=LATER)
    ImportRun.objects.create(outlet=alive.outlet, feed=alive, trigger="schedule")

    assert send_due() == 1

    run.refresh_from_db()
    assert run.state == "failed"
    assert sent == [feed.pk]


def test_while_the_broker_is_away_one_is_tried_and_all_wait(
    monkeypatch: pytest.MonkeyPatch, sent: list[int]
) -> None:
    for _ in range(3):
        feed = FeedFactory.create(next_at=LATER)
        services.request_import(feed_id=feed.pk, trigger=ImportTrigger.ADMIN, by=None)
    ImportRun.objects.update(progressed_at=timezone.now() - timedelta(minutes=3))
    tried = []

    def away(feed_id: int, trigger: ImportTrigger) -> bool:
        tried.append(feed_id)
        return False

    with monkeypatch.context() as patch:
        patch.setattr(schedule, "send", away)
        send_due()
    assert len(tried) == 1

    send_due()
    assert len(sent) == 3


def test_a_queued_run_whose_message_was_lost_is_sent_again(sent: list[int]) -> None:
    feed = FeedFactory.create(next_at=LATER)
    run = services.request_import(feed_id=feed.pk, trigger=ImportTrigger.ADMIN, by=None)
    send_due()
    assert sent == []

    ImportRun.objects.filter(pk=run.pk).update(progressed_at=timezone.now() - timedelta(minutes=3))
    send_due()
    send_due()
    assert sent == [feed.pk]
