"""Rules that the database enforces by trigger, and the way back from its refusal to a sentence."""

from __future__ import annotations

import pgtrigger
from django.apps import apps
from django.db import Error


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


def violated_constraint(error: Error) -> str | None:
    """The name of the constraint (or of the refusing trigger) behind `error`, if it has one."""
    diagnostics = getattr(error.__cause__, "diag", None)
    return getattr(diagnostics, "constraint_name", None)


def violation_message(error: Error) -> str:
    """What is wrong, in one line: the sentence given to `refuse` or to the constraint of a model.

    Failing both, what the database said.
    """
    diagnostics = getattr(error.__cause__, "diag", None)
    lines = str(error).splitlines() or [type(error).__name__]
    return (
        _own_words(violated_constraint(error))
        or getattr(diagnostics, "message_primary", None)
        or lines[0]
    )


def _own_words(constraint_name: str | None) -> str | None:
    for model in apps.get_models():
        for constraint in model._meta.constraints:
            message = str(constraint.violation_error_message)
            if constraint.name == constraint_name and "%(name)s" not in message:
                return message
    return None
