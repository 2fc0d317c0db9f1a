"""Triggers by which a table announces what happens to its rows."""

from __future__ import annotations

import pgtrigger

COLUMNS = "type, subject, subject_id, is_public, data"


def announce_inserts(
    *, name: str, kind: str, subject: str, key: str = "id", data: str, public: str, join: str = ""
) -> pgtrigger.Trigger:
    """One statement for all rows of an insert, since imports write hundreds at once.

    `data` and `public` are SQL over the alias `fresh`, and over what `join` adds.
    """
    return pgtrigger.Trigger(
        name=name,
        level=pgtrigger.Statement,
        operation=pgtrigger.Insert,
        when=pgtrigger.After,
        referencing=pgtrigger.Referencing(new="inserted"),  # type: ignore[no-untyped-call]
        func=(
            f"INSERT INTO changes_change ({COLUMNS}) "
            f"SELECT '{kind}', '{subject}', fresh.{key}, {public}, {data} "
            f"FROM inserted fresh {join} ORDER BY fresh.id; RETURN NULL;"
        ),
    )


def announce_updates(
    *,
    name: str,
    kind: str,
    subject: str,
    key: str = "id",
    data: str,
    public: str,
    operation: pgtrigger.Operation = pgtrigger.Update,
    condition: pgtrigger.Condition,
) -> pgtrigger.Trigger:
    """For each row that fulfils `condition`. `kind`, `data` and `public` are SQL over OLD, NEW."""
    return pgtrigger.Trigger(
        name=name,
        operation=operation,
        when=pgtrigger.After,
        condition=condition,
        func=(
            f"INSERT INTO changes_change ({COLUMNS}) "
            f"VALUES ({kind}, '{subject}', NEW.{key}, {public}, {data}); RETURN NULL;"
        ),
    )
