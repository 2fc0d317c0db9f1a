"""The shape of every history row. The rows are written by database triggers, never by code."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import pghistory
from django.db import connection, models
from pghistory import models as pghistory_models

if TYPE_CHECKING:
    from newsroom.accounts.models import User


class Event(pghistory_models.Event):
    """Base of all event tables: who, when, in which request or job, and the row as it was then.

    Tables of candidates outgrow the 32-bit key that pghistory gives by default.
    """

    pgh_id = models.BigAutoField(primary_key=True)

    class Meta:
        abstract = True


@contextmanager
def acting(by: User | None, **details: Any) -> Iterator[None]:
    """Within this context, history rows name the actor and the details (job, rule, reason …).

    None stands for the machine: then only the details say which part of it. What an enclosing
    request, task or `acting` says is added to, and holds again afterwards as it was.
    """
    actor: dict[str, Any] = {"user": by.pk, "username": by.get_username()} if by else {}
    with pghistory.context() as context:
        before = dict(context.metadata)
        context.metadata.update(actor, **details)
        try:
            yield
        finally:
            context.metadata.clear()
            context.metadata.update(before)
    if not before:
        _forget_actor()


def _forget_actor() -> None:
    """pghistory leaves its last words in the transaction; later changes in it are nobody's."""
    if connection.in_atomic_block and not connection.needs_rollback:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT set_config('pghistory.context_id', '', true), "
                "set_config('pghistory.context_metadata', '', true)"
            )
