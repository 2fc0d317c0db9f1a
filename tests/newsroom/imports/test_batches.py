"""What was accepted in one request is taken in, whatever happens to workers and broker."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from django.utils import timezone

from newsroom.articles.models import Article
from newsroom.imports import batches
from newsroom.imports.batches import items_in, resend_batches, take_batch, take_later
from newsroom.imports.models import Batch, ImportRun
from newsroom.imports.services import ImportReport, take_chunk
from newsroom.tasks import sweep
from tests.factories import OutletFactory

pytestmark = pytest.mark.django_db

LONG_AGO = timezone.now() - timedelta(hours=1)


def body(*names: str) -> bytes:
    return json.dumps(
        [{"external_id": one, "text": f"Ferry {one} runs."} for one in names]
    ).encode()


def accepted(*names: str) -> ImportRun:
    return take_later(outlet=OutletFactory.create(), raw=body(*names), is_ninjs=False, by=None)


def later() -> None:
    """As if an hour had passed since anything happened."""
    ImportRun.objects.update(started_at=LONG_AGO, progressed_at=LONG_AGO)
    Batch.objects.filter(taken_at__isnull=False).update(taken_at=LONG_AGO)
    Batch.objects.update(next_attempt_at=LONG_AGO)


def test_a_batch_waits_for_a_worker_however_long_there_is_none() -> None:
    run = accepted("a")
    later()

    sweep()

    run.refresh_from_db()
    assert run.state == "running"
    take_batch(run_id=run.pk)
    run.refresh_from_db()
    assert (run.state, run.created) == ("finished", 1)
    assert not Batch.objects.exists()


def test_an_attempt_that_failed_is_seen_and_made_again() -> None:
    run = accepted("a")
    Batch.objects.update(payload=b"[{")

    with pytest.raises(json.JSONDecodeError):
        take_batch(run_id=run.pk)

    run.refresh_from_db()
    assert run.state == "failed"
    assert "tried again by itself" in run.error
    assert resend_batches() == 0  # not at once
    Batch.objects.update(payload=body("a"))
    take_batch(run_id=run.pk)
    assert not Article.objects.exists()
    later()
    assert resend_batches() == 1
    take_batch(run_id=run.pk)
    run.refresh_from_db()
    assert (run.state, run.error, run.created) == ("finished", "", 1)
    assert not Batch.objects.exists()


def test_each_failure_makes_the_pause_longer_and_none_is_the_last() -> None:
    run = accepted("a")
    Batch.objects.update(payload=b"[{")
    pauses = []
    for _ in range(12):
        with pytest.raises(json.JSONDecodeError):
            take_batch(run_id=run.pk)
        pauses.append(Batch.objects.get().next_attempt_at - timezone.now())
        later()

    assert pauses[0] < timedelta(minutes=3) < pauses[2]
    assert max(pauses) <= timedelta(hours=1)
    assert resend_batches() == 1


def test_a_batch_whose_worker_died_goes_on_where_it_stopped() -> None:
    run = accepted("a", "b")
    first, _ = items_in(body("a", "b"), is_ninjs=False)
    take_chunk(run, [first], ImportReport(run_id=run.pk), None)
    Batch.objects.update(taken_at=timezone.now(), attempts=1)
    later()

    sweep()
    take_batch(run_id=run.pk)

    run.refresh_from_db()
    assert (run.state, run.seen, run.created, run.unchanged) == ("finished", 2, 2, 0)


def test_while_the_broker_is_away_one_is_tried_and_all_wait(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for _ in range(3):
        accepted("a")
    later()
    tried = []

    def away(task: str, run_id: int) -> bool:
        tried.append(run_id)
        return False

    with monkeypatch.context() as patch:
        patch.setattr(batches, "wake", away)
        assert resend_batches() == 0
    assert len(tried) == 1
    assert resend_batches() == 3


def test_a_message_that_comes_twice_starts_no_second_worker() -> None:
    run = accepted("a")
    Batch.objects.update(taken_at=LONG_AGO, next_attempt_at=LONG_AGO)  # long at it, and not dead

    take_batch(run_id=run.pk)

    assert Batch.objects.exists()
    assert not Article.objects.exists()
