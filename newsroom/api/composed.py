"""Statements that Django composes once, for records that are asked for all the time.

Composing a statement anew takes longer than PostgreSQL takes to answer it by a key. What it says
stays with the querysets, conditions of visibility among them; only the numbers in it change.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import connection
from django.db.models import BigIntegerField, QuerySet
from django.db.models.expressions import RawSQL


@dataclass(frozen=True, slots=True)
class _Given:
    name: str


def given(name: str) -> RawSQL:
    """Stands in a queryset for a number that is named only when the statement is asked."""
    return RawSQL("%s", (_Given(name),), output_field=BigIntegerField())


@dataclass(frozen=True, slots=True)
class Statement:
    sql: str
    parameters: tuple[Any, ...]

    def first(self, **values: int) -> tuple[Any, ...] | None:
        filled = [values[one.name] if isinstance(one, _Given) else one for one in self.parameters]
        with connection.cursor() as cursor:
            cursor.execute(self.sql, filled)
            row: tuple[Any, ...] | None = cursor.fetchone()
        return row


def composed(queryset: QuerySet[Any], *names: str) -> Statement:
    """These columns of it, as the driver gives them.

    Raises `ValueError` for a queryset that holds a moment, which would stay what it is now: the
    time is to be the database's.
    """
    sql, parameters = queryset.values_list(*names).query.sql_with_params()
    if any(isinstance(one, date) for one in parameters):
        raise ValueError("A statement that is composed once holds a moment of today.")
    return Statement(sql, tuple(parameters))
