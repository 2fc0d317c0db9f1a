"""The chain of seals, and what has to be looked at once more."""

from __future__ import annotations

import pgtrigger
from django.contrib.postgres.fields import ArrayField
from django.db import models

from newsroom.triggers import refusal, refuse


class Seal(models.Model):
    """A batch of rows of one table of history: their numbers and the hash of each.

    `hash` covers all of this and the hash of the seal before, so that the latest one stands for
    everything that was ever sealed (docs/adr/0023-history-is-sealed-in-batches.md).
    """

    number = models.BigIntegerField(primary_key=True)
    table = models.CharField(max_length=63)
    columns = ArrayField(models.CharField(max_length=63), help_text="What the hashes cover.")
    after_id = models.BigIntegerField(help_text="The rows stand after this number …")
    last_id = models.BigIntegerField(help_text="… up to this one.")
    is_late = models.BooleanField(
        default=False, help_text="Rows that were still uncommitted when their range was sealed."
    )
    ids = ArrayField(models.BigIntegerField())
    hashes = models.BinaryField(help_text="SHA-256 of each row, one after the other.")
    backdated = ArrayField(
        models.BigIntegerField(),
        help_text="Rows that claim to be older than the transaction that wrote them.",
    )
    snapshot = models.TextField(help_text="Which transactions were finished.")
    sealed_at = models.DateTimeField()
    previous_hash = models.BinaryField(max_length=32)
    hash = models.BinaryField(max_length=32)

    class Meta:
        ordering = ["number"]
        indexes = [models.Index("table", models.F("last_id").desc(), name="seal_by_table")]
        triggers = [
            refuse(
                name="seal_stands",
                operation=pgtrigger.Update | pgtrigger.Delete,
                message="A seal is never broken.",
            ),
            pgtrigger.Trigger(
                name="seal_follows_the_last",
                operation=pgtrigger.Insert,
                when=pgtrigger.Before,
                func=(
                    "IF NEW.number <> COALESCE((SELECT max(number) FROM ledger_seal), 0) + 1 "
                    "OR NEW.number > 1 AND NEW.previous_hash IS DISTINCT FROM "
                    "(SELECT hash FROM ledger_seal WHERE number = NEW.number - 1) THEN "
                    + refusal(
                        constraint="seal_follows_the_last",
                        message="A seal follows the last one.",
                    )
                    + " END IF; RETURN NEW;"
                ),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number}: {self.table} up to {self.last_id}"


class Watch(models.Model):
    """Numbers that were missing in a sealed range while transactions were still running.

    Rows that turn up there are sealed late. Once all those transactions have ended, no row can turn
    up there any more, and the watch ends.
    """

    seal = models.OneToOneField(Seal, models.CASCADE, primary_key=True, related_name="watch")
    missing = models.TextField(help_text="As an int8multirange.")

    def __str__(self) -> str:
        return f"{self.seal}: {self.missing}"
