"""What editors decide where a passage was reworded, is gone, or stands in several places."""

from __future__ import annotations

import pytest

from claims.errors import AlreadyDecided, DomainError, NotPermitted
from claims.following.decisions import choose_passage, keep_move, mark_gone, undo_move
from claims.following.queue import open_moves
from claims.following.services import follow_revision
from claims.models import AnchorMove, AnchorState, Appearance, ClaimState, MoveOutcome, Settled
from newsroom.accounts.models import User
from tests.claims.following.stories import SHIPS, TEXT, VALUE, first, later, said_in
from tests.claims.states import claim_in
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def move() -> AnchorMove:
    """The value of the contract was corrected."""
    old = said_in(first(), VALUE)
    follow_revision(revision_id=later(old.revision, TEXT.replace("212", "221")).pk)
    return AnchorMove.objects.get()


def state_of(move: AnchorMove) -> str:
    assert move.appearance is not None
    return Appearance.objects.get(pk=move.appearance.pk).anchor_state


def test_kept_at_the_proposed_passage_it_is_on_record_in_both_versions(
    move: AnchorMove, editor: User
) -> None:
    decided = keep_move(move_id=move.pk, by=editor)
    assert (decided.settled, decided.decided_by) == (Settled.KEPT, editor)
    new = decided.became
    assert new is not None
    assert new.exact == VALUE.replace("212", "221")
    assert (new.follows, new.anchor_state) == (move.appearance, AnchorState.REWORDED)
    assert state_of(move) == AnchorState.ANCHORED
    assert not open_moves().exists()


def test_another_passage_can_be_chosen(move: AnchorMove, editor: User) -> None:
    text = move.revision.text
    start = text.index(SHIPS)
    decided = choose_passage(move_id=move.pk, start=start, end=start + len(SHIPS), by=editor)
    assert decided.became is not None
    assert (decided.settled, decided.became.exact) == (Settled.CHOSEN, SHIPS)


@pytest.mark.parametrize("place", [(0, 0), (-1, 5), (5, 10_000), (60, 62)])
def test_what_is_no_passage_is_refused(
    move: AnchorMove, editor: User, place: tuple[int, int]
) -> None:
    with pytest.raises(DomainError, match="Select the words"):
        choose_passage(move_id=move.pk, start=place[0], end=place[1], by=editor)
    assert open_moves().exists()


def test_a_passage_that_is_gone_is_marked_and_looked_for_no_more(
    move: AnchorMove, editor: User
) -> None:
    mark_gone(move_id=move.pk, by=editor)
    assert state_of(move) == AnchorState.VANISHED
    assert Appearance.objects.count() == 1
    follow_revision(revision_id=later(move.revision, TEXT).pk)
    assert AnchorMove.objects.count() == 1


@pytest.mark.parametrize("decide", [keep_move, mark_gone])
def test_undone_it_waits_again_as_it_did(move: AnchorMove, editor: User, decide: object) -> None:
    before = state_of(move)
    decide(move_id=move.pk, by=editor)  # type: ignore[operator]
    undone = undo_move(by=editor)
    assert (undone.pk, undone.settled, undone.decided_by) == (move.pk, "", None)
    assert undone.became is None
    assert Appearance.objects.count() == 1
    assert state_of(move) == before == AnchorState.REWORDED
    assert open_moves().get() == move


def test_a_decision_is_made_once(move: AnchorMove, editor: User) -> None:
    keep_move(move_id=move.pk, by=editor)
    with pytest.raises(AlreadyDecided, match="settled by editor"):
        mark_gone(move_id=move.pk, by=UserFactory.create(is_superuser=True))


def test_it_takes_the_permission_to_decide(move: AnchorMove) -> None:
    stranger = UserFactory.create()
    for decide in (keep_move, mark_gone, undo_move):
        with pytest.raises(NotPermitted):
            decide(move_id=move.pk, by=stranger)
    assert open_moves().exists()


def test_only_who_decided_can_take_it_back(move: AnchorMove, editor: User) -> None:
    keep_move(move_id=move.pk, by=editor)
    other = UserFactory.create(is_superuser=True)
    with pytest.raises(DomainError, match="Only who decided"):
        undo_move(move_id=move.pk, by=other)
    with pytest.raises(DomainError, match="no decision of yours"):
        undo_move(by=other)


def test_it_cannot_be_taken_back_once_the_story_has_changed_again(
    move: AnchorMove, editor: User
) -> None:
    keep_move(move_id=move.pk, by=editor)
    follow_revision(revision_id=later(move.revision, move.revision.text + "\n\nMore.").pk)
    with pytest.raises(DomainError, match="changed again"):
        undo_move(move_id=move.pk, by=editor)
    move.refresh_from_db()
    assert move.settled == Settled.KEPT


def test_nothing_is_kept_where_nothing_is_proposed(editor: User) -> None:
    old = said_in(first(), VALUE)
    follow_revision(revision_id=later(old.revision, TEXT.replace(VALUE, "")).pk)
    move = AnchorMove.objects.get()
    assert move.outcome == MoveOutcome.VANISHED
    with pytest.raises(DomainError, match="No passage is proposed"):
        keep_move(move_id=move.pk, by=editor)


def test_claims_that_nobody_works_on_any_more_do_not_wait() -> None:
    old = said_in(first(), VALUE, claim_in(ClaimState.SHELVED))
    follow_revision(revision_id=later(old.revision, TEXT.replace("212", "221")).pk)
    assert AnchorMove.objects.filter(settled="").exists()
    assert not open_moves().exists()
