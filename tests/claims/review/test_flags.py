"""Putting a candidate off, for oneself or for a colleague."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.apps import apps
from django.utils import timezone

from claims.errors import AlreadyDecided, DomainError, NotPermitted
from claims.models import (
    CandidateState,
    DecisionReason,
    Flag,
    Lease,
    Skip,
)
from claims.review.queues import Order, Queue
from claims.review.services import (
    accept_candidate,
    flag_candidate,
    reject_candidate,
    skip_candidate,
)
from claims.review.undo import undo_decision
from tests.claims.review.desk_work import editor, next_one
from tests.factories import (
    CandidateFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db


def test_skipping_hides_a_candidate_from_this_person_for_a_while() -> None:
    candidate = CandidateFactory.create()
    mia, ola = editor(), editor()
    next_one(mia)

    skip_candidate(candidate_id=candidate.pk, by=mia)

    assert next_one(mia) is None
    assert next_one(ola) == candidate.pk
    Lease.objects.all().delete()
    Skip.objects.update(until=timezone.now() - timedelta(seconds=1))
    assert next_one(mia) == candidate.pk
    candidate.refresh_from_db()
    assert candidate.state == CandidateState.PENDING


def test_a_flagged_candidate_waits_for_the_colleague() -> None:
    candidate = CandidateFactory.create()
    mia, ola, eva = editor(username="mia"), editor(username="ola"), editor()
    next_one(mia)

    flag_candidate(candidate_id=candidate.pk, colleague_id=ola.pk, note=" Is it? ", by=mia)

    assert next_one(mia) is None
    assert next_one(eva, Queue(order=Order.MINE)) is None
    assert next_one(ola, Queue(order=Order.MINE)) == candidate.pk
    Lease.objects.all().delete()
    assert next_one(eva, Queue(order=Order.FLAGGED)) == candidate.pk
    flag = Flag.objects.get()
    assert (flag.raised_by, flag.colleague, flag.note) == (mia, ola, "Is it?")
    event = apps.get_model("claims", "FlagEvent").objects.get()
    assert event.pgh_context["username"] == "mia"


def test_flagging_again_replaces_the_flag() -> None:
    candidate = CandidateFactory.create()
    mia = editor()
    flag_candidate(candidate_id=candidate.pk, note="One", by=mia)
    flag_candidate(candidate_id=candidate.pk, note="Two", by=mia)

    assert Flag.objects.get().note == "Two"


def test_a_flag_is_for_somebody_who_can_decide() -> None:
    candidate = CandidateFactory.create()

    with pytest.raises(DomainError, match="may not decide"):
        flag_candidate(candidate_id=candidate.pk, colleague_id=UserFactory.create().pk, by=editor())
    assert not Flag.objects.exists()


def test_a_decision_closes_the_flag_and_undoing_it_opens_it_again() -> None:
    candidate = CandidateFactory.create()
    mia = editor()
    flag_candidate(candidate_id=candidate.pk, by=mia)
    reject_candidate(candidate_id=candidate.pk, reason=DecisionReason.OPINION, by=mia)
    assert Flag.objects.get().closed_at is not None

    undo_decision(by=mia)

    assert Flag.objects.get().closed_at is None


@pytest.mark.parametrize("act", [skip_candidate, flag_candidate])
def test_what_is_decided_is_neither_skipped_nor_flagged(act: Any) -> None:
    candidate = CandidateFactory.create()
    accept_candidate(candidate_id=candidate.pk, by=editor())

    with pytest.raises(AlreadyDecided):
        act(candidate_id=candidate.pk, by=editor())
    with pytest.raises(NotPermitted):
        act(candidate_id=candidate.pk, by=UserFactory.create())
