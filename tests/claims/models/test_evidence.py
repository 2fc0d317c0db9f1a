"""Evidence, above all: the last piece stays while somebody relies on it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.db import IntegrityError, connection
from django.utils import timezone

from claims.errors import GateClosed
from claims.models import Claim, ClaimState, Evidence
from claims.verification.services import take_step
from claims.verification.states import GATED
from newsroom.triggers import violated_constraint
from tests.claims.states import claim_in
from tests.database import at_once, refused_by, while_uncommitted
from tests.factories import ClaimFactory, EvidenceFactory, UserFactory

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("state", GATED)
def test_the_last_piece_of_evidence_stays(state: ClaimState) -> None:
    claim = claim_in(state)

    with refused_by("evidence_needed_in_review"):
        claim.evidence.get().delete()
    with refused_by("evidence_needed_in_review"), connection.cursor() as cursor:
        cursor.execute("DELETE FROM claims_evidence")

    assert claim.evidence.count() == 1


@pytest.mark.parametrize("state", GATED)
def test_the_last_piece_of_evidence_does_not_go_to_another_claim(state: ClaimState) -> None:
    claim = claim_in(state)

    with refused_by("evidence_needed_in_review"):
        claim.evidence.update(claim=ClaimFactory.create())

    assert claim.evidence.count() == 1


def test_all_pieces_do_not_go_at_once_either() -> None:
    claim = claim_in(ClaimState.IN_REVIEW)
    EvidenceFactory.create_batch(3, claim=claim)

    with refused_by("evidence_needed_in_review"):
        claim.evidence.all().delete()
    with refused_by("evidence_needed_in_review"):
        claim.evidence.update(claim=ClaimFactory.create())

    assert claim.evidence.count() == 4


def test_one_of_two_pieces_may_go() -> None:
    claim = claim_in(ClaimState.IN_REVIEW)
    spare = EvidenceFactory.create(claim=claim)

    spare.delete()

    assert claim.evidence.count() == 1


@pytest.mark.parametrize("state", [state for state in ClaimState if state not in GATED])
def test_where_nothing_relies_on_it_evidence_may_go(state: ClaimState) -> None:
    claim = claim_in(state)

    claim.evidence.all().delete()

    assert not claim.evidence.exists()


def test_evidence_in_review_may_be_edited() -> None:
    claim = claim_in(ClaimState.IN_REVIEW)

    claim.evidence.update(title="Port statistics, 2nd edition", claim=claim)

    assert claim.evidence.get().title == "Port statistics, 2nd edition"


@pytest.mark.parametrize(
    ("field", "value", "constraint"),
    [
        ("stance", "doubts", "evidence_stance_known"),
        ("nature", "tertiary", "evidence_nature_known"),
        ("title", "", "evidence_has_title"),
    ],
)
def test_evidence_says_what_it_is(field: str, value: str, constraint: str) -> None:
    EvidenceFactory.create()

    with refused_by(constraint):
        Evidence.objects.update(**{field: value})


def test_evidence_is_shown_by_its_title() -> None:
    assert str(Evidence(title="Port statistics 2024")) == "Port statistics 2024"


# -- two connections at once ------------------------------------------------------------------


def _delete(claim: Claim) -> Callable[[], Any]:
    return lambda: Evidence.objects.filter(claim_id=claim.pk).delete()


def _submit(claim: Claim) -> Callable[[], Any]:
    person = UserFactory.create(is_superuser=True)
    return lambda: take_step(claim_id=claim.pk, step="submit", by=person)


def _submit_past_the_service(claim: Claim) -> Callable[[], Any]:
    person = UserFactory.create()
    return lambda: Claim.objects.filter(pk=claim.pk).update(
        state=ClaimState.IN_REVIEW, submitted_by=person, submitted_at=timezone.now()
    )


@pytest.mark.django_db(transaction=True)
def test_a_submission_that_meets_a_deletion_waits_and_finds_nothing_left() -> None:
    claim = claim_in(ClaimState.CHECKING)

    outcome = while_uncommitted(_delete(claim), _submit(claim))

    claim.refresh_from_db()
    assert isinstance(outcome, GateClosed)
    assert "at least one piece of evidence" in str(outcome)
    assert claim.state == ClaimState.CHECKING


@pytest.mark.django_db(transaction=True)
def test_a_raw_submission_that_meets_a_deletion_is_refused_too() -> None:
    claim = claim_in(ClaimState.CHECKING)

    outcome = while_uncommitted(_delete(claim), _submit_past_the_service(claim))

    claim.refresh_from_db()
    assert isinstance(outcome, IntegrityError)
    assert violated_constraint(outcome) == "claim_gate_evidence"
    assert claim.state == ClaimState.CHECKING


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("submit", [_submit, _submit_past_the_service])
def test_a_deletion_that_meets_a_submission_waits_and_is_refused(
    submit: Callable[[Claim], Callable[[], Any]],
) -> None:
    claim = claim_in(ClaimState.CHECKING)

    outcome = while_uncommitted(submit(claim), _delete(claim))

    claim.refresh_from_db()
    assert isinstance(outcome, IntegrityError)
    assert violated_constraint(outcome) == "evidence_needed_in_review"
    assert claim.state == ClaimState.IN_REVIEW
    assert claim.evidence.count() == 1


@pytest.mark.django_db(transaction=True)
def test_two_deletions_at_once_leave_one_piece() -> None:
    claim = claim_in(ClaimState.IN_REVIEW)
    first, second = claim.evidence.get(), EvidenceFactory.create(claim=claim)

    outcome = while_uncommitted(first.delete, second.delete)

    assert isinstance(outcome, IntegrityError)
    assert violated_constraint(outcome) == "evidence_needed_in_review"
    assert claim.evidence.get() == second


@pytest.mark.django_db(transaction=True)
def test_whoever_comes_first_no_claim_is_in_review_without_evidence() -> None:
    """The same race without a stage manager."""
    for _ in range(10):
        claim = claim_in(ClaimState.CHECKING)

        outcomes = at_once(_delete(claim), _submit(claim))

        claim.refresh_from_db()
        assert (claim.state == ClaimState.IN_REVIEW) == claim.evidence.exists()
        assert sum(isinstance(one, Exception) for one in outcomes) == 1
