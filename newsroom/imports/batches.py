"""Stories that came in one request: taken in at once, or kept for a worker where they are many."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import timedelta
from io import BytesIO
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
    """Do what `take_later` left. One worker does it; what is done is gone."""
    now = timezone.now()
    free = Q(taken_at=None) | Q(taken_at__lt=now - RESEND_AFTER)
    if not Batch.objects.filter(free, run=run_id).update(taken_at=now):
        return
    batch = Batch.objects.select_related("run__outlet", "run__started_by").get(run=run_id)
    if batch.run.state == ImportState.RUNNING:
        run_import(
            outlet=batch.run.outlet,
            items=items_in(bytes(batch.payload), is_ninjs=batch.is_ninjs),
            trigger=ImportTrigger.API,
            origin=ORIGIN,
            run=batch.run,
            by=batch.run.started_by,
        )
    Batch.objects.filter(pk=batch.pk).delete()


def resend_batches() -> int:
    """Send again what no worker has finished; returns how many. Used by the sweep."""
    limit = timezone.now() - RESEND_AFTER
    waiting = Batch.objects.filter(
        Q(taken_at=None, run__started_at__lt=limit)
        | Q(taken_at__lt=limit, run__progressed_at__lt=limit)
    )
    runs = list(waiting.values_list("run_id", flat=True)[:100])
    for run_id in runs:
        _send(run_id)
    return len(runs)


def _send(run_id: int) -> None:
    wake(TAKE_TASK, run_id)
