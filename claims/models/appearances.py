"""Where a claim was made, in which words, and where that went in later versions of the story."""

from __future__ import annotations

import pghistory
import pgtrigger
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from claims.models.choices import SourcingTerms
from claims.models.claims import Claim
from claims.models.roles import speakers_role
from newsroom.articles.anchors import Anchored
from newsroom.shortening import shortened
from newsroom.triggers import refusal, update_of
from sources.models import Affiliation, Source


class AnchorState(models.TextChoices):
    ANCHORED = "anchored", "anchored"
    MOVED = "moved", "moved"
    REWORDED = "reworded", "reworded"
    VANISHED = "vanished", "vanished"
    AMBIGUOUS = "ambiguous", "ambiguous"


@pghistory.track(pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent())
class Appearance(Anchored):
    """Where a claim was made, and by whom."""

    claim = models.ForeignKey(Claim, models.PROTECT, related_name="appearances")
    speaker = models.ForeignKey(
        Source, models.PROTECT, null=True, blank=True, related_name="appearances"
    )
    affiliation = models.ForeignKey(
        Affiliation, models.PROTECT, null=True, blank=True, related_name="appearances"
    )
    speaker_name = models.CharField(
        "speaker as printed",
        max_length=300,
        blank=True,
        help_text="Kept also where no known source is chosen.",
    )
    sourcing = models.CharField(max_length=15, choices=SourcingTerms.choices, blank=True)
    anonymity_reason = models.CharField("reason for anonymity", max_length=500, blank=True)
    anchor_state = models.CharField(
        max_length=10, choices=AnchorState.choices, default=AnchorState.ANCHORED
    )
    follows = models.OneToOneField(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="followed_by",
        help_text="The same appearance in an earlier version of the story.",
    )
    created_at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta(Anchored.Meta):
        ordering = ["id"]
        constraints = [
            *Anchored.Meta.constraints,
            models.UniqueConstraint(
                "claim", "revision", "start", "end", name="appearance_once_per_passage"
            ),
            models.CheckConstraint(
                condition=Q(anchor_state__in=AnchorState.values),
                name="appearance_anchor_state_known",
            ),
            models.CheckConstraint(
                condition=Q(sourcing__in=["", *SourcingTerms.values]),
                name="appearance_sourcing_known",
            ),
            models.CheckConstraint(
                condition=~Q(sourcing=SourcingTerms.UNNAMED) | Q(speaker__isnull=True),
                name="appearance_unnamed_has_no_source",
                violation_error_message="An unnamed speaker is never tied to a known source.",
            ),
        ]
        triggers = [
            *Anchored.Meta.triggers,
            speakers_role("appearance_speakers_role"),
            pgtrigger.Trigger(
                name="appearance_follows_its_story",
                operation=pgtrigger.Insert | update_of("follows_id", "claim_id", "revision_id"),
                when=pgtrigger.Before,
                condition=pgtrigger.Q(new__follows__isnull=False),
                func=(
                    "IF NOT EXISTS (SELECT 1 FROM claims_appearance earlier "
                    "JOIN articles_revision before ON before.id = earlier.revision_id "
                    "JOIN articles_revision after ON after.id = NEW.revision_id "
                    "WHERE earlier.id = NEW.follows_id AND earlier.claim_id = NEW.claim_id "
                    "AND after.article_id = before.article_id AND after.number > before.number) "
                    "THEN "
                    + refusal(
                        constraint="appearance_follows_its_story",
                        message="An appearance follows one of the same claim, in an earlier "
                        "version of the same story.",
                    )
                    + " END IF; RETURN NEW;"
                ),
            ),
        ]

    def __str__(self) -> str:
        return shortened(self.exact, 80)
