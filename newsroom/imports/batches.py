"""Stories that came in one request: taken in at once, or kept for a worker where they are many."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import datetime, timedelta
from io import BytesIO
from itertools import islice
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from newsroom.accounts.models import User
from newsroom.articles.models import Outlet
from newsroom.imports.items import Item, Raw, Refused, item_from
from newsroom.imports.models import Batch, ImportRun, ImportState, ImportTrigger, RejectionReason
from newsroom.imports.readers import ninjs
from newsroom.imports.services import ImportReport, run_import
from newsroom.waking import wake

MOST = 500
TAKE_TASK = "imports.take_batch"
RESEND_AFTER = timedelta(minutes=2)
LONGEST_WAIT = timedelta(hours=1)
"""Between two attempts. They go on until the batch is taken: it was accepted."""

TRIED_AGAIN = "It is tried again by itself: what it had taken in stays, and the rest is kept."
ORIGIN = "API"


def items_in(raw: bytes, *, is_ninjs: bool) -> Iterator[Item]:
    """The stories in a body: an object with `items`, a list of stories, or a single one."""
    if is_ninjs:
        yield from ninjs.read(BytesIO(raw), ORIGIN)
        return
    for position, fields in enumerate(listed(json.loads(raw)), start=1):
        payload = json.dumps(fields, ensure_ascii=False).encode(errors="replace")
        item = Raw(ORIGIN, position, payload, len(payload))
        if isinstance(fields, dict):
            yield item_from(item, lambda fields=fields: fields)  # type: ignore[misc]
        else:
            yield Refused(RejectionReason.MALFORMED, "A story is an object.", item)


def listed(body: Any) -> list[Any]:
    if isinstance(body, dict) and "items" in body:
        items = body["items"]
        return items if isinstance(items, list) else [items]
    return body if isinstance(body, list) else [body]


def take_now(*, outlet: Outlet, raw: bytes, is_ninjs: bool, by: User | None) -> ImportReport:
    """Take in the stories of a body; the report says what became of each."""
    return run_import(
        outlet=outlet,
        items=items_in(raw, is_ninjs=is_ninjs),
        trigger=ImportTrigger.API,
        origin=ORIGIN,
        keep_results=True,
        by=by,
    )


@transaction.atomic
def take_later(*, outlet: Outlet, raw: bytes, is_ninjs: bool, by: User | None) -> ImportRun:
    """Keep a body for a worker; returns the run that can be followed."""
    run = ImportRun.objects.create(
        outlet=outlet, trigger=ImportTrigger.API, origin=ORIGIN, started_by=by
    )
    Batch.objects.create(run=run, payload=raw, is_ninjs=is_ninjs)
    transaction.on_commit(lambda: _send(run.pk))
    return run


def take_batch(*, run_id: int) -> None:
    """Do what `take_later` left. One worker does it; what is done is gone.

    An attempt that failed, or whose worker died, is made again, from the first story that its run
    has not counted. An error ends the run as failed until then, and is raised.
    """
    batch = _begin(run_id)
    if batch is None:
        return
    run = batch.run
    if run.state == ImportState.RUNNING:
        items = items_in(bytes(batch.payload), is_ninjs=batch.is_ninjs)
        run_import(
            outlet=run.outlet,
            # Counted together with being taken in, and in their order.
            items=islice(items, run.seen, None),
            trigger=ImportTrigger.API,
            origin=ORIGIN,
            run=run,
            then=TRIED_AGAIN,
            by=run.started_by,
        )
    Batch.objects.filter(pk=batch.pk).delete()


@transaction.atomic
def _begin(run_id: int) -> Batch | None:
    """The batch, if it is free, now ours; its run is running, also where it had failed before."""
    now = timezone.now()
    batch = (
        Batch.objects.select_for_update(of=("self",))
        .select_related("run__outlet", "run__started_by")
        .filter(_due(now), run=run_id)
        .first()
    )
    if batch is None:
        return None
    batch.taken_at = now
    batch.next_attempt_at = now + min(RESEND_AFTER * 2 ** min(batch.attempts, 10), LONGEST_WAIT)
    batch.attempts += 1
    batch.save(update_fields=["taken_at", "next_attempt_at", "attempts"])
    run = batch.run
    if run.state == ImportState.FAILED:
        run.state, run.finished_at, run.error = ImportState.RUNNING, None, ""
    run.progressed_at = now
    run.save(update_fields=["state", "finished_at", "error", "progressed_at"])
    return batch


def _due(now: datetime) -> Q:
    """What no worker has begun, or what one has left: it is late, and its run stands still."""
    return Q(taken_at=None) | Q(next_attempt_at__lte=now, run__progressed_at__lt=now - RESEND_AFTER)


def resend_batches() -> int:
    """Send again what no worker has finished; returns how many. Used by the sweep."""
    now = timezone.now()
    on_its_way = Q(taken_at=None, run__started_at__gte=now - RESEND_AFTER)
    waiting = Batch.objects.filter(_due(now)).exclude(on_its_way).order_by("pk")
    sent = 0
    for run_id in waiting.values_list("run_id", flat=True)[:100]:
        if not _send(run_id):
            break  # the next sweep finds the rest where it is
        sent += 1
    return sent


def _send(run_id: int) -> bool:
    return wake(TAKE_TASK, run_id)
