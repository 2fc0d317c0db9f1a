"""Running an import of checks: a run with its counts, and a row for all that was not taken in."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import suppress
from itertools import islice

from django.db import DatabaseError, DataError, IntegrityError, transaction
from django.db.models import F
from django.utils import timezone

from claims.matching.other_checks import receive_checks
from newsroom.accounts.models import User
from newsroom.articles.models import Outlet
from newsroom.imports.items import Refused
from newsroom.imports.models import (
    ImportRun,
    ImportState,
    ImportTrigger,
    Rejection,
    RejectionReason,
)
from newsroom.imports.services import ImportReport, end_run, what_happened
from newsroom.other_checks.files import Item, Received
from newsroom.triggers import violation_message

CHUNK = 500


def run_check_import(
    *,
    outlet: Outlet,
    items: Iterable[Item],
    trigger: ImportTrigger,
    origin: str = "",
    by: User | None,
) -> ImportReport:
    """Take in checks as other publishers' own records; what cannot be taken in is a rejection.

    `outlet` is whoever the file is from. The same file again changes nothing; one that is killed
    has done what its run says.
    """
    run = ImportRun.objects.create(outlet=outlet, trigger=trigger, origin=origin, started_by=by)
    report = ImportReport(run_id=run.pk)
    try:
        for chunk in _chunks(items):
            _take_chunk(run, chunk, report, by)
    except BaseException as error:
        # When it is the database that fails, the sweep ends the run later.
        with suppress(DatabaseError):
            end_run(run, ImportState.FAILED, error=what_happened(error))
        raise
    end_run(run, ImportState.FINISHED)
    return report


def _chunks(items: Iterable[Item]) -> Iterator[list[Item]]:
    waiting = iter(items)
    while chunk := list(islice(waiting, CHUNK)):
        yield chunk


def _take_chunk(run: ImportRun, chunk: list[Item], report: ImportReport, by: User | None) -> None:
    try:
        report.note(*_take(run, chunk, by), [])
    except (IntegrityError, DataError):
        # One that the database refuses must not cost the others their import.
        for item in chunk:
            try:
                report.note(*_take(run, [item], by), [])
            except (IntegrityError, DataError) as error:
                refused = Refused(RejectionReason.REFUSED, violation_message(error), item.raw)
                report.note(*_take(run, [refused], by), [])


@transaction.atomic
def _take(run: ImportRun, chunk: list[Item], by: User | None) -> tuple[Counter[str], list[Refused]]:
    received = [item for item in chunk if isinstance(item, Received)]
    refused = [item for item in chunk if isinstance(item, Refused)]
    receipts = receive_checks(
        reviews=[(item.review, item.markup) for item in received], run_id=run.pk, by=by
    )
    Rejection.objects.bulk_create(
        Rejection(
            run=run,
            origin=item.raw.origin,
            position=item.raw.position,
            reason=item.reason,
            message=item.message,
            payload=item.raw.payload,
            size=item.raw.size,
        )
        for item in refused
    )
    counts = Counter(receipt.value for receipt in receipts)
    counts["rejected"] = len(refused)
    ImportRun.objects.filter(pk=run.pk).update(
        progressed_at=timezone.now(),
        seen=F("seen") + len(chunk),
        **{name: F(name) + count for name, count in counts.items()},
    )
    return counts, refused
