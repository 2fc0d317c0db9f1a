"""Carrying passages over to a new version of their story."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import asdict
from typing import Any

from django.db import transaction

from claims.appearances import of_latest_version
from claims.fingerprints import fingerprint
from claims.following.corrections import open_claims
from claims.models import (
    AnchorMove,
    AnchorState,
    Appearance,
    Candidate,
    CandidateState,
    Flag,
    MoveOutcome,
    Settled,
    Skip,
)
from claims.models.moves import CERTAIN
from claims.verification.recheck import recheck_changed
from claims.verification.states import CONCLUDED
from newsroom.articles.anchors import Anchored
from newsroom.articles.models import Article, Revision
from newsroom.articles.reanchoring import VERSION, Change, Outcome, Relocation, reanchor
from newsroom.articles.selectors import Anchor, anchor_at
from newsroom.history import acting

STATE_OF = {
    Outcome.UNCHANGED: AnchorState.ANCHORED,
    Outcome.MOVED: AnchorState.MOVED,
    Outcome.REWORDED: AnchorState.REWORDED,
    Outcome.VANISHED: AnchorState.VANISHED,
    Outcome.AMBIGUOUS: AnchorState.AMBIGUOUS,
}


@transaction.atomic
def follow_revision(*, revision_id: int) -> int:
    """Look for the story's passages in this version; returns how many were looked for.

    Safe to call any number of times: a passage is looked for once in each version, and a version
    that arrives late, after a later one was followed, is left out. What stands where it stood, or
    in the same words elsewhere, is carried over; the rest waits for an editor. A concluded claim
    whose passage may mean something else now goes back to be checked.
    """
    revision = Revision.objects.select_related("article").get(pk=revision_id)
    if revision.number == 1:
        return 0
    # One version of a story at a time; also with `store_extraction`, which takes the same lock.
    Article.objects.select_for_update(no_key=True).get(pk=revision.article_id)
    moves = AnchorMove.objects.filter(revision__article=revision.article_id)
    if moves.filter(revision__number__gt=revision.number).exists():
        return 0
    with acting(None, rule=VERSION):
        appearances = _appearances(revision)
        candidates = _candidates(revision)
        found = _relocate(revision, [*appearances, *candidates])
        of_appearances = [_move(one, revision, found[one]) for one in appearances]
        of_candidates = [_move(one, revision, found[one]) for one in candidates]
        _overtake(revision)
        _carry_appearances(of_appearances)
        _carry_candidates(of_candidates)
        AnchorMove.objects.bulk_create([*of_appearances, *of_candidates])
        _recheck(of_appearances)
        open_claims(revision=revision, moves=of_appearances)
    return len(found)


def _appearances(revision: Revision) -> list[Appearance]:
    """Where the story's claims were made last, and not yet looked for in this version."""
    return list(
        Appearance.objects.filter(
            of_latest_version(),
            revision__article=revision.article_id,
            revision__number__lt=revision.number,
        )
        .exclude(moves__revision=revision)
        .exclude(moves__settled=Settled.GONE)
        .select_related("claim__rating", "revision")
        .order_by("pk")
    )


def _candidates(revision: Revision) -> list[Candidate]:
    """What is still to be decided on in earlier versions."""
    return list(
        Candidate.objects.filter(
            revision__article=revision.article_id,
            revision__number__lt=revision.number,
            state=CandidateState.PENDING,
        )
        .exclude(moves__revision=revision)
        .select_related("revision")
        .order_by("pk")
    )


def _relocate(revision: Revision, passages: Sequence[Anchored]) -> dict[Any, Relocation]:
    """One comparison of texts for each version that passages are anchored in."""
    by_version: dict[int, list[Anchored]] = defaultdict(list)
    for one in passages:
        by_version[one.revision_id].append(one)
    found: dict[Any, Relocation] = {}
    for group in by_version.values():
        anchors = [Anchor(one.start, one.end, one.exact, one.prefix, one.suffix) for one in group]
        found |= zip(group, reanchor(group[0].revision.text, revision.text, anchors), strict=True)
    return found


def _move(one: Anchored, revision: Revision, found: Relocation) -> AnchorMove:
    proposal = found.proposal
    move = AnchorMove(
        revision=revision,
        outcome=MoveOutcome(found.outcome),
        score=round(min(1.0, found.score), 4),
        meaning_changed=found.meaning_changed,
        differences=[
            *(_difference(change, around=False) for change in found.changes),
            *(_difference(change, around=True) for change in found.around),
        ],
        start=proposal.start if proposal else None,
        end=proposal.end if proposal else None,
        others=[[other.start, other.end] for other in found.others],
        engine=VERSION,
    )
    if isinstance(one, Appearance):
        move.appearance = one
        move.state_before = one.anchor_state
        move.settled = Settled.AUTOMATIC if move.outcome in CERTAIN else ""
        if one.claim.state in CONCLUDED:
            move.rating, move.rationale = one.claim.rating, one.claim.rationale
            move.verified_at = one.claim.verified_at
    else:
        assert isinstance(one, Candidate)
        move.candidate = one
        if one.created_by_id is None:
            # The extractor reads the new version too; `hand_over` ties what it finds to this.
            move.settled = Settled.LEFT
        elif move.outcome in CERTAIN:
            move.settled = Settled.AUTOMATIC
    return move


def _difference(change: Change, *, around: bool) -> dict[str, Any]:
    return {**asdict(change), "bearing": change.bearing.value, "around": around}


def _overtake(revision: Revision) -> None:
    """What waited for a decision in an earlier version is looked for here instead."""
    AnchorMove.objects.filter(
        revision__article=revision.article_id, revision__number__lt=revision.number, settled=""
    ).update(settled=Settled.OVERTAKEN)


def _carry_appearances(moves: Sequence[AnchorMove]) -> None:
    """Put what is certain on record in the new version; say of the rest what became of it.

    Before the moves are stored. A fixed number of queries, however many claims there are.
    """
    certain = [move for move in moves if move.settled == Settled.AUTOMATIC]
    known = {
        (one.claim_id, one.start, one.end): one
        for one in Appearance.objects.filter(revision__in={move.revision_id for move in certain})
    }
    made: list[Appearance] = []
    for move in certain:
        place = place_of(move)
        appearance = known.get((_earlier(move).claim_id, *place))
        if appearance is None:
            appearance = _appearance(move, place, STATE_OF[Outcome(move.outcome)])
            made.append(appearance)
            known[appearance.claim_id, *place] = appearance  # another may lead here, too
        elif appearance.follows_id is None:
            appearance.follows = _earlier(move)
            appearance.save(update_fields=["follows"])
        move.became = appearance
    Appearance.objects.bulk_create(made)
    for outcome in (MoveOutcome.REWORDED, MoveOutcome.VANISHED, MoveOutcome.AMBIGUOUS):
        rows = [_earlier(move).pk for move in moves if move.outcome == outcome]
        Appearance.objects.filter(pk__in=rows).update(anchor_state=STATE_OF[Outcome(outcome)])


def place_of(move: AnchorMove) -> tuple[int, int]:
    """Where the passage is proposed in the later version."""
    assert move.start is not None
    assert move.end is not None
    return move.start, move.end


def _earlier(move: AnchorMove) -> Appearance:
    assert move.appearance is not None
    return move.appearance


def _appearance(move: AnchorMove, place: tuple[int, int], state: AnchorState) -> Appearance:
    earlier = _earlier(move)
    anchor = anchor_at(move.revision.text, *place)
    return Appearance(
        claim_id=earlier.claim_id,
        revision=move.revision,
        start=anchor.start,
        end=anchor.end,
        exact=anchor.exact,
        prefix=anchor.prefix,
        suffix=anchor.suffix,
        speaker_id=earlier.speaker_id,
        affiliation_id=earlier.affiliation_id,
        speaker_name=earlier.speaker_name,
        sourcing=earlier.sourcing,
        anonymity_reason=earlier.anonymity_reason,
        anchor_state=state,
        follows=earlier,
    )


def appear_at(move: AnchorMove, place: tuple[int, int]) -> Appearance:
    """The appearance that an editor places in the later version; it follows the earlier one."""
    earlier = _earlier(move)
    known = Appearance.objects.filter(
        claim=earlier.claim_id, revision=move.revision, start=place[0], end=place[1]
    ).first()
    if known is not None:
        if known.follows_id is None:
            known.follows = earlier
            known.save(update_fields=["follows"])
        return known
    same = move.revision.text[slice(*place)] == earlier.exact and not move.differences
    made = _appearance(move, place, AnchorState.MOVED if same else AnchorState.REWORDED)
    made.save()
    return made


def _carry_candidates(moves: Iterable[AnchorMove]) -> None:
    """What a person selected goes on in the new version; what the machine found, it finds again."""
    for move in moves:
        if move.settled == Settled.AUTOMATIC:
            move.became_candidate = propose_at(move, place_of(move))


def propose_at(move: AnchorMove, place: tuple[int, int]) -> Candidate:
    """The candidate in the later version; flags and skips go with it, and the earlier one is done.

    A passage that is a candidate there already, in whatever state, is left as it is.
    """
    earlier = move.candidate
    assert earlier is not None
    anchor = anchor_at(move.revision.text, *place)
    candidate, _ = Candidate.objects.get_or_create(
        revision=move.revision,
        start=anchor.start,
        end=anchor.end,
        defaults={
            "exact": anchor.exact,
            "prefix": anchor.prefix,
            "suffix": anchor.suffix,
            "fingerprint": fingerprint(anchor.exact),
            **{name: getattr(earlier, name) for name in _KEPT_OF_A_CANDIDATE},
        },
    )
    supersede_by(earlier, candidate)
    return candidate


_KEPT_OF_A_CANDIDATE = (
    "statement",
    "kind",
    "score",
    "explanation",
    "form",
    "sourcing",
    "speaker_id",
    "speaker_name",
    "speaker_title",
    "speaker_role",
    "speaker_organisation",
    "speaker_party",
    "speaker_seat",
    "anonymity_reason",
    "told_by",
    "said",
    "unresolved",
    "hedges",
    "extractor",
    "extractor_version",
    "created_by_id",
)
"""Not the spans, which point into the earlier text."""


def supersede_by(earlier: Candidate, candidate: Candidate) -> None:
    """Hand flags and skips of an undecided candidate on to the one that takes its place."""
    if candidate.state == CandidateState.PENDING:
        Flag.objects.filter(candidate=earlier, closed_at=None).update(candidate=candidate)
        taken = Skip.objects.filter(candidate=candidate).values("by")
        Skip.objects.filter(candidate=earlier).exclude(by__in=taken).update(candidate=candidate)
    earlier.state = CandidateState.SUPERSEDED
    earlier.save(update_fields=["state"])


def hand_over(*, revision: Revision, candidates: Sequence[Candidate]) -> None:
    """Tie the candidates just found in a version to what was undecided on the same passages before.

    Called with the stored rows, in the transaction that stores them.
    """
    by_place = {(one.start, one.end): one for one in candidates}
    moves = AnchorMove.objects.filter(
        revision=revision, settled=Settled.LEFT, became_candidate=None
    ).select_related("candidate")
    for move in moves:
        found = by_place.get((move.start or 0, move.end or 0))
        if found is None or move.candidate is None:
            continue
        move.became_candidate = found
        move.save(update_fields=["became_candidate"])
        if move.candidate.state == CandidateState.PENDING:
            supersede_by(move.candidate, found)


def remember_appearances(*, revision: Revision, candidates: Sequence[Candidate]) -> None:
    """Give new candidates on passages where a claim is on record the decision that made it so.

    `candidates` are not stored yet. Nobody has to decide on the same passage twice because other
    words of the story changed.
    """
    pending = {
        (one.start, one.end): one for one in candidates if one.state == CandidateState.PENDING
    }
    carried = Appearance.objects.filter(revision=revision, follows__isnull=False)
    claims = {
        (one.start, one.end): one.claim_id
        for one in carried.only("start", "end", "claim")
        if (one.start, one.end) in pending
    }
    decisions = Candidate.objects.filter(
        claim__in=set(claims.values()),
        revision__article=revision.article_id,
        state__in=(CandidateState.ACCEPTED, CandidateState.MERGED),
        remembered_from__isnull=True,
    ).order_by("decided_at", "pk")
    latest = {one.claim_id: one for one in decisions}
    for place, claim in claims.items():
        decided = latest.get(claim)
        if decided is not None:
            decide_like(pending[place], decided)


def decide_like(candidate: Candidate, decided: Candidate) -> None:
    """The same decision, which stays that of the person who made it. Does not save."""
    candidate.state = decided.state
    candidate.decided_by_id = decided.decided_by_id
    candidate.decided_at = decided.decided_at
    candidate.decision_reason = decided.decision_reason
    candidate.decision_note = decided.decision_note
    candidate.claim_id = decided.claim_id
    candidate.remembered_from = decided


def _recheck(moves: Iterable[AnchorMove]) -> None:
    told: set[int] = set()
    for move in moves:
        appearance = move.appearance
        assert appearance is not None
        if not move.meaning_changed or appearance.claim_id in told:
            continue
        if appearance.claim.state in CONCLUDED:
            told.add(appearance.claim_id)
            recheck_changed(claim_id=appearance.claim_id, comment=_what_changed(move))


def _what_changed(move: AnchorMove) -> str:
    said = "; ".join(_in_words(one) for one in move.differences[:5])
    return (
        f"The story changed under this claim (revision {move.revision.number} of "
        f"“{move.revision.article}”): {said}."
    )


def _in_words(one: dict[str, Any]) -> str:
    where = " beside the passage" if one["around"] else ""
    if one["old"] and one["new"]:
        return f"“{one['old']}” is now “{one['new']}” ({one['bearing']}{where})"
    if one["new"]:
        return f"“{one['new']}” was added ({one['bearing']}{where})"
    return f"“{one['old']}” was taken out ({one['bearing']}{where})"
