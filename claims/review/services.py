"""Decisions on candidates: the one place where their state changes by a person's hand."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.formats import date_format

from claims.appearances import appear
from claims.deciding import DECIDE, DECISION, check_may_decide, make_pending
from claims.errors import AlreadyDecided, DomainError, HeldByAnother
from claims.following.families import settle_siblings
from claims.matching import links
from claims.models import (
    Candidate,
    CandidateState,
    Claim,
    DecisionReason,
    Flag,
    Lease,
    Skip,
)
from claims.models.candidates import REJECTION_REASONS
from claims.models.choices import SourcingTerms, StatementKind
from newsroom.accounts.models import User
from newsroom.articles.models import ExtractionState, Revision
from newsroom.history import acting
from sources.models import Source, SourceKind


@transaction.atomic
def accept_candidate(
    *,
    candidate_id: int,
    statement: str | None = None,
    kind: StatementKind | None = None,
    speaker_id: int | Literal["as proposed"] | None = "as proposed",
    heed_lease: bool = False,
    by: User,
) -> Claim:
    """Make a claim of a candidate, with its passage as first appearance.

    `statement`, unless it is blank, `kind` and `speaker_id` (None: nobody) replace what the machine
    proposed. With `heed_lease` a candidate on somebody else's desk is left to them. Raises
    `AlreadyDecided`, `HeldByAnother`, `NotPermitted`, `Candidate.DoesNotExist`, and `DomainError`
    for a speaker that it cannot have.
    """
    with acting(by, decision="accept"):
        candidate = _pending(candidate_id, by, heed_lease=heed_lease)
        speaker = (
            candidate.speaker if speaker_id == "as proposed" else _speaker(candidate, speaker_id)
        )
        return make_claim(candidate, by, statement=statement, kind=kind, speaker=speaker)


def make_claim(
    candidate: Candidate,
    by: User,
    *,
    statement: str | None = None,
    kind: StatementKind | None = None,
    speaker: Source | None,
    at: datetime | None = None,
) -> Claim:
    """Accept a candidate that is locked and pending. `at` is for those accepted together."""
    claim = Claim.objects.create(
        statement=(statement or "").strip() or candidate.statement,
        kind=kind or candidate.kind,
        language=candidate.revision.article.language,
        speaker=speaker,
        created_by=by,
    )
    appear(claim_id=claim.pk, candidate=candidate, speaker_id=speaker.pk if speaker else None)
    accepted, reason = CandidateState.ACCEPTED, DecisionReason.WORTH_CHECKING
    _decide(candidate, accepted, reason, by, claim=claim, at=at)
    return claim


@transaction.atomic
def merge_candidate(
    *, candidate_id: int, claim_id: int, heed_lease: bool = False, by: User
) -> Claim:
    """Record a candidate as a further appearance of a known claim.

    Raises `AlreadyDecided`, `HeldByAnother`, `NotPermitted`, `Candidate.DoesNotExist`,
    `Claim.DoesNotExist`.
    """
    with acting(by, decision="merge"):
        candidate = _pending(candidate_id, by, heed_lease=heed_lease)
        claim = Claim.objects.select_related("rating").get(pk=claim_id)
        appear(claim_id=claim.pk, candidate=candidate, speaker_id=candidate.speaker_id)
        _decide(candidate, CandidateState.MERGED, DecisionReason.REPEATS, by, claim=claim)
        links.confirm(candidate=candidate, claim=claim, by=by)
    return claim


@transaction.atomic
def reject_candidate(
    *,
    candidate_id: int,
    reason: DecisionReason,
    note: str = "",
    heed_lease: bool = False,
    by: User,
) -> Candidate:
    """Reject a candidate; the same passage arrives rejected from now on.

    Raises `AlreadyDecided`, `HeldByAnother`, `NotPermitted`, and `DomainError` for a reason that is
    none for a rejection, or for “other” without a note.
    """
    if reason not in REJECTION_REASONS:
        raise DomainError(f"“{reason.label}” is not a reason for rejecting.")
    if reason == DecisionReason.OTHER and not note.strip():
        raise DomainError("Say in the note what the other reason is.")
    with acting(by, decision="reject"):
        candidate = _pending(candidate_id, by, heed_lease=heed_lease)
        _decide(candidate, CandidateState.REJECTED, reason, by, note=note.strip())
    return candidate


@transaction.atomic
def reopen_candidate(*, candidate_id: int, by: User) -> Candidate:
    """Take back a rejection (also a remembered one); the candidate is pending again.

    Raises `NotPermitted`, and `DomainError` when the candidate is not rejected.
    """
    with acting(by, decision="reopen"):
        candidate = locked(candidate_id, by)
        if candidate.state != CandidateState.REJECTED:
            raise DomainError("Only a rejected candidate can be reopened.")
        if is_outdated(candidate.revision):
            raise DomainError("A later version of the story is here; reopen the passage there.")
        make_pending(candidate)
    return candidate


@transaction.atomic
def skip_candidate(*, candidate_id: int, by: User) -> None:
    """Put a candidate aside for a while, for this person only. It stays undecided.

    Raises `AlreadyDecided`, `NotPermitted`, `Candidate.DoesNotExist`.
    """
    candidate = _pending(candidate_id, by)
    Skip.objects.update_or_create(
        candidate=candidate, by=by, defaults={"until": timezone.now() + settings.DESK_SKIP}
    )
    Lease.objects.filter(candidate=candidate, holder=by).delete()


@transaction.atomic
def flag_candidate(
    *, candidate_id: int, colleague_id: int | None = None, note: str = "", by: User
) -> Flag:
    """Leave a candidate to a colleague (or to whoever can), with a note. It stays undecided.

    A flag that is open already is replaced. Raises `AlreadyDecided`, `NotPermitted`,
    `Candidate.DoesNotExist`, and `DomainError` for a colleague who cannot decide.
    """
    with acting(by, decision="flag"):
        candidate = _pending(candidate_id, by)
        colleague = None
        if colleague_id is not None:
            colleague = User.objects.filter(pk=colleague_id, is_active=True).first()
            if colleague is None or not colleague.has_perm(DECIDE):
                raise DomainError("This colleague may not decide on candidates.")
        flag, _ = Flag.objects.update_or_create(
            candidate=candidate,
            closed_at=None,
            defaults={"raised_by": by, "colleague": colleague, "note": note.strip()},
        )
        Lease.objects.filter(candidate=candidate, holder=by).delete()
    return flag


def refuse_if_held(candidate: Candidate, by: User) -> None:
    """Raises `HeldByAnother` if the candidate, which is locked, is on somebody else's desk."""
    lease = (
        Lease.objects.filter(candidate=candidate, until__gt=timezone.now())
        .exclude(holder=by)
        .select_related("holder")
        .first()
    )
    if lease is not None:
        until = date_format(timezone.localtime(lease.until), "H:i")
        took = " took this candidate over" if lease.taken_from_id == by.pk else " works on this one"
        raise HeldByAnother(f"{lease.holder}{took}; it is theirs until {until}.")


def is_outdated(revision: Revision) -> bool:
    """Whether a later version of the story has been extracted: then nothing is decided here."""
    return Revision.objects.filter(
        article_id=revision.article_id,
        number__gt=revision.number,
        extraction_state=ExtractionState.DONE,
    ).exists()


def locked(candidate_id: int, by: User) -> Candidate:
    """The candidate, locked until the transaction ends. Raises `NotPermitted`."""
    check_may_decide(by)
    return (
        Candidate.objects.select_for_update(of=("self",))
        .select_related("revision__article")
        .get(pk=candidate_id)
    )


def _pending(candidate_id: int, by: User, *, heed_lease: bool = False) -> Candidate:
    candidate = locked(candidate_id, by)
    if candidate.state != CandidateState.PENDING:
        who = f" by {candidate.decided_by}" if candidate.decided_by else ""
        raise AlreadyDecided(f"This candidate was {candidate.get_state_display()}{who} meanwhile.")
    if heed_lease:
        refuse_if_held(candidate, by)
    return candidate


def _speaker(candidate: Candidate, speaker_id: int | None) -> Source | None:
    if speaker_id is None:
        return None
    speaker = Source.objects.filter(pk=speaker_id).first()
    if speaker is None:
        raise DomainError("There is no such source.")
    if candidate.sourcing == SourcingTerms.UNNAMED and speaker.kind != SourceKind.UNNAMED:
        raise DomainError("An unnamed speaker is never tied to a known source.")
    return speaker


def _decide(
    candidate: Candidate,
    state: CandidateState,
    reason: DecisionReason,
    by: User,
    *,
    note: str = "",
    claim: Claim | None = None,
    at: datetime | None = None,
) -> None:
    candidate.state = state
    candidate.decided_by = by
    candidate.decided_at = at or timezone.now()
    candidate.decision_reason = reason
    candidate.decision_note = note
    candidate.claim = claim
    candidate.save(update_fields=DECISION)
    Lease.objects.filter(candidate=candidate).delete()
    # By the same moment, which is how undoing the decision finds them again.
    Flag.objects.filter(candidate=candidate, closed_at=None).update(closed_at=candidate.decided_at)
    settle_siblings(candidate_ids=[candidate.pk], by_id=by.pk)
