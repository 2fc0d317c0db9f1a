"""Second copies of what published checks cite, in an archive outside (`sources.archives`).

Asking an archive tells the world of an address. So only what a published check cites is asked for,
and never the address of a story that may not be read yet.
"""

from __future__ import annotations

from datetime import timedelta

from django.db import transaction
from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.utils import timezone

from claims.models import Evidence
from claims.publishing.queries import cited_evidence
from newsroom.articles.models import Article
from newsroom.articles.visibility import open_stories
from sources.archives.interface import Archive, Archived, Refused, Requested, Waiting
from sources.models import OutsideCopy, OutsideState, Snapshot

MAX_ATTEMPTS = 12
FIRST_WAIT = timedelta(seconds=30)
LONGEST_WAIT = timedelta(hours=6)
LEASE = timedelta(minutes=2)
"""A worker that asked and did not come back for so long is given up."""


def keep_outside(chosen: Archive, *, at_most: int = 10) -> int:
    """Ask the archive for what is due; returns how many copies were found made.

    Safe to run twice at once.
    """
    _expect(chosen.name)
    made = 0
    for _ in range(at_most):
        one = _take_next()
        if one is None:
            break
        made += _advance(one, chosen)
    return made


def may_be_told() -> QuerySet[Snapshot]:
    """The copies whose addresses may be told to others."""
    closed = Article.objects.filter(~open_stories())
    cited = cited_evidence().filter(snapshot=OuterRef("pk"))
    of_closed = Evidence.objects.filter(
        snapshot=OuterRef("pk"), claim__appearances__revision__article__in=closed
    )
    itself = closed.filter(Q(url=OuterRef("url")) | Q(original_url=OuterRef("url")))
    return Snapshot.objects.filter(Exists(cited), ~Exists(of_closed), ~Exists(itself))


def _expect(name: str) -> None:
    wanted = may_be_told().filter(outside__isnull=True).order_by("pk")[:200]
    rows = [OutsideCopy(snapshot=one, archive=name) for one in wanted]
    OutsideCopy.objects.bulk_create(rows, ignore_conflicts=True)


def _take_next() -> OutsideCopy | None:
    """The next one that is due, put off at once, so that nobody else takes it meanwhile."""
    now = timezone.now()
    with transaction.atomic():
        # What was ordered is told already; the rest is looked at anew each time.
        due = OutsideCopy.objects.filter(
            Q(state=OutsideState.REQUESTED)
            | Q(state=OutsideState.PENDING, snapshot__in=may_be_told()),
            next_attempt_at__lte=now,
        ).order_by("next_attempt_at")
        one = due.select_for_update(of=("self",), skip_locked=True).first()
        if one is not None:
            rows = OutsideCopy.objects.filter(pk=one.pk)
            rows.update(attempts=F("attempts") + 1, next_attempt_at=now + LEASE)
            one.refresh_from_db()
    return one


def _advance(one: OutsideCopy, chosen: Archive) -> bool:
    """One question to the archive, and what its answer makes of the row."""
    mine = OutsideCopy.objects.filter(pk=one.pk, state=one.state, attempts=one.attempts)
    answer: Requested | Waiting | Archived | Refused
    if one.state == OutsideState.PENDING:
        answer = chosen.request(one.snapshot.url)
    else:
        answer = chosen.look(one.job)
    again = timezone.now() + _wait(one.attempts)
    if isinstance(answer, Archived):
        return bool(
            mine.update(
                state=OutsideState.ARCHIVED, url=answer.url, taken_at=answer.taken_at, error=""
            )
        )
    if isinstance(answer, Refused):
        over = answer.for_good or one.attempts >= MAX_ATTEMPTS
        mine.update(
            state=OutsideState.FAILED if over else OutsideState.PENDING,
            error=answer.message,
            next_attempt_at=max(again, timezone.now() + (answer.retry_after or timedelta())),
        )
    elif isinstance(answer, Requested):
        mine.update(state=OutsideState.REQUESTED, job=answer.job, error="", next_attempt_at=again)
    elif one.attempts >= MAX_ATTEMPTS:
        mine.update(state=OutsideState.FAILED, error="The archive did not finish.")
    else:
        mine.update(next_attempt_at=again)
    return False


def _wait(attempts: int) -> timedelta:
    return min(FIRST_WAIT * (1 << max(attempts - 1, 0)), LONGEST_WAIT)
