"""What other publishers found out: their own records, never mixed with ours."""

from __future__ import annotations

import pghistory
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now

from claims.models.ratings import Rating
from newsroom.shortening import shortened


@pghistory.track(pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent())
class OtherRating(models.Model):
    """A verdict in another publisher's words, and which of ours it stands for, if any.

    Rows appear by themselves when checks are imported; without a rating of ours they are
    *unmapped*. A row without a publisher holds for all who have none of their own.
    """

    publisher = models.CharField(
        max_length=300, blank=True, help_text="Host of the publisher; empty: any publisher."
    )
    label = models.CharField(max_length=300, help_text="Their words, as printed.")
    key = models.CharField(max_length=300, editable=False, help_text="The form that is compared.")
    rating = models.ForeignKey(
        Rating,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="other_ratings",
        help_text="Empty: unmapped.",
    )

    class Meta:
        ordering = ["publisher", "label"]
        constraints = [
            models.UniqueConstraint("publisher", "key", name="otherrating_once"),
            models.CheckConstraint(condition=~Q(key=""), name="otherrating_not_empty"),
        ]

    def __str__(self) -> str:
        return f"{self.label} ({self.publisher or 'any publisher'})"

    def save(self, *args: object, **kwargs: object) -> None:
        self.key = rating_key(self.label)
        super().save(*args, **kwargs)  # type: ignore[arg-type]


def rating_key(label: str) -> str:
    """“Mostly  False!” → “mostly false”: the form in which verdicts are compared."""
    return " ".join(label.casefold().strip(" .!“”\"'’").split())[:300]


@pghistory.track(
    pghistory.InsertEvent(),
    pghistory.UpdateEvent(),
    pghistory.DeleteEvent(),
    exclude=["raw"],
)
class OtherCheck(models.Model):
    """One check by another publisher, as its ClaimReview says."""

    url = models.URLField("URL", max_length=2000)
    url_key = models.CharField(
        max_length=64, editable=False, help_text="SHA-256 of address and claim: one row for each."
    )
    publisher = models.CharField(max_length=300, help_text="As named in the markup.")
    publisher_host = models.CharField(max_length=300)
    claim_reviewed = models.TextField("claim as they put it")
    title = models.TextField(blank=True, help_text="Headline of the check.")
    claimant = models.CharField("said by", max_length=500, blank=True)
    claimed_on = models.DateField(null=True, blank=True)
    published_on = models.DateField(null=True, blank=True)
    language = models.CharField(max_length=35, blank=True)
    appearances = models.JSONField(default=list, blank=True, help_text="Where it was said.")
    rating_label = models.CharField("their verdict", max_length=300, blank=True)
    rating_value = models.FloatField(null=True, blank=True)
    rating_best = models.FloatField(null=True, blank=True)
    rating_worst = models.FloatField(null=True, blank=True)
    other_rating = models.ForeignKey(
        OtherRating, models.PROTECT, null=True, blank=True, related_name="checks"
    )
    notes = models.TextField(blank=True, help_text="What was odd about the markup.")
    raw = models.JSONField(help_text="The markup as it came.")
    import_run = models.ForeignKey(
        "imports.ImportRun", models.PROTECT, null=True, blank=True, related_name="+"
    )
    created_at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint("url_key", name="othercheck_once"),
            models.CheckConstraint(condition=~Q(claim_reviewed=""), name="othercheck_has_claim"),
            models.CheckConstraint(condition=~Q(url=""), name="othercheck_has_url"),
            # A number off its scale, or without one, says nothing; the raw markup still has it.
            models.CheckConstraint(
                condition=Q(rating_value__isnull=True)
                | Q(
                    rating_best__gt=F("rating_worst"),
                    rating_value__gte=F("rating_worst"),
                    rating_value__lte=F("rating_best"),
                ),
                name="othercheck_rating_inside_scale",
            ),
        ]

    def __str__(self) -> str:
        return shortened(self.claim_reviewed, 80)

    @property
    def our_rating(self) -> Rating | None:
        """What their verdict stands for in our words; None: unmapped."""
        return self.other_rating.rating if self.other_rating else None
