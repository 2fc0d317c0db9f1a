"""The outbox: one row for each change that somebody outside may want to know of."""

from __future__ import annotations

import pgtrigger
from django.db import models
from django.db.models import Func
from django.db.models.functions import Cast, Now

from newsroom.triggers import refuse

TYPES = (
    "article.created",
    "article.updated",
    "candidate.state_changed",
    "claim.created",
    "claim.state_changed",
    "claim.updated",
    "import_run.finished",
    "revision.created",
    "revision.extracted",
)
"""All that triggers announce: whoever asks for another one would wait for ever."""


class CurrentTransaction(Func):
    """The number of the transaction that writes; 64 bits, never used twice."""

    function = "pg_current_xact_id"
    output_field = models.TextField()


class Change(models.Model):
    """Something that happened to a record. Triggers write it in the transaction that did it.

    A row holds no text of stories or claims, only what it is about: whoever wants more asks for the
    record, and is shown what they may see.
    """

    # Ids are handed out before a transaction commits, so their order alone would let a reader who
    # has seen 12 miss 11. `transaction` tells up to where everything has been committed.
    transaction = models.BigIntegerField(
        db_default=Cast(Cast(CurrentTransaction(), models.TextField()), models.BigIntegerField()),
        editable=False,
    )
    type = models.CharField(max_length=40, help_text="Such as claim.state_changed.")
    subject = models.CharField(max_length=20, help_text="What kind of record.")
    subject_id = models.BigIntegerField()
    is_public = models.BooleanField(
        default=False, help_text="Of something that is, or was until then, open to every reader."
    )
    data = models.JSONField(default=dict)
    at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        ordering = ["transaction", "id"]
        indexes = [
            # Used by whoever reads on from a cursor.
            models.Index("transaction", "id", name="change_in_order"),
            # Used by the sweep, which forgets what is old.
            models.Index("at", name="change_by_time"),
        ]
        triggers = [
            refuse(
                name="change_is_history",
                operation=pgtrigger.Update,
                message="What happened stays as it was.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.type} {self.subject_id}"
