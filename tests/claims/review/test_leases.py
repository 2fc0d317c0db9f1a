"""Who has a candidate, for how long, and that nobody else is given it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils import timezone

from claims.errors import HeldByAnother, NotPermitted
from claims.models import (
    Claim,
    DecisionReason,
    Lease,
)
from claims.review.leases import release, renew, take_next, take_one
from claims.review.queues import Queue
from claims.review.services import (
    accept_candidate,
    reject_candidate,
)
from newsroom.accounts.models import User
from tests.claims.review.desk_work import editor, next_one, run_out
from tests.database import at_once, while_uncommitted
from tests.factories import (
    CandidateFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db


def test_what_one_editor_has_nobody_else_is_given() -> None:
    first, second = CandidateFactory.create(score=0.9), CandidateFactory.create(score=0.8)
    mia, ola = editor(), editor()

    assert next_one(mia) == first.pk
    assert next_one(ola) == second.pk
    assert next_one(ola, leave_out=[second.pk]) is None
    assert next_one(mia) == first.pk  # still hers


def test_a_lease_that_has_run_out_is_free() -> None:
    candidate = CandidateFactory.create()
    mia, ola = editor(), editor()
    next_one(mia)
    run_out(Lease.objects.get())

    assert next_one(ola) == candidate.pk

    lease = Lease.objects.get()
    assert (lease.holder, lease.taken_from) == (ola, None)


def test_working_on_holds_a_candidate_for_longer() -> None:
    candidate = CandidateFactory.create()
    mia = editor()
    next_one(mia)
    run_out(Lease.objects.get())

    assert renew(candidate_ids=[candidate.pk], by=mia) == []

    left = Lease.objects.get().until - timezone.now()
    assert settings.DESK_LEASE - timedelta(seconds=10) < left <= settings.DESK_LEASE


def test_who_lost_a_candidate_is_told_so() -> None:
    taken, decided = CandidateFactory.create(), CandidateFactory.create()
    mia, ola = editor(username="mia"), editor(username="ola")
    take_next(queue=Queue(), count=2, by=mia)
    take_one(candidate_id=taken.pk, take_over=True, by=ola)
    reject_candidate(candidate_id=decided.pk, reason=DecisionReason.OPINION, by=ola)

    lost = {
        one.candidate_id: one.why for one in renew(candidate_ids=[taken.pk, decided.pk], by=mia)
    }

    assert lost == {
        taken.pk: "ola works on this one now.",
        decided.pk: "Rejected by ola meanwhile.",
    }
    assert Lease.objects.get().holder == ola


def test_a_candidate_is_taken_over_only_on_demand_and_visibly() -> None:
    candidate = CandidateFactory.create()
    mia, ola = editor(username="mia"), editor(username="ola")
    next_one(mia)

    with pytest.raises(HeldByAnother, match="mia works on this one"):
        take_one(candidate_id=candidate.pk, by=ola)
    take_one(candidate_id=candidate.pk, take_over=True, by=ola)

    lease = Lease.objects.get()
    assert (lease.holder, lease.taken_from) == (ola, mia)
    with pytest.raises(HeldByAnother, match="ola took this candidate over"):
        accept_candidate(candidate_id=candidate.pk, heed_lease=True, by=mia)
    assert not Claim.objects.exists()


def test_one_who_does_not_ask_for_leases_can_still_decide() -> None:
    """From the story page or the list; the desk then says that it is decided."""
    candidate = CandidateFactory.create()
    next_one(editor())

    accept_candidate(candidate_id=candidate.pk, by=editor())

    assert not Lease.objects.exists()


def test_what_is_given_back_is_free() -> None:
    candidate = CandidateFactory.create()
    mia, ola = editor(), editor()
    next_one(mia)
    release(candidate_ids=[candidate.pk], by=ola)
    assert next_one(ola) is None

    release(candidate_ids=[candidate.pk], by=mia)

    assert next_one(ola) == candidate.pk


def test_the_database_refuses_a_second_lease() -> None:
    candidate = CandidateFactory.create()
    take_one(candidate_id=candidate.pk, by=editor())

    with pytest.raises(IntegrityError), transaction.atomic():
        Lease.objects.create(candidate=candidate, holder=editor(), until=timezone.now())


def test_who_may_not_decide_is_given_nothing() -> None:
    candidate = CandidateFactory.create()
    nobody = UserFactory.create()

    with pytest.raises(NotPermitted):
        take_one(candidate_id=candidate.pk, by=nobody)
    with pytest.raises(NotPermitted):
        take_next(queue=Queue(), count=1, by=nobody)
    assert not Lease.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_two_who_ask_at_the_same_moment_get_different_candidates() -> None:
    for _ in range(12):
        CandidateFactory.create()
    people = [editor() for _ in range(4)]

    def take(by: User) -> Any:
        return lambda: take_next(queue=Queue(), count=3, by=by)

    given = at_once(*(take(one) for one in people))

    keys = [key for one in given for key in one]
    assert len(keys) == len(set(keys)) == 12


@pytest.mark.django_db(transaction=True)
def test_one_who_comes_while_the_other_is_not_done_yet_passes_by() -> None:
    first, second = CandidateFactory.create(score=0.9), CandidateFactory.create(score=0.8)
    mia, ola = editor(), editor()

    with transaction.atomic():
        assert next_one(mia) == first.pk
        (other,) = at_once(lambda: next_one(ola))

    assert other == second.pk


@pytest.mark.django_db(transaction=True)
def test_two_who_want_the_same_one_do_not_both_get_it() -> None:
    candidate = CandidateFactory.create()
    mia, ola = editor(username="mia"), editor(username="ola")

    outcome = while_uncommitted(
        lambda: take_one(candidate_id=candidate.pk, by=mia),
        lambda: take_one(candidate_id=candidate.pk, by=ola),
    )

    assert isinstance(outcome, HeldByAnother)
    assert Lease.objects.get().holder == mia
