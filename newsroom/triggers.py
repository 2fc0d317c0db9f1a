"""Rules that the database enforces by trigger, and the way back from its refusal to a sentence."""

from __future__ import annotations

import pgtrigger
from django.db import DatabaseError


def refusal(*, constraint: str, message: str) -> str:
    """PL/pgSQL that refuses the change as a violated constraint of the given name.

    A plain `RAISE EXCEPTION` would reach Django as `ProgrammingError`, which nobody expects from a
    save; SQLSTATE 23514 makes it the `IntegrityError` that every other constraint gives.
    """
    quoted = message.replace("'", "''")
    return (
        "RAISE EXCEPTION USING ERRCODE = 'check_violation', "
        f"CONSTRAINT = '{constraint}', MESSAGE = '{quoted}';"
    )


def refuse(
    *,
    name: str,
    operation: pgtrigger.Operation,
    message: str,
    condition: pgtrigger.Condition | None = None,
) -> pgtrigger.Trigger:
    """A trigger that refuses `operation` on the rows that fulfil `condition` (all rows if None)."""
    return pgtrigger.Trigger(
        name=name,
        operation=operation,
        when=pgtrigger.Before,
        condition=condition,
        func=refusal(constraint=name, message=message),
    )


def update_of(*columns: str) -> pgtrigger.UpdateOf:
    """The update of some columns, as an operation. Columns, not fields: `claim_id`, not `claim`."""
    return pgtrigger.UpdateOf(*columns)  # type: ignore[no-untyped-call]


def violated_constraint(error: DatabaseError) -> str | None:
    """The name of the constraint (or of the refusing trigger) behind `error`, if it has one."""
    diagnostics = getattr(error.__cause__, "diag", None)
    return getattr(diagnostics, "constraint_name", None)


def violation_message(error: DatabaseError) -> str:
    """What the database said, in one line: the sentence given to `refuse`, or its own."""
    diagnostics = getattr(error.__cause__, "diag", None)
    return getattr(diagnostics, "message_primary", None) or str(error).splitlines()[0]
