"""The one table of transitions. The service, the database trigger and the tests all read it.

new → checking → in_review → verified → published
        ↑___________|  returned with a comment
any open state → shelved (with a reason) → new
verified, published, corrected → needs_recheck → checking
published → corrected (stays published) | withdrawn (the tombstone stays)
"""

from __future__ import annotations

from dataclasses import dataclass

from claims.verification.states import OPEN, ClaimState


@dataclass(frozen=True, slots=True)
class Transition:
    """A step that a person takes: from any of `sources` to `target`."""

    name: str
    label: str
    sources: tuple[ClaimState, ...]
    target: ClaimState
    permission: str
    """Codename within the claims app; who lacks it is refused."""
    needs_comment: bool = False
    shown_to_readers: bool = False
    """Changes what readers see. Only `claims.publishing` takes it, together with that."""


TRANSITIONS: dict[str, Transition] = {
    step.name: step
    for step in (
        Transition(
            "start",
            "Start checking",
            (ClaimState.NEW, ClaimState.NEEDS_RECHECK),
            ClaimState.CHECKING,
            "check_claim",
        ),
        Transition(
            "submit",
            "Submit for review",
            (ClaimState.CHECKING,),
            ClaimState.IN_REVIEW,
            "check_claim",
        ),
        Transition(
            "return",
            "Return with a comment",
            (ClaimState.IN_REVIEW,),
            ClaimState.CHECKING,
            "verify_claim",
            needs_comment=True,
        ),
        Transition(
            "verify", "Verify", (ClaimState.IN_REVIEW,), ClaimState.VERIFIED, "verify_claim"
        ),
        Transition(
            "publish",
            "Publish",
            (ClaimState.VERIFIED,),
            ClaimState.PUBLISHED,
            "publish_claim",
            shown_to_readers=True,
        ),
        Transition(
            "correct",
            "Correct",
            (ClaimState.PUBLISHED, ClaimState.CORRECTED),
            ClaimState.CORRECTED,
            "publish_claim",
            needs_comment=True,
            shown_to_readers=True,
        ),
        Transition(
            "withdraw",
            "Withdraw",
            (ClaimState.PUBLISHED, ClaimState.CORRECTED),
            ClaimState.WITHDRAWN,
            "publish_claim",
            needs_comment=True,
            shown_to_readers=True,
        ),
        Transition(
            "recheck",
            "Mark for recheck",
            (ClaimState.VERIFIED, ClaimState.PUBLISHED, ClaimState.CORRECTED),
            ClaimState.NEEDS_RECHECK,
            "check_claim",
            needs_comment=True,
        ),
        Transition("shelve", "Shelve", OPEN, ClaimState.SHELVED, "check_claim", needs_comment=True),
        Transition("reopen", "Reopen", (ClaimState.SHELVED,), ClaimState.NEW, "check_claim"),
    )
}


def steps_from(state: ClaimState) -> list[Transition]:
    """The transitions that leave `state`, in the order of the table."""
    return [step for step in TRANSITIONS.values() if state in step.sources]


def state_changes() -> list[tuple[ClaimState, ClaimState]]:
    """Every allowed pair (from, to) of different states: what the trigger lets through."""
    pairs = {
        (source, step.target)
        for step in TRANSITIONS.values()
        for source in step.sources
        if source != step.target
    }
    return sorted(pairs)
