"""What becomes of claims and candidates when a new version of their story arrives."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from claims import services
from claims.following.services import follow_revision
from claims.models import (
    AnchorMove,
    AnchorState,
    Appearance,
    Candidate,
    CandidateState,
    ClaimState,
    ClaimTransition,
    Flag,
    MoveOutcome,
    Settled,
)
from claims.review.additions import add_candidate
from claims.review.services import accept_candidate, flag_candidate
from newsroom.accounts.models import User
from tests.claims.following.stories import QUAY, SHIPS, TEXT, VALUE, first, later, said_in
from tests.claims.states import claim_in
from tests.claims.test_services import found, proposal, store
from tests.database import at_once, refused_by
from tests.factories import AppearanceFactory, CandidateFactory, RevisionFactory

pytestmark = pytest.mark.django_db


def follow(revision: Any) -> AnchorMove:
    """The one move that the version leads to."""
    follow_revision(revision_id=revision.pk)
    return AnchorMove.objects.get(revision=revision)


# -- what is certain -------------------------------------------------------------------------


def test_what_stands_where_it_stood_is_on_record_in_the_new_version_too() -> None:
    old = said_in(first(), VALUE)
    move = follow(later(old.revision, TEXT + "\n\nThe yard opened in 1911."))
    assert (move.outcome, move.settled) == (MoveOutcome.UNCHANGED, Settled.AUTOMATIC)
    new = move.became
    assert new is not None
    assert (new.follows, new.claim, new.exact) == (old, old.claim, VALUE)
    assert (new.speaker_name, new.sourcing) == (old.speaker_name, old.sourcing)
    assert new.anchor_state == AnchorState.ANCHORED


def test_what_moved_is_found_and_the_earlier_record_stays_as_it_was() -> None:
    old = said_in(first(), SHIPS)
    before = Appearance.objects.filter(pk=old.pk).values().get()
    move = follow(later(old.revision, f"{SHIPS}\n\n{VALUE}\n\n{QUAY}"))
    assert (move.outcome, move.settled) == (MoveOutcome.MOVED, Settled.AUTOMATIC)
    assert move.became is not None
    assert (move.became.start, move.became.anchor_state) == (0, AnchorState.MOVED)
    assert Appearance.objects.filter(pk=old.pk).values().get() == before


def test_a_comma_is_carried_over_and_sends_nothing_back_to_be_checked() -> None:
    old = said_in(first(), VALUE, claim_in(ClaimState.PUBLISHED))
    move = follow(later(old.revision, TEXT.replace("contract is", "contract, is")))
    assert (move.outcome, move.settled) == (MoveOutcome.MOVED, Settled.AUTOMATIC)
    old.claim.refresh_from_db()
    assert old.claim.state == ClaimState.PUBLISHED


# -- what is not -------------------------------------------------------------------------------


def test_a_reworded_passage_waits_for_an_editor_with_the_difference() -> None:
    old = said_in(first(), VALUE)
    move = follow(later(old.revision, TEXT.replace("212", "221")))
    assert (move.outcome, move.settled, move.became) == (MoveOutcome.REWORDED, "", None)
    assert move.meaning_changed
    assert move.differences == [
        {"bearing": "number", "old": "212 million", "new": "221 million", "around": False}
    ]
    old.refresh_from_db()
    assert old.anchor_state == AnchorState.REWORDED
    assert Appearance.objects.count() == 1


def test_a_passage_that_is_gone_or_stands_twice_is_carried_nowhere() -> None:
    gone, twice = said_in(first(), QUAY), said_in(first(), QUAY)
    assert follow(later(gone.revision, TEXT.replace(QUAY, ""))).outcome == MoveOutcome.VANISHED
    move = follow(later(twice.revision, TEXT.replace(QUAY, f"{QUAY} {QUAY}")))
    assert move.outcome == MoveOutcome.AMBIGUOUS
    assert len(move.others) == 1
    assert Appearance.objects.count() == 2


# -- back to be checked --------------------------------------------------------------------------


@pytest.mark.parametrize("state", [ClaimState.VERIFIED, ClaimState.PUBLISHED, ClaimState.CORRECTED])
def test_a_concluded_claim_whose_meaning_may_have_changed_needs_recheck(state: ClaimState) -> None:
    claim = claim_in(state)
    old = said_in(first(), VALUE, claim)
    move = follow(later(old.revision, TEXT.replace("212", "221")))
    claim.refresh_from_db()
    assert claim.state == ClaimState.NEEDS_RECHECK
    step = ClaimTransition.objects.get(claim=claim)
    assert (step.name, step.from_state, step.by) == ("recheck", state, None)
    assert "“212 million” is now “221 million”" in step.comment
    # The verdict that held for the earlier version stays readable there.
    assert (move.rating, move.rationale) == (claim.rating, claim.rationale)
    assert move.verified_at is not None


def test_other_words_that_say_the_same_do_not() -> None:
    claim = claim_in(ClaimState.VERIFIED)
    old = said_in(first(TEXT.replace("is worth", "isn't worth")), VALUE.replace("is", "isn't", 1))
    old.claim = claim
    old.save()
    move = follow(later(old.revision, TEXT.replace("is worth", "is not worth")))
    assert (move.outcome, move.meaning_changed) == (MoveOutcome.REWORDED, False)
    claim.refresh_from_db()
    assert claim.state == ClaimState.VERIFIED


@pytest.mark.parametrize("state", [ClaimState.NEW, ClaimState.IN_REVIEW, ClaimState.SHELVED])
def test_a_claim_that_is_not_concluded_keeps_its_state(state: ClaimState) -> None:
    claim = claim_in(state)
    old = said_in(first(), VALUE, claim)
    assert follow(later(old.revision, TEXT.replace("212", "221"))).meaning_changed
    claim.refresh_from_db()
    assert claim.state == state
    assert not ClaimTransition.objects.filter(claim=claim, name="recheck").exists()


# -- once, and in order ------------------------------------------------------------------------


def test_following_again_changes_nothing() -> None:
    old = said_in(first(), VALUE, claim_in(ClaimState.VERIFIED))
    said_in(old.revision, SHIPS)
    new = later(old.revision, TEXT.replace("212", "221"))
    assert follow_revision(revision_id=new.pk) == 2
    before = [list(model.objects.order_by("pk").values()) for model in (AnchorMove, Appearance)]
    assert follow_revision(revision_id=new.pk) == 0
    assert [
        list(model.objects.order_by("pk").values()) for model in (AnchorMove, Appearance)
    ] == before
    assert ClaimTransition.objects.filter(name="recheck").count() == 1


def test_two_that_lead_to_one_passage_are_one_from_there_on() -> None:
    old = said_in(first(), VALUE)
    # Entered by hand in the second version, which was never followed.
    second = later(old.revision, TEXT + "\n\nThe yard opened in 1911.")
    other = said_in(second, VALUE, old.claim)
    third = later(old.revision, f"{SHIPS}\n\n{VALUE}\n\n{QUAY}")

    assert follow_revision(revision_id=third.pk) == 2

    here = Appearance.objects.get(revision=third)
    assert set(AnchorMove.objects.values_list("became", flat=True)) == {here.pk}
    assert here.follows in (old, other)

    fourth = later(old.revision, f"{VALUE}\n\n{QUAY}")
    assert follow_revision(revision_id=fourth.pk) == 1
    assert Appearance.objects.get(revision=fourth).follows == here


def test_a_version_that_comes_late_is_left_out() -> None:
    old = said_in(first(), VALUE)
    second = later(old.revision, TEXT.replace("212", "215"))
    third = later(old.revision, TEXT.replace("212", "221"))
    follow_revision(revision_id=third.pk)
    assert follow_revision(revision_id=second.pk) == 0
    assert AnchorMove.objects.get().revision == third


def test_what_still_waits_is_looked_for_in_the_next_version_instead() -> None:
    old = said_in(first(), VALUE)
    waiting = follow(later(old.revision, TEXT.replace("212", "215")))
    move = follow(later(old.revision, TEXT + "\n\nMore."))
    waiting.refresh_from_db()
    assert (waiting.settled, waiting.decided_by) == (Settled.OVERTAKEN, None)
    assert (move.appearance, move.outcome) == (old, MoveOutcome.UNCHANGED)


def test_the_first_version_has_nothing_to_follow() -> None:
    assert follow_revision(revision_id=said_in(first(), VALUE).revision_id) == 0


@pytest.mark.django_db(transaction=True)
def test_two_workers_follow_a_version_once() -> None:
    old = said_in(first(), VALUE)
    new = later(old.revision, TEXT + "\n\nMore.")
    outcomes = at_once(*[lambda: follow_revision(revision_id=new.pk)] * 2)
    assert sorted(outcomes) == [0, 1]
    assert AnchorMove.objects.count() == 1


def test_the_number_of_queries_does_not_grow_with_the_claims() -> None:
    def queries(claims: int) -> int:
        revision = first("\n\n".join(f"Sentence {n} has five words." for n in range(claims)))
        for n in range(claims):
            said_in(revision, f"Sentence {n} has five words.")
        new = later(revision, revision.text + "\n\nOne more line at the end.")
        with CaptureQueriesContext(
            connection,
        ) as captured:
            assert follow_revision(revision_id=new.pk) == claims
        return len(captured)

    assert queries(3) == queries(9)


# -- extraction ----------------------------------------------------------------------------------


def test_an_accepted_passage_is_not_asked_about_again_in_the_next_version(editor: User) -> None:
    revision = first()
    store(revision, found(proposal(0, len(VALUE)), proposal(len(VALUE) + 2, len(VALUE) + 40)))
    accepted = Candidate.objects.get(revision=revision, start=0)
    claim = accept_candidate(candidate_id=accepted.pk, by=editor)
    new = later(revision, "Update from the yard.\n\n" + TEXT)
    follow_revision(revision_id=new.pk)
    start = new.text.index(VALUE)
    store(new, found(proposal(start, start + len(VALUE)), proposal(0, 21)))
    again = Candidate.objects.get(revision=new, start=start)
    assert (again.state, again.claim) == (CandidateState.ACCEPTED, claim)
    assert (again.decided_by, again.remembered_from) == (editor, accepted)
    assert Candidate.objects.get(revision=new, start=0).state == CandidateState.PENDING


def test_a_changed_figure_is_asked_about_again(editor: User) -> None:
    revision = first()
    store(revision, found(proposal(0, len(VALUE))))
    accept_candidate(candidate_id=Candidate.objects.get().pk, by=editor)
    new = later(revision, TEXT.replace("212", "221"))
    follow_revision(revision_id=new.pk)
    store(new, found(proposal(0, len(VALUE))))
    assert Candidate.objects.get(revision=new).state == CandidateState.PENDING


def test_the_worker_follows_a_version_even_where_extraction_fails(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    old = said_in(first(), VALUE, claim_in(ClaimState.VERIFIED))
    new = later(old.revision, TEXT.replace("212", "221"))

    def broken(*args: Any, **kwargs: Any) -> None:
        raise RuntimeError("the extractor broke")

    monkeypatch.setattr(services, "extract", broken)
    with pytest.raises(RuntimeError, match="broke"):
        services.extract_revision(revision_id=new.pk)
    old.claim.refresh_from_db()
    assert old.claim.state == ClaimState.NEEDS_RECHECK


# -- candidates ------------------------------------------------------------------------------------


def test_a_passage_that_an_editor_selected_goes_on_in_the_new_version(editor: User) -> None:
    revision = first()
    start = TEXT.index(QUAY)
    mine = add_candidate(revision_id=revision.pk, start=start, end=start + len(QUAY), by=editor)
    new = later(revision, "News.\n\n" + TEXT)
    move = follow(new)
    mine.refresh_from_db()
    assert (mine.state, move.settled) == (CandidateState.SUPERSEDED, Settled.AUTOMATIC)
    there = Candidate.objects.get(revision=new)
    assert move.became_candidate == there
    assert (there.exact, there.created_by, there.state) == (QUAY, editor, CandidateState.PENDING)


def test_one_that_was_reworded_waits_and_stays_open(editor: User) -> None:
    revision = first()
    start = TEXT.index(QUAY)
    mine = add_candidate(revision_id=revision.pk, start=start, end=start + len(QUAY), by=editor)
    move = follow(later(revision, TEXT.replace("2019", "2018")))
    mine.refresh_from_db()
    assert (move.outcome, move.settled) == (MoveOutcome.REWORDED, "")
    assert mine.state == CandidateState.PENDING


def test_a_flag_goes_to_what_the_extractor_finds_on_the_passage_again(editor: User) -> None:
    revision = first()
    store(revision, found(proposal(0, len(VALUE))))
    old = Candidate.objects.get()
    flag_candidate(candidate_id=old.pk, note="Is that so?", by=editor)
    new = later(revision, "News.\n\n" + TEXT)
    follow_revision(revision_id=new.pk)
    store(new, found(proposal(7, 7 + len(VALUE))))
    there = Candidate.objects.get(revision=new)
    old.refresh_from_db()
    assert Flag.objects.get().candidate == there
    assert (there.state, old.state) == (CandidateState.PENDING, CandidateState.SUPERSEDED)
    assert AnchorMove.objects.get(candidate=old).became_candidate == there


def test_a_flag_is_not_lost_where_the_passage_is_not_found_again(editor: User) -> None:
    revision = first()
    store(revision, found(proposal(0, len(VALUE))))
    old = Candidate.objects.get()
    flag_candidate(candidate_id=old.pk, note="Is that so?", by=editor)
    new = later(revision, QUAY)
    follow_revision(revision_id=new.pk)
    store(new, found())
    old.refresh_from_db()
    assert old.state == CandidateState.PENDING


# -- the database ----------------------------------------------------------------------------------


def test_an_appearance_follows_one_of_its_claim_in_an_earlier_version() -> None:
    old = said_in(first(), VALUE)
    elsewhere = RevisionFactory.create(text=TEXT, number=2)
    new = later(old.revision, TEXT)
    place = {"start": 0, "end": len(VALUE)}
    with refused_by("appearance_follows_its_story"):
        AppearanceFactory.create(revision=elsewhere, claim=old.claim, follows=old, **place)
    with refused_by("appearance_follows_its_story"):
        AppearanceFactory.create(revision=new, follows=old, **place)
    there = AppearanceFactory.create(revision=new, claim=old.claim, follows=old, **place)
    with refused_by("appearance_follows_its_story"):
        Appearance.objects.filter(pk=old.pk).update(follows=there)


def test_what_is_not_certain_is_never_settled_by_itself() -> None:
    old = said_in(first(), VALUE)
    move = follow(later(old.revision, TEXT.replace("212", "221")))
    with refused_by("move_automatic_when_certain"):
        AnchorMove.objects.filter(pk=move.pk).update(settled=Settled.AUTOMATIC)
    with refused_by("move_decision_complete"):
        AnchorMove.objects.filter(pk=move.pk).update(settled=Settled.KEPT)


def test_what_was_found_stays_on_record() -> None:
    old = said_in(first(), VALUE)
    move = follow(later(old.revision, TEXT.replace("212", "221")))
    with refused_by("move_finding_never_changes"):
        AnchorMove.objects.filter(pk=move.pk).update(outcome=MoveOutcome.MOVED)
    with refused_by("move_is_never_deleted"):
        AnchorMove.objects.filter(pk=move.pk).delete()


def test_a_passage_is_looked_for_once_in_a_version() -> None:
    new = later(first(), TEXT)
    candidate = CandidateFactory.create(revision=new)
    rows = {"candidate": candidate, "revision": new, "outcome": MoveOutcome.VANISHED, "score": 0}
    AnchorMove.objects.create(**rows)
    with refused_by("move_candidate_once"):
        AnchorMove.objects.create(**rows)
