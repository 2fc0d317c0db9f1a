"""Deciding on candidates."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.models import Permission
from django.utils import timezone

from claims.errors import AlreadyDecided, DomainError, NotPermitted
from claims.models import (
    AnchorState,
    Appearance,
    Candidate,
    CandidateState,
    Claim,
    ClaimState,
    DecisionReason,
)
from claims.models.candidates import REJECTION_REASONS
from claims.review import services
from claims.review.services import (
    accept_candidate,
    merge_candidate,
    reject_candidate,
    reopen_candidate,
)
from newsroom.accounts.models import User
from newsroom.articles.models import ExtractionState, Revision, SkipReason
from tests.database import at_once, while_uncommitted
from tests.factories import (
    ArticleFactory,
    CandidateFactory,
    ClaimFactory,
    RevisionFactory,
    SourceFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db

Decide = Callable[[Candidate, User], Any]


def desk(**fields: Any) -> User:
    """Somebody who may decide on candidates and nothing else."""
    user = UserFactory.create(**fields)
    user.user_permissions.add(
        Permission.objects.get(content_type__app_label="claims", codename="change_candidate")
    )
    return user


def accept(candidate: Candidate, by: User) -> Any:
    return accept_candidate(candidate_id=candidate.pk, by=by)


def merge(candidate: Candidate, by: User) -> Any:
    claim = Claim.objects.order_by("pk").first() or ClaimFactory.create()
    return merge_candidate(candidate_id=candidate.pk, claim_id=claim.pk, by=by)


def reject(candidate: Candidate, by: User) -> Any:
    return reject_candidate(candidate_id=candidate.pk, reason=DecisionReason.OPINION, by=by)


def reopen(candidate: Candidate, by: User) -> Any:
    return reopen_candidate(candidate_id=candidate.pk, by=by)


DECISIONS = [accept, merge, reject]


def row(candidate: Candidate) -> dict[str, Any]:
    return dict(Candidate.objects.filter(pk=candidate.pk).values().get())


def superseded() -> Candidate:
    return CandidateFactory.create(state=CandidateState.SUPERSEDED)


# -- accepting --------------------------------------------------------------------------------


def test_accepting_makes_a_claim_of_the_candidate() -> None:
    speaker = SourceFactory.create()
    candidate = CandidateFactory.create(
        revision=RevisionFactory.create(article=ArticleFactory.create(language="en-GB")),
        speaker=speaker,
        sourcing="on_the_record",
    )
    by = desk()

    claim = accept_candidate(candidate_id=candidate.pk, by=by)

    claim.refresh_from_db()
    assert claim.statement == candidate.statement
    assert (claim.kind, claim.language, claim.speaker) == (candidate.kind, "en-GB", speaker)
    assert (claim.state, claim.created_by, claim.version) == (ClaimState.NEW, by, 1)
    assert claim.rating is None
    assert claim.submitted_by is None


def test_accepting_records_where_the_claim_was_made() -> None:
    speaker = SourceFactory.create()
    candidate = CandidateFactory.create(
        passage=(72, 137), speaker=speaker, sourcing="on_the_record"
    )

    claim = accept_candidate(candidate_id=candidate.pk, by=desk())

    place = Appearance.objects.get()
    assert (place.claim, place.speaker) == (claim, speaker)
    assert place.anchor_state == AnchorState.ANCHORED
    for name in ("revision", "start", "end", "exact", "prefix", "suffix"):
        assert getattr(place, name) == getattr(candidate, name)


def test_accepting_puts_the_decision_on_the_candidate() -> None:
    candidate = CandidateFactory.create()
    by = desk()

    claim = accept_candidate(candidate_id=candidate.pk, by=by)

    candidate.refresh_from_db()
    assert candidate.state == CandidateState.ACCEPTED
    assert (candidate.claim, candidate.decided_by) == (claim, by)
    assert candidate.decided_at is not None
    assert candidate.decision_reason == DecisionReason.WORTH_CHECKING
    assert candidate.decision_note == ""


def test_an_editor_s_wording_replaces_the_machine_s_in_the_claim_only() -> None:
    candidate = CandidateFactory.create(statement="It rose by 9 percent.")

    claim = accept_candidate(
        candidate_id=candidate.pk, statement="  Traffic in the port rose by 9 percent. ", by=desk()
    )

    assert claim.statement == "Traffic in the port rose by 9 percent."
    candidate.refresh_from_db()
    assert candidate.statement == "It rose by 9 percent."


@pytest.mark.parametrize("blank", ["", "  ", "\n\t"])
def test_a_blank_wording_is_none(blank: str) -> None:
    candidate = CandidateFactory.create(statement="Traffic rose by 9 percent.")

    claim = accept_candidate(candidate_id=candidate.pk, statement=blank, by=desk())

    assert claim.statement == "Traffic rose by 9 percent."


# -- merging ----------------------------------------------------------------------------------


def test_merging_adds_an_appearance_and_leaves_the_claim_as_it_is() -> None:
    first, second = CandidateFactory.create(), CandidateFactory.create(statement="Other words.")
    claim = accept_candidate(candidate_id=first.pk, by=desk())
    by = desk()

    result = merge_candidate(candidate_id=second.pk, claim_id=claim.pk, by=by)

    second.refresh_from_db()
    assert result == claim
    assert Claim.objects.count() == 1
    assert Claim.objects.get().statement == first.statement
    assert {place.revision for place in claim.appearances.all()} == {
        first.revision,
        second.revision,
    }
    assert (second.state, second.claim, second.decided_by) == (CandidateState.MERGED, claim, by)
    assert second.decision_reason == DecisionReason.REPEATS


def test_merging_into_a_claim_that_is_not_there_changes_nothing() -> None:
    candidate = CandidateFactory.create()
    before = row(candidate)

    with pytest.raises(Claim.DoesNotExist):
        merge_candidate(candidate_id=candidate.pk, claim_id=0, by=desk())

    assert row(candidate) == before
    assert not Appearance.objects.exists()


def test_a_passage_that_somebody_entered_by_hand_is_merged_all_the_same() -> None:
    candidate = CandidateFactory.create()
    claim = ClaimFactory.create()
    by_hand = Appearance.objects.create(
        claim=claim,
        revision=candidate.revision,
        start=candidate.start,
        end=candidate.end,
        exact=candidate.exact,
    )

    merge_candidate(candidate_id=candidate.pk, claim_id=claim.pk, by=desk())

    candidate.refresh_from_db()
    assert candidate.state == CandidateState.MERGED
    assert claim.appearances.get() == by_hand


# -- rejecting --------------------------------------------------------------------------------


@pytest.mark.parametrize("reason", REJECTION_REASONS)
def test_rejecting_puts_reason_and_note_on_the_candidate(reason: DecisionReason) -> None:
    candidate = CandidateFactory.create()
    by = desk()

    result = reject_candidate(candidate_id=candidate.pk, reason=reason, note=" Old news. ", by=by)

    candidate.refresh_from_db()
    assert result == candidate
    assert candidate.state == CandidateState.REJECTED
    assert (candidate.decided_by, candidate.decision_reason) == (by, reason)
    assert candidate.decision_note == "Old news."
    assert candidate.decided_at is not None
    assert candidate.claim is None
    assert candidate.remembered_from is None
    assert not Claim.objects.exists()


@pytest.mark.parametrize("reason", [r for r in DecisionReason if r not in REJECTION_REASONS])
def test_a_reason_for_accepting_is_none_for_rejecting(reason: DecisionReason) -> None:
    candidate = CandidateFactory.create()

    with pytest.raises(DomainError, match="not a reason for rejecting"):
        reject_candidate(candidate_id=candidate.pk, reason=reason, by=desk())

    assert row(candidate)["state"] == CandidateState.PENDING


@pytest.mark.parametrize("note", ["", "  "])
def test_another_reason_is_said_in_the_note(note: str) -> None:
    candidate = CandidateFactory.create()

    with pytest.raises(DomainError, match="other reason"):
        reject_candidate(
            candidate_id=candidate.pk, reason=DecisionReason.OTHER, note=note, by=desk()
        )

    assert row(candidate)["state"] == CandidateState.PENDING


# -- reopening --------------------------------------------------------------------------------


def test_reopening_takes_the_whole_decision_back() -> None:
    candidate = CandidateFactory.create()
    before = row(candidate)
    reject_candidate(
        candidate_id=candidate.pk, reason=DecisionReason.OTHER, note="Not ours.", by=desk()
    )

    reopen_candidate(candidate_id=candidate.pk, by=desk())

    assert row(candidate) == before


def test_a_remembered_rejection_can_be_reopened_and_then_decided() -> None:
    original = CandidateFactory.create()
    reject(original, desk())
    original.refresh_from_db()
    remembered = CandidateFactory.create(
        state=CandidateState.REJECTED,
        decided_by=original.decided_by,
        decided_at=original.decided_at,
        decision_reason=original.decision_reason,
        remembered_from=original,
    )

    reopen(remembered, desk())
    remembered.refresh_from_db()
    assert (remembered.state, remembered.remembered_from) == (CandidateState.PENDING, None)
    accept(remembered, desk())

    original.refresh_from_db()
    assert original.state == CandidateState.REJECTED


def later_version(candidate: Candidate, state: ExtractionState) -> Revision:
    now = timezone.now()
    done = state in (ExtractionState.DONE, ExtractionState.FAILED, ExtractionState.SKIPPED)
    return RevisionFactory.create(
        article=candidate.revision.article,
        number=candidate.revision.number + 1,
        extraction_state=state,
        extraction_next_attempt_at=None if done else now,
        extraction_finished_at=now if done else None,
        extraction_skipped=SkipReason.OPINION if state == ExtractionState.SKIPPED else "",
    )


def test_nothing_is_reopened_in_a_version_that_has_a_later_one() -> None:
    candidate = CandidateFactory.create()
    reject(candidate, desk())
    later_version(candidate, ExtractionState.DONE)
    before = row(candidate)

    with pytest.raises(DomainError, match="A later version of the story is here"):
        reopen(candidate, desk())

    assert row(candidate) == before


@pytest.mark.parametrize(
    "state", [state for state in ExtractionState if state != ExtractionState.DONE]
)
def test_until_the_later_version_is_extracted_this_one_counts(state: ExtractionState) -> None:
    candidate = CandidateFactory.create()
    reject(candidate, desk())
    later_version(candidate, state)

    assert reopen(candidate, desk()).state == CandidateState.PENDING


def test_in_the_later_version_it_is_reopened() -> None:
    earlier = CandidateFactory.create()
    latest = CandidateFactory.create(revision=later_version(earlier, ExtractionState.DONE))
    reject(latest, desk())

    assert reopen(latest, desk()).state == CandidateState.PENDING


@pytest.mark.parametrize("decide", [accept, merge])
def test_what_became_a_claim_is_not_reopened(decide: Decide) -> None:
    candidate = CandidateFactory.create()
    decide(candidate, desk())
    before = row(candidate)

    with pytest.raises(DomainError, match="Only a rejected candidate"):
        reopen(candidate, desk())

    assert row(candidate) == before


def test_what_nobody_decided_is_not_reopened() -> None:
    for candidate in (CandidateFactory.create(), superseded()):
        with pytest.raises(DomainError, match="Only a rejected candidate"):
            reopen(candidate, desk())


# -- decided already --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("first", "outcome"), [(accept, "accepted"), (merge, "merged"), (reject, "rejected")]
)
@pytest.mark.parametrize("second", DECISIONS)
def test_a_second_decision_is_refused_and_names_who_was_first(
    first: Decide, outcome: str, second: Decide
) -> None:
    candidate = CandidateFactory.create()
    first(candidate, desk(first_name="Ada", last_name="Ek"))
    before, claims = row(candidate), Claim.objects.count()

    with pytest.raises(AlreadyDecided, match=f"was {outcome} by Ada Ek meanwhile"):
        second(candidate, desk())

    assert row(candidate) == before
    assert Claim.objects.count() == claims or second is merge
    assert Appearance.objects.count() == (0 if first is reject else 1)


@pytest.mark.parametrize("decide", DECISIONS)
def test_what_a_newer_extraction_superseded_is_not_decided(decide: Decide) -> None:
    candidate = superseded()

    with pytest.raises(AlreadyDecided, match="was superseded meanwhile"):
        decide(candidate, desk())

    assert not Appearance.objects.exists()


@pytest.mark.parametrize("decide", [*DECISIONS, reopen])
def test_a_candidate_that_is_not_there_is_not_found(decide: Decide) -> None:
    with pytest.raises(Candidate.DoesNotExist):
        decide(Candidate(pk=0), desk())


# -- who may ----------------------------------------------------------------------------------


@pytest.mark.parametrize("decide", [*DECISIONS, reopen])
@pytest.mark.parametrize(
    ("permissions", "active"),
    [
        ([], True),
        (["view_candidate", "change_claim", "check_claim", "verify_claim"], True),
        (["change_candidate"], False),
    ],
)
def test_who_may_not_change_candidates_does_not_decide(
    decide: Decide, permissions: list[str], active: bool
) -> None:
    candidate = CandidateFactory.create()
    if decide is reopen:
        reject(candidate, desk())
    before, claims = row(candidate), Claim.objects.count()
    stranger = UserFactory.create(is_active=active)
    stranger.user_permissions.set(
        Permission.objects.filter(content_type__app_label="claims", codename__in=permissions)
    )

    with pytest.raises(NotPermitted, match="is for checkers, editors and administrators"):
        decide(candidate, stranger)

    assert row(candidate) == before
    assert Claim.objects.count() == claims or decide is merge
    assert not Appearance.objects.exists()


# -- two editors at once ----------------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("second", [accept, reject])
def test_of_two_editors_the_second_is_told_who_was_first(second: Decide) -> None:
    candidate = CandidateFactory.create()
    ada, bob = desk(first_name="Ada"), desk(first_name="Bob")

    outcome = while_uncommitted(lambda: accept(candidate, ada), lambda: second(candidate, bob))

    assert isinstance(outcome, AlreadyDecided)
    assert "accepted by Ada" in str(outcome)
    assert Claim.objects.count() == Appearance.objects.count() == 1
    assert row(candidate)["decided_by_id"] == ada.pk


@pytest.mark.django_db(transaction=True)
def test_of_two_editors_at_once_one_decides() -> None:
    ada, bob = desk(), desk()
    for _ in range(5):
        candidate = CandidateFactory.create()
        claims = Claim.objects.count()

        outcomes = at_once(
            lambda: accept(candidate, ada),  # noqa: B023
            lambda: reject(candidate, bob),  # noqa: B023
        )

        assert sum(isinstance(one, AlreadyDecided) for one in outcomes) == 1
        accepted = row(candidate)["state"] == CandidateState.ACCEPTED
        assert Claim.objects.count() - claims == accepted


# -- nothing half-written ---------------------------------------------------------------------


@pytest.mark.parametrize("decide", [accept, merge])
def test_a_failure_on_the_way_leaves_nothing_behind(
    decide: Decide, monkeypatch: pytest.MonkeyPatch
) -> None:
    known = ClaimFactory.create()
    candidate = CandidateFactory.create()
    before = row(candidate)

    def fail(*args: Any, **kwargs: Any) -> None:
        raise RuntimeError("The power went.")

    monkeypatch.setattr(services, "_decide", fail)

    with pytest.raises(RuntimeError):
        decide(candidate, desk())

    assert row(candidate) == before
    assert list(Claim.objects.all()) == [known]
    assert not Appearance.objects.exists()


def test_who_said_it_on_what_terms_is_kept_also_without_a_known_source(editor: User) -> None:
    candidate = CandidateFactory.create(
        speaker_name="a European official",
        sourcing="unnamed",
        anonymity_reason="not authorised to speak to the press",
    )

    claim = accept_candidate(candidate_id=candidate.pk, by=editor)

    [appearance] = claim.appearances.all()
    assert appearance.speaker is None
    assert appearance.speaker_name == "a European official"
    assert appearance.sourcing == "unnamed"
    assert appearance.anonymity_reason == "not authorised to speak to the press"


def test_title_role_party_and_seat_are_printed_once_each(editor: User) -> None:
    candidate = CandidateFactory.create(
        speaker_title="Sen.",
        speaker_name="Dana Whitlock",
        speaker_role="chair of the Ports Committee",
        speaker_organisation="Ports Committee",
        speaker_party="D",
        speaker_seat="Ore.",
        sourcing="on_the_record",
    )

    claim = accept_candidate(candidate_id=candidate.pk, by=editor)

    [appearance] = claim.appearances.all()
    assert appearance.speaker_name == "Sen. Dana Whitlock, chair of the Ports Committee (D-Ore.)"
