"""What the database itself refuses of import runs and rejections."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.utils import timezone

from newsroom.imports.models import Delivery, ImportRun, ImportState, Rejection
from tests.database import refused_by
from tests.factories import DeliveryFactory, ImportRunFactory, RevisionFactory

pytestmark = pytest.mark.django_db

COUNTS = ("created", "revised", "updated", "unchanged", "rejected")


@pytest.mark.parametrize("count", COUNTS)
def test_what_was_seen_is_the_sum_of_what_became_of_it(count: str) -> None:
    run = ImportRunFactory.create()
    runs = ImportRun.objects.filter(pk=run.pk)

    with refused_by("importrun_counts_add_up"):
        runs.update(**{count: 1})
    with refused_by("importrun_counts_add_up"):
        runs.update(seen=1)
    runs.update(**{"seen": 1, count: 1})

    run.refresh_from_db()
    assert run.seen == 1


@pytest.mark.parametrize(
    ("state", "finished", "fits"),
    [
        ("running", False, True),
        ("finished", True, True),
        ("failed", True, True),
        ("running", True, False),
        ("finished", False, False),
        ("failed", False, False),
        ("paused", False, False),
        ("paused", True, False),
    ],
)
def test_a_run_has_an_end_if_it_has_ended(state: str, finished: bool, fits: bool) -> None:
    run = ImportRunFactory.create()
    change: dict[str, Any] = {"state": state, "finished_at": timezone.now() if finished else None}

    if fits:
        ImportRun.objects.filter(pk=run.pk).update(**change)
    else:
        with refused_by("importrun_finished_or_running"):
            ImportRun.objects.filter(pk=run.pk).update(**change)

    run.refresh_from_db()
    assert run.state == (state if fits else ImportState.RUNNING)


@pytest.fixture
def rejection() -> Rejection:
    return Rejection.objects.create(
        run=ImportRunFactory.create(), reason="empty", message="No text.", payload=b"\x00", size=1
    )


@pytest.mark.parametrize("way", ["save", "update", "raw SQL"])
def test_a_rejected_item_stays_as_it_came(rejection: Rejection, way: str) -> None:
    rejection.origin = "elsewhere.jsonl"
    with refused_by("rejection_is_kept"):
        if way == "save":
            rejection.save()
        elif way == "update":
            Rejection.objects.update(payload=b"")
        else:
            with connection.cursor() as cursor:
                cursor.execute("UPDATE imports_rejection SET size = 7")

    rejection.refresh_from_db()
    assert (rejection.origin, bytes(rejection.payload), rejection.size) == ("", b"\x00", 1)


def test_a_revision_was_brought_by_one_run() -> None:
    revision = RevisionFactory.create()
    Delivery.objects.create(run=ImportRunFactory.create(), revision=revision)
    with refused_by("imports_delivery_revision_id_key"):
        Delivery.objects.create(run=ImportRunFactory.create(), revision=revision)


def test_a_rejection_knows_whether_it_is_whole() -> None:
    assert Rejection(payload=b"abc", size=3).is_whole
    assert not Rejection(payload=b"abc", size=4).is_whole
    assert Rejection(payload=b"", size=0).is_whole


def test_a_run_says_what_started_it_in_a_known_word() -> None:
    run = ImportRunFactory.create()

    with refused_by("importrun_trigger_known"):
        ImportRun.objects.filter(pk=run.pk).update(trigger="magic")


def test_a_rejection_has_a_known_reason() -> None:
    with refused_by("rejection_reason_known"):
        Rejection.objects.create(
            run=ImportRunFactory.create(), reason="mood", message="", payload=b"", size=0
        )


def test_what_was_delivered_stays_on_record() -> None:
    delivery = DeliveryFactory.create()

    with refused_by("delivery_is_history"):
        delivery.delete()
    with refused_by("delivery_is_history"):
        Delivery.objects.update(run=ImportRunFactory.create())
    with refused_by("delivery_is_history"), connection.cursor() as cursor:
        cursor.execute("DELETE FROM imports_delivery")

    assert Delivery.objects.filter(pk=delivery.pk, run=delivery.run).exists()
