"""The queue of revisions to extract, whose truth is in the rows."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.conf import LazySettings
from django.conf import settings as project
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from newsroom.articles import extraction_queue as queue
from newsroom.articles.extraction_queue import Attempt
from newsroom.articles.models import ExtractionState, Revision
from tests.database import at_once, while_uncommitted
from tests.factories import RevisionFactory, UserFactory

pytestmark = pytest.mark.django_db

Sent = Callable[[], list[int]]


def begun(revision: Revision) -> Attempt:
    attempt = queue.begin(revision.pk)
    assert attempt is not None
    return attempt


def finish(attempt: Attempt) -> None:
    queue.finish(attempt, extractor="rules", version="1", notes="a note")


def lapse(revision: Revision) -> None:
    """As if the time of the worker, or of the message, were over."""
    Revision.objects.filter(pk=revision.pk).update(
        extraction_next_attempt_at=timezone.now() - timedelta(seconds=1)
    )


def row(revision: Revision) -> Revision:
    return Revision.objects.get(pk=revision.pk)


def state(revision: Revision) -> str:
    return row(revision).extraction_state


# ------------------------------------------------------------------------------ begin, finish


def test_a_worker_takes_a_revision_for_as_long_as_its_lease(settings: LazySettings) -> None:
    settings.EXTRACTION_LEASE = timedelta(seconds=77)
    revision = RevisionFactory.create()
    now = timezone.now()

    attempt = begun(revision)

    after = row(revision)
    assert (attempt.revision, attempt.number) == (after, 1)
    assert (after.extraction_state, after.extraction_attempts) == ("running", 1)
    assert after.extraction_next_attempt_at is not None
    assert 76 < (after.extraction_next_attempt_at - now).total_seconds() < 80


def test_a_revision_that_is_not_due_yet_may_be_taken() -> None:
    """The time is that of the sweep; a message that arrives earlier is what we hope for."""
    revision = RevisionFactory.create(
        extraction_next_attempt_at=timezone.now() + timedelta(hours=1)
    )
    assert queue.begin(revision.pk) is not None


def test_the_article_comes_along_without_another_query() -> None:
    revision = RevisionFactory.create()
    with CaptureQueriesContext(connection) as captured:
        assert begun(revision).revision.article.pk == revision.article_id
    assert len(captured) == 2


def test_a_revision_that_is_being_extracted_is_not_taken_again() -> None:
    revision = RevisionFactory.create()
    begun(revision)

    assert queue.begin(revision.pk) is None
    assert row(revision).extraction_attempts == 1


def test_a_revision_that_does_not_exist_is_nothing_to_do() -> None:
    assert queue.begin(0) is None


def test_a_finished_revision_is_not_taken_again() -> None:
    revision = RevisionFactory.create()
    finish(begun(revision))

    assert queue.begin(revision.pk) is None
    after = row(revision)
    assert after.extraction_state == ExtractionState.DONE
    assert after.extraction_next_attempt_at is None
    assert after.extraction_finished_at is not None
    assert (after.extractor, after.extractor_version, after.extraction_notes) == (
        "rules",
        "1",
        "a note",
    )


def test_a_success_clears_the_error_of_an_earlier_attempt() -> None:
    revision = RevisionFactory.create()
    queue.fail(begun(revision), error="out of memory")
    assert row(revision).extraction_error == "out of memory"

    finish(begun(revision))

    assert row(revision).extraction_error == ""


@pytest.mark.django_db(transaction=True)
def test_of_two_workers_at_once_one_gets_the_revision() -> None:
    revision = RevisionFactory.create()

    second = while_uncommitted(lambda: begun(revision), lambda: queue.begin(revision.pk))

    assert second is None
    assert row(revision).extraction_attempts == 1


@pytest.mark.django_db(transaction=True)
def test_of_many_workers_at_once_one_gets_the_revision() -> None:
    revision = RevisionFactory.create()

    attempts = at_once(*[lambda: queue.begin(revision.pk)] * 5)

    assert [attempt.number for attempt in attempts if attempt is not None] == [1]
    assert row(revision).extraction_attempts == 1


# --------------------------------------------------------------- workers that die or come late


def test_a_revision_whose_worker_died_may_be_taken_by_another() -> None:
    revision = RevisionFactory.create()
    begun(revision)
    lapse(revision)

    assert begun(revision).number == 2


def test_a_worker_that_comes_late_can_no_longer_write() -> None:
    revision = RevisionFactory.create()
    late = begun(revision)
    lapse(revision)
    other = begun(revision)

    assert not still_held(late)
    finish(late)
    assert state(revision) == "running"
    queue.fail(late, error="late")

    after = row(revision)
    assert (after.extraction_state, after.extraction_error) == ("running", "")
    assert still_held(other)
    finish(other)
    queue.fail(late, error="later still")
    assert (state(revision), row(revision).extraction_error) == ("done", "")


def still_held(attempt: Attempt) -> bool:
    with transaction.atomic():
        return queue.still_held(attempt)


def test_a_worker_that_comes_late_may_write_while_nobody_else_has_begun() -> None:
    """Its work is as good as any; what came after decides, not the clock."""
    revision = RevisionFactory.create()
    attempt = begun(revision)

    with time_machine.travel(timezone.now() + timedelta(hours=1), tick=True):
        assert still_held(attempt)


def test_a_worker_that_comes_late_cannot_write_after_the_sweep() -> None:
    revision = RevisionFactory.create()
    late = begun(revision)
    lapse(revision)
    queue.resend_due()

    assert not still_held(late)
    finish(late)
    assert state(revision) == "pending"


def test_a_worker_that_comes_late_cannot_write_into_a_second_extraction() -> None:
    """After a requeue attempts count from one again: both workers are on their first."""
    revision = RevisionFactory.create()
    late = begun(revision)
    lapse(revision)
    finish(begun(revision))
    queue.requeue(revision_ids=[revision.pk], by=None)
    current = begun(revision)
    assert late.number == current.number == 1

    assert not still_held(late)
    finish(late)
    queue.fail(late, error="late")

    assert (state(revision), row(revision).extraction_error) == ("running", "")
    assert still_held(current)


def test_a_revision_that_is_held_is_not_requeued() -> None:
    revision = RevisionFactory.create()
    attempt = begun(revision)
    assert queue.requeue(revision_ids=[revision.pk], by=None) == 0
    assert still_held(attempt)


@pytest.mark.django_db(transaction=True)
def test_while_a_worker_writes_its_result_no_other_begins() -> None:
    revision = RevisionFactory.create()
    attempt = begun(revision)

    def write() -> None:
        assert queue.still_held(attempt)
        finish(attempt)

    def begin_later() -> Attempt | None:
        with time_machine.travel(timezone.now() + timedelta(hours=1), tick=True):
            return queue.begin(revision.pk)

    assert while_uncommitted(write, begin_later) is None
    assert (state(revision), row(revision).extraction_attempts) == ("done", 1)


# ------------------------------------------------------------------------------------ failures


def test_a_failed_attempt_is_due_again_after_a_growing_pause(settings: LazySettings) -> None:
    settings.EXTRACTION_MAX_ATTEMPTS = 5
    revision = RevisionFactory.create()
    pauses = []
    for number in range(1, 5):
        attempt = begun(revision)
        assert attempt.number == number
        now = timezone.now()
        queue.fail(attempt, error=f"error {number}")
        after = row(revision)
        assert (after.extraction_state, after.extraction_error) == ("pending", f"error {number}")
        assert after.extraction_next_attempt_at is not None
        pauses.append((after.extraction_next_attempt_at - now).total_seconds())

    assert [round(pause) for pause in pauses] == [60, 120, 240, 480]


def test_after_the_last_attempt_a_revision_has_failed_with_the_reason(
    settings: LazySettings, sent: Sent
) -> None:
    settings.EXTRACTION_MAX_ATTEMPTS = 3
    revision = RevisionFactory.create()
    for number in range(3):
        queue.fail(begun(revision), error=f"error {number}")

    after = row(revision)
    assert (after.extraction_state, after.extraction_error) == ("failed", "error 2")
    assert after.extraction_next_attempt_at is None
    assert after.extraction_finished_at is not None
    assert queue.begin(revision.pk) is None
    assert queue.resend_due() == 0
    assert sent() == []


def test_a_text_that_kills_every_worker_ends_as_failed(settings: LazySettings, sent: Sent) -> None:
    """No worker lives to report; the sweep counts the attempts."""
    settings.EXTRACTION_MAX_ATTEMPTS = 3
    poison, healthy = RevisionFactory.create(), RevisionFactory.create()
    for number in range(1, 4):
        assert begun(poison).number == number
        lapse(poison)
        queue.resend_due()

    after = row(poison)
    assert after.extraction_state == "failed"
    assert after.extraction_error == "The worker did not report back in time."
    assert after.extraction_finished_at is not None
    assert after.extraction_next_attempt_at is None
    assert sent().count(poison.pk) == 2
    assert queue.begin(poison.pk) is None
    assert state(healthy) == "pending"


def test_a_broker_that_delivers_again_and_again_does_not_keep_a_poison_going(
    settings: LazySettings,
) -> None:
    """Redis delivers a message again that no worker lived to acknowledge, sweep or no sweep."""
    settings.EXTRACTION_MAX_ATTEMPTS = 3
    revision = RevisionFactory.create()
    begun_times = 0
    for _ in range(10):
        begun_times += queue.begin(revision.pk) is not None
        lapse(revision)

    assert begun_times == row(revision).extraction_attempts == 3
    queue.resend_due()
    assert state(revision) == "failed"


# --------------------------------------------------------------------------------------- sweep


def test_the_sweep_sends_what_is_due_and_nothing_else(settings: LazySettings, sent: Sent) -> None:
    settings.EXTRACTION_RESEND_AFTER = timedelta(seconds=100)
    due = RevisionFactory.create()
    lapsed, running, done, failed = (RevisionFactory.create() for _ in range(4))
    later = RevisionFactory.create(extraction_next_attempt_at=timezone.now() + timedelta(hours=1))
    begun(lapsed)
    lapse(lapsed)
    begun(running)
    finish(begun(done))
    Revision.objects.filter(pk=failed.pk).update(
        extraction_state="failed",
        extraction_next_attempt_at=None,
        extraction_finished_at=timezone.now(),
    )
    untouched = list(Revision.objects.filter(pk__in=[running.pk, done.pk, failed.pk, later.pk]))
    before = [(one.pk, one.extraction_state, one.extraction_next_attempt_at) for one in untouched]

    assert queue.resend_due() == 2

    assert sorted(sent()) == sorted([due.pk, lapsed.pk])
    assert (state(due), state(lapsed)) == ("pending", "pending")
    assert row(due).extraction_error == ""
    assert row(lapsed).extraction_error == "The worker did not report back in time."
    after = [row(one) for one in untouched]
    assert [
        (one.pk, one.extraction_state, one.extraction_next_attempt_at) for one in after
    ] == before
    next_at = row(due).extraction_next_attempt_at
    assert next_at is not None
    assert 98 < (next_at - timezone.now()).total_seconds() <= 100


def test_a_second_sweep_does_not_send_again(sent: Sent) -> None:
    RevisionFactory.create()
    assert [queue.resend_due(), queue.resend_due()] == [1, 0]
    assert len(sent()) == 1


def test_the_sweep_sends_the_oldest_first_and_not_more_than_told(sent: Sent) -> None:
    now = timezone.now()
    revisions = [
        RevisionFactory.create(extraction_next_attempt_at=now - timedelta(minutes=n))
        for n in range(5)
    ]

    assert queue.resend_due(limit=3) == 3
    assert sent() == [revisions[4].pk, revisions[3].pk, revisions[2].pk]
    assert queue.resend_due(limit=3) == 2
    assert sorted(sent()) == sorted(one.pk for one in revisions)


def test_a_long_queue_takes_the_sweep_as_many_queries_as_a_short_one(sent: Sent) -> None:
    def queries(count: int) -> int:
        for _ in range(count):
            RevisionFactory.create()
        with CaptureQueriesContext(connection) as captured:
            assert queue.resend_due() == count
        return len(captured)

    assert queries(1) == queries(20)


@pytest.mark.django_db(transaction=True)
def test_two_sweeps_at_once_send_a_revision_once(sent: Sent) -> None:
    revisions = [RevisionFactory.create() for _ in range(30)]

    counts = at_once(queue.resend_due, queue.resend_due, queue.resend_due)

    assert sum(counts) == 30
    assert sorted(sent()) == sorted(one.pk for one in revisions)


@pytest.mark.django_db(transaction=True)
def test_the_sweep_does_not_wait_for_a_worker_that_writes_its_result(sent: Sent) -> None:
    held, due = RevisionFactory.create(), RevisionFactory.create()
    with time_machine.travel(timezone.now() - timedelta(hours=1), tick=True):
        attempt = begun(held)
    with transaction.atomic():
        assert queue.still_held(attempt)
        (count,) = at_once(queue.resend_due)
        finish(attempt)

    assert count == 1
    assert sent() == [due.pk]
    assert state(held) == "done"


def test_a_sweep_without_a_broker_loses_nothing(unreachable_broker: str) -> None:
    revision = RevisionFactory.create()

    assert queue.resend_due() == 0

    assert state(revision) == "pending"
    lapse(revision)
    assert queue.begin(revision.pk) is not None


# ------------------------------------------------------------------------------------- requeue


def finished(**fields: Any) -> Revision:
    revision = RevisionFactory.create()
    finish(begun(revision))
    Revision.objects.filter(pk=revision.pk).update(**fields)
    return revision


@pytest.mark.django_db(transaction=True)
def test_requeueing_sends_finished_and_failed_revisions_again(sent: Sent) -> None:
    user = UserFactory.create()
    done, failed = (
        finished(),
        finished(extraction_state="failed", extraction_error="broken", extraction_attempts=5),
    )
    waiting, running = RevisionFactory.create(), RevisionFactory.create()
    begun(running)
    ids = [one.pk for one in (done, failed, waiting, running)]

    assert queue.requeue(revision_ids=ids, by=user) == 2

    assert sorted(sent()) == sorted([done.pk, failed.pk])
    for revision in (done, failed):
        after = row(revision)
        assert (after.extraction_state, after.extraction_attempts) == ("pending", 0)
        assert (after.extraction_error, after.extraction_finished_at) == ("", None)
        assert queue.begin(revision.pk) is not None
    assert (state(waiting), state(running)) == ("pending", "running")
    assert row(running).extraction_attempts == 1


@pytest.mark.django_db(transaction=True)
def test_requeueing_twice_sends_once(sent: Sent) -> None:
    revision = finished()

    counts = at_once(
        *[lambda: queue.requeue(revision_ids=[revision.pk], by=None)] * 2,
    )

    assert sorted(counts) == [0, 1]
    assert sent() == [revision.pk]


def test_requeueing_nothing_is_no_error(sent: Sent) -> None:
    assert queue.requeue(revision_ids=[], by=None) == 0
    assert queue.requeue(revision_ids=[0], by=None) == 0


# ------------------------------------------------------------------------------------ announce


def test_announcing_sends_a_message_for_each_revision(sent: Sent) -> None:
    assert queue.announce([3, 1, 2]) == 3
    assert sent() == [3, 1, 2]
    assert queue.announce([]) == 0


def test_announcing_gives_up_after_the_first_failure(
    unreachable_broker: str, caplog: pytest.LogCaptureFixture
) -> None:
    started = timezone.now()

    assert queue.announce(list(range(1000))) == 0

    assert (timezone.now() - started).total_seconds() < 1.5
    (record,) = caplog.records
    assert "1000 revisions left to the sweep" in record.getMessage()


def test_announcing_gives_up_on_a_broker_that_does_not_answer(
    silent_broker: str, caplog: pytest.LogCaptureFixture
) -> None:
    assert queue.announce([1, 2, 3]) == 0
    (record,) = caplog.records
    assert "3 revisions left to the sweep" in record.getMessage()


@pytest.mark.parametrize(
    ("url", "timeout"), [("redis://broker.example", 5), ("amqp://broker.example", None)]
)
def test_the_settings_bound_the_time_that_sending_takes(url: str, timeout: int | None) -> None:
    source = (
        "import json; from newsroom import settings; "
        "print(json.dumps(settings.CELERY_BROKER_TRANSPORT_OPTIONS))"
    )
    printed = subprocess.run(
        [sys.executable, "-c", source],
        env={**os.environ, "CELERY_BROKER_URL": url},
        cwd=project.BASE_DIR,
        capture_output=True,
        text=True,
        check=True,
    )
    options = json.loads(printed.stdout)
    assert (options["max_retries"], options["interval_start"]) == (1, 0)
    assert options.get("socket_timeout") == timeout
