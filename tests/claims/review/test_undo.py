"""Taking back one’s own last decisions."""

from __future__ import annotations

from typing import Any

import pytest
from django.apps import apps

from claims.errors import ChangedMeanwhile, DomainError, NotPermitted
from claims.models import (
    Appearance,
    CandidateState,
    Claim,
    ClaimState,
    ClaimTransition,
    DecisionReason,
)
from claims.review.services import (
    accept_candidate,
    merge_candidate,
    reject_candidate,
)
from claims.review.undo import LAST, undo_decision
from tests.claims.review.desk_work import editor
from tests.database import while_uncommitted
from tests.factories import (
    AppearanceFactory,
    CandidateFactory,
    ClaimFactory,
    EvidenceFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db


def test_undoing_a_rejection_makes_the_candidate_pending() -> None:
    candidate = CandidateFactory.create()
    mia = editor(username="mia")
    reject_candidate(candidate_id=candidate.pk, reason=DecisionReason.OPINION, note="x", by=mia)

    undone = undo_decision(by=mia)

    candidate.refresh_from_db()
    assert (undone.candidate, undone.was) == (candidate, CandidateState.REJECTED)
    assert candidate.state == CandidateState.PENDING
    assert candidate.decided_by is None
    assert candidate.decision_note == ""
    event = apps.get_model("claims", "CandidateEvent").objects.order_by("-pgh_id").first()
    assert event.pgh_context["decision"] == "undo"
    assert event.pgh_context["username"] == "mia"


def test_undoing_a_rejection_frees_what_arrived_with_it() -> None:
    candidate = CandidateFactory.create()
    mia = editor()
    reject_candidate(candidate_id=candidate.pk, reason=DecisionReason.OPINION, by=mia)
    candidate.refresh_from_db()
    copy = CandidateFactory.create(
        state=CandidateState.REJECTED,
        decided_by=mia,
        decided_at=candidate.decided_at,
        decision_reason=candidate.decision_reason,
        remembered_from=candidate,
    )

    assert undo_decision(by=mia).reopened == 1

    copy.refresh_from_db()
    assert (copy.state, copy.remembered_from) == (CandidateState.PENDING, None)


def test_undoing_an_acceptance_shelves_the_untouched_claim() -> None:
    candidate = CandidateFactory.create()
    mia = editor()
    claim = accept_candidate(candidate_id=candidate.pk, by=mia)

    undo_decision(by=mia)

    candidate.refresh_from_db()
    claim.refresh_from_db()
    assert (candidate.state, candidate.claim) == (CandidateState.PENDING, None)
    assert claim.state == ClaimState.SHELVED
    step = ClaimTransition.objects.get()
    assert (step.name, step.by, step.comment) == ("shelve", mia, "Its acceptance was undone.")
    assert not Appearance.objects.exists()
    again = accept_candidate(candidate_id=candidate.pk, by=mia)
    assert again != claim


def touch_wording(claim: Claim) -> None:
    Claim.objects.filter(pk=claim.pk).update(statement="Another wording.")


def touch_state(claim: Claim) -> None:
    Claim.objects.filter(pk=claim.pk).update(state=ClaimState.CHECKING)


def touch_evidence(claim: Claim) -> None:
    EvidenceFactory.create(claim=claim)


def touch_appearances(claim: Claim) -> None:
    AppearanceFactory.create(claim=claim)


def touch_merge(claim: Claim) -> None:
    merge_candidate(candidate_id=CandidateFactory.create().pk, claim_id=claim.pk, by=editor())


@pytest.mark.parametrize(
    ("touch", "why"),
    [
        (touch_wording, "somebody edited it"),
        (touch_state, "it is checking by now"),
        (touch_evidence, "it has evidence"),
        (touch_appearances, "it has other appearances"),
        (touch_merge, "other candidates were merged into it"),
    ],
)
def test_an_acceptance_stays_once_somebody_has_worked_on_the_claim(touch: Any, why: str) -> None:
    candidate = CandidateFactory.create()
    mia = editor()
    claim = accept_candidate(candidate_id=candidate.pk, by=mia)
    touch(claim)

    with pytest.raises(DomainError, match=why):
        undo_decision(by=mia)

    candidate.refresh_from_db()
    assert (candidate.state, candidate.claim) == (CandidateState.ACCEPTED, claim)
    assert Appearance.objects.filter(claim=claim, revision=candidate.revision).exists()


def test_undoing_a_merge_removes_the_appearance_that_it_made() -> None:
    claim = ClaimFactory.create()
    candidate = CandidateFactory.create()
    mia = editor()
    merge_candidate(candidate_id=candidate.pk, claim_id=claim.pk, by=mia)

    undo_decision(by=mia)

    claim.refresh_from_db()
    assert not Appearance.objects.exists()
    assert claim.state == ClaimState.NEW


def test_undoing_a_merge_keeps_an_appearance_that_was_there_before() -> None:
    candidate = CandidateFactory.create()
    place = AppearanceFactory.create(revision=candidate.revision)
    mia = editor()
    merge_candidate(candidate_id=candidate.pk, claim_id=place.claim_id, by=mia)

    undo_decision(by=mia)

    assert Appearance.objects.get() == place


def test_only_ones_own_last_ten_decisions_can_be_undone() -> None:
    mia, ola = editor(), editor()
    rows = [CandidateFactory.create() for _ in range(LAST + 1)]
    for row in rows:
        reject_candidate(candidate_id=row.pk, reason=DecisionReason.OPINION, by=mia)

    with pytest.raises(DomainError, match="last 10"):
        undo_decision(candidate_id=rows[0].pk, by=mia)
    with pytest.raises(DomainError, match="no decision of yours"):
        undo_decision(by=ola)
    with pytest.raises(NotPermitted):
        undo_decision(by=UserFactory.create())
    assert undo_decision(by=mia).candidate == rows[-1]
    assert undo_decision(candidate_id=rows[3].pk, by=mia).candidate == rows[3]


@pytest.mark.django_db(transaction=True)
def test_two_undos_at_once_undo_two_decisions_or_say_why_not() -> None:
    mia = editor()
    first, second = CandidateFactory.create(), CandidateFactory.create()
    for row in (first, second):
        reject_candidate(candidate_id=row.pk, reason=DecisionReason.OPINION, by=mia)

    outcome = while_uncommitted(lambda: undo_decision(by=mia), lambda: undo_decision(by=mia))

    assert isinstance(outcome, ChangedMeanwhile)
    first.refresh_from_db()
    assert first.state == CandidateState.REJECTED
