"""What the database refuses of a claim, its appearances and its steps, whichever way it is
written."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.models import F, ProtectedError
from django.utils import timezone

from claims.models import AnchorState, Appearance, Claim, ClaimState, ClaimTransition
from claims.verification.states import SIGNED
from claims.verification.transitions import state_changes
from newsroom.accounts.models import User
from newsroom.triggers import violated_constraint
from sources.merging import merge_sources
from tests.claims.states import (
    WAYS,
    claim_in,
    put_on_record,
    ready_claim,
    signature,
    submitted,
    verified,
)
from tests.database import refused_by
from tests.factories import (
    AffiliationFactory,
    AppearanceFactory,
    CandidateFactory,
    ClaimFactory,
    ClaimTransitionFactory,
    EvidenceFactory,
    RatingFactory,
    RevisionFactory,
    SourceFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db


def change(claim: Claim, **fields: Any) -> None:
    """Write past every form and service, with what readers see beside it."""
    stored = Claim.objects.get(pk=claim.pk)
    if (stored.state, fields.get("state")) in state_changes():
        put_on_record(stored, fields["state"])
    Claim.objects.filter(pk=claim.pk).update(**fields)


def test_the_helper_knows_a_way_to_every_state() -> None:
    assert set(WAYS) == set(ClaimState)
    assert all(claim_in(state).state == state for state in ClaimState)


def refusal(claim: Claim, new: ClaimState) -> str | None:
    """Which rule refuses the raw update to `new`; None if it goes through (it is rolled back).

    Signed as the step would be, so that of all rules only the one about steps can speak.
    """
    try:
        with transaction.atomic():
            change(claim, state=new, **signature(new))
            transaction.set_rollback(True)
    except IntegrityError as error:
        return violated_constraint(error)
    return None


@pytest.mark.parametrize("old", ClaimState)
def test_the_database_allows_exactly_the_steps_of_the_table(old: ClaimState) -> None:
    claim = claim_in(old)
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
        state=state,
        rating=RatingFactory.create(),
        rationale="Because.",
        **submitted(),
        **verified(),
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
    claim = claim_in(ClaimState.PUBLISHED)

    with refused_by("claim_gate_rating_and_rationale"):
        change(claim, state=ClaimState.CORRECTED, **loss)


# -- the speaker's role ------------------------------------------------------------------------


def test_a_role_is_the_speakers_and_nobody_elses() -> None:
    role = AffiliationFactory.create()
    for made in (ClaimFactory, AppearanceFactory):
        name = made._meta.model._meta.model_name
        with refused_by(f"{name}_speakers_role"):
            made.create(speaker=SourceFactory.create(), affiliation=role)
        with refused_by(f"{name}_speakers_role"):
            made.create(speaker=None, affiliation=role)
        row = made.create(speaker=role.source, affiliation=role)
        with refused_by(f"{name}_speakers_role"):
            type(row).objects.filter(pk=row.pk).update(speaker=SourceFactory.create())
        type(row).objects.filter(pk=row.pk).update(affiliation=None, speaker=None)


def test_a_role_stays_where_it_was_said_when_its_source_is_merged() -> None:
    role = AffiliationFactory.create()
    claim = ClaimFactory.create(speaker=role.source, affiliation=role)
    into = SourceFactory.create(kind=role.source.kind)
    boss = UserFactory.create(is_superuser=True)

    merge_sources(duplicate_id=role.source_id, into_id=into.pk, by=boss)

    claim.refresh_from_db()
    assert (claim.speaker_id, claim.affiliation_id) == (role.source_id, role.pk)
    claim.save()
    with refused_by("claim_speakers_role"):
        change(claim, speaker=SourceFactory.create())


# -- what is signed ---------------------------------------------------------------------------

CHECK: dict[str, Any] = {
    "statement": lambda: "Something else.",
    "kind": lambda: "fact",
    "language": lambda: "de",
    "speaker": SourceFactory.create,
    "affiliation": None,
    "as_of": lambda: "2026-01-01",
    "rating": RatingFactory.create,
    "rationale": lambda: "For another reason.",
    "method": lambda: "By telephone.",
}


def another(field: str, claim: Claim) -> Any:
    """A value that the claim may have as far as nobody has signed it."""
    if field == "affiliation":
        return AffiliationFactory.create(source=claim.speaker)
    return CHECK[field]()


@pytest.mark.parametrize("field", CHECK)
@pytest.mark.parametrize("state", ClaimState)
def test_what_somebody_has_signed_does_not_change_under_the_signature(
    state: ClaimState, field: str
) -> None:
    claim = claim_in(state, speaker=SourceFactory.create())
    news = {field: another(field, claim)}

    if state in SIGNED:
        with refused_by("claim_signed_content"):
            change(claim, **news)
    else:
        change(claim, **news)


@pytest.mark.parametrize("field", CHECK)
def test_the_step_of_correcting_may_change_what_was_published(field: str) -> None:
    claim = claim_in(ClaimState.PUBLISHED, speaker=SourceFactory.create())
    value = another(field, claim)

    change(claim, state=ClaimState.CORRECTED, **{field: value})

    assert Claim.objects.filter(pk=claim.pk, state=ClaimState.CORRECTED, **{field: value}).exists()


def test_and_what_was_corrected_is_closed_again() -> None:
    claim = claim_in(ClaimState.PUBLISHED)
    change(claim, state=ClaimState.CORRECTED, rationale="The table was misread.")

    with refused_by("claim_signed_content"):
        change(claim, rationale="No, it was not.")
    with refused_by("claim_signed_content"):
        change(claim, state=ClaimState.CORRECTED, rationale="No, it was not.")


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (old, new)
        for old, new in state_changes()
        if old in SIGNED and (old, new) != (ClaimState.PUBLISHED, ClaimState.CORRECTED)
    ],
)
def test_no_other_step_changes_what_is_signed(old: ClaimState, new: ClaimState) -> None:
    claim = claim_in(old)

    with refused_by("claim_signed_content"):
        change(claim, state=new, rationale="For another reason.", **signature(new))


@pytest.mark.parametrize("state", SIGNED)
def test_who_works_on_it_and_until_when_may_always_change(state: ClaimState) -> None:
    claim = claim_in(state)

    change(claim, assignee=UserFactory.create(), due=timezone.now())


# -- signatures -------------------------------------------------------------------------------


@pytest.mark.parametrize("state", ClaimState)
def test_who_submitted_is_written_with_the_step_into_review_only(state: ClaimState) -> None:
    claim = claim_in(state)

    with refused_by("claim_submission_stands"):
        change(claim, **submitted())
    if claim.submitted_by:
        with refused_by("claim_submission_stands"):
            change(claim, submitted_by=None, submitted_at=None)
        with refused_by("claim_submission_stands"):
            change(claim, submitted_at=timezone.now())


@pytest.mark.parametrize("state", ClaimState)
def test_who_verified_is_written_with_the_step_of_verifying_only(state: ClaimState) -> None:
    claim = claim_in(state)

    with refused_by("claim_verification_stands"):
        change(claim, **verified())
    with refused_by("claim_verification_stands"):
        change(claim, break_glass_reason="Nobody else is in on Christmas Day.")
    if claim.verified_by:
        with refused_by("claim_verification_stands"):
            change(claim, verified_by=None, verified_at=None)
        with refused_by("claim_verification_stands"):
            change(claim, verified_at=timezone.now())


@pytest.mark.parametrize(
    ("old", "new"),
    [(old, new) for old, new in state_changes() if new != ClaimState.IN_REVIEW],
)
def test_no_other_step_exchanges_who_submitted(old: ClaimState, new: ClaimState) -> None:
    claim = claim_in(old)

    with refused_by("claim_submission_stands"):
        change(claim, state=new, **{**signature(new), **submitted()})


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (old, new)
        for old, new in state_changes()
        if new not in (ClaimState.IN_REVIEW, ClaimState.VERIFIED)
    ],
)
def test_no_other_step_exchanges_who_verified(old: ClaimState, new: ClaimState) -> None:
    claim = claim_in(old)

    with refused_by("claim_verification_stands"):
        change(claim, state=new, **verified())


def test_the_next_submission_is_signed_anew() -> None:
    claim = claim_in(ClaimState.NEEDS_RECHECK)
    change(claim, state=ClaimState.CHECKING)
    news = submitted()

    change(claim, state=ClaimState.IN_REVIEW, verified_by=None, verified_at=None, **news)

    claim.refresh_from_db()
    assert (claim.submitted_by, claim.verified_by) == (news["submitted_by"], None)


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


@pytest.mark.parametrize("blank", ["", " ", " \n\t "])
def test_a_blank_reason_is_none(blank: str) -> None:
    claim = claim_in(ClaimState.IN_REVIEW)

    with refused_by("claim_four_eyes"):
        change(
            claim,
            state=ClaimState.VERIFIED,
            verified_by=claim.submitted_by,
            verified_at=timezone.now(),
            break_glass_reason=blank,
        )


def test_the_reason_stays_on_record() -> None:
    claim = claim_in(ClaimState.IN_REVIEW)
    change(
        claim,
        state=ClaimState.VERIFIED,
        verified_by=claim.submitted_by,
        verified_at=timezone.now(),
        break_glass_reason="Nobody else is in on Christmas Day.",
    )

    for reason in ("", "For no reason."):
        with refused_by("claim_verification_stands"):
            change(claim, break_glass_reason=reason)


def test_the_submitter_is_not_exchanged_in_the_moment_of_verifying() -> None:
    claim = claim_in(ClaimState.IN_REVIEW)

    with refused_by("claim_submission_stands"):
        change(
            claim,
            state=ClaimState.VERIFIED,
            submitted_by=UserFactory.create(),
            verified_by=claim.submitted_by,
            verified_at=timezone.now(),
        )


def test_the_verifier_is_not_exchanged_afterwards() -> None:
    claim = claim_in(ClaimState.VERIFIED)

    with refused_by("claim_verification_stands"):
        change(claim, verified_by=UserFactory.create())
    with refused_by("claim_verification_stands"):
        change(claim, state=ClaimState.PUBLISHED, verified_by=UserFactory.create())


# Without the person another rule speaks first: there is nobody who submitted or verified.
@pytest.mark.parametrize(
    ("half", "speaks"), [("by", "claim_review_has_submitter"), ("at", "claim_submitted_by_and_at")]
)
def test_a_submission_is_a_person_and_a_time(half: str, speaks: str) -> None:
    claim = claim_in(ClaimState.CHECKING)
    fields = {**submitted(), f"submitted_{half}": None}

    with refused_by(speaks):
        change(claim, state=ClaimState.IN_REVIEW, **fields)


@pytest.mark.parametrize(
    ("half", "speaks"), [("by", "claim_concluded_has_verifier"), ("at", "claim_verified_by_and_at")]
)
def test_a_verification_is_a_person_and_a_time(half: str, speaks: str) -> None:
    claim = claim_in(ClaimState.IN_REVIEW)
    fields = {**verified(), f"verified_{half}": None}

    with refused_by(speaks):
        change(claim, state=ClaimState.VERIFIED, **fields)


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


@pytest.mark.parametrize("end", ["from_state", "to_state"])
def test_a_step_is_between_known_states(end: str) -> None:
    with refused_by("transition_states_known"):
        ClaimTransitionFactory.create(**{end: "forgotten"})


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
    claim = ready_claim()
    for name, value in submitted().items():
        setattr(claim, name, value)
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


def test_a_claim_does_not_come_into_the_world_signed() -> None:
    for field in ("submitted", "verified"):
        with refused_by("claim_starts_new"):
            ClaimFactory.create(
                **{f"{field}_by": UserFactory.create(), f"{field}_at": timezone.now()}
            )


def test_nobody_has_verified_what_is_in_review() -> None:
    claim = claim_in(ClaimState.NEEDS_RECHECK)
    change(claim, state=ClaimState.CHECKING)

    with refused_by("claim_in_review_is_unverified"):
        change(claim, state=ClaimState.IN_REVIEW)
