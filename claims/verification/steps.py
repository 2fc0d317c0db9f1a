"""Which steps a person may take with a claim now, and why not the others.

One function of state, permissions and assignment. The page of a claim, the board, the API and the
service that takes the step all ask it. What the claim itself still lacks is `gate`'s answer.
"""

from __future__ import annotations

from dataclasses import dataclass

from claims.errors import DomainError, GateClosed, NotPermitted, TransitionNotAllowed
from claims.models import Claim
from claims.verification.states import ClaimState
from claims.verification.transitions import Transition, steps_from
from newsroom.accounts.models import User
from newsroom.accounts.roles import who_may

OF_THE_ASSIGNEE = frozenset({"start", "submit"})
"""The work itself. While a claim is somebody's, others do not take these steps over their head."""

ONWARDS = frozenset({"start", "submit", "verify", "publish"})


@dataclass(frozen=True, slots=True)
class Step:
    """A transition that leads on from a claim's state, for one person."""

    transition: Transition
    why_not: str
    needs_break_glass: bool

    @property
    def name(self) -> str:
        return self.transition.name

    @property
    def allowed(self) -> bool:
        return not self.why_not

    @property
    def leads_on(self) -> bool:
        """Whether it is the way to publication, and not one back or aside."""
        return self.name in ONWARDS


def available_steps(claim: Claim, user: User) -> list[Step]:
    """Every step that leads on from here, in the order of the table; those that this person may
    not take say why. No query beyond the person's permissions and the assignee's name."""
    return [
        Step(
            transition=transition,
            why_not=str(refusal(transition, claim, user) or ""),
            needs_break_glass=verifies_own(transition, claim, user),
        )
        for transition in steps_from(ClaimState(claim.state))
    ]


def refusal(transition: Transition, claim: Claim, user: User) -> DomainError | None:
    """What forbids this person this step now; None if nothing does."""
    state = ClaimState(claim.state)
    if state not in transition.sources:
        possible = ", ".join(f"“{one.label}”" for one in steps_from(state)) or "nothing"
        return TransitionNotAllowed(
            f"“{transition.label}” is not possible while a claim is {state.label}; "
            f"possible now: {possible}."
        )
    if not user.has_perm(f"claims.{transition.permission}"):
        return lacks_permission(transition)
    if (
        transition.name in OF_THE_ASSIGNEE
        and claim.assignee_id not in (None, user.pk)
        and not user.has_perm("claims.assign_claim")
    ):
        return NotPermitted(f"The claim is {claim.assignee}’s; ask them, or an editor.")
    if verifies_own(transition, claim, user) and not user.has_perm("claims.break_glass"):
        return GateClosed("Whoever submitted a check cannot be the one to verify it.")
    return None


def lacks_permission(transition: Transition) -> NotPermitted:
    return NotPermitted(
        f"“{transition.label}” is for {who_may(f'claims.{transition.permission}')}."
    )


def verifies_own(transition: Transition, claim: Claim, user: User) -> bool:
    """Whether this person would verify what they submitted: only by breaking the glass."""
    return transition.target == ClaimState.VERIFIED and claim.submitted_by_id == user.pk
