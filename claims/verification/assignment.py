"""Who works on a claim, and until when."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from claims.errors import ChangedMeanwhile, DomainError, NotPermitted
from claims.models import Claim, ClaimState
from claims.notifications import tell_of_assignment
from newsroom.accounts.models import User
from newsroom.accounts.roles import who_may
from newsroom.history import acting

ASSIGN = "claims.assign_claim"
CHECK = "claims.check_claim"


def assign_claim(
    *,
    claim_id: int,
    assignee_id: int | None,
    due: datetime | None,
    expected_version: int | None = None,
    by: User,
) -> Claim:
    """Say who works on a claim and until when; None takes it from everybody, or has no date.

    Who may assign, assigns to anybody who checks claims. Who only checks may take a claim that is
    nobody's, give back their own, and set its date. Raises `NotPermitted`, `ChangedMeanwhile`,
    `DomainError`, `Claim.DoesNotExist`.
    """
    with transaction.atomic(), acting(by, step="assign"):
        claim = Claim.objects.select_for_update(of=("self",)).get(pk=claim_id)
        if expected_version is not None and claim.version != expected_version:
            raise ChangedMeanwhile("Somebody changed this claim meanwhile; read it again first.")
        if refusal := why_not_assign(claim, by, assignee_id=assignee_id):
            raise NotPermitted(refusal)
        if claim.state == ClaimState.WITHDRAWN:
            raise DomainError("A withdrawn claim is nobody's work any more.")
        if assignee_id is not None and assignee_id != claim.assignee_id:
            _check_assignee(assignee_id)
        if (claim.assignee_id, claim.due) != (assignee_id, due):
            before = claim.assignee_id
            claim.assignee_id, claim.due = assignee_id, due
            changes_hands = claim.assignee_id != before
            claim.save(update_fields=["assignee", "due"])
            claim.refresh_from_db(fields=["version", "updated_at"])
            if changes_hands:
                tell_of_assignment(claim, by=by)
    return claim


def why_not_assign(claim: Claim, user: User, *, assignee_id: int | None) -> str:
    """Why this person may not do it; empty if they may."""
    if user.has_perm(ASSIGN):
        return ""
    if not user.has_perm(CHECK):
        return f"Assigning is for {who_may(CHECK)}."
    if claim.assignee_id not in (None, user.pk):
        return "The claim is somebody else’s; ask them, or an editor."
    if assignee_id not in (None, user.pk):
        return f"Assigning to others is for {who_may(ASSIGN)}."
    return ""


def _check_assignee(assignee_id: int) -> None:
    assignee = User.objects.filter(pk=assignee_id, is_active=True).first()
    if assignee is None:
        raise DomainError("There is nobody active with that number.")
    if not assignee.has_perm(CHECK):
        raise DomainError(f"{assignee} may not check claims.")
