"""The shape of every history row. The rows are written by database triggers, never by code."""

from __future__ import annotations

from contextlib import AbstractContextManager
from typing import TYPE_CHECKING, Any

import pghistory
from django.db import models
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


def acting(by: User | None, **details: Any) -> AbstractContextManager[Any]:
    """Within this context, history rows name the actor and the details (job, rule, reason …).

    None stands for the machine: then only the details say which part of it. Contexts add up, so a
    request's or a task's own context stays.
    """
    actor: dict[str, Any] = {"user": by.pk, "username": by.get_username()} if by else {}
    return pghistory.context(**actor, **details)
