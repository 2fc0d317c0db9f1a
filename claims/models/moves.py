"""What became of a passage when its story changed, and what a person made of it."""

from __future__ import annotations

import pghistory
import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import MD5, Now

from claims.models.appearances import AnchorState, Appearance
from claims.models.candidates import Candidate
from claims.models.claims import Claim
from claims.models.ratings import Rating
from newsroom.articles.models import Revision
from newsroom.articles.reanchoring import Outcome
from newsroom.shortening import shortened
from newsroom.triggers import refuse


class MoveOutcome(models.TextChoices):
    UNCHANGED = Outcome.UNCHANGED, "unchanged"
    MOVED = Outcome.MOVED, "moved"
    REWORDED = Outcome.REWORDED, "reworded"
    VANISHED = Outcome.VANISHED, "vanished"
    AMBIGUOUS = Outcome.AMBIGUOUS, "ambiguous"


CERTAIN = (MoveOutcome.UNCHANGED, MoveOutcome.MOVED)


class Settled(models.TextChoices):
    """How a move was settled. Empty while it waits for an editor."""

    AUTOMATIC = "automatic", "by itself"
    KEPT = "kept", "kept at the proposed passage"
    CHOSEN = "chosen", "kept at another passage"
    GONE = "gone", "no longer in the story"
    LEFT = "left", "left to the new extraction"
    OVERTAKEN = "overtaken", "overtaken by a later version"


BY_PEOPLE = (Settled.KEPT, Settled.CHOSEN, Settled.GONE)


@pghistory.track(
    pghistory.UpdateEvent(),
    fields=["settled", "decided_by", "decided_at", "became", "became_candidate"],
    model_name="AnchorMoveEvent",
)
class AnchorMove(models.Model):
    """A passage of one revision looked for in a later one: what was found, and what was decided.

    The passage is that of an appearance or of a pending candidate, which stay where they are. What
    the tracker is sure of is carried over by itself; the rest waits here for an editor.
    """

    appearance = models.ForeignKey(
        Appearance, models.PROTECT, null=True, blank=True, related_name="moves"
    )
    candidate = models.ForeignKey(
        Candidate, models.PROTECT, null=True, blank=True, related_name="moves"
    )
    revision = models.ForeignKey(
        Revision,
        models.PROTECT,
        related_name="anchor_moves",
        help_text="The later version, in which the passage was looked for.",
    )
    outcome = models.CharField(max_length=10, choices=MoveOutcome.choices)
    score = models.FloatField(help_text="How like the found passage is, 0 to 1.")
    meaning_changed = models.BooleanField(
        default=False,
        help_text="Figures, names, negations, dates, modal verbs or other words that bear meaning.",
    )
    differences = models.JSONField(
        default=list,
        blank=True,
        help_text="What is said differently: list of {bearing, old, new, around}.",
    )
    start = models.PositiveIntegerField(null=True, blank=True)
    end = models.PositiveIntegerField(null=True, blank=True)
    others = models.JSONField(
        default=list, blank=True, help_text="Other places that it may be: list of [start, end]."
    )
    engine = models.CharField(max_length=50)
    created_at = models.DateTimeField(db_default=Now(), editable=False)

    state_before = models.CharField(
        max_length=10,
        choices=AnchorState.choices,
        blank=True,
        help_text="The appearance's anchor state before, for undoing.",
    )
    rating = models.ForeignKey(
        Rating,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        help_text="The verdict that held for the earlier version.",
    )
    rationale = models.TextField(blank=True)
    verified_at = models.DateTimeField(null=True, blank=True)

    settled = models.CharField(max_length=10, choices=Settled.choices, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    decided_at = models.DateTimeField(null=True, blank=True)
    became = models.ForeignKey(
        Appearance,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="arrived_by",
        help_text="The appearance in the later version.",
    )
    became_candidate = models.ForeignKey(
        Candidate, models.SET_NULL, null=True, blank=True, related_name="arrived_by"
    )

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(appearance__isnull=False, candidate__isnull=True)
                | Q(appearance__isnull=True, candidate__isnull=False),
                name="move_of_one_thing",
            ),
            models.UniqueConstraint("appearance", "revision", name="move_appearance_once"),
            models.UniqueConstraint("candidate", "revision", name="move_candidate_once"),
            models.CheckConstraint(
                condition=Q(outcome__in=MoveOutcome.values), name="move_outcome_known"
            ),
            models.CheckConstraint(
                condition=Q(settled__in=["", *Settled.values]), name="move_settled_known"
            ),
            models.CheckConstraint(
                condition=Q(score__gte=0) & Q(score__lte=1), name="move_score_0_to_1"
            ),
            models.CheckConstraint(
                condition=Q(start__isnull=True, end__isnull=True)
                | Q(start__isnull=False, end__gt=F("start")),
                name="move_place_complete",
            ),
            models.CheckConstraint(
                condition=Q(outcome=MoveOutcome.VANISHED) | Q(start__isnull=False),
                name="move_found_somewhere",
            ),
            # Never by itself where it is not sure.
            models.CheckConstraint(
                condition=~Q(settled=Settled.AUTOMATIC) | Q(outcome__in=CERTAIN),
                name="move_automatic_when_certain",
            ),
            models.CheckConstraint(
                condition=~Q(outcome__in=CERTAIN) | Q(meaning_changed=False),
                name="move_certain_means_the_same",
            ),
            models.CheckConstraint(
                condition=Q(
                    settled__in=BY_PEOPLE, decided_by__isnull=False, decided_at__isnull=False
                )
                | (~Q(settled__in=BY_PEOPLE) & Q(decided_by__isnull=True, decided_at__isnull=True)),
                name="move_decision_complete",
            ),
        ]
        indexes = [
            # Used by the editors' queue and the dashboard: what waits, oldest first.
            models.Index("id", condition=Q(settled=""), name="move_open"),
            # Used to undo one's last decision.
            models.Index(
                "decided_by",
                F("decided_at").desc(),
                condition=Q(decided_by__isnull=False),
                name="move_decided_by",
            ),
        ]
        triggers = [
            refuse(
                name="move_finding_never_changes",
                operation=pgtrigger.Update,
                condition=pgtrigger.AnyChange(
                    "appearance",
                    "candidate",
                    "revision",
                    "outcome",
                    "score",
                    "meaning_changed",
                    "differences",
                    "start",
                    "end",
                    "others",
                    "engine",
                    "rating",
                    "rationale",
                ),
                message="What was found stays on record; only its settlement changes.",
            ),
            refuse(
                name="move_is_never_deleted",
                operation=pgtrigger.Delete,
                message="What became of a passage stays on record.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.outcome} in revision {self.revision_id}"


@pghistory.track(pghistory.UpdateEvent(), model_name="CorrectionNoticeEvent")
class CorrectionNotice(models.Model):
    """The outlet says that it corrected the story: somebody looks at a claim made in it."""

    claim = models.ForeignKey(Claim, models.PROTECT, related_name="correction_notices")
    revision = models.ForeignKey(
        Revision,
        models.PROTECT,
        related_name="correction_notices",
        help_text="The latest version when the correction was read.",
    )
    text = models.TextField(help_text="The correction, as printed.")
    from_editor_note = models.BooleanField(
        default=False, help_text="It came as a note to editors and is not in the text."
    )
    touches = models.BooleanField(
        help_text="The correction speaks of the claim's passage. If not, it is any in the story."
    )
    created_at = models.DateTimeField(db_default=Now(), editable=False)
    closed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    closed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-id"]
        constraints = [
            # Across all versions: the line stays in the story for ever.
            models.UniqueConstraint("claim", MD5("text"), name="correction_notice_once"),
            models.CheckConstraint(condition=~Q(text=""), name="correction_notice_has_text"),
            models.CheckConstraint(
                condition=Q(closed_by__isnull=True, closed_at__isnull=True)
                | Q(closed_by__isnull=False, closed_at__isnull=False),
                name="correction_notice_closed_complete",
            ),
        ]
        indexes = [
            models.Index("id", condition=Q(closed_at__isnull=True), name="correction_notice_open"),
        ]
        triggers = [
            refuse(
                name="correction_notice_never_changes",
                operation=pgtrigger.Update,
                condition=pgtrigger.AnyChange("claim", "revision", "text", "touches"),
                message="A correction stays as it was read.",
            ),
        ]

    def __str__(self) -> str:
        return shortened(self.text, 80)
