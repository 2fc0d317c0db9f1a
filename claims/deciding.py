"""What a decision on a candidate consists of, and who may take one."""

from __future__ import annotations

from claims.errors import NotPermitted
from claims.models import Candidate, CandidateState
from newsroom.accounts.models import User
from newsroom.accounts.roles import who_may

DECIDE = "claims.change_candidate"

UNDECIDED = {
    "state": CandidateState.PENDING,
    "decided_by": None,
    "decided_at": None,
    "decision_reason": "",
    "decision_note": "",
    "claim": None,
    "remembered_from": None,
}

DECISION = tuple(UNDECIDED)
"""The fields that a decision writes, all of them together."""


def check_may_decide(by: User) -> None:
    """Raises `NotPermitted`."""
    if not by.has_perm(DECIDE):
        raise NotPermitted(f"Deciding on candidates is for {who_may(DECIDE)}.")


def make_pending(candidate: Candidate) -> None:
    """Take the decision off a candidate that is locked."""
    for name, value in UNDECIDED.items():
        setattr(candidate, name, value)
    candidate.save(update_fields=DECISION)
