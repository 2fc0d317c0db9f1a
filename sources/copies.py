"""Archived copies: fetched by the guarded client, kept as WARC files outside the database.

The row is the truth of the queue: *pending* until a copy is kept, or until it is clear that none
will be. What went wrong last stands in it.
"""

from __future__ import annotations

import hashlib
import os
from datetime import datetime, timedelta
from io import BytesIO
from pathlib import Path

from django.conf import settings
from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from newsroom.imports.http import Fetched, Unfetchable, Why, fetch
from sources.models import Snapshot, SnapshotState

MAX_ATTEMPTS = 6
FIRST_WAIT = timedelta(minutes=1)
"""Until the second attempt; each later wait is four times as long: a day and more in all."""
FOR_GOOD = frozenset({Why.BAD_ADDRESS, Why.BLOCKED, Why.TOO_LARGE, Why.CONTENT_TYPE})
"""Another attempt would come to the same."""
FOR_GOOD_STATUS = frozenset({400, 401, 403, 404, 405, 410, 451})


def keep_due_copies(*, at_most: int = 20) -> int:
    """Fetch copies that are due; returns how many were kept. Safe to run twice at once."""
    kept = 0
    for _ in range(at_most):
        snapshot = _take_next()
        if snapshot is None:
            break
        kept += _keep(snapshot)
    return kept


def _take_next() -> Snapshot | None:
    """The next one that is due, put off at once, so that nobody else takes it meanwhile."""
    due = Q(next_attempt_at__isnull=True) | Q(next_attempt_at__lte=timezone.now())
    with transaction.atomic():
        waiting = Snapshot.objects.filter(due, state=SnapshotState.PENDING).order_by("id")
        snapshot = waiting.select_for_update(skip_locked=True).first()
        if snapshot is not None:
            wait = FIRST_WAIT * 4**snapshot.attempts
            Snapshot.objects.filter(pk=snapshot.pk).update(
                attempts=F("attempts") + 1, next_attempt_at=timezone.now() + wait
            )
            snapshot.refresh_from_db()
    return snapshot


def _keep(snapshot: Snapshot) -> bool:
    outcome = fetch(snapshot.url, any_type=True)
    mine = Snapshot.objects.filter(
        pk=snapshot.pk, state=SnapshotState.PENDING, attempts=snapshot.attempts
    )
    if not isinstance(outcome, Fetched):
        assert isinstance(outcome, Unfetchable)
        over = _is_over(snapshot, outcome)
        mine.update(
            state=SnapshotState.FAILED if over else SnapshotState.PENDING,
            error=outcome.message,
            next_attempt_at=_not_before(snapshot, outcome),
        )
        return False
    sha256 = hashlib.sha256(outcome.content).hexdigest()
    name = _write(snapshot.url, outcome, sha256)
    kept = mine.update(
        state=SnapshotState.KEPT, taken_at=timezone.now(), sha256=sha256, file=name, error=""
    )
    return bool(kept)


def _not_before(snapshot: Snapshot, outcome: Unfetchable) -> datetime | None:
    """By our own rhythm, or when the server wants, whichever is later."""
    if not outcome.retry_after or snapshot.next_attempt_at is None:
        return snapshot.next_attempt_at
    return max(snapshot.next_attempt_at, timezone.now() + outcome.retry_after)


def _is_over(snapshot: Snapshot, outcome: Unfetchable) -> bool:
    return (
        snapshot.attempts >= MAX_ATTEMPTS
        or outcome.why in FOR_GOOD
        or outcome.status in FOR_GOOD_STATUS
    )


def _write(url: str, got: Fetched, sha256: str) -> str:
    """Write the WARC file, whole or not at all; returns its name within the folder."""
    place = hashlib.sha256(url.encode()).hexdigest()[:8]
    name = f"{sha256[:2]}/{sha256}-{place}.warc.gz"
    path = path_of(name)
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_suffix(f".{os.getpid()}.part")
    headers = [("Content-Type", got.content_type), ("Content-Length", str(len(got.content)))]
    headers += [(name, value) for name, value in _told(got) if value]
    with partial.open("wb") as file:
        writer = WARCWriter(file, gzip=True)
        record = writer.create_warc_record(
            got.url,
            "response",
            payload=BytesIO(got.content),
            length=len(got.content),
            http_headers=StatusAndHeaders("200 OK", headers, protocol="HTTP/1.1"),
        )
        writer.write_record(record)
    partial.replace(path)
    return name


def _told(got: Fetched) -> list[tuple[str, str]]:
    return [("ETag", got.etag), ("Last-Modified", got.last_modified)]


def path_of(name: str) -> Path:
    """Where the file of a copy is kept."""
    return Path(settings.SNAPSHOTS_DIR) / name
