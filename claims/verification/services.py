"""Taking a claim from one state to the next: the one place where a claim's state changes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone

from claims.errors import ChangedMeanwhile, DomainError, GateClosed, NotPermitted
from claims.models import Claim, ClaimTransition
from claims.notifications import tell_of_return
from claims.verification.gate import missing_for
from claims.verification.states import CONTENT, ClaimState
from claims.verification.steps import lacks_permission, refusal, verifies_own
from claims.verification.transitions import TRANSITIONS, Transition
from newsroom.accounts.models import User
from newsroom.accounts.roles import who_may
from newsroom.history import acting
from newsroom.triggers import violation_message


def take_step(
    *,
    claim_id: int,
    step: str,
    by: User,
    comment: str = "",
    break_glass_reason: str = "",
    expected_version: int | None = None,
) -> Claim:
    """Take one transition of the table, but none that readers see, and put it on record.

    `expected_version` is the version the person saw; None skips the comparison. Raises
    `TransitionNotAllowed`, `NotPermitted`, `GateClosed` (with what is missing),
    `ChangedMeanwhile`, and `DomainError` for a step that is unknown or that `claims.publishing`
    takes, and for a missing comment.
    """
    transition = TRANSITIONS.get(step)
    if transition is not None and transition.shown_to_readers:
        raise DomainError(
            f"Readers see what “{transition.label}” does: it has a form of its own, on the page "
            "of the claim."
        )
    return _take(step, claim_id, by, comment, break_glass_reason, {}, expected_version)


def take_published_step(
    *,
    claim_id: int,
    step: str,
    by: User,
    comment: str,
    changes: Mapping[str, Any] | None = None,
    expected_version: int | None = None,
) -> Claim:
    """The same for a step that readers see: `claims.publishing` has just written what they see.

    `changes` are new values of what was signed (`CONTENT`), for the step of correcting alone.
    """
    return _take(step, claim_id, by, comment, "", changes or {}, expected_version)


def check_changes(changes: Mapping[str, Any]) -> None:
    """Raise `DomainError` where a correction may not change all that."""
    unknown = sorted(set(changes).difference(CONTENT))
    if unknown:
        raise DomainError(f"A correction does not change {', '.join(unknown)}.")


def _take(
    step: str,
    claim_id: int,
    by: User,
    comment: str,
    break_glass_reason: str,
    changes: Mapping[str, Any],
    expected_version: int | None,
) -> Claim:
    transition = TRANSITIONS.get(step)
    if transition is None:
        raise DomainError(f"There is no step “{step}”.")
    if transition.needs_comment and not comment.strip():
        raise DomainError(f"“{transition.label}” needs a comment.")
    if not by.has_perm(f"claims.{transition.permission}"):
        raise lacks_permission(transition)
    try:
        with transaction.atomic(), acting(by, step=step):
            return _step(
                claim_id, transition, by, comment, break_glass_reason, changes, expected_version
            )
    except IntegrityError as error:
        raise GateClosed(violation_message(error)) from error


def _step(
    claim_id: int,
    transition: Transition,
    by: User,
    comment: str,
    break_glass_reason: str,
    changes: Mapping[str, Any],
    expected_version: int | None,
) -> Claim:
    claim = Claim.objects.select_for_update(of=("self",)).get(pk=claim_id)
    if expected_version is not None and claim.version != expected_version:
        raise ChangedMeanwhile("Somebody changed this claim meanwhile; read it again first.")
    before = ClaimState(claim.state)
    _check_refusal(transition, claim, by, break_glass_reason)
    _check_gate(transition, claim)
    if transition.target == ClaimState.IN_REVIEW:
        claim.submitted_by, claim.submitted_at = by, timezone.now()
        claim.verified_by, claim.verified_at = None, None
        claim.break_glass_reason = ""
    elif transition.target == ClaimState.VERIFIED:
        claim.break_glass_reason = (
            break_glass_reason.strip() if verifies_own(transition, claim, by) else ""
        )
        claim.verified_by, claim.verified_at = by, timezone.now()
    for name, value in changes.items():
        setattr(claim, name, value)
    claim.state = transition.target
    claim.save()
    taken = ClaimTransition.objects.create(
        claim=claim,
        name=transition.name,
        from_state=before,
        to_state=transition.target,
        by=by,
        comment=comment.strip(),
    )
    if transition.name == "return":
        tell_of_return(taken, by=by)
    claim.refresh_from_db(fields=["version", "updated_at"])
    return claim


def _check_refusal(transition: Transition, claim: Claim, by: User, break_glass_reason: str) -> None:
    """State, permission, assignment; and whoever verifies their own check says why."""
    refused = refusal(transition, claim, by)
    if verifies_own(transition, claim, by) and (refused is None or isinstance(refused, GateClosed)):
        if not break_glass_reason.strip():
            raise GateClosed("Whoever submitted a check cannot be the one to verify it.")
        if refused is not None:
            raise NotPermitted(f"Verifying one’s own check is for {who_may('claims.break_glass')}.")
    if refused is not None:
        raise refused


def _check_gate(transition: Transition, claim: Claim) -> None:
    """Say all that is missing at once; the database would name only the first."""
    missing = [one.what for one in missing_for(transition, claim)]
    if missing:
        goal = "review" if transition.target == ClaimState.IN_REVIEW else "it is verified"
        raise GateClosed(f"Before {goal} this claim needs {' and '.join(missing)}.")


def shelve_undone(*, claim: Claim, by: User) -> None:
    """Shelve a claim, locked and still new, whose acceptance is being undone.

    Without the permission that shelving needs otherwise: whoever may accept may take it back.
    """
    before = ClaimState(claim.state)
    claim.state = ClaimState.SHELVED
    claim.save(update_fields=["state"])
    ClaimTransition.objects.create(
        claim=claim,
        name="shelve",
        from_state=before,
        to_state=ClaimState.SHELVED,
        by=by,
        comment="Its acceptance was undone.",
    )
