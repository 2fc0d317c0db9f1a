"""What does not change once somebody has put their name to it, and how a page says so."""

from __future__ import annotations

from typing import Any

from claims.models import Claim, ClaimState
from claims.verification.states import SIGNED
from claims.verification.transitions import steps_from


def is_signed(claim: Claim | None = None) -> bool:
    return claim is not None and claim.state in SIGNED


def why_closed(claim: Claim) -> str:
    """The sentence above a check that does not change, and what has to happen before it can."""
    state = ClaimState(claim.state)
    back = next((one for one in steps_from(state) if one.name in ("return", "recheck")), None)
    return f"While a claim is {state.label}, its statement, verdict and evidence do not change." + (
        f" Before that comes the step “{back.label}”." if back else ""
    )


def explained(fieldsets: Any, why: str) -> list[Any]:
    """`fieldsets` with a sentence at the head of the first."""
    (title, options), *others = fieldsets
    return [(title, {**options, "description": why}), *others]
