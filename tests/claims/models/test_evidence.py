"""Evidence, above all: what somebody has signed includes it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.db import IntegrityError, connection
from django.utils import timezone

from claims.errors import ChangedMeanwhile, GateClosed
from claims.models import Claim, ClaimState, Evidence
from claims.verification.services import take_step
from claims.verification.states import SIGNED
from newsroom.triggers import violated_constraint
from tests.claims.states import claim_in
from tests.database import at_once, refused_by, while_uncommitted
from tests.factories import (
    EvidenceFactory,
    SnapshotFactory,
    SourceFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db


OPEN = [state for state in ClaimState if state not in SIGNED]

NEWS: dict[str, Callable[[], Any]] = {
    "stance": lambda: "supports",
    "nature": lambda: "secondary",
    "title": lambda: "Port statistics, 2nd edition",
    "source": SourceFactory.create,
    "url": lambda: "https://example.org/2",
    "quotation": lambda: "9 percent",
    "published_at": lambda: "2026-01-01",
    "accessed_at": timezone.now,
}


@pytest.mark.parametrize("state", SIGNED)
def test_nothing_is_added_to_the_evidence_of_what_is_signed(state: ClaimState) -> None:
    claim = claim_in(state)

    with refused_by("evidence_is_signed_too"):
        EvidenceFactory.create(claim=claim)
    with refused_by("evidence_is_signed_too"):
        Evidence.objects.bulk_create([EvidenceFactory.build(claim=claim)])

    assert claim.evidence.count() == 1


@pytest.mark.parametrize("state", SIGNED)
def test_nothing_is_taken_from_it(state: ClaimState) -> None:
    claim = claim_in(state)

    with refused_by("evidence_is_signed_too"):
        claim.evidence.get().delete()
    with refused_by("evidence_is_signed_too"):
        claim.evidence.all().delete()
    with refused_by("evidence_is_signed_too"), connection.cursor() as cursor:
        cursor.execute("DELETE FROM claims_evidence")

    assert claim.evidence.count() == 1


def test_not_even_one_of_two_pieces() -> None:
    claim = claim_in(ClaimState.CHECKING)
    spare = EvidenceFactory.create(claim=claim)
    _submit(claim)()

    with refused_by("evidence_is_signed_too"):
        spare.delete()

    assert claim.evidence.count() == 2


@pytest.mark.parametrize("field", NEWS)
@pytest.mark.parametrize("state", SIGNED)
def test_nothing_is_edited_in_it(state: ClaimState, field: str) -> None:
    claim = claim_in(state)

    with refused_by("evidence_is_signed_too"):
        claim.evidence.update(**{field: NEWS[field]()})


@pytest.mark.parametrize("state", SIGNED)
def test_it_does_not_move_from_or_to_another_claim(state: ClaimState) -> None:
    claim = claim_in(state)
    elsewhere = EvidenceFactory.create()

    with refused_by("evidence_is_signed_too"):
        claim.evidence.update(claim=elsewhere.claim)
    with refused_by("evidence_is_signed_too"):
        Evidence.objects.filter(pk=elsewhere.pk).update(claim=claim)

    assert claim.evidence.count() == 1


@pytest.mark.parametrize("state", SIGNED)
def test_a_copy_of_what_was_read_may_be_attached_at_any_time(state: ClaimState) -> None:
    claim = claim_in(state)

    claim.evidence.update(snapshot=SnapshotFactory.create())

    assert Claim.objects.get(pk=claim.pk).version == claim.version


def test_a_refusal_leaves_the_claim_as_it_was() -> None:
    claim = claim_in(ClaimState.IN_REVIEW)

    with refused_by("evidence_is_signed_too"):
        EvidenceFactory.create(claim=claim)

    assert Claim.objects.get(pk=claim.pk).version == claim.version


def versions_on(claim: Claim) -> int:
    """By how much the version of `claim` has gone up since the last call or its reading."""
    before = claim.version
    claim.refresh_from_db()
    return claim.version - before


@pytest.mark.parametrize("state", OPEN)
def test_before_it_is_signed_each_change_of_evidence_is_one_of_the_claim(
    state: ClaimState,
) -> None:
    claim = claim_in(state)

    evidence = EvidenceFactory.create(claim=claim)
    assert versions_on(claim) == 1
    evidence.title = "Port statistics, 2nd edition"
    evidence.save()
    assert versions_on(claim) == 1
    evidence.delete()
    assert versions_on(claim) == 1
    claim.evidence.all().delete()
    assert versions_on(claim) == 1

    assert not claim.evidence.exists()
    assert claim.state == state


@pytest.mark.parametrize("field", NEWS)
def test_whatever_of_it_is_edited(field: str) -> None:
    claim = claim_in(ClaimState.CHECKING)

    claim.evidence.update(**{field: NEWS[field]()})

    assert versions_on(claim) == 1


def test_a_move_is_a_change_of_both_claims() -> None:
    old, new = claim_in(ClaimState.CHECKING), claim_in(ClaimState.NEW)

    old.evidence.update(claim=new)

    assert (versions_on(old), versions_on(new)) == (1, 1)


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


def _add(claim: Claim) -> Callable[[], Any]:
    return lambda: EvidenceFactory.create(claim=claim)


def _edit(claim: Claim) -> Callable[[], Any]:
    return lambda: Evidence.objects.filter(claim_id=claim.pk).update(title="2nd edition")


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("change", [_add, _edit, _delete])
@pytest.mark.parametrize("submit", [_submit, _submit_past_the_service])
def test_a_change_that_meets_a_submission_waits_and_is_refused(
    submit: Callable[[Claim], Callable[[], Any]], change: Callable[[Claim], Callable[[], Any]]
) -> None:
    claim = claim_in(ClaimState.CHECKING)
    before = claim.evidence.get().title

    outcome = while_uncommitted(submit(claim), change(claim))

    claim.refresh_from_db()
    assert isinstance(outcome, IntegrityError)
    assert violated_constraint(outcome) == "evidence_is_signed_too"
    assert claim.state == ClaimState.IN_REVIEW
    assert claim.evidence.get().title == before


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("change", [_add, _edit])
def test_a_submission_of_what_was_read_before_a_change_waits_and_is_told(
    change: Callable[[Claim], Callable[[], Any]],
) -> None:
    claim = claim_in(ClaimState.CHECKING)
    person = UserFactory.create(is_superuser=True)

    outcome = while_uncommitted(
        change(claim),
        lambda: take_step(
            claim_id=claim.pk, step="submit", by=person, expected_version=claim.version
        ),
    )

    assert isinstance(outcome, ChangedMeanwhile)
    assert Claim.objects.get(pk=claim.pk).state == ClaimState.CHECKING


@pytest.mark.django_db(transaction=True)
def test_two_changes_at_once_both_count() -> None:
    claim = claim_in(ClaimState.CHECKING)

    outcome = while_uncommitted(_add(claim), _add(claim))

    assert isinstance(outcome, Evidence)
    assert versions_on(claim) == 2


@pytest.mark.django_db(transaction=True)
def test_whoever_comes_first_no_claim_is_in_review_without_evidence() -> None:
    """The same race without a stage manager."""
    for _ in range(10):
        claim = claim_in(ClaimState.CHECKING)

        outcomes = at_once(_delete(claim), _submit(claim))

        claim.refresh_from_db()
        assert (claim.state == ClaimState.IN_REVIEW) == claim.evidence.exists()
        assert sum(isinstance(one, Exception) for one in outcomes) == 1
