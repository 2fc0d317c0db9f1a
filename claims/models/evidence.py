"""Material for, against or around a claim."""

from __future__ import annotations

import pghistory
import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from claims.models.claims import Claim
from claims.verification.states import GATED
from newsroom.triggers import refusal, update_of
from sources.models import Snapshot, Source


class Stance(models.TextChoices):
    SUPPORTS = "supports", "supports"
    REFUTES = "refutes", "refutes"
    CONTEXT = "context", "context"


class EvidenceNature(models.TextChoices):
    PRIMARY = "primary", "primary"
    SECONDARY = "secondary", "secondary"


_GATED = ", ".join(f"'{state.value}'" for state in GATED)


@pghistory.track(pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent())
class Evidence(models.Model):
    """One piece of evidence on one claim."""

    claim = models.ForeignKey(Claim, models.PROTECT, related_name="evidence")
    stance = models.CharField(max_length=10, choices=Stance.choices)
    nature = models.CharField(
        max_length=10,
        choices=EvidenceNature.choices,
        help_text="Primary: the record itself. Secondary: somebody's account of it.",
    )
    title = models.CharField(max_length=500)
    source = models.ForeignKey(
        Source, models.PROTECT, null=True, blank=True, related_name="evidence"
    )
    url = models.URLField("URL", max_length=2000, blank=True)
    quotation = models.TextField(blank=True, help_text="The words that matter, verbatim.")
    published_at = models.DateField(null=True, blank=True)
    accessed_at = models.DateTimeField(db_default=Now())
    snapshot = models.ForeignKey(
        Snapshot, models.PROTECT, null=True, blank=True, related_name="evidence"
    )
    added_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    created_at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        ordering = ["id"]
        verbose_name_plural = "evidence"
        constraints = [
            models.CheckConstraint(
                condition=Q(stance__in=Stance.values), name="evidence_stance_known"
            ),
            models.CheckConstraint(
                condition=Q(nature__in=EvidenceNature.values), name="evidence_nature_known"
            ),
            models.CheckConstraint(condition=~Q(title=""), name="evidence_has_title"),
        ]
        triggers = [
            # The lock makes a deletion and a submission at the same moment wait for each other;
            # without it both would find what they need and leave a claim in review with nothing.
            pgtrigger.Trigger(
                name="evidence_needed_in_review",
                operation=pgtrigger.Delete | update_of("claim_id"),
                when=pgtrigger.Before,
                func=(
                    "IF TG_OP = 'DELETE' OR NEW.claim_id <> OLD.claim_id THEN "
                    "PERFORM 1 FROM claims_claim WHERE id = OLD.claim_id FOR UPDATE; "
                    "IF EXISTS (SELECT 1 FROM claims_claim WHERE id = OLD.claim_id "
                    f"AND state IN ({_GATED})) AND NOT EXISTS (SELECT 1 FROM claims_evidence "
                    "WHERE claim_id = OLD.claim_id AND id <> OLD.id) THEN "
                    + refusal(
                        constraint="evidence_needed_in_review",
                        message="The last piece of evidence stays while a claim is in review.",
                    )
                    + " END IF; END IF; "
                    "IF TG_OP = 'DELETE' THEN RETURN OLD; END IF; RETURN NEW;"
                ),
            ),
        ]

    def __str__(self) -> str:
        return self.title
