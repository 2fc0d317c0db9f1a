"""Claims in each state, brought there through legal steps and past every rule of the database."""

from __future__ import annotations

from typing import Any

from django.utils import timezone

from claims.models import Claim, ClaimState
from tests.factories import ClaimFactory, EvidenceFactory, RatingFactory, UserFactory

_REVIEW = (ClaimState.CHECKING, ClaimState.IN_REVIEW)
WAYS: dict[ClaimState, tuple[ClaimState, ...]] = {
    ClaimState.NEW: (),
    ClaimState.CHECKING: (ClaimState.CHECKING,),
    ClaimState.IN_REVIEW: _REVIEW,
    ClaimState.VERIFIED: (*_REVIEW, ClaimState.VERIFIED),
    ClaimState.PUBLISHED: (*_REVIEW, ClaimState.VERIFIED, ClaimState.PUBLISHED),
    ClaimState.NEEDS_RECHECK: (*_REVIEW, ClaimState.VERIFIED, ClaimState.NEEDS_RECHECK),
    ClaimState.CORRECTED: (
        *_REVIEW,
        ClaimState.VERIFIED,
        ClaimState.PUBLISHED,
        ClaimState.CORRECTED,
    ),
    ClaimState.WITHDRAWN: (
        *_REVIEW,
        ClaimState.VERIFIED,
        ClaimState.PUBLISHED,
        ClaimState.WITHDRAWN,
    ),
    ClaimState.SHELVED: (ClaimState.SHELVED,),
}


def signatures() -> dict[str, Any]:
    """Two people: one who submitted, another who verified."""
    return {
        "submitted_by": UserFactory.create(),
        "submitted_at": timezone.now(),
        "verified_by": UserFactory.create(),
        "verified_at": timezone.now(),
    }


def ready_claim(**fields: Any) -> Claim:
    """A new claim with all that the gate asks for."""
    claim = ClaimFactory.create(
        **{"rating": RatingFactory.create(), "rationale": "The port's own figures.", **fields}
    )
    EvidenceFactory.create(claim=claim)
    return claim


def claim_in(state: ClaimState, **fields: Any) -> Claim:
    """A claim in `state`, with rating, rationale, one piece of evidence and, past review, both
    signatures."""
    way = WAYS[state]
    signed: dict[str, Any] = signatures() if way else {}
    if ClaimState.VERIFIED not in way:
        signed = {key: value for key, value in signed.items() if key.startswith("submitted")}
    if ClaimState.IN_REVIEW not in way:
        signed = {}
    claim = ready_claim(**{**signed, **fields})
    for step in way:
        Claim.objects.filter(pk=claim.pk).update(state=step)
    claim.refresh_from_db()
    return claim
