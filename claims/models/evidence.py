"""Material for, against or around a claim."""

from __future__ import annotations

import pghistory
import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from claims.models.claims import Claim
from claims.verification.states import SIGNED
from newsroom.triggers import refusal, update_of
from sources.models import Snapshot, Source


class Stance(models.TextChoices):
    SUPPORTS = "supports", "supports"
    REFUTES = "refutes", "refutes"
    CONTEXT = "context", "context"


class EvidenceNature(models.TextChoices):
    PRIMARY = "primary", "primary"
    SECONDARY = "secondary", "secondary"


_SIGNED = ", ".join(f"'{state.value}'" for state in SIGNED)


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
            # The lock makes a change and a submission at the same moment wait for each other, and
            # counts as a change of the claim: who read it before has not read this.
            pgtrigger.Trigger(
                name="evidence_is_signed_too",
                operation=pgtrigger.Insert
                | pgtrigger.Delete
                | update_of(
                    "claim_id",
                    "stance",
                    "nature",
                    "title",
                    "source_id",
                    "url",
                    "quotation",
                    "published_at",
                    "accessed_at",
                ),
                when=pgtrigger.Before,
                declare=[("concerned", "bigint[]")],
                func=(
                    "concerned := CASE TG_OP WHEN 'INSERT' THEN ARRAY[NEW.claim_id] "
                    "WHEN 'DELETE' THEN ARRAY[OLD.claim_id] "
                    "ELSE ARRAY[OLD.claim_id, NEW.claim_id] END; "
                    "PERFORM 1 FROM claims_claim WHERE id = ANY(concerned) ORDER BY id FOR UPDATE; "
                    "IF EXISTS (SELECT 1 FROM claims_claim WHERE id = ANY(concerned) "
                    f"AND state IN ({_SIGNED})) THEN "
                    + refusal(
                        constraint="evidence_is_signed_too",
                        message="The evidence of what is in review or verified does not change; "
                        "return it first.",
                    )
                    + " END IF; UPDATE claims_claim SET updated_at = statement_timestamp() "
                    "WHERE id = ANY(concerned); "
                    "IF TG_OP = 'DELETE' THEN RETURN OLD; END IF; RETURN NEW;"
                ),
            ),
        ]

    def __str__(self) -> str:
        return self.title
