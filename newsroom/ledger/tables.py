"""Which tables are history, and how a row of them is hashed."""

from __future__ import annotations

from dataclasses import dataclass

from django.apps import apps
from django.db import connection, models

from newsroom.history import Event

ALSO_HISTORY = ("claims.ClaimTransition", "publishing.Correction")
"""Models whose rows are only ever added, with the moment in `at`."""

_FIXED_FORMAT = (
    "SET LOCAL TimeZone = 'UTC'; SET LOCAL DateStyle = 'ISO, YMD'; "
    "SET LOCAL IntervalStyle = 'iso_8601'; SET LOCAL bytea_output = 'hex'; "
    "SET LOCAL extra_float_digits = 1"
)


@dataclass(frozen=True, slots=True)
class Table:
    name: str
    key: str
    moment: str
    columns: tuple[str, ...]


def history_tables() -> list[Table]:
    """Every table of events, and the records that are history themselves; by name."""
    events = [
        _table(model, "pgh_id", "pgh_created_at")
        for model in apps.get_models()
        if issubclass(model, Event)
    ]
    records = [_table(apps.get_model(name), "id", "at") for name in ALSO_HISTORY]
    return sorted([*events, *records], key=lambda table: table.name)


def _table(model: type[models.Model], key: str, moment: str) -> Table:
    columns = tuple(sorted(str(field.column) for field in model._meta.concrete_fields))
    return Table(model._meta.db_table, key, moment, columns)


def fix_format() -> None:
    """Within this transaction a value is always written in the same way, wherever we run."""
    with connection.cursor() as cursor:
        cursor.execute(_FIXED_FORMAT)


def row_hash(columns: tuple[str, ...] | list[str]) -> str:
    """SQL of the hash of one row. What is added to the table later is not in it."""
    named = ", ".join(quoted(column) for column in columns)
    return f"sha256(convert_to(ROW({named})::text, 'UTF8'))"


def quoted(name: str) -> str:
    return connection.ops.quote_name(name)
