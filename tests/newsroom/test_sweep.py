"""The sweep: sends again what is due, and ends what has died."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.conf import settings
from django.db import ProgrammingError, connection
from django.utils import timezone

from newsroom.api.models import Usage
from newsroom.articles.models import Revision
from newsroom.celery import app
from newsroom.imports.models import ImportRun
from newsroom.tasks import sweep
from tests.database import at_once
from tests.factories import ImportRunFactory, RevisionFactory

pytestmark = pytest.mark.django_db

LONG_AGO = timezone.now() - timedelta(hours=1)


def test_the_sweep_is_on_the_schedule_under_its_name() -> None:
    app.loader.import_default_modules()
    scheduled = {entry["task"] for entry in settings.CELERY_BEAT_SCHEDULE.values()}
    assert sweep.name in scheduled
    assert scheduled <= set(app.tasks)


def test_the_sweep_ends_dead_imports_and_sends_what_is_due() -> None:
    run = ImportRunFactory.create(progressed_at=LONG_AGO)
    due = RevisionFactory.create(extraction_next_attempt_at=LONG_AGO)

    assert sweep() is None  # type: ignore[func-returns-value]

    run.refresh_from_db()
    due.refresh_from_db()
    assert run.state == "failed"
    assert due.extraction_state == "pending"
    assert due.extraction_next_attempt_at > timezone.now()


def test_with_nothing_to_do_the_sweep_changes_nothing() -> None:
    RevisionFactory.create(extraction_next_attempt_at=timezone.now() + timedelta(hours=1))
    ImportRunFactory.create()
    before = list(Revision.objects.values()), list(ImportRun.objects.values())

    sweep()

    assert (list(Revision.objects.values()), list(ImportRun.objects.values())) == before


@pytest.mark.django_db(transaction=True)
def test_two_sweeps_at_once_do_no_harm() -> None:
    run = ImportRunFactory.create(progressed_at=LONG_AGO)
    for _ in range(10):
        RevisionFactory.create(extraction_next_attempt_at=LONG_AGO)

    assert at_once(sweep, sweep) == [None, None]

    run.refresh_from_db()
    assert run.state == "failed"
    assert not Revision.objects.filter(extraction_next_attempt_at__lte=timezone.now()).exists()


@pytest.mark.django_db(transaction=True)
def test_a_step_that_fails_keeps_none_of_the_others_from_their_turn() -> None:
    old = Usage.objects.create(key="somebody", window=1, count=1)
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE api_idempotentrequest RENAME TO elsewhere")
        try:
            with pytest.raises(ExceptionGroup) as caught:
                sweep()
        finally:
            cursor.execute("ALTER TABLE elsewhere RENAME TO api_idempotentrequest")

    assert [type(one) for one in caught.value.exceptions] == [ProgrammingError]
    assert not Usage.objects.filter(pk=old.pk).exists()
