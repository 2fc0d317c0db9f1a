"""Rejecting or accepting everything that a filter finds, and taking that back as a whole."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from claims.deciding import UNDECIDED, check_may_decide
from claims.errors import DomainError
from claims.following.families import settle_siblings
from claims.models import Candidate, CandidateState, DecisionReason, Flag, Lease
from claims.models.candidates import REJECTION_REASONS
from claims.review.services import make_claim
from claims.review.undo import release, undo_acceptance
from newsroom.accounts.models import User
from newsroom.history import acting

MOST = 10_000
"""Candidates that are rejected at once: no more than a list counts."""

MOST_CLAIMS = 300
"""Candidates that are accepted at once."""


@dataclass(frozen=True, slots=True)
class Batch:
    """What was rejected together; person and moment are how it is found again."""

    count: int
    moment: datetime
    left: int
    """Candidates that stay pending, since somebody else has them on their desk."""


@transaction.atomic
def reject_all(
    *, candidates: QuerySet[Candidate], reason: DecisionReason, note: str = "", by: User
) -> Batch:
    """Reject what is pending in `candidates`, with one reason and at one moment.

    What colleagues have on their desks is left to them. Raises `NotPermitted`, and `DomainError`
    for a reason that is none, for “other” without a note, and for more than `MOST`.
    """
    check_may_decide(by)
    if reason not in REJECTION_REASONS:
        raise DomainError(f"“{reason.label}” is not a reason for rejecting.")
    if reason == DecisionReason.OTHER and not note.strip():
        raise DomainError("Say in the note what the other reason is.")
    keys, free, now = _free(candidates, by, most=MOST)
    with acting(by, decision="reject", bulk=len(free)):
        Candidate.objects.filter(pk__in=free).update(
            state=CandidateState.REJECTED,
            decided_by=by,
            decided_at=now,
            decision_reason=reason,
            decision_note=note.strip(),
        )
        Lease.objects.filter(candidate__in=free).delete()
        Flag.objects.filter(candidate__in=free, closed_at=None).update(closed_at=now)
        settle_siblings(candidate_ids=free, by_id=by.pk)
    return Batch(count=len(free), moment=now, left=len(keys) - len(free))


@transaction.atomic
def accept_all(*, candidates: QuerySet[Candidate], by: User) -> Batch:
    """Make a claim of each pending candidate, as it was proposed, all at one moment.

    What colleagues have on their desks is left to them. Raises `NotPermitted`, and `DomainError`
    for more than `MOST_CLAIMS`: each is a claim that somebody has to work on.
    """
    check_may_decide(by)
    keys, free, now = _free(candidates, by, most=MOST_CLAIMS)
    rows = Candidate.objects.filter(pk__in=free).select_related("revision__article", "speaker")
    with acting(by, decision="accept", bulk=len(free)):
        for candidate in rows.defer("revision__text").order_by("pk"):
            make_claim(candidate, by, speaker=candidate.speaker, at=now)
    return Batch(count=len(free), moment=now, left=len(keys) - len(free))


def accepted_at(moment: datetime, *, by: User) -> QuerySet[Candidate]:
    """What this person accepted at exactly that moment and what has stayed so since."""
    return Candidate.objects.filter(decided_by=by, decided_at=moment, state=CandidateState.ACCEPTED)


@transaction.atomic
def undo_accept_all(*, moment: datetime, by: User) -> Batch:
    """Make pending again what was accepted together, and shelve the claims.

    A claim that somebody has worked on meanwhile stays, and its candidate stays accepted: these
    are `left`. Raises `NotPermitted`, and `DomainError` when nothing is left to undo.
    """
    check_may_decide(by)
    rows = list(
        accepted_at(moment, by=by)
        .order_by("pk")
        .select_for_update(of=("self",))
        .select_related("revision__article")
        .defer("revision__text")
    )
    if not rows:
        raise DomainError("None of these is accepted any more.")
    undone = 0
    with acting(by, decision="undo", bulk=len(rows)):
        for candidate in rows:
            undone += _take_back(candidate, by)
    return Batch(count=undone, moment=moment, left=len(rows) - undone)


def _take_back(candidate: Candidate, by: User) -> bool:
    claim_id = candidate.claim_id
    assert claim_id is not None
    try:
        with transaction.atomic():
            release(candidate)
            undo_acceptance(candidate, claim_id, by)
    except DomainError:
        return False
    return True


def _free(
    candidates: QuerySet[Candidate], by: User, *, most: int
) -> tuple[list[int], list[int], datetime]:
    """What is pending in `candidates`, locked; those of it that nobody else holds; and the moment.

    Raises `DomainError` for more than `most`.
    """
    # The filter may join and make rows distinct, which cannot be locked: by key, then.
    matching = Candidate.objects.filter(pk__in=candidates.order_by().values("pk"))
    keys = list(
        matching.filter(state=CandidateState.PENDING)
        .order_by("pk")
        .select_for_update(of=("self",))
        .values_list("pk", flat=True)[: most + 1]
    )
    if len(keys) > most:
        raise DomainError(f"These are more than {most:,} candidates; narrow the filter first.")
    now = timezone.now()
    others = Lease.objects.filter(candidate__in=keys, until__gt=now).exclude(holder=by)
    held = set(others.values_list("candidate", flat=True))
    return keys, [key for key in keys if key not in held], now


def rejected_at(moment: datetime, *, by: User) -> QuerySet[Candidate]:
    """What this person rejected at exactly that moment and what has stayed so since."""
    return Candidate.objects.filter(
        decided_by=by,
        decided_at=moment,
        state=CandidateState.REJECTED,
        remembered_from__isnull=True,
    )


@transaction.atomic
def undo_reject_all(*, moment: datetime, by: User) -> int:
    """Make pending again what was rejected together, and what arrived rejected because of it.

    What was reopened or decided anew meanwhile stays as it is. Returns the number of candidates.
    Raises `NotPermitted`, and `DomainError` when nothing is left to undo.
    """
    check_may_decide(by)
    keys = list(
        rejected_at(moment, by=by)
        .order_by("pk")
        .select_for_update(of=("self",))
        .values_list("pk", flat=True)
    )
    if not keys:
        raise DomainError("None of these is rejected any more.")
    with acting(by, decision="undo", bulk=len(keys)):
        # What was rejected elsewhere because of it has the same moment.
        own, elsewhere = Q(candidate__in=keys), Q(candidate__remembered_from__in=keys)
        Flag.objects.filter(own | elsewhere, closed_at=moment).update(closed_at=None)
        remembered = Candidate.objects.filter(remembered_from__in=keys)
        reopened = remembered.update(**UNDECIDED)
        Candidate.objects.filter(pk__in=keys).update(**UNDECIDED)
    return len(keys) + reopened
