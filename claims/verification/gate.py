"""What a claim still lacks before it may go on. The database refuses too, but names one thing."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Exists, OuterRef

from claims.models import Claim, ClaimTransition, SecondRating
from claims.verification.states import ClaimState
from claims.verification.transitions import Transition


@dataclass(frozen=True, slots=True)
class Missing:
    """One thing that is missing, and the part of the claim where it is filled in."""

    what: str
    where: str


def missing_for(transition: Transition, claim: Claim) -> list[Missing]:
    """All that is missing for this step, at once."""
    if transition.target == ClaimState.IN_REVIEW:
        return _missing_for_review(claim)
    if transition.target == ClaimState.VERIFIED:
        return _missing_for_verification(claim)
    return []


def _missing_for_review(claim: Claim) -> list[Missing]:
    missing = []
    if claim.rating_id is None:
        missing.append(Missing("a rating", "rating"))
    if not claim.rationale.strip():
        missing.append(Missing("a rationale", "rationale"))
    if not claim.evidence.exists():
        missing.append(Missing("at least one piece of evidence", "evidence"))
    return missing


def _missing_for_verification(claim: Claim) -> list[Missing]:
    second = second_rating_of(claim)
    if second is None:
        return []
    if second.is_open:
        return [Missing(f"the second rating that {second.rater} was asked for", "second-rating")]
    if second.disagrees and second.resolved_at is None:
        return [Missing("a third person’s word on the two ratings that differ", "second-rating")]
    holds = second.resolved_rating_id or second.rating_id
    if holds != claim.rating_id:
        label = (second.resolved_rating or second.rating).label  # type: ignore[union-attr]
        return [Missing(f"the rating “{label}”, which was settled; return it first", "rating")]
    return []


def second_rating_of(claim: Claim) -> SecondRating | None:
    """The second rating of this round: those from before the claim was last verified are settled.

    One query.
    """
    verified_since = ClaimTransition.objects.filter(
        claim=claim, to_state=ClaimState.VERIFIED, at__gt=OuterRef("requested_at")
    )
    return (
        SecondRating.objects.filter(~Exists(verified_since), claim=claim, cancelled_at=None)
        .select_related("rater", "rating", "first_rating", "resolved_rating", "resolved_by")
        .order_by("-pk")
        .first()
    )
