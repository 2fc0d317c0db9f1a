"""Which candidates an editor works through, and in which order."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db import models
from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.db.models.functions import Abs
from django.utils import timezone

from claims.models import Candidate, CandidateState, Flag, Lease, Skip
from newsroom.accounts.models import User
from newsroom.articles.models import Article


class Order(models.TextChoices):
    BEST = "best", "highest score"
    NEWEST = "newest", "newest"
    UNCERTAIN = "uncertain", "uncertain first"
    FLAGGED = "flagged", "flagged"
    MINE = "mine", "flagged for me"
    STORY = "story", "this story"


LATEST = 1_000
"""Stories of a section that its queue looks at, the latest: it is for what a desk works on now.

Stories change their section and candidates do not know it, so that no index has both.
"""


@dataclass(frozen=True, slots=True)
class Queue:
    """An order, and what it is limited to. `article` belongs to the order STORY only."""

    order: Order = Order.BEST
    outlet: int | None = None
    speaker: int | None = None
    kind: str = ""
    section: str = ""
    article: int | None = None


def waiting(queue: Queue, *, by: User) -> QuerySet[Candidate]:
    """What this person may be given, in the order of the queue.

    Left out is what is on somebody else's desk, what this person skipped for now and, except in the
    queues made for them, what is flagged. Each order and each filter has a partial index, so that
    the first rows cost the same in a large table; see the indexes of `Candidate` and `Flag`.
    """
    rows = Candidate.objects.filter(_limits(queue), state=CandidateState.PENDING)
    now = timezone.now()
    held = Lease.objects.filter(candidate=OuterRef("pk"), until__gt=now).exclude(holder=by)
    skipped = Skip.objects.filter(candidate=OuterRef("pk"), by=by, until__gt=now)
    rows = rows.filter(~Exists(held), ~Exists(skipped))
    if queue.order == Order.FLAGGED:
        rows = rows.filter(flags__closed_at__isnull=True, flags__isnull=False)
        return rows.order_by("flags__raised_at", "pk")
    if queue.order == Order.MINE:
        rows = rows.filter(flags__closed_at__isnull=True, flags__colleague=by)
        return rows.order_by("flags__raised_at", "pk")
    if queue.order == Order.STORY:
        # The latest version comes first: an earlier one keeps only what editors selected in it.
        return rows.order_by("-revision__number", "start", "end", "pk")
    flagged = Flag.objects.filter(candidate=OuterRef("pk"), closed_at__isnull=True)
    return rows.filter(~Exists(flagged)).order_by(*_ORDERS[queue.order])


_ORDERS: dict[Order, tuple[Any, ...]] = {
    Order.BEST: (F("score").desc(), "pk"),
    Order.NEWEST: (F("pk").desc(),),
    Order.UNCERTAIN: (Abs(F("score") - 0.5), "pk"),
}


def _limits(queue: Queue) -> Q:
    limits = Q()
    if queue.outlet is not None:
        limits &= Q(outlet=queue.outlet)
    if queue.speaker is not None:
        limits &= Q(speaker=queue.speaker)
    if queue.kind:
        limits &= Q(kind=queue.kind)
    if queue.section:
        stories = Article.objects.filter(section=queue.section).order_by("-pk")
        limits &= Q(revision__article__in=stories.values("pk")[:LATEST])
    if queue.order == Order.STORY:
        limits &= Q(revision__article=queue.article)
    return limits
