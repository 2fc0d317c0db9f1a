"""Decisions on candidates: the one place where their state changes by a person's hand."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone

from claims.errors import AlreadyDecided, DomainError, NotPermitted
from claims.models import (
    Appearance,
    Candidate,
    CandidateState,
    Claim,
    DecisionReason,
)
from claims.models.candidates import REJECTION_REASONS
from newsroom.accounts.models import User
from newsroom.history import acting

DECIDE = "claims.change_candidate"


@transaction.atomic
def accept_candidate(*, candidate_id: int, statement: str | None = None, by: User) -> Claim:
    """Make a claim of a candidate, with its passage as first appearance.

    `statement` replaces the machine's wording, unless it is blank. Raises `AlreadyDecided`,
    `NotPermitted`, `Candidate.DoesNotExist`.
    """
    with acting(by, decision="accept"):
        candidate = _pending(candidate_id, by)
        claim = Claim.objects.create(
            statement=(statement or "").strip() or candidate.statement,
            kind=candidate.kind,
            language=candidate.revision.article.language,
            speaker=candidate.speaker,
            created_by=by,
        )
        _appear(claim, candidate)
        _decide(candidate, CandidateState.ACCEPTED, DecisionReason.WORTH_CHECKING, by, claim=claim)
    return claim


@transaction.atomic
def merge_candidate(*, candidate_id: int, claim_id: int, by: User) -> Claim:
    """Record a candidate as a further appearance of a known claim.

    Raises `AlreadyDecided`, `NotPermitted`, `Candidate.DoesNotExist`, `Claim.DoesNotExist`.
    """
    with acting(by, decision="merge"):
        candidate = _pending(candidate_id, by)
        claim = Claim.objects.get(pk=claim_id)
        _appear(claim, candidate)
        _decide(candidate, CandidateState.MERGED, DecisionReason.REPEATS, by, claim=claim)
    return claim


@transaction.atomic
def reject_candidate(
    *, candidate_id: int, reason: DecisionReason, note: str = "", by: User
) -> Candidate:
    """Reject a candidate; the same passage arrives rejected from now on.

    Raises `AlreadyDecided`, `NotPermitted`, and `DomainError` for a reason that is none for a
    rejection, or for “other” without a note.
    """
    if reason not in REJECTION_REASONS:
        raise DomainError(f"“{reason.label}” is not a reason for rejecting.")
    if reason == DecisionReason.OTHER and not note.strip():
        raise DomainError("Say in the note what the other reason is.")
    with acting(by, decision="reject"):
        candidate = _pending(candidate_id, by)
        _decide(candidate, CandidateState.REJECTED, reason, by, note=note.strip())
    return candidate


@transaction.atomic
def reopen_candidate(*, candidate_id: int, by: User) -> Candidate:
    """Take back a rejection (also a remembered one); the candidate is pending again.

    Raises `NotPermitted`, and `DomainError` when the candidate is not rejected.
    """
    with acting(by, decision="reopen"):
        candidate = _locked(candidate_id, by)
        if candidate.state != CandidateState.REJECTED:
            raise DomainError("Only a rejected candidate can be reopened.")
        candidate.state = CandidateState.PENDING
        candidate.decided_by = None
        candidate.decided_at = None
        candidate.decision_reason = ""
        candidate.decision_note = ""
        candidate.remembered_from = None
        candidate.save(update_fields=DECISION_FIELDS)
    return candidate


DECISION_FIELDS = (
    "state",
    "decided_by",
    "decided_at",
    "decision_reason",
    "decision_note",
    "claim",
    "remembered_from",
)


def _locked(candidate_id: int, by: User) -> Candidate:
    if not by.has_perm(DECIDE):
        raise NotPermitted("Deciding on candidates needs the permission to change them.")
    return (
        Candidate.objects.select_for_update(of=("self",))
        .select_related("revision__article")
        .get(pk=candidate_id)
    )


def _pending(candidate_id: int, by: User) -> Candidate:
    candidate = _locked(candidate_id, by)
    if candidate.state != CandidateState.PENDING:
        who = f" by {candidate.decided_by}" if candidate.decided_by else ""
        raise AlreadyDecided(f"This candidate was {candidate.get_state_display()}{who} meanwhile.")
    return candidate


def _appear(claim: Claim, candidate: Candidate) -> None:
    """Put the passage on record, if nobody has entered it as an appearance by hand already."""
    Appearance.objects.get_or_create(
        claim=claim,
        revision=candidate.revision,
        start=candidate.start,
        end=candidate.end,
        defaults={
            "exact": candidate.exact,
            "prefix": candidate.prefix,
            "suffix": candidate.suffix,
            "speaker": candidate.speaker,
            "speaker_name": candidate.speaker_line[:300],
            "sourcing": candidate.sourcing,
            "anonymity_reason": candidate.anonymity_reason,
        },
    )


def _decide(
    candidate: Candidate,
    state: CandidateState,
    reason: DecisionReason,
    by: User,
    *,
    note: str = "",
    claim: Claim | None = None,
) -> None:
    candidate.state = state
    candidate.decided_by = by
    candidate.decided_at = timezone.now()
    candidate.decision_reason = reason
    candidate.decision_note = note
    candidate.claim = claim
    candidate.save(update_fields=DECISION_FIELDS)
