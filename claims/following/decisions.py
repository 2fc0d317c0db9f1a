"""What editors decide on a passage that the tracker was not sure of; each can be taken back."""

from __future__ import annotations

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from claims.deciding import check_may_decide
from claims.errors import AlreadyDecided, DomainError
from claims.following.services import appear_at, place_of, propose_at
from claims.models import AnchorMove, AnchorState, Appearance, Candidate, CandidateState, Settled
from newsroom.accounts.models import User
from newsroom.history import acting

LAST = 10


@transaction.atomic
def keep_move(*, move_id: int, by: User) -> AnchorMove:
    """The passage stands where it is proposed. Raises `DomainError` where nothing is proposed."""
    with acting(by, decision="keep passage"):
        move = _open(move_id, by)
        if move.start is None:
            raise DomainError("No passage is proposed; choose one, or say that it is gone.")
        return _settle(move, Settled.KEPT, place_of(move), by)


@transaction.atomic
def choose_passage(*, move_id: int, start: int, end: int, by: User) -> AnchorMove:
    """The passage stands elsewhere in the new version."""
    with acting(by, decision="choose passage"):
        move = _open(move_id, by)
        text = move.revision.text
        if not 0 <= start < end <= len(text) or not text[start:end].strip():
            raise DomainError("Select the words in the new text first.")
        return _settle(move, Settled.CHOSEN, (start, end), by)


@transaction.atomic
def mark_gone(*, move_id: int, by: User) -> AnchorMove:
    """The story says it no longer. The appearance stays on record in the earlier version."""
    with acting(by, decision="passage gone"):
        move = _open(move_id, by)
        return _settle(move, Settled.GONE, None, by)


@transaction.atomic
def undo_move(*, move_id: int | None = None, by: User) -> AnchorMove:
    """Take back one's own decision; None stands for the latest. It is open again.

    Raises `DomainError` when there is none, or when something depends on it by now.
    """
    check_may_decide(by)
    if move_id is None:
        move_id = last_moves(by).values_list("pk", flat=True).first()
    if move_id is None:
        raise DomainError("There is no decision of yours to undo.")
    with acting(by, decision="undo"):
        move = _locked(move_id)
        if move.decided_by_id != by.pk:
            raise DomainError("Only who decided can take it back.")
        became, candidate = move.became, move.became_candidate
        move.settled, move.decided_by, move.decided_at = "", None, None
        move.became, move.became_candidate = None, None
        move.save(update_fields=_SETTLEMENT)
        if move.appearance is not None:
            _take_back_appearance(move, became)
        elif move.candidate is not None:
            _take_back_candidate(move.candidate, candidate)
    return move


def last_moves(by: User) -> QuerySet[AnchorMove]:
    """What this person decided last, latest first."""
    return AnchorMove.objects.filter(decided_by=by).order_by("-decided_at", "-pk")[:LAST]


_SETTLEMENT = ("settled", "decided_by", "decided_at", "became", "became_candidate")


def _locked(move_id: int) -> AnchorMove:
    return (
        AnchorMove.objects.select_for_update(of=("self",))
        .select_related("revision__article", "appearance", "candidate", "became_candidate")
        .get(pk=move_id)
    )


def _open(move_id: int, by: User) -> AnchorMove:
    check_may_decide(by)
    move = _locked(move_id)
    if move.settled:
        who = f" by {move.decided_by}" if move.decided_by else ""
        raise AlreadyDecided(f"This was settled{who} meanwhile: {move.get_settled_display()}.")
    if move.candidate is not None and move.candidate.state != CandidateState.PENDING:
        raise AlreadyDecided("This candidate was decided on meanwhile; nothing is left to do.")
    return move


def _settle(
    move: AnchorMove, settled: Settled, place: tuple[int, int] | None, by: User
) -> AnchorMove:
    move.settled, move.decided_by, move.decided_at = settled, by, timezone.now()
    if move.appearance is not None:
        if place is None:
            move.appearance.anchor_state = AnchorState.VANISHED
        else:
            move.became = appear_at(move, place)
            move.appearance.anchor_state = move.state_before
        move.appearance.save(update_fields=["anchor_state"])
    elif move.candidate is not None:
        if place is None:
            move.candidate.state = CandidateState.SUPERSEDED
            move.candidate.save(update_fields=["state"])
        else:
            move.became_candidate = propose_at(move, place)
    move.save(update_fields=_SETTLEMENT)
    return move


def _take_back_appearance(move: AnchorMove, became: Appearance | None) -> None:
    earlier = move.appearance
    assert earlier is not None
    if became is not None:
        if became.moves.exists() or hasattr(became, "followed_by"):
            raise DomainError("The story has changed again since; decide on its latest version.")
        if became.arrived_by.exclude(pk=move.pk).exists() or _was_there(became, move):
            became.follows = None
            became.save(update_fields=["follows"])
        else:
            became.delete()
    earlier.anchor_state = move.outcome
    earlier.save(update_fields=["anchor_state"])


def _was_there(became: Appearance, move: AnchorMove) -> bool:
    """Whether somebody had put it on record before the decision that is taken back."""
    made = became.events.filter(pgh_label="insert").first()  # type: ignore[attr-defined]
    decision = (made.pgh_context or {}).get("decision") if made else None
    return decision not in ("keep passage", "choose passage")


def _take_back_candidate(earlier: Candidate, became: Candidate | None) -> None:
    if became is not None:
        if became.state != CandidateState.PENDING:
            raise DomainError(f"The candidate has been {became.get_state_display()} meanwhile.")
        became.state = CandidateState.SUPERSEDED
        became.save(update_fields=["state"])
    earlier.state = CandidateState.PENDING
    earlier.save(update_fields=["state"])
