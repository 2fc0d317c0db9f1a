"""Reading on from a cursor, so that nothing is missed and nothing comes twice."""

from __future__ import annotations

import re
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from django.db import connection
from django.db.models import Q, QuerySet
from django.utils import timezone

from newsroom.changes.models import Change

KEPT = timedelta(days=90)
LOOK_EVERY = 0.5
_cursor = re.compile(r"(\d{1,18})-(\d{1,18})")


@dataclass(frozen=True, slots=True, order=True)
class Position:
    """How far somebody has read: the transaction and id of the last change they saw."""

    transaction: int = 0
    id: int = 0

    def __str__(self) -> str:
        return f"{self.transaction}-{self.id}"

    @classmethod
    def parse(cls, cursor: str) -> Position:
        """Raises `ValueError` for what is no cursor of ours."""
        found = _cursor.fullmatch(cursor)
        if found is None:
            raise ValueError(cursor)
        return cls(int(found[1]), int(found[2]))


def changes_after(
    position: Position, *, limit: int, types: Sequence[str] = (), public_only: bool
) -> list[Change]:
    """The next changes, in the order in which they are safe to read.

    A change is held back while any transaction that began before it is still writing: that one may
    yet commit a change that belongs before it.
    """
    found: QuerySet[Change] = _settled().filter(
        Q(transaction__gt=position.transaction)
        | Q(transaction=position.transaction, id__gt=position.id)
    )
    # The index serves this condition; the one above only drops what is left of one transaction.
    found = found.filter(transaction__gte=position.transaction)
    if types:
        found = found.filter(type__in=types)
    if public_only:
        found = found.filter(is_public=True)
    return list(found.order_by("transaction", "id")[:limit])


def latest_position() -> Position:
    """The end of what can be read now: where somebody starts who wants only what is to come."""
    last = _settled().order_by("-transaction", "-id").values_list("transaction", "id").first()
    return Position(*last) if last else Position()


def oldest_position() -> Position | None:
    """The first change that is still kept; None if there is none."""
    first = Change.objects.order_by("transaction", "id").values_list("transaction", "id").first()
    return Position(*first) if first else None


@dataclass(frozen=True, slots=True)
class Read:
    """Changes, and up to where was looked for them."""

    changes: list[Change]
    reached: Position


def read_on(
    position: Position, *, limit: int, types: Sequence[str] = (), public_only: bool
) -> Read:
    """`changes_after`, and where to go on: what was not asked for is passed over once."""
    end = latest_position()  # asked first, so that nothing comes in between unseen
    found = changes_after(position, limit=limit, types=types, public_only=public_only)
    last = Position(found[-1].transaction, found[-1].pk) if found else position
    return Read(found, last if len(found) == limit else max(last, end))


def wait_for_changes(
    position: Position, *, seconds: float, limit: int, types: Sequence[str], public_only: bool
) -> Read:
    """`read_on`, waiting up to `seconds` for the first change."""
    until = time.monotonic() + seconds
    while True:
        read = read_on(position, limit=limit, types=types, public_only=public_only)
        left = until - time.monotonic()
        if read.changes or left <= 0:
            return read
        position = read.reached
        time.sleep(min(LOOK_EVERY, left))


def forget_old_changes() -> int:
    """Delete what is older than `KEPT`; returns how many. Used by the sweep."""
    deleted, _ = Change.objects.filter(at__lt=timezone.now() - KEPT).delete()
    return deleted


def _settled() -> QuerySet[Change]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_snapshot_xmin(pg_current_snapshot())::text::bigint")
        (oldest_writer,) = cursor.fetchone()
    return Change.objects.filter(transaction__lt=oldest_writer)
