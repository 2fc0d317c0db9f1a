"""Counts that cost the same on a large table as on a small one.

`COUNT(*)` reads every row that it counts. A person who reads "10,000+" needs no more than that, and
nobody turns to page 2,000 of a list.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Self

from django.core.paginator import Paginator
from django.db import connections
from django.db.models import Model, QuerySet
from django.utils.functional import cached_property

if TYPE_CHECKING:
    # Generic in the stubs only.
    _Paginator = Paginator[Any]
else:
    _Paginator = Paginator

LIMIT = 10_000
"""Rows that are counted, and that a list can be paged through."""


class Bounded(int):
    """A count that knows how to say that there are more than were counted.

    It is a number, so that comparing and paging work as ever; only its text differs.
    """

    text: str

    def __new__(cls, value: int, text: str = "") -> Self:
        bounded = super().__new__(cls, value)
        bounded.text = text or f"{value:,}"
        return bounded

    @classmethod
    def counted(cls, count: int, limit: int) -> Self:
        """`count` as the result of counting at most `limit` + 1 rows."""
        return cls(limit, f"{limit:,}+") if count > limit else cls(count)

    def __str__(self) -> str:
        return self.text


def bounded_count(queryset: QuerySet[Any], *, limit: int = LIMIT) -> Bounded:
    """How many rows `queryset` has, counting no further than `limit`. One query."""
    return Bounded.counted(queryset.order_by().values("pk")[: limit + 1].count(), limit)


def planner_estimate(model: type[Model], *, using: str) -> int:
    """How many rows PostgreSQL believes the table to have; 0 when it was never analysed.

    One query, on the catalogue alone. Autovacuum keeps the number within a few percent.
    """
    connection = connections[using]
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT reltuples::bigint FROM pg_class WHERE oid = to_regclass(%s)",
            [connection.ops.quote_name(model._meta.db_table)],
        )
        row = cursor.fetchone()
    return max(0, row[0]) if row else 0


class BoundedPaginator(_Paginator):
    """The paginator of every list in the admin.

    A whole table that is large is not counted at all; anything else is counted up to the limit.
    The pages end where the counting ends: a filter or a search leads further than page 200.
    """

    limit = LIMIT

    @cached_property
    def count(self) -> int:
        rows = self.object_list
        if not isinstance(rows, QuerySet):
            return len(rows)
        if not rows.query.where and not rows.query.is_sliced:
            estimate = planner_estimate(rows.model, using=rows.db)
            if estimate > self.limit:
                return Bounded(self.limit, f"about {_rounded(estimate):,}")
        return bounded_count(rows, limit=self.limit)


def _rounded(number: int) -> int:
    """Two leading digits: an estimate must not look like a count."""
    digits = len(str(number))
    return round(number, 2 - digits)
