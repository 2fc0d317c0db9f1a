"""The extraction queue, whose truth is the state of each revision.

    pending → running → done | failed        running → pending (after an error, with back-off)
    skipped → pending (somebody asks; or a withheld or killed story is live again)

Opinion and analysis arrive *skipped* (`skip_reason`). A trigger on articles skips what is pending
or running of a story that is withheld or killed, and brings it back with the story. An embargo
does not matter here: extraction happens on our own machines and publishes nothing.

A worker that took a revision holds it for a lease (`EXTRACTION_LEASE`). If it dies, the lease runs
out and the row is due again. The number of the attempt and its lease decide who may write a result:
a worker that was taken for dead and comes back late finds others and leaves the row alone.

This module knows nothing of what is extracted; it announces a revision by the task's name, so that
articles do not depend on claims.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone

from newsroom.accounts.models import User
from newsroom.articles.genres import is_opinion
from newsroom.articles.models import (
    UNFINISHED,
    Article,
    ArticleStatus,
    ExtractionState,
    Outlet,
    Revision,
    SkipReason,
)
from newsroom.attempts import LAPSED, pause_after, storable
from newsroom.history import acting
from newsroom.waking import wake

EXTRACT_TASK = "claims.extract_revision"
EXTRACT_MANY_TASK = "claims.extract_revisions"

ONE_BY_ONE = 100
"""So many revisions are sent one by one, so that they are spread over the workers. Of more, several
share a message: a message costs as much as it takes to import a story."""

TOGETHER = 50


@dataclass(frozen=True, slots=True)
class Attempt:
    """One worker's hold on one revision; the lease tells the attempts of two extractions apart."""

    revision: Revision
    number: int
    leased_until: datetime


def skip_reason(article: Article, outlet: Outlet, *, latest: Revision | None) -> str:
    """Why a new revision is not extracted by itself; empty where it is.

    `latest` is the version before. What somebody had extracted although it is opinion goes on being
    extracted, so that its candidates follow the text.
    """
    was_extracted = latest is not None and latest.extraction_skipped != SkipReason.OPINION
    if (
        not was_extracted
        and not outlet.extracts_opinion
        and is_opinion(article.genre, article.section)
    ):
        return SkipReason.OPINION.value
    # Lifted by the trigger when the story is live again.
    return "" if article.status == ArticleStatus.LIVE else SkipReason(article.status).value


def announce(revision_ids: Sequence[int]) -> int:
    """Send revisions to the workers; returns how many were sent.

    A broker that cannot be reached is no error: the rows stay due, and the sweep sends them again.
    After the first failure the rest is left to the sweep too, so that an import of thousands does
    not wait for thousands of time-outs.
    """
    size = 1 if len(revision_ids) <= ONE_BY_ONE else TOGETHER
    for sent in range(0, len(revision_ids), size):
        ids = list(revision_ids[sent : sent + size])
        task, args = (EXTRACT_TASK, ids) if size == 1 else (EXTRACT_MANY_TASK, [ids])
        if not wake(task, *args, left=f"{len(revision_ids) - sent} revisions"):
            return sent
    return len(revision_ids)


def announce_on_commit(revision_ids: Sequence[int]) -> None:
    """`announce` once the current transaction has committed, and not at all if it rolls back."""
    if revision_ids:
        transaction.on_commit(lambda: announce(revision_ids))


def resend_due(*, limit: int = 1000) -> int:
    """Send again what is due, oldest first, at most `limit`; returns how many were sent.

    Used by the sweep. The time of the next sending is written before anything is sent, so that two
    sweeps at once send a revision once, and a long queue is not sent over and over.
    """
    now = timezone.now()
    with transaction.atomic():
        due = list(
            Revision.objects.filter(
                extraction_state__in=UNFINISHED, extraction_next_attempt_at__lte=now
            )
            .order_by("extraction_next_attempt_at")
            .select_for_update(skip_locked=True)
            .only("pk", "extraction_state", "extraction_attempts")[:limit]
        )
        lapsed = [row.pk for row in due if row.extraction_state == ExtractionState.RUNNING]
        # A text that took every worker down with it must not do so for ever.
        spent = [
            row.pk
            for row in due
            if row.pk in lapsed and row.extraction_attempts >= settings.EXTRACTION_MAX_ATTEMPTS
        ]
        ids = [row.pk for row in due if row.pk not in spent]
        Revision.objects.filter(pk__in=lapsed).update(extraction_error=LAPSED)
        Revision.objects.filter(pk__in=ids).update(
            extraction_state=ExtractionState.PENDING,
            extraction_next_attempt_at=now + settings.EXTRACTION_RESEND_AFTER,
        )
        Revision.objects.filter(pk__in=spent).update(
            extraction_state=ExtractionState.FAILED,
            extraction_next_attempt_at=None,
            extraction_finished_at=now,
        )
    return announce(ids)


def begin(revision_id: int) -> Attempt | None:
    """Take a revision for extraction; None when there is nothing to do.

    That is a normal outcome: another worker has it, or it is finished. One conditional update
    decides, so of two workers at once one gets it. A revision whose last attempt has lapsed is left
    to the sweep, which ends it: a broker that delivers again and again must not keep it going.
    """
    now = timezone.now()
    free = Q(extraction_state=ExtractionState.PENDING) | Q(
        extraction_state=ExtractionState.RUNNING,
        extraction_next_attempt_at__lte=now,
        extraction_attempts__lt=settings.EXTRACTION_MAX_ATTEMPTS,
    )
    leased_until = now + settings.EXTRACTION_LEASE
    taken = Revision.objects.filter(free, pk=revision_id).update(
        extraction_state=ExtractionState.RUNNING,
        extraction_attempts=F("extraction_attempts") + 1,
        extraction_next_attempt_at=leased_until,
    )
    if not taken:
        return None
    revision = Revision.objects.select_related("article").get(pk=revision_id)
    return Attempt(
        revision=revision, number=revision.extraction_attempts, leased_until=leased_until
    )


def still_held(attempt: Attempt) -> bool:
    """Whether this attempt may write its result; locks the row. Call inside a transaction."""
    return (
        Revision.objects.select_for_update()
        .filter(_held_by(attempt))
        .values_list("pk", flat=True)
        .first()
        is not None
    )


def finish(attempt: Attempt, *, extractor: str, version: str, notes: str) -> None:
    """Record that the revision is extracted. Call in the transaction that writes the result."""
    Revision.objects.filter(_held_by(attempt)).update(
        extraction_state=ExtractionState.DONE,
        extraction_next_attempt_at=None,
        extraction_finished_at=timezone.now(),
        extraction_error="",
        extraction_notes=notes,
        extractor=extractor,
        extractor_version=version,
    )


def fail(attempt: Attempt, *, error: str) -> None:
    """Record a failed attempt: due again after a growing pause, or failed for good."""
    now = timezone.now()
    outcome: dict[str, object]
    if attempt.number >= settings.EXTRACTION_MAX_ATTEMPTS:
        outcome = {
            "extraction_state": ExtractionState.FAILED,
            "extraction_next_attempt_at": None,
            "extraction_finished_at": now,
        }
    else:
        outcome = {
            "extraction_state": ExtractionState.PENDING,
            "extraction_next_attempt_at": now + pause_after(attempt.number),
        }
    Revision.objects.filter(_held_by(attempt)).update(extraction_error=storable(error), **outcome)


def requeue(*, revision_ids: Sequence[int], by: User | None) -> int:
    """Extract finished, failed or skipped revisions (again); returns how many are queued.

    Used from the admin after a failure, with a new extractor, or for an opinion piece. What a
    person decided stays as it is. Versions of stories that are withheld or killed stay out.
    """
    with transaction.atomic(), acting(by):
        ids = list(
            Revision.objects.select_for_update(of=("self",))
            .filter(pk__in=revision_ids, article__status=ArticleStatus.LIVE)
            .exclude(extraction_state__in=UNFINISHED)
            .values_list("pk", flat=True)
        )
        Revision.objects.filter(pk__in=ids).update(
            extraction_state=ExtractionState.PENDING,
            extraction_skipped="",
            extraction_attempts=0,
            extraction_next_attempt_at=timezone.now() + settings.EXTRACTION_RESEND_AFTER,
            extraction_finished_at=None,
            extraction_error="",
        )
        announce_on_commit(ids)
    return len(ids)


def _held_by(attempt: Attempt) -> Q:
    return Q(
        pk=attempt.revision.pk,
        extraction_state=ExtractionState.RUNNING,
        extraction_attempts=attempt.number,
        extraction_next_attempt_at=attempt.leased_until,
    )
