"""A second rating, given blind: whoever gives it has not seen the first."""

from __future__ import annotations

import pghistory
import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now

from claims.models.claims import Claim
from claims.models.ratings import Rating
from claims.verification.states import ClaimState
from newsroom.triggers import refusal, refuse

_OPEN = Q(rated_at__isnull=True, cancelled_at__isnull=True)


@pghistory.track(pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent())
class SecondRating(models.Model):
    """Somebody is asked to rate a claim in review without seeing its rating and rationale.

    When the two differ, both stay on record, and a third person says which rating holds. Until
    then the claim is not verified: the database sees to it.
    """

    claim = models.ForeignKey(Claim, models.PROTECT, related_name="second_ratings")
    rater = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    requested_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    requested_at = models.DateTimeField(db_default=Now(), editable=False)
    cancelled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    cancelled_at = models.DateTimeField(null=True, blank=True)

    rating = models.ForeignKey(Rating, models.PROTECT, null=True, blank=True, related_name="+")
    rationale = models.TextField(blank=True, help_text="Why this rating.")
    rated_at = models.DateTimeField(null=True, blank=True)
    first_rating = models.ForeignKey(
        Rating,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        help_text="The claim's rating at that moment; written by the database.",
    )

    resolved_rating = models.ForeignKey(
        Rating,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        help_text="The rating that holds, where the two differ.",
    )
    resolution = models.TextField(blank=True, help_text="Why it holds.")
    resolved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    resolved_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                "claim",
                condition=_OPEN,
                name="second_rating_one_open",
                violation_error_message="Somebody has been asked for a second rating already.",
            ),
            models.CheckConstraint(
                condition=Q(rating=None, rationale="", rated_at=None, first_rating=None)
                | Q(rationale__regex=r"\S")
                & Q(rating__isnull=False, rated_at__isnull=False, first_rating__isnull=False),
                name="second_rating_given_whole",
                violation_error_message="A second rating has a rating and a rationale.",
            ),
            models.CheckConstraint(
                condition=Q(cancelled_by=None, cancelled_at=None)
                | Q(cancelled_by__isnull=False, cancelled_at__isnull=False, rated_at=None),
                name="second_rating_cancelled_before",
                violation_error_message="A rating that was given is not cancelled.",
            ),
            models.CheckConstraint(
                condition=Q(resolved_rating=None, resolution="", resolved_by=None, resolved_at=None)
                | Q(resolution__regex=r"\S")
                & Q(
                    resolved_rating__isnull=False,
                    resolved_by__isnull=False,
                    resolved_at__isnull=False,
                    rated_at__isnull=False,
                )
                & ~Q(rating=F("first_rating")),
                name="second_rating_resolved_whole",
                violation_error_message="Only a disagreement is resolved, and with a reason.",
            ),
            models.CheckConstraint(
                condition=Q(resolved_by=None) | ~Q(resolved_by=F("rater")),
                name="second_rating_third_person",
                violation_error_message="A third person resolves it: neither of the two who rated.",
            ),
        ]
        triggers = [
            # Each locks the claim, so that verifying it at the same moment waits.
            pgtrigger.Trigger(
                name="second_rating_is_asked",
                operation=pgtrigger.Insert,
                when=pgtrigger.Before,
                declare=[("checked", "claims_claim%ROWTYPE")],
                func=(
                    "SELECT * INTO checked FROM claims_claim WHERE id = NEW.claim_id FOR UPDATE; "
                    f"IF checked.state <> '{ClaimState.IN_REVIEW.value}' THEN "
                    + refusal(
                        constraint="second_rating_is_asked",
                        message="A second rating is asked for while a claim is in review.",
                    )
                    + " END IF; IF checked.submitted_by_id = NEW.rater_id THEN "
                    + refusal(
                        constraint="second_rating_by_another",
                        message="Whoever submitted the check has rated it already.",
                    )
                    + " END IF; IF NEW.rated_at IS NOT NULL OR NEW.cancelled_at IS NOT NULL THEN "
                    + refusal(
                        constraint="second_rating_starts_open",
                        message="A second rating is asked for first, and given then.",
                    )
                    + " END IF; RETURN NEW;"
                ),
            ),
            pgtrigger.Trigger(
                name="second_rating_stands",
                operation=pgtrigger.Update,
                when=pgtrigger.Before,
                declare=[("checked", "claims_claim%ROWTYPE")],
                func=(
                    "SELECT * INTO checked FROM claims_claim WHERE id = OLD.claim_id FOR UPDATE; "
                    "IF (NEW.claim_id, NEW.rater_id, NEW.requested_by_id, NEW.requested_at) "
                    "IS DISTINCT FROM "
                    "(OLD.claim_id, OLD.rater_id, OLD.requested_by_id, OLD.requested_at) "
                    "OR OLD.cancelled_at IS NOT NULL OR OLD.resolved_at IS NOT NULL "
                    "OR OLD.rated_at IS NOT NULL AND (NEW.rating_id, NEW.rationale, NEW.rated_at, "
                    "NEW.first_rating_id) IS DISTINCT FROM (OLD.rating_id, OLD.rationale, "
                    "OLD.rated_at, OLD.first_rating_id) THEN "
                    + refusal(
                        constraint="second_rating_stands",
                        message="What was asked, rated or resolved stays on record as it was.",
                    )
                    + " END IF; IF OLD.rated_at IS NULL AND NEW.rated_at IS NOT NULL THEN "
                    f"IF checked.state <> '{ClaimState.IN_REVIEW.value}' THEN "
                    + refusal(
                        constraint="second_rating_in_review",
                        message="A second rating is given while the claim is in review.",
                    )
                    + " END IF; IF checked.submitted_by_id = NEW.rater_id THEN "
                    + refusal(
                        constraint="second_rating_by_another",
                        message="Whoever submitted the check has rated it already.",
                    )
                    + " END IF; NEW.first_rating_id := checked.rating_id; END IF; "
                    "IF NEW.resolved_by_id IS NOT NULL "
                    "AND checked.submitted_by_id = NEW.resolved_by_id THEN "
                    + refusal(
                        constraint="second_rating_third_person",
                        message="A third person resolves it: neither of the two who rated.",
                    )
                    + " END IF; RETURN NEW;"
                ),
            ),
            refuse(
                name="second_rating_stays_on_record",
                operation=pgtrigger.Delete,
                message="A second rating stays on record.",
            ),
        ]

    def __str__(self) -> str:
        return f"second rating by {self.rater}"

    @property
    def is_open(self) -> bool:
        """Asked for, and neither given nor cancelled."""
        return self.rated_at is None and self.cancelled_at is None

    @property
    def disagrees(self) -> bool:
        return self.rated_at is not None and self.rating_id != self.first_rating_id
