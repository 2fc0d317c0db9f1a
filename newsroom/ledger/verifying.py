"""Does the history still say what was sealed? One seal at a time, so that memory stays the same."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.db import connection, transaction

from newsroom.ledger.models import Seal, Watch
from newsroom.ledger.sealing import BEFORE_ALL, START, hash_of
from newsroom.ledger.tables import Table, fix_format, history_tables, quoted, row_hash


@dataclass(frozen=True, slots=True)
class Finding:
    """What is not as it was sealed: the row, or the seal itself."""

    what: str
    table: str
    row: int | None
    seal: int

    def __str__(self) -> str:
        where = f"{self.table} {self.row}" if self.row is not None else self.table
        return f"{self.what}: {where} (seal {self.seal})"


@dataclass(slots=True)
class Verification:
    rows: int = 0
    seals: int = 0
    unsealed: int = 0
    head: str = ""
    findings: list[Finding] = field(default_factory=list)
    left_out: int = 0
    """Findings beyond `MOST`."""

    def add(self, found: Iterator[Finding]) -> None:
        for finding in found:
            if len(self.findings) < MOST:
                self.findings.append(finding)
            else:
                self.left_out += 1


MOST = 1000


def verify_history(
    *, heads: Path | None = None, on_progress: Callable[[int], None] = lambda rows: None
) -> Verification:
    """Compare every sealed row with its seal, the seals with each other, and with `heads`."""
    told = Verification()
    tables = {table.name: table for table in history_tables()}
    noted = read_heads(heads) if heads else {}
    previous, number = START, 0
    with transaction.atomic():
        fix_format()
        while seal := Seal.objects.filter(number__gt=number).order_by("number").first():
            told.add(_chained(seal, number, previous))
            if noted.get(seal.number, seal.hash.hex()) != bytes(seal.hash).hex():
                told.add(iter([_on(seal, "differs from the head that was written down")]))
            table = tables.get(seal.table)
            told.add(_rows(seal, table) if table else iter([_on(seal, "the table is gone")]))
            previous, number = bytes(seal.hash), seal.number
            told.seals += 1
            told.rows += len(seal.ids)
            on_progress(told.rows)
        for lost in sorted(one for one in noted if one > number):
            told.add(iter([Finding("seal removed", "ledger_seal", None, lost)]))
        told.unsealed = sum(_unsealed(table) for table in tables.values())
    told.head = previous.hex() if number else ""
    return told


def read_heads(path: Path) -> dict[int, str]:
    """Seal numbers with their hashes, as `write_head` has written them."""
    if not path.exists():
        return {}
    lines = (line.split() for line in path.read_text(encoding="ascii").splitlines())
    return {int(parts[1]): parts[2] for parts in lines if len(parts) == 3 and parts[1].isdecimal()}


def _on(seal: Seal, what: str) -> Finding:
    return Finding(what, seal.table, None, seal.number)


def _chained(seal: Seal, before: int, previous: bytes) -> Iterator[Finding]:
    for lost in range(before + 1, seal.number):
        yield Finding("seal removed", "ledger_seal", None, lost)
    if bytes(seal.previous_hash) != previous and seal.number == before + 1:
        yield _on(seal, "seal does not follow the one before")
    if hash_of(seal) != bytes(seal.hash):
        yield _on(seal, "seal altered")
    for row in seal.backdated:
        yield Finding("inserted, with a date before it was written", seal.table, row, seal.number)


def _rows(seal: Seal, table: Table) -> Iterator[Finding]:
    gone = sorted(set(seal.columns) - _columns(seal.table))
    if gone:
        yield _on(seal, f"cannot be compared, columns are gone: {', '.join(gone)}")
        return
    where = f"{quoted(table.key)} > %s AND {quoted(table.key)} <= %s"
    parameters: list[Any] = [seal.after_id, seal.last_id]
    if seal.is_late:
        where, parameters = f"{quoted(table.key)} = ANY(%s)", [list(seal.ids)]
    hashed = row_hash(seal.columns)
    source = f"FROM {quoted(table.name)} WHERE {where}"
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*), sha256(COALESCE(string_agg(hash, ''::bytea ORDER BY id), '')) "
            f"FROM (SELECT {quoted(table.key)} AS id, {hashed} AS hash {source}) AS found",
            parameters,
        )
        count, digest = cursor.fetchone()
        if count == len(seal.ids) and bytes(digest) == hashlib.sha256(seal.hashes).digest():
            return
        cursor.execute(f"SELECT {quoted(table.key)}, {hashed} {source}", parameters)
        found = {key: bytes(row) for key, row in cursor.fetchall()}
    yield from _differences(seal, found)


def _differences(seal: Seal, found: dict[int, bytes]) -> Iterator[Finding]:
    hashes = bytes(seal.hashes)
    for position, key in enumerate(seal.ids):
        now = found.pop(key, None)
        if now is None:
            yield Finding("removed", seal.table, key, seal.number)
        elif now != hashes[32 * position : 32 * position + 32]:
            yield Finding("altered", seal.table, key, seal.number)
    if not found:
        return
    late = Seal.objects.filter(table=seal.table, is_late=True, ids__overlap=list(found))
    for ids in late.values_list("ids", flat=True):
        for key in ids:
            found.pop(key, None)
    for key in sorted(set(found) - _watched(seal, list(found))):
        yield Finding("inserted", seal.table, key, seal.number)


def _watched(seal: Seal, keys: list[int]) -> set[int]:
    """Of these rows, those whose transaction has only just ended: the next sealing takes them."""
    watch = Watch.objects.filter(seal=seal).first()
    if watch is None:
        return set()
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT id FROM unnest(%s::bigint[]) AS id WHERE %s::int8multirange @> id",
            [keys, watch.missing],
        )
        return {key for (key,) in cursor.fetchall()}


def _columns(table: str) -> set[str]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT attname FROM pg_attribute WHERE attrelid = to_regclass(%s) "
            "AND attnum > 0 AND NOT attisdropped",
            [quoted(table)],
        )
        return {name for (name,) in cursor.fetchall()}


def _unsealed(table: Table) -> int:
    last = Seal.objects.filter(table=table.name, is_late=False).order_by("-last_id").first()
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT count(*) FROM {quoted(table.name)} WHERE {quoted(table.key)} > %s",
            [last.last_id if last else BEFORE_ALL],
        )
        return int(cursor.fetchone()[0])
