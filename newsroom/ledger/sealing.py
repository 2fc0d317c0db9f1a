"""Sealing what was added to the history since the last time.

Not in the triggers that write history: a chain through every write would make all writers wait for
each other. A seal takes the rows that it sees; numbers that it does not see may belong to
transactions that are still running, and are watched until those have ended.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import connection, transaction

from newsroom.ledger.models import Seal, Watch
from newsroom.ledger.tables import Table, fix_format, history_tables, quoted, row_hash

BATCH = 10_000
"""Rows of a seal: as many as are held in memory at once."""
START = bytes(32)
BEFORE_ALL = -(2**63)
"""No row has this number or a lower one."""
TOLERANCE = timedelta(minutes=5)
"""How far a clock may be set back, and how long a statement may run before it writes."""
_LOCK = 7_206_011


@dataclass(frozen=True, slots=True)
class _Moment:
    """What is finished in the database now."""

    snapshot: str
    at: datetime


def seal_history() -> int:
    """Seal everything that is not sealed yet; returns how many rows. Safe to run twice at once."""
    return sum(_seal_table(table) for table in history_tables())


def _seal_table(table: Table) -> int:
    sealed = 0
    while True:
        with transaction.atomic():
            _one_at_a_time()
            fix_format()
            count = _seal_late(table) + _seal_next(table)
        sealed += count
        if count < BATCH:
            return sealed


def _one_at_a_time() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])


def _now() -> _Moment:
    with connection.cursor() as cursor:
        # The clock first: whatever starts after the snapshot is later than that.
        cursor.execute("SELECT clock_timestamp()")
        (at,) = cursor.fetchone()
        cursor.execute("SELECT pg_current_snapshot()::text")
        (snapshot,) = cursor.fetchone()
    return _Moment(snapshot, at)


def _seal_next(table: Table) -> int:
    """The rows after the last sealed one."""
    last = Seal.objects.filter(table=table.name, is_late=False).order_by("-last_id").first()
    after = last.last_id if last else BEFORE_ALL
    now = _now()
    rows = f"{quoted(table.key)} > %s ORDER BY {quoted(table.key)} LIMIT {BATCH}"
    ids, hashes, backdated = _hashed(table, rows, [after], last)
    if not ids:
        return 0
    seal = _chain(table, after, ids, hashes, backdated, now, is_late=False)
    missing = _missing(after, ids)
    if missing != "{}":
        Watch.objects.create(seal=seal, missing=missing)
    return len(ids)


def _seal_late(table: Table) -> int:
    """Rows that were not committed when their range was sealed, and are now."""
    sealed = 0
    for watch in Watch.objects.filter(seal__table=table.name).select_related("seal"):
        now = _now()
        rows = (
            f"{quoted(table.key)} > %s AND {quoted(table.key)} <= %s "
            f"AND %s::int8multirange @> {quoted(table.key)}"
        )
        seal = watch.seal
        where = [seal.after_id, seal.last_id, watch.missing]
        ids, hashes, backdated = _hashed(table, rows, where, seal)
        if ids:
            _chain(table, seal.after_id, ids, hashes, backdated, now, is_late=True)
            watch.missing = _without(watch.missing, ids)
            watch.save()
            sealed += len(ids)
        if _all_ended(seal.snapshot, now.snapshot):
            watch.delete()
    return sealed


def _hashed(
    table: Table, rows: str, parameters: list[Any], since: Seal | None
) -> tuple[list[int], bytes, list[int]]:
    """Numbers and hashes of the rows; and which claim to be older than they can be.

    A row whose transaction began after the seal `since` cannot be older than that seal.
    """
    xmax = int(since.snapshot.split(":")[1]) % 2**32 if since else 0
    oldest = since.sealed_at - TOLERANCE if since else None
    began_after = f"mod(xmin::text::bigint - {xmax} + 4294967296, 4294967296) < 2147483648"
    sql = (
        "SELECT COALESCE(array_agg(id ORDER BY id), '{}'), "
        "COALESCE(string_agg(hash, ''::bytea ORDER BY id), ''), "
        "COALESCE(array_agg(id ORDER BY id) FILTER (WHERE began_after AND moment < %s), '{}') "
        f"FROM (SELECT {quoted(table.key)} AS id, {row_hash(table.columns)} AS hash, "
        f"{began_after} AS began_after, {quoted(table.moment)} AS moment "
        f"FROM {quoted(table.name)} WHERE {rows}) AS found"
    )
    with connection.cursor() as cursor:
        cursor.execute(sql, [oldest, *parameters])
        ids, hashes, backdated = cursor.fetchone()
    return ids, bytes(hashes), backdated


def _chain(
    table: Table,
    after: int,
    ids: list[int],
    hashes: bytes,
    backdated: list[int],
    now: _Moment,
    *,
    is_late: bool,
) -> Seal:
    last = Seal.objects.order_by("-number").only("number", "hash").first()
    seal = Seal(
        number=last.number + 1 if last else 1,
        table=table.name,
        columns=list(table.columns),
        after_id=after,
        last_id=ids[-1],
        is_late=is_late,
        ids=ids,
        hashes=hashes,
        backdated=backdated,
        snapshot=now.snapshot,
        sealed_at=now.at,
        previous_hash=bytes(last.hash) if last else START,
    )
    seal.hash = hash_of(seal)
    seal.save(force_insert=True)
    return seal


def hash_of(seal: Seal) -> bytes:
    """The hash of a seal over all that it says and over the seal before it."""
    header = [
        *(seal.number, seal.table, list(seal.columns), seal.after_id, seal.last_id, seal.is_late),
        *(list(seal.backdated), seal.snapshot, seal.sealed_at.timestamp()),
    ]
    digest = hashlib.sha256(bytes(seal.previous_hash))
    digest.update(json.dumps(header, separators=(",", ":")).encode())
    digest.update(",".join(map(str, seal.ids)).encode())
    digest.update(bytes(seal.hashes))
    return digest.digest()


def _missing(after: int, ids: Sequence[int]) -> str:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT (int8multirange(int8range(%s, %s)) - range_agg(int8range(id, id + 1)))::text "
            "FROM unnest(%s::bigint[]) AS id",
            [after + 1, ids[-1] + 1, list(ids)],
        )
        return str(cursor.fetchone()[0])


def _without(missing: str, ids: Sequence[int]) -> str:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT (%s::int8multirange - range_agg(int8range(id, id + 1)))::text "
            "FROM unnest(%s::bigint[]) AS id",
            [missing, list(ids)],
        )
        return str(cursor.fetchone()[0])


def _all_ended(then: str, now: str) -> bool:
    """Whether every transaction that was running at the one snapshot had ended at the other."""
    return int(now.split(":", maxsplit=1)[0]) >= int(then.split(":")[1])
