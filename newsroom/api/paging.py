"""Pages that hold still while rows are added: each begins after the last row of the one before."""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import FieldDoesNotExist, ValidationError
from django.db import models
from django.db.models import Q, QuerySet
from rest_framework.request import Request
from rest_framework.utils.urls import replace_query_param

from newsroom.api.problems import Problem, invalid
from newsroom.numbers import number_in

DEFAULT, MOST = 50, 200


@dataclass(frozen=True, slots=True)
class Order:
    """By which columns rows are ordered; the last one is unique. None of them is ever null."""

    columns: tuple[str, ...]
    """As in `order_by`: a minus stands for descending."""

    def after(self, values: Sequence[Any]) -> Q:
        """The rows that come after one with these values."""
        condition, same = Q(), Q()
        for column, value in zip(self.columns, values, strict=True):
            name = column.lstrip("-")
            beyond = "lt" if column.startswith("-") else "gt"
            condition |= same & Q(**{f"{name}__{beyond}": value})
            same &= Q(**{name: value})
        first = self.columns[0]
        bound = "lte" if first.startswith("-") else "gte"
        # Says nothing new, and lets an index begin where the page begins.
        return condition & Q(**{f"{first.lstrip('-')}__{bound}": values[0]})

    def of(self, row: Any) -> list[Any]:
        return [_value(row, column.lstrip("-")) for column in self.columns]


@dataclass(frozen=True, slots=True)
class Page:
    rows: list[Any]
    next: str | None
    """The cursor of the next page."""

    def body(self, request: Request, results: list[Any]) -> dict[str, Any]:
        address = request.build_absolute_uri()
        return {
            "results": results,
            "next": replace_query_param(address, "cursor", self.next) if self.next else None,
        }


def page_of(queryset: QuerySet[Any], order: Order, request: Request) -> Page:
    """The page that `cursor` and `limit` of the address ask for. One query."""
    limit = limit_in(request)
    queryset = queryset.order_by(*order.columns)
    cursor = request.query_params.get("cursor")
    if cursor is not None:
        queryset = queryset.filter(order.after(_decoded(cursor, order, queryset)))
    rows = list(queryset[: limit + 1])
    more = len(rows) > limit
    rows = rows[:limit]
    return Page(rows, _encoded(order, rows[-1]) if more else None)


def limit_in(request: Request) -> int:
    limit = number_in(request.query_params.get("limit", str(DEFAULT)))
    if limit is None or not 1 <= limit <= MOST:
        raise invalid(f"A page has 1 to {MOST} rows.", parameter="limit")
    return limit


def _value(row: Any, path: str) -> Any:
    for name in path.split("__"):
        row = getattr(row, name)
    return row


def _encoded(order: Order, row: Any) -> str:
    values = [
        value.isoformat() if hasattr(value, "isoformat") else value for value in order.of(row)
    ]
    raw = json.dumps([",".join(order.columns), *values], separators=(",", ":"))
    return base64.urlsafe_b64encode(raw.encode()).decode().rstrip("=")


def _decoded(cursor: str, order: Order, queryset: QuerySet[Any]) -> list[Any]:
    try:
        padded = cursor.encode() + b"=" * (-len(cursor) % 4)
        columns, *values = json.loads(base64.b64decode(padded, altchars=b"-_", validate=True))
        if columns != ",".join(order.columns) or len(values) != len(order.columns):
            raise _stale()
        return [
            _typed(queryset, column.lstrip("-"), value)
            for column, value in zip(order.columns, values, strict=True)
        ]
    except (
        *(ValueError, TypeError, OverflowError, RecursionError),
        *(binascii.Error, ValidationError),
    ) as error:
        raise _stale() from error


def _typed(queryset: QuerySet[Any], column: str, value: Any) -> Any:
    """Cursors are ours, and yet whoever asks may send any."""
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        raise ValueError(value)
    if isinstance(value, str):
        value.encode()  # half a surrogate pair is text for JSON, and not for the database
    elif not -(2**63) <= value < 2**63:
        raise ValueError(value)
    try:
        field: Any = queryset.model._meta.get_field(column)
    except FieldDoesNotExist:
        field = queryset.query.annotations[column].output_field
    python = field.to_python(value)
    if python is None:
        raise ValueError(value)
    if isinstance(field, models.IntegerField):
        field.run_validators(python)
    return python


def _stale() -> Problem:
    return invalid("This is not a cursor of this list in this order.", parameter="cursor")
