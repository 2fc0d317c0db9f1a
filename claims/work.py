"""“My work”: what waits for one person. Each list is short, and read from an index."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db.models import F, QuerySet
from django.utils import timezone

from claims.models import Claim, ClaimState, Mention, SecondRating
from claims.verification.states import OPEN
from newsroom.accounts.models import User
from newsroom.counting import Bounded, bounded_count

SHOWN = 6
COUNTED = 200


@dataclass(frozen=True, slots=True)
class Task:
    """A claim that waits for the person, and since or until when."""

    claim: Claim
    due: datetime | None = None
    is_overdue: bool = False
    by: User | None = None
    """Who asks: submitted the check, or wants a second rating."""


@dataclass(frozen=True, slots=True)
class Work:
    """The first few of everything, with bounded counts."""

    assigned: list[Task]
    assigned_count: Bounded
    overdue_count: Bounded
    to_review: list[Task]
    to_review_count: Bounded
    to_rate: list[Task]
    mentions: list[Mention]
    mentions_count: Bounded

    @property
    def is_empty(self) -> bool:
        return not (self.assigned or self.to_review or self.to_rate or self.mentions)


def work_of(person: User) -> Work:
    """Eight queries at most, whatever there is."""
    now = timezone.now()
    assigned = Claim.objects.filter(assignee=person, state__in=OPEN)
    assigned_count = bounded_count(assigned, limit=COUNTED)
    reviews = person.has_perm("claims.verify_claim")
    to_review = _to_review(person) if reviews else Claim.objects.none()
    mentions = Mention.objects.filter(person=person, read_at=None)
    return Work(
        assigned=[
            Task(claim, due=claim.due, is_overdue=claim.due is not None and claim.due < now)
            for claim in assigned.order_by(F("due").asc(nulls_last=True), "-pk")[:SHOWN]
        ],
        assigned_count=assigned_count,
        overdue_count=bounded_count(assigned.filter(due__lt=now), limit=COUNTED)
        if assigned_count
        else Bounded(0),
        to_review=[
            Task(claim, due=claim.due, by=claim.submitted_by)
            for claim in to_review.select_related("submitted_by").order_by(
                F("due").asc(nulls_last=True), "-pk"
            )[:SHOWN]
        ],
        to_review_count=bounded_count(to_review, limit=COUNTED) if reviews else Bounded(0),
        to_rate=_to_rate(person),
        mentions=list(
            mentions.select_related("comment__author", "comment__claim").order_by("-pk")[:SHOWN]
        ),
        mentions_count=bounded_count(mentions, limit=COUNTED),
    )


def _to_review(person: User) -> QuerySet[Claim]:
    """What somebody else submitted; one's own needs another pair of eyes."""
    return Claim.objects.filter(state=ClaimState.IN_REVIEW).exclude(submitted_by=person)


def _to_rate(person: User) -> list[Task]:
    asked = SecondRating.objects.filter(rater=person, rated_at=None, cancelled_at=None)
    rows = asked.select_related("claim", "requested_by").order_by("pk")[:SHOWN]
    return [Task(row.claim, due=row.claim.due, by=row.requested_by) for row in rows]
