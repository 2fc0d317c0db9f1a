"""Taking back one's own last decisions."""

from __future__ import annotations

from dataclasses import dataclass

from django.db import transaction
from django.db.models import QuerySet

from claims.appearances import appearances_of, disappear
from claims.deciding import check_may_decide, make_pending
from claims.errors import ChangedMeanwhile, DomainError
from claims.following.families import take_back
from claims.matching import links
from claims.models import AnchorMove, Candidate, CandidateState, Claim, ClaimState, Flag
from claims.models.candidates import DECIDED
from claims.review.services import is_outdated, locked
from claims.verification.services import shelve_undone
from newsroom.accounts.models import User
from newsroom.history import acting

LAST = 10


@dataclass(frozen=True, slots=True)
class Undone:
    """The candidate, pending again, with what it was and what else was set right."""

    candidate: Candidate
    was: CandidateState
    reopened: int
    """Candidates that had the same decision because of it and are pending again, too."""


def last_decisions(by: User) -> QuerySet[Candidate]:
    """What this person decided last, latest first: what they can undo."""
    return Candidate.objects.filter(
        decided_by=by, state__in=DECIDED, remembered_from__isnull=True
    ).order_by("-decided_at", "-pk")[:LAST]


@transaction.atomic
def undo_decision(*, candidate_id: int | None = None, by: User) -> Undone:
    """Make a candidate pending again that this person decided on; None stands for the latest.

    A claim that the acceptance made is shelved, if nobody has worked on it; its appearance goes, as
    does one that a merge made. The history keeps all of it. Raises `NotPermitted`,
    `ChangedMeanwhile`, and `DomainError` when there is nothing to undo, or when something depends
    on the decision by now.
    """
    check_may_decide(by)
    latest = list(last_decisions(by).values_list("pk", flat=True))
    if not latest:
        raise DomainError("There is no decision of yours to undo.")
    if candidate_id is None:
        candidate_id = latest[0]
    elif candidate_id not in latest:
        raise DomainError(f"Only your last {LAST} decisions can be undone.")
    with acting(by, decision="undo"):
        candidate = locked(candidate_id, by)
        if candidate.decided_by_id != by.pk or candidate.state not in DECIDED:
            raise ChangedMeanwhile("Somebody else changed this candidate meanwhile.")
        was, claim_id = CandidateState(candidate.state), candidate.claim_id
        reopened = release(candidate)
        if was == CandidateState.ACCEPTED and claim_id is not None:
            undo_acceptance(candidate, claim_id, by)
        elif was == CandidateState.MERGED and claim_id is not None:
            _undo_merge(candidate, claim_id, by)
    return Undone(candidate, was, reopened)


@transaction.atomic
def separate_candidate(*, candidate_id: int, by: User) -> Undone:
    """Take a candidate out of the claim it was merged into, whoever or whatever merged it.

    It is pending again, with what was merged elsewhere because of it, and the matcher does not join
    it to that claim again. Raises `NotPermitted`, `Candidate.DoesNotExist`, and `DomainError` when
    it is in no claim, or when a later version of the story is here.
    """
    with acting(by, decision="separate"):
        candidate = locked(candidate_id, by)
        claim_id = candidate.claim_id
        if candidate.state != CandidateState.MERGED or claim_id is None:
            raise DomainError("This candidate is not merged into a claim.")
        if is_outdated(candidate.revision):
            raise DomainError("A later version of the story is here; look at the passage there.")
        reopened = release(candidate)
        _undo_merge(candidate, claim_id, by)
    return Undone(candidate, CandidateState.MERGED, reopened)


def release(candidate: Candidate) -> int:
    """Make a candidate, which is locked, pending again, and restore what its decision changed.

    These are its flags, and what was decided elsewhere because of it; returns how many of the
    latter. The claim is the caller's.
    """
    moment = candidate.decided_at
    reopened = take_back(candidate)
    make_pending(candidate)
    Flag.objects.filter(candidate=candidate, closed_at=moment).update(closed_at=None)
    return reopened


def undo_acceptance(candidate: Candidate, claim_id: int, by: User) -> None:
    """Shelve the claim that accepting the candidate, which is pending again, had made.

    Raises `DomainError` when anybody has worked on the claim.
    """
    claim = Claim.objects.select_for_update(of=("self",)).get(pk=claim_id)
    own = appearances_of(claim_id=claim_id, candidate=candidate)
    reasons = []
    if claim.state != ClaimState.NEW:
        reasons.append(f"it is {claim.get_state_display()} by now")
    elif claim.version != 1:
        reasons.append("somebody edited it")
    if claim.evidence.exists():
        reasons.append("it has evidence")
    if claim.candidates.exists():
        reasons.append("other candidates were merged into it")
    elif claim.appearances.exclude(pk__in=own.values("pk")).exists():
        reasons.append("it has other appearances")
    if AnchorMove.objects.filter(appearance__in=own).exists():
        reasons.append("its story has changed since")
    if reasons:
        raise DomainError(
            f"This cannot be undone: claim {claim_id} has been worked on "
            f"({' and '.join(reasons)}). Shelve the claim instead."
        )
    own.delete()
    shelve_undone(claim=claim, by=by)


def _undo_merge(candidate: Candidate, claim_id: int, by: User) -> None:
    disappear(claim_id=claim_id, candidate=candidate)
    links.separate(candidate=candidate, claim_id=claim_id, by=by)
