"""Taking a claim from one state to the next: the one place where a claim's state changes."""

from __future__ import annotations

from django.db import IntegrityError, transaction
from django.utils import timezone

from claims.errors import (
    ChangedMeanwhile,
    DomainError,
    GateClosed,
    NotPermitted,
    TransitionNotAllowed,
)
from claims.models import Claim, ClaimTransition
from claims.notifications import tell_of_return
from claims.verification.states import ClaimState
from claims.verification.transitions import TRANSITIONS, Transition, steps_from
from newsroom.accounts.models import User
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
    """Take one transition of the table and put it on record.

    `expected_version` is the version the person saw; None skips the comparison. Raises
    `TransitionNotAllowed`, `NotPermitted`, `GateClosed` (with what is missing),
    `ChangedMeanwhile`, and `DomainError` for an unknown step or a missing comment.
    """
    transition = TRANSITIONS.get(step)
    if transition is None:
        raise DomainError(f"There is no step “{step}”.")
    if transition.needs_comment and not comment.strip():
        raise DomainError(f"“{transition.label}” needs a comment.")
    if not by.has_perm(f"claims.{transition.permission}"):
        raise NotPermitted(f"“{transition.label}” needs the permission {transition.permission}.")
    try:
        with transaction.atomic(), acting(by, step=step):
            return _step(claim_id, transition, by, comment, break_glass_reason, expected_version)
    except IntegrityError as error:
        raise GateClosed(violation_message(error)) from error


def _step(
    claim_id: int,
    transition: Transition,
    by: User,
    comment: str,
    break_glass_reason: str,
    expected_version: int | None,
) -> Claim:
    claim = Claim.objects.select_for_update(of=("self",)).get(pk=claim_id)
    if expected_version is not None and claim.version != expected_version:
        raise ChangedMeanwhile("Somebody changed this claim meanwhile; read it again first.")
    before = ClaimState(claim.state)
    if before not in transition.sources:
        possible = ", ".join(f"“{one.label}”" for one in steps_from(before)) or "nothing"
        raise TransitionNotAllowed(
            f"“{transition.label}” is not possible while a claim is {before.label}; "
            f"possible now: {possible}."
        )
    if transition.target == ClaimState.IN_REVIEW:
        _check_gate(claim)
        claim.submitted_by, claim.submitted_at = by, timezone.now()
        claim.verified_by, claim.verified_at = None, None
        claim.break_glass_reason = ""
    elif transition.target == ClaimState.VERIFIED:
        claim.break_glass_reason = _second_person_or_reason(claim, by, break_glass_reason)
        claim.verified_by, claim.verified_at = by, timezone.now()
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


def _check_gate(claim: Claim) -> None:
    """Say all that is missing at once; the database would name only the first."""
    missing = []
    if claim.rating_id is None:
        missing.append("a rating")
    if not claim.rationale.strip():
        missing.append("a rationale")
    if not claim.evidence.exists():
        missing.append("at least one piece of evidence")
    if missing:
        raise GateClosed("Before review this claim needs " + " and ".join(missing) + ".")


def _second_person_or_reason(claim: Claim, by: User, break_glass_reason: str) -> str:
    """The reason to store: empty for a second person, required from the submitter alone."""
    if claim.submitted_by_id != by.pk:
        return ""
    if not break_glass_reason.strip():
        raise GateClosed("Whoever submitted a check cannot be the one to verify it.")
    if not by.has_perm("claims.break_glass"):
        raise NotPermitted("Verifying one's own check needs the permission break_glass.")
    return break_glass_reason.strip()


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
