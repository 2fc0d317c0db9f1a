"""The newsroom's vocabulary of verdicts. Never mixed with the state of the work."""

from __future__ import annotations

import pghistory
from django.db import models
from django.db.models import F, Q


@pghistory.track(pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent())
class RatingScale(models.Model):
    """A set of ratings that are used together."""

    name = models.CharField(max_length=200, unique=True)
    description = models.TextField(blank=True)

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


@pghistory.track(pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent())
class Rating(models.Model):
    """One verdict. `value` is empty for those that lie on no line, such as “unproven”."""

    scale = models.ForeignKey(RatingScale, models.PROTECT, related_name="ratings")
    label = models.CharField(max_length=100, help_text="What readers see: “Mostly false”.")
    slug = models.SlugField(max_length=100)
    description = models.TextField(blank=True, help_text="When this rating is given.")
    value = models.SmallIntegerField(
        null=True, blank=True, help_text="Closer to the best is truer. Empty: not on the line."
    )
    best = models.SmallIntegerField(default=5)
    worst = models.SmallIntegerField(default=1)
    colour = models.CharField(max_length=7, blank=True, help_text="#rrggbb")
    position = models.PositiveSmallIntegerField(default=0, help_text="Order in lists.")

    class Meta:
        ordering = ["scale", "position"]
        constraints = [
            models.UniqueConstraint("scale", "slug", name="rating_once_per_scale"),
            models.CheckConstraint(
                condition=Q(best__gt=F("worst")),
                name="rating_best_above_worst",
                violation_error_message="The best value is above the worst.",
            ),
            models.CheckConstraint(
                condition=Q(value__isnull=True) | Q(value__gte=F("worst"), value__lte=F("best")),
                name="rating_inside_scale",
                violation_error_message="The value lies between the worst and the best.",
            ),
            models.CheckConstraint(
                condition=Q(colour="") | Q(colour__regex=r"^#[0-9a-f]{6}$"),
                name="rating_colour_is_hex",
                violation_error_message="A colour is written #rrggbb, in lower case.",
            ),
        ]

    def __str__(self) -> str:
        return self.label
