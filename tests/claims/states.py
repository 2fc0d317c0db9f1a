"""Claims in each state, brought there through legal steps and past every rule of the database."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.utils import timezone

from claims.models import Claim, ClaimState
from claims.publishing.models import FactCheck, FactCheckState
from claims.verification.services import take_published_step, take_step
from claims.verification.transitions import TRANSITIONS
from newsroom.accounts.models import User
from tests.factories import (
    ClaimFactory,
    CorrectionFactory,
    EvidenceFactory,
    FactCheckFactory,
    RatingFactory,
    UserFactory,
)

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


def submitted() -> dict[str, Any]:
    """What is written with the step into review."""
    return {"submitted_by": UserFactory.create(), "submitted_at": timezone.now()}


def verified() -> dict[str, Any]:
    """What is written with the step of verifying, by somebody else than submitted."""
    return {"verified_by": UserFactory.create(), "verified_at": timezone.now()}


def signature(step_to: ClaimState) -> dict[str, Any]:
    """Whose name is written with a step to this state; for most it is nobody's."""
    if step_to == ClaimState.IN_REVIEW:
        return submitted()
    return verified() if step_to == ClaimState.VERIFIED else {}


def ready_claim(*, evidence: Mapping[str, Any] | None = None, **fields: Any) -> Claim:
    """A new claim with all that the gate asks for; `evidence` are fields of its one piece."""
    claim = ClaimFactory.create(
        **{"rating": RatingFactory.create(), "rationale": "The port's own figures.", **fields}
    )
    EvidenceFactory.create(claim=claim, **(evidence or {}))
    return claim


def claim_in(state: ClaimState, **fields: Any) -> Claim:
    """A claim in `state`, with rating, rationale and one piece of evidence, and with the signatures
    that were written on its way."""
    claim = ready_claim(**fields)
    for step_to in WAYS[state]:
        put_on_record(claim, step_to)
        Claim.objects.filter(pk=claim.pk).update(state=step_to, **signature(step_to))
    claim.refresh_from_db()
    return claim


def take_step_on_record(*, claim_id: int, step: str, by: User, **details: Any) -> Claim:
    """`take_step`, for tests that are about the step and not about what readers see of it."""
    transition, claim = TRANSITIONS.get(step), Claim.objects.filter(pk=claim_id).first()
    with transaction.atomic():
        if transition and claim and claim.state in transition.sources:
            put_on_record(claim, transition.target)
        if transition and transition.shown_to_readers:
            details.pop("break_glass_reason", None)
            details = {"comment": "", **details}
            return take_published_step(claim_id=claim_id, step=step, by=by, **details)
        return take_step(claim_id=claim_id, step=step, by=by, **details)


def put_on_record(claim: Claim, step_to: ClaimState) -> None:
    """What readers see, as `claims.publishing` writes it just before the step to this state."""
    if step_to == ClaimState.PUBLISHED and not FactCheck.objects.filter(claim=claim).exists():
        FactCheckFactory.create(claim=Claim.objects.get(pk=claim.pk))
    elif step_to == ClaimState.CORRECTED:
        fact_check = FactCheck.objects.get(claim=claim)
        correction = CorrectionFactory.create(fact_check=fact_check)
        FactCheck.objects.filter(claim=claim).update(
            state=FactCheckState.CORRECTED, version=correction.version
        )
    elif step_to == ClaimState.WITHDRAWN:
        FactCheck.objects.filter(claim=claim).update(
            state=FactCheckState.WITHDRAWN,
            withdrawn_at=timezone.now(),
            withdrawn_by=UserFactory.create(),
            withdrawal_reason="The recording was false.",
        )
