"""Running an import: what every command, schedule, form and endpoint calls."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from datetime import timedelta

from django.conf import settings
from django.db import DatabaseError, DataError, IntegrityError, transaction
from django.db.models import F, QuerySet
from django.utils import timezone

from newsroom.accounts.models import User
from newsroom.articles.models import Outlet
from newsroom.articles.services import Outcome, Receipt, receive_articles
from newsroom.articles.writing import copy_rows
from newsroom.attempts import storable
from newsroom.history import acting
from newsroom.imports.items import Accepted, Discovered, Item, Refused
from newsroom.imports.models import (
    OPEN,
    Delivery,
    ImportRun,
    ImportState,
    ImportTrigger,
    Rejection,
    RejectionReason,
)
from newsroom.triggers import violation_message

CHUNK_BYTES = 16 * 1024 * 1024
"""Bytes of raw items after which a chunk is closed, so that large items do not fill the memory."""

REPORTED_REJECTIONS = 1000
"""How many rejections a report lists; all of them are rows."""

INTERRUPTED_AFTER = timedelta(minutes=15)

INTERRUPTED = "The import was interrupted. Run it again: what it had taken in stays as it is."

RUN_AGAIN = "Run it again: what it had taken in stays."
"""What to do about a failure, where nobody does it by itself."""


class RunEnded(Exception):
    """Somebody else has ended this run, taking its process for dead."""


@dataclass(frozen=True, slots=True)
class ItemResult:
    """What became of one item: `outcome` is one of the run's counts."""

    position: int
    outcome: str
    external_id: str = ""
    article_id: int | None = None
    revision: int | None = None
    reason: str = ""
    message: str = ""


@dataclass(slots=True)
class ImportReport:
    """What an import did."""

    run_id: int
    counts: Counter[str] = field(default_factory=Counter)
    rejections: list[Refused] = field(default_factory=list)
    """The first of them, without their bytes."""
    results: list[ItemResult] | None = None
    """What became of each item, in order; None where nobody asked for it."""

    @property
    def seen(self) -> int:
        return self.counts.total()

    @property
    def rejected(self) -> int:
        return self.counts["rejected"]

    def note(
        self, outcomes: Counter[str], refused: list[Refused], results: list[ItemResult]
    ) -> None:
        self.counts.update(outcomes)
        if self.results is not None:
            self.results.extend(results)
        room = REPORTED_REJECTIONS - len(self.rejections)
        # Without the bytes, which are in the rows: a report stays small.
        self.rejections.extend(
            replace(item, raw=replace(item.raw, payload=b"")) for item in refused[: max(0, room)]
        )


def run_import(
    *,
    outlet: Outlet,
    items: Iterable[Item],
    trigger: ImportTrigger,
    origin: str = "",
    on_progress: Callable[[ImportReport], None] = lambda report: None,
    run: ImportRun | None = None,
    keep_results: bool = False,
    then: str = RUN_AGAIN,
    by: User | None,
) -> ImportReport:
    """Take in `items` and keep what cannot be taken in as rejections.

    Works in chunks, each one transaction with its counts, so that an import that is killed has done
    exactly what its run says, and the same import again does the rest. An error ends the run as
    failed and is raised. `run` is one that was made beforehand, for somebody to follow;
    `keep_results` has the report list what became of each item; `then` is what a failed run says
    is to be done.
    """
    if run is None:
        run = ImportRun.objects.create(outlet=outlet, trigger=trigger, origin=origin, started_by=by)
    report = ImportReport(run_id=run.pk, results=[] if keep_results else None)
    try:
        for chunk in chunks(items):
            take_chunk(run, chunk, report, by)
            on_progress(report)
    except BaseException as error:
        # When it is the database that fails, the sweep ends the run later.
        with suppress(DatabaseError):
            end_run(run, ImportState.FAILED, error=what_happened(error, then))
        raise
    end_run(run, ImportState.FINISHED)
    return report


@contextmanager
def dry_run() -> Iterator[None]:
    """Whatever happens to the database within is real while it lasts, and is taken back after."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def end_interrupted_runs() -> int:
    """Mark runs whose process has died as failed; returns how many. Used by the sweep."""
    now = timezone.now()
    return ImportRun.objects.filter(
        # The runs of feeds are ended by their schedule, which then asks again; those of batches
        # wait for a worker, however long there is none.
        feed=None,
        batch=None,
        state=ImportState.RUNNING,
        progressed_at__lt=now - INTERRUPTED_AFTER,
    ).update(
        state=ImportState.FAILED,
        finished_at=now,
        error=INTERRUPTED,
    )


def chunks(items: Iterable[Item]) -> Iterator[list[Item]]:
    chunk: list[Item] = []
    size = 0
    for item in items:
        chunk.append(item)
        size += len(item.raw.payload)
        if len(chunk) >= settings.IMPORT_CHUNK_ITEMS or size >= CHUNK_BYTES:
            yield chunk
            chunk, size = [], 0
    if chunk:
        yield chunk


def take_chunk(
    run: ImportRun,
    chunk: list[Item],
    report: ImportReport,
    by: User | None,
    *,
    also: Callable[[], None] = lambda: None,
    retried: Rejection | None = None,
) -> None:
    """Take in some items in one transaction with their counts, and with what `also` does.

    `retried` is the rejection that these items come from, if they are tried again. Raises
    `RunEnded` where the run is no longer running; nothing has changed then.
    """
    try:
        report.note(*_take(run, chunk, by, also, retried))
    except (IntegrityError, DataError):
        # One item that the database refuses must not cost the others their import.
        for item in chunk:
            try:
                report.note(*_take(run, [item], by, also, retried))
            except (IntegrityError, DataError) as error:
                refused = Refused(RejectionReason.REFUSED, violation_message(error), item.raw)
                report.note(*_take(run, [refused], by, also, retried))


@transaction.atomic
def _take(
    run: ImportRun,
    chunk: list[Item],
    by: User | None,
    also: Callable[[], None],
    retried: Rejection | None,
) -> tuple[Counter[str], list[Refused], list[ItemResult]]:
    accepted = [item for item in chunk if isinstance(item, Accepted)]
    refused = [item for item in chunk if isinstance(item, Refused)]
    refused += [_not_fetched(item) for item in chunk if isinstance(item, Discovered)]
    with acting(by, import_run=run.pk):
        receipts = receive_articles(
            outlet=run.outlet, items=[item.article for item in accepted], by=by
        )
        copy_rows(
            Delivery,
            ["run_id", "revision_id"],
            [(run.pk, one.revision.pk) for one in receipts if one.revision is not None],
        )
        refused += [
            Refused(
                RejectionReason.STALE,
                "An older version of a story whose newer version is already here.",
                item.raw,
            )
            for item, receipt in zip(accepted, receipts, strict=True)
            if receipt.outcome == Outcome.STALE
        ]
        if refused:
            _keep_rejections(run, refused, retried)
        also()
    outcomes = Counter(
        receipt.outcome.value for receipt in receipts if receipt.outcome != Outcome.STALE
    )
    outcomes["rejected"] = len(refused)
    running = _while_its_own(run).update(
        progressed_at=timezone.now(),
        seen=F("seen") + len(chunk),
        **{name: F(name) + count for name, count in outcomes.items()},
    )
    if not running:
        raise RunEnded(INTERRUPTED)
    return outcomes, refused, _results(accepted, receipts, refused)


def _results(
    accepted: list[Accepted], receipts: list[Receipt], refused: list[Refused]
) -> list[ItemResult]:
    taken = [
        ItemResult(
            position=item.raw.position,
            outcome=receipt.outcome.value,
            external_id=item.article.external_id,
            article_id=receipt.article.pk,
            revision=receipt.revision.number if receipt.revision else None,
        )
        for item, receipt in zip(accepted, receipts, strict=True)
        if receipt.outcome != Outcome.STALE
    ]
    rejected = [
        ItemResult(item.raw.position, "rejected", reason=item.reason, message=item.message)
        for item in refused
    ]
    return sorted([*taken, *rejected], key=lambda result: result.position)


def _not_fetched(item: Discovered) -> Refused:
    """An import takes in stories; whoever reads a list of addresses fetches them first."""
    return Refused(
        RejectionReason.NOT_A_STORY,
        "An address, not a story. Fetch the page and import that, or make the list a feed.",
        item.raw,
    )


def _keep_rejections(run: ImportRun, refused: Sequence[Refused], retried: Rejection | None) -> None:
    """Keep each item once until it is settled, however often it is refused.

    A feed offers it with every poll, and people try it again; its row then says what that came to.
    """
    rows = [_rejection(run, item) for item in refused]
    known = {one.sha256: one for one in _open_rejections(run, rows)}
    if retried is not None:
        known[_sha256(bytes(retried.payload))] = retried
    new = []
    for row in rows:
        same = known.get(row.sha256)
        if same is None:
            new.append(row)
        elif (same.reason, same.message) != (row.reason, row.message):
            Rejection.objects.filter(pk=same.pk).update(
                reason=row.reason, message=row.message, retried_in=run
            )
    Rejection.objects.bulk_create(new)


def _open_rejections(run: ImportRun, rows: Sequence[Rejection]) -> QuerySet[Rejection]:
    """What is known and unsettled of these items, where they came by a feed."""
    if run.feed_id is None:
        return Rejection.objects.none()
    return Rejection.objects.filter(
        run__feed=run.feed_id, settled_in=None, sha256__in={row.sha256 for row in rows}
    ).only("sha256", "reason", "message")


def _rejection(run: ImportRun, item: Refused) -> Rejection:
    return Rejection(
        run=run,
        origin=item.raw.origin,
        position=item.raw.position,
        reason=item.reason,
        message=item.message,
        payload=item.raw.payload,
        size=item.raw.size,
        sha256=_sha256(item.raw.payload),
        format=item.raw.format,
    )


def _sha256(payload: bytes) -> str:
    return hashlib.sha256(payload).hexdigest()


def what_happened(error: BaseException, then: str = RUN_AGAIN) -> str:
    if isinstance(error, KeyboardInterrupt | SystemExit):
        return f"Stopped from outside. {then}"
    text = storable(f"{type(error).__name__}: {error}")
    return f"{text}\n{then}"


def end_run(run: ImportRun, state: ImportState, *, error: str = "", note: str = "") -> bool:
    """False where somebody else has ended it before."""
    ended = _while_its_own(run).update(
        state=state, finished_at=timezone.now(), error=error, note=note
    )
    return bool(ended)


def _while_its_own(run: ImportRun) -> QuerySet[ImportRun]:
    """The row of a run. That of a feed is its process's own only as long as it is not ended:

    another one may have begun anew. A command that was taken for dead and lives has no rival.
    """
    rows = ImportRun.objects.filter(pk=run.pk)
    return rows if run.feed_id is None else rows.filter(state__in=OPEN)
