"""Who looks at which candidate right now, who put one aside, and who asked a colleague."""

from __future__ import annotations

import pghistory
from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now

from claims.models.candidates import Candidate


class Lease(models.Model):
    """A candidate is on this person's desk until then: nobody else is given it meanwhile.

    One row for each candidate at most, kept by the database: that is what two editors' requests
    meet at. A row whose time is over holds nothing. Not tracked by the history: it is not a
    decision, and there would be more of these rows than of all others.
    """

    candidate = models.OneToOneField(Candidate, models.PROTECT, related_name="lease")
    holder = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="leases")
    until = models.DateTimeField()
    taken_at = models.DateTimeField(db_default=Now(), editable=False)
    taken_from = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        help_text="Whom it was taken over from while they still held it.",
    )

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(taken_from__isnull=True) | ~Q(taken_from=F("holder")),
                name="lease_taken_from_somebody_else",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.candidate_id} on the desk of {self.holder_id} until {self.until:%H:%M}"


class Skip(models.Model):
    """This person does not want to see the candidate again until then. Others still do."""

    candidate = models.ForeignKey(Candidate, models.PROTECT, related_name="skips")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="skips")
    until = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint("candidate", "by", name="skip_once_per_person"),
        ]

    def __str__(self) -> str:
        return f"{self.candidate_id} skipped by {self.by_id} until {self.until:%Y-%m-%d %H:%M}"


@pghistory.track(pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent())
class Flag(models.Model):
    """Somebody asks a colleague to look at a candidate. Closed by the decision on it."""

    candidate = models.ForeignKey(Candidate, models.PROTECT, related_name="flags")
    raised_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    colleague = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="flags",
        help_text="Who should look at it. Empty: whoever can.",
    )
    note = models.TextField(blank=True)
    raised_at = models.DateTimeField(db_default=Now(), editable=False)
    closed_at = models.DateTimeField(
        null=True, blank=True, help_text="When the candidate was decided on. Empty while open."
    )

    class Meta:
        ordering = ["raised_at"]
        constraints = [
            models.UniqueConstraint(
                "candidate", condition=Q(closed_at__isnull=True), name="flag_open_once"
            ),
        ]
        indexes = [
            # Used by the queues "flagged" and "mine", which show the oldest first.
            models.Index("raised_at", condition=Q(closed_at__isnull=True), name="flag_open"),
            models.Index(
                "colleague",
                "raised_at",
                condition=Q(closed_at__isnull=True),
                name="flag_open_for",
            ),
        ]

    def __str__(self) -> str:
        return self.note or f"{self.candidate_id} flagged"
