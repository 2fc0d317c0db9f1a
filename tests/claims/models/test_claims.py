"""What the database refuses of a claim, its appearances and its steps, whichever way it is
written."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.models import F, ProtectedError
from django.utils import timezone

from claims.models import AnchorState, Appearance, Claim, ClaimState, ClaimTransition
from claims.verification.states import CONCLUDED, GATED
from claims.verification.transitions import state_changes
from newsroom.accounts.models import User
from newsroom.triggers import violated_constraint
from tests.claims.states import WAYS, claim_in, ready_claim, signatures
from tests.database import refused_by
from tests.factories import (
    AppearanceFactory,
    CandidateFactory,
    ClaimFactory,
    EvidenceFactory,
    RatingFactory,
    RevisionFactory,
    SourceFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db


def change(claim: Claim, **fields: Any) -> None:
    """Write past every form and service."""
    Claim.objects.filter(pk=claim.pk).update(**fields)


def test_the_helper_knows_a_way_to_every_state() -> None:
    assert set(WAYS) == set(ClaimState)
    assert all(claim_in(state).state == state for state in ClaimState)


def refusal(claim: Claim, new: ClaimState) -> str | None:
    """Which rule refuses the raw update to `new`; None if it goes through (it is rolled back)."""
    try:
        with transaction.atomic():
            change(claim, state=new)
            transaction.set_rollback(True)
    except IntegrityError as error:
        return violated_constraint(error)
    return None


@pytest.mark.parametrize("old", ClaimState)
def test_the_database_allows_exactly_the_steps_of_the_table(old: ClaimState) -> None:
    claim = claim_in(old)
    # Both signatures, so that of all rules only the one about steps can speak.
    change(claim, **signatures())
    others = set(ClaimState) - {old}
    allowed = {new for source, new in state_changes() if source == old}

    assert {new: refusal(claim, new) for new in others} == {
        new: None if new in allowed else "claim_transition_allowed" for new in others
    }


def test_an_unknown_state_is_refused() -> None:
    claim = ClaimFactory.create()

    with refused_by("claim_transition_allowed"):
        change(claim, state="forgotten")
    with refused_by("claim_starts_new"):
        ClaimFactory.create(state="forgotten")


@pytest.mark.parametrize("state", [state for state in ClaimState if state != ClaimState.NEW])
def test_a_claim_starts_new(state: ClaimState) -> None:
    row = ClaimFactory.build(
        state=state, rating=RatingFactory.create(), rationale="Because.", **signatures()
    )

    with refused_by("claim_starts_new"):
        Claim.objects.bulk_create([row])

    assert not Claim.objects.exists()


def test_a_claim_is_never_deleted() -> None:
    claim = ClaimFactory.create()

    with refused_by("claim_is_never_deleted"):
        claim.delete()
    with refused_by("claim_is_never_deleted"):
        Claim.objects.all().delete()
    with refused_by("claim_is_never_deleted"), connection.cursor() as cursor:
        cursor.execute("DELETE FROM claims_claim")

    assert Claim.objects.filter(pk=claim.pk).exists()


def test_a_claim_has_a_statement_and_a_known_kind() -> None:
    claim = ClaimFactory.create()

    with refused_by("claim_has_statement"):
        change(claim, statement="")
    with refused_by("claim_kind_known"):
        change(claim, kind="rumour")


def test_every_change_is_counted_whichever_way_it_is_made() -> None:
    claim = ClaimFactory.create()
    assert claim.version == 1

    claim.method = "Telephone."
    claim.save()
    change(claim, method="Letter.")
    Claim.objects.bulk_update([claim], ["method"])
    with connection.cursor() as cursor:
        cursor.execute("UPDATE claims_claim SET method = 'Visit.'")

    claim.refresh_from_db()
    assert claim.version == 5
    assert claim.method == "Visit."


def test_the_version_cannot_be_set() -> None:
    claim = ClaimFactory.create()

    change(claim, version=100)
    change(claim, version=F("version") - 1)

    claim.refresh_from_db()
    assert claim.version == 3


# -- the gate ---------------------------------------------------------------------------------


def submitted() -> dict[str, Any]:
    return {"submitted_by": UserFactory.create(), "submitted_at": timezone.now()}


def test_review_needs_a_rating() -> None:
    claim = claim_in(ClaimState.CHECKING, rating=None)

    with refused_by("claim_gate_rating_and_rationale"):
        change(claim, state=ClaimState.IN_REVIEW, **submitted())


def test_review_needs_a_rationale() -> None:
    claim = claim_in(ClaimState.CHECKING, rationale="")

    with refused_by("claim_gate_rating_and_rationale"):
        change(claim, state=ClaimState.IN_REVIEW, **submitted())


def test_review_needs_evidence() -> None:
    claim = claim_in(ClaimState.CHECKING)
    claim.evidence.all().delete()

    with refused_by("claim_gate_evidence"):
        change(claim, state=ClaimState.IN_REVIEW, **submitted())


def test_evidence_of_another_claim_does_not_count() -> None:
    claim = claim_in(ClaimState.CHECKING)
    claim.evidence.update(claim=ClaimFactory.create())

    with refused_by("claim_gate_evidence"):
        change(claim, state=ClaimState.IN_REVIEW, **submitted())


def test_review_needs_somebody_who_submitted() -> None:
    claim = claim_in(ClaimState.CHECKING)

    with refused_by("claim_review_has_submitter"):
        change(claim, state=ClaimState.IN_REVIEW)


@pytest.mark.parametrize("loss", [{"rating": None}, {"rationale": ""}])
def test_what_the_gate_asked_for_stays_also_in_a_correction(loss: dict[str, Any]) -> None:
    claim = claim_in(ClaimState.CORRECTED)

    with refused_by("claim_gate_rating_and_rationale"):
        change(claim, **loss)


@pytest.mark.parametrize("field", ["statement", "rating", "rationale", "speaker", "as_of"])
@pytest.mark.parametrize("state", ClaimState)
def test_what_somebody_has_signed_does_not_change_under_the_signature(
    state: ClaimState, field: str
) -> None:
    claim = claim_in(state)
    news: dict[str, Any] = {
        "statement": "Something else.",
        "rating": RatingFactory.create(),
        "rationale": "For another reason.",
        "speaker": SourceFactory.create(),
        "as_of": "2026-01-01",
    }
    signed = (ClaimState.IN_REVIEW, ClaimState.VERIFIED, ClaimState.PUBLISHED)

    if state in signed:
        with refused_by("claim_signed_content"):
            change(claim, **{field: news[field]})
    else:
        change(claim, **{field: news[field]})


def test_a_correction_may_change_what_was_published() -> None:
    claim = claim_in(ClaimState.PUBLISHED)

    change(claim, state=ClaimState.CORRECTED, rationale="The table was misread.")


@pytest.mark.parametrize("state", GATED)
def test_the_submitter_stays_on_record_while_the_submission_counts(state: ClaimState) -> None:
    claim = claim_in(state)
    # Where a verifier has signed, “four eyes” speaks first: one of them would be nobody's.
    speaks = "claim_four_eyes" if state in CONCLUDED else "claim_review_has_submitter"

    with refused_by(speaks):
        change(claim, submitted_by=None, submitted_at=None)


@pytest.mark.parametrize("state", CONCLUDED)
def test_the_verifier_stays_on_record_while_the_verdict_counts(state: ClaimState) -> None:
    claim = claim_in(state)

    with refused_by("claim_concluded_has_verifier"):
        change(claim, verified_by=None, verified_at=None)


def test_a_verdict_needs_a_verifier() -> None:
    claim = claim_in(ClaimState.IN_REVIEW)

    with refused_by("claim_concluded_has_verifier"):
        change(claim, state=ClaimState.VERIFIED)


# -- four eyes --------------------------------------------------------------------------------


def test_whoever_submitted_does_not_verify() -> None:
    claim = claim_in(ClaimState.IN_REVIEW)

    with refused_by("claim_four_eyes"):
        change(
            claim,
            state=ClaimState.VERIFIED,
            verified_by=claim.submitted_by,
            verified_at=timezone.now(),
        )


def test_with_a_reason_on_record_whoever_submitted_may_verify() -> None:
    claim = claim_in(ClaimState.IN_REVIEW)

    change(
        claim,
        state=ClaimState.VERIFIED,
        verified_by=claim.submitted_by,
        verified_at=timezone.now(),
        break_glass_reason="Nobody else is in on Christmas Day.",
    )

    claim.refresh_from_db()
    assert claim.state == ClaimState.VERIFIED


def test_the_reason_stays_as_long_as_it_is_needed() -> None:
    claim = claim_in(ClaimState.IN_REVIEW)
    change(
        claim,
        state=ClaimState.VERIFIED,
        verified_by=claim.submitted_by,
        verified_at=timezone.now(),
        break_glass_reason="Nobody else is in on Christmas Day.",
    )

    with refused_by("claim_four_eyes"):
        change(claim, break_glass_reason="")


def test_the_submitter_cannot_be_rewritten_to_become_the_verifier() -> None:
    claim = claim_in(ClaimState.VERIFIED)

    with refused_by("claim_four_eyes"):
        change(claim, submitted_by=claim.verified_by)


def test_nobody_verifies_what_nobody_submitted() -> None:
    claim = ClaimFactory.create()

    with refused_by("claim_four_eyes"):
        change(claim, verified_by=UserFactory.create(), verified_at=timezone.now())


@pytest.mark.parametrize("signature", ["submitted", "verified"])
@pytest.mark.parametrize("half", ["by", "at"])
def test_a_signature_is_a_person_and_a_time(signature: str, half: str) -> None:
    claim = claim_in(ClaimState.NEEDS_RECHECK)
    lost = {f"{signature}_{half}": None}

    with refused_by(
        # Without the submitter the verifier has nothing to verify, and that speaks first.
        "claim_four_eyes" if lost == {"submitted_by": None} else f"claim_{signature}_by_and_at"
    ):
        change(claim, **lost)


def test_people_who_signed_are_not_deleted() -> None:
    claim = claim_in(ClaimState.VERIFIED)

    with pytest.raises(ProtectedError):
        User.objects.filter(pk__in=[claim.verified_by_id]).delete()


# -- appearances ------------------------------------------------------------------------------


def appearance(**fields: Any) -> Appearance:
    candidate = CandidateFactory.build(revision=fields.pop("revision", None) or _revision())
    return Appearance(
        **{
            "claim": ClaimFactory.create(),
            "revision": candidate.revision,
            "start": candidate.start,
            "end": candidate.end,
            "exact": candidate.exact,
            **fields,
        }
    )


def _revision() -> Any:
    return RevisionFactory.create()


@pytest.mark.parametrize("anchor", [{"exact": "Never said."}, {"start": 1}, {"end": 900}])
def test_an_appearance_is_what_stands_there(anchor: dict[str, Any]) -> None:
    with refused_by("anchor_fits_text"):
        Appearance.objects.bulk_create([appearance(**anchor)])


def test_an_appearance_is_not_moved_to_where_its_words_do_not_stand() -> None:
    row = appearance()
    row.save()

    with refused_by("anchor_fits_text"):
        Appearance.objects.update(start=3)
    with refused_by("anchor_fits_text"):
        Appearance.objects.update(revision=RevisionFactory.create(text="Another story."))


def test_an_empty_passage_is_no_appearance() -> None:
    with refused_by("appearance_passage_not_empty"):
        appearance(start=4, end=4, exact="").save()


def test_a_claim_appears_once_in_a_passage_but_two_claims_may_share_it() -> None:
    first = appearance()
    first.save()

    with refused_by("appearance_once_per_passage"):
        appearance(claim=first.claim, revision=first.revision).save()
    appearance(revision=first.revision).save()

    assert Appearance.objects.count() == 2


def test_an_appearance_says_how_well_it_is_anchored() -> None:
    row = appearance()
    row.save()
    assert row.anchor_state == AnchorState.ANCHORED

    with refused_by("appearance_anchor_state_known"):
        Appearance.objects.update(anchor_state="lost")


# -- steps on record --------------------------------------------------------------------------


def test_a_step_on_record_stays_on_record() -> None:
    step = ClaimTransition.objects.create(
        claim=ClaimFactory.create(),
        name="start",
        from_state=ClaimState.NEW,
        to_state=ClaimState.CHECKING,
    )

    with refused_by("transition_is_history"):
        ClaimTransition.objects.update(comment="It was not me.")
    with refused_by("transition_is_history"):
        step.delete()
    with refused_by("transition_is_history"), connection.cursor() as cursor:
        cursor.execute("DELETE FROM claims_claimtransition")

    step.refresh_from_db()
    assert step.comment == ""


# -- how they are shown -----------------------------------------------------------------------


def test_long_statements_and_passages_are_shown_in_one_line() -> None:
    assert str(Claim(statement="x" * 80)) == "x" * 80
    assert str(Claim(statement="x" * 81)) == "x" * 79 + "…"
    assert str(Appearance(exact="x" * 80)) == "x" * 80
    assert str(Appearance(exact="x" * 81)) == "x" * 79 + "…"


def test_a_step_is_shown_with_where_it_led() -> None:
    step = ClaimTransition(name="start", from_state="new", to_state="checking")

    assert str(step) == "start: new → checking"


def test_forms_say_in_words_what_the_gate_needs() -> None:
    """The same constraints, asked by Django before anything is written."""
    claim = ready_claim(**submitted())
    claim.state = ClaimState.IN_REVIEW
    claim.rating = None

    with pytest.raises(Exception, match="Review needs a rating and a rationale"):
        claim.full_clean()


def test_evidence_belongs_to_a_claim_that_is_there() -> None:
    evidence = EvidenceFactory.create()

    with pytest.raises(ProtectedError):
        evidence.claim.delete()


def test_an_appearance_of_an_unnamed_speaker_is_never_tied_to_a_known_source() -> None:
    appearance = AppearanceFactory.create(speaker_name="an official", sourcing="unnamed")

    with refused_by("appearance_unnamed_has_no_source"):
        Appearance.objects.filter(pk=appearance.pk).update(speaker=SourceFactory.create())
    with refused_by("appearance_sourcing_known"):
        Appearance.objects.filter(pk=appearance.pk).update(sourcing="hearsay")
