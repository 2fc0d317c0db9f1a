"""What can be found again by its words and its meaning, and what was tied to it.

A row of `MatchEntry` stands for one claim, or one check by another publisher, under one embedding
model. The database writes these rows itself when a claim or a check is stored or changes, so none
can be forgotten; a row without a vector is work for the workers (`claims.matching.index`).
"""

from __future__ import annotations

import pghistory
import pgtrigger
from django.conf import settings
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVector, SearchVectorField
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from pgvector.django import HalfVectorField, HnswIndex

from claims.models.candidates import Candidate
from claims.models.claims import Claim
from claims.models.other_checks import OtherCheck
from claims.verification.states import ClaimState
from newsroom.shortening import shortened
from newsroom.triggers import update_of
from sources.models import Source

DIMENSIONS = 384

GONE = (ClaimState.SHELVED, ClaimState.WITHDRAWN)
"""States of claims that are not offered as what a statement repeats."""

_GONE = ", ".join(f"'{state.value}'" for state in GONE)
INDEXED = 4000
"""Characters of a statement that are searched."""


class ModelState(models.TextChoices):
    BUILDING = "building", "being filled"
    SERVING = "serving", "in use"
    RETIRED = "retired", "retired"


class EmbeddingModel(models.Model):
    """A version of the sentence encoder. One serves; a newer one is filled beside it first."""

    name = models.CharField(max_length=100, unique=True)
    state = models.CharField(max_length=10, choices=ModelState.choices, default=ModelState.BUILDING)
    created_at = models.DateTimeField(db_default=Now(), editable=False)
    served_at = models.DateTimeField("in use since", null=True, blank=True)

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=ModelState.values), name="embeddingmodel_state_known"
            ),
            models.UniqueConstraint(
                "state",
                condition=Q(state=ModelState.SERVING),
                name="embeddingmodel_one_serves",
            ),
        ]
        triggers = [
            pgtrigger.Trigger(
                name="embeddingmodel_gets_entries",
                operation=pgtrigger.Insert,
                when=pgtrigger.After,
                func=(
                    "INSERT INTO claims_matchentry (model_id, claim_id, text, title, language, "
                    'speaker_id, "open", attempts, error, next_attempt_at) '
                    f"SELECT NEW.id, id, left(statement, {INDEXED}), '', "
                    "split_part(lower(language), '-', 1), speaker_id, "
                    f"state NOT IN ({_GONE}), 0, '', now() FROM claims_claim; "
                    "INSERT INTO claims_matchentry (model_id, other_check_id, text, title, "
                    'language, "open", attempts, error, next_attempt_at) '
                    f"SELECT NEW.id, id, left(claim_reviewed, {INDEXED}), title, "
                    "split_part(lower(language), '-', 1), true, 0, '', now() "
                    "FROM claims_othercheck; RETURN NULL;"
                ),
            ),
        ]

    def __str__(self) -> str:
        return self.name


class MatchEntry(models.Model):
    """A claim or another publisher's check, as words and as a vector of one model."""

    model = models.ForeignKey(EmbeddingModel, models.CASCADE, related_name="entries")
    claim = models.ForeignKey(
        Claim, models.CASCADE, null=True, related_name="match_entries", db_index=False
    )
    other_check = models.ForeignKey(
        OtherCheck, models.CASCADE, null=True, related_name="match_entries", db_index=False
    )
    text = models.TextField()
    title = models.TextField(blank=True)
    language = models.CharField(max_length=35, blank=True)
    speaker = models.ForeignKey(Source, models.CASCADE, null=True, related_name="+")
    open = models.BooleanField(help_text="Neither shelved nor withdrawn.")
    words = models.GeneratedField(
        expression=SearchVector("text", "title", config="english"),
        output_field=SearchVectorField(),
        db_persist=True,
    )
    vector = HalfVectorField(dimensions=DIMENSIONS, null=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    next_attempt_at = models.DateTimeField(
        null=True, help_text="When a worker may take it; empty when embedded, or given up."
    )
    error = models.TextField(blank=True)

    class Meta:
        verbose_name_plural = "match entries"
        constraints = [
            models.UniqueConstraint("claim", "model", name="matchentry_once_per_claim"),
            models.UniqueConstraint("other_check", "model", name="matchentry_once_per_check"),
            models.CheckConstraint(
                condition=Q(claim__isnull=False, other_check__isnull=True)
                | Q(claim__isnull=True, other_check__isnull=False),
                name="matchentry_of_one",
            ),
            models.CheckConstraint(
                condition=Q(vector__isnull=False, next_attempt_at__isnull=True, error="")
                | Q(vector__isnull=True, next_attempt_at__isnull=False)
                | (Q(vector__isnull=True, next_attempt_at__isnull=True) & ~Q(error="")),
                name="matchentry_embedded_or_due",
            ),
        ]
        indexes = [
            GinIndex("words", name="matchentry_words"),
            HnswIndex(
                fields=["vector"],
                name="matchentry_nearest",
                m=16,
                ef_construction=100,
                opclasses=["halfvec_cosine_ops"],
            ),
            models.Index(
                "next_attempt_at", condition=Q(vector__isnull=True), name="matchentry_due"
            ),
        ]

    def __str__(self) -> str:
        return shortened(self.text, 80)


# The rows of the index are written where the claims are, whoever writes those: by the database.
pgtrigger.register(
    pgtrigger.Trigger(
        name="claim_gets_entries",
        operation=pgtrigger.Insert,
        when=pgtrigger.After,
        func=(
            "INSERT INTO claims_matchentry (model_id, claim_id, text, title, language, speaker_id, "
            '"open", attempts, error, next_attempt_at) '
            f"SELECT id, NEW.id, left(NEW.statement, {INDEXED}), '', "
            "split_part(lower(NEW.language), '-', 1), NEW.speaker_id, "
            f"NEW.state NOT IN ({_GONE}), 0, '', now() "
            f"FROM claims_embeddingmodel WHERE state <> '{ModelState.RETIRED.value}'; RETURN NULL;"
        ),
    ),
    pgtrigger.Trigger(
        name="claim_keeps_entries",
        operation=update_of("statement", "language", "speaker_id", "state"),
        when=pgtrigger.After,
        condition=pgtrigger.AnyChange("statement", "language", "speaker", "state"),
        func=(
            # A vector is never that of other words.
            "IF NEW.statement <> OLD.statement THEN "
            f"UPDATE claims_matchentry SET text = left(NEW.statement, {INDEXED}), vector = NULL, "
            "attempts = 0, error = '', next_attempt_at = now() WHERE claim_id = NEW.id; END IF; "
            "UPDATE claims_matchentry SET language = split_part(lower(NEW.language), '-', 1), "
            f'speaker_id = NEW.speaker_id, "open" = NEW.state NOT IN ({_GONE}) '
            'WHERE claim_id = NEW.id AND (language, speaker_id, "open") IS DISTINCT FROM '
            "(split_part(lower(NEW.language), '-', 1), NEW.speaker_id, "
            f"NEW.state NOT IN ({_GONE})); RETURN NULL;"
        ),
    ),
)(Claim)
pgtrigger.register(
    pgtrigger.Trigger(
        name="othercheck_gets_entries",
        operation=pgtrigger.Insert,
        when=pgtrigger.After,
        func=(
            "INSERT INTO claims_matchentry (model_id, other_check_id, text, title, language, "
            '"open", attempts, error, next_attempt_at) '
            f"SELECT id, NEW.id, left(NEW.claim_reviewed, {INDEXED}), NEW.title, "
            "split_part(lower(NEW.language), '-', 1), true, 0, '', now() "
            f"FROM claims_embeddingmodel WHERE state <> '{ModelState.RETIRED.value}'; RETURN NULL;"
        ),
    ),
    pgtrigger.Trigger(
        name="othercheck_keeps_entries",
        operation=update_of("claim_reviewed", "title", "language"),
        when=pgtrigger.After,
        condition=pgtrigger.AnyChange("claim_reviewed", "title", "language"),
        func=(
            f"UPDATE claims_matchentry SET text = left(NEW.claim_reviewed, {INDEXED}), "
            "title = NEW.title, language = split_part(lower(NEW.language), '-', 1), "
            "vector = NULL, attempts = 0, error = '', next_attempt_at = now() "
            "WHERE other_check_id = NEW.id; RETURN NULL;"
        ),
    ),
)(OtherCheck)


class MatchState(models.TextChoices):
    SUGGESTED = "suggested", "suggested"
    JOINED = "joined", "joined by the matcher"
    CONFIRMED = "confirmed", "confirmed"
    DISMISSED = "dismissed", "not the same"
    SEPARATED = "separated", "separated again"


@pghistory.track(pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent())
class Match(models.Model):
    """That a candidate says what a claim, or another publisher's check, says; and who says so."""

    candidate = models.ForeignKey(Candidate, models.PROTECT, related_name="matches")
    claim = models.ForeignKey(Claim, models.PROTECT, null=True, related_name="matches")
    other_check = models.ForeignKey(OtherCheck, models.PROTECT, null=True, related_name="matches")
    state = models.CharField(
        max_length=10, choices=MatchState.choices, default=MatchState.SUGGESTED
    )
    score = models.FloatField(help_text="The chance that both say the same, 0 to 1.")
    matcher = models.CharField(max_length=120, help_text="Encoder and scorer, with versions.")
    differences = models.JSONField(
        default=list, blank=True, help_text="What kept the matcher from joining, one line each."
    )
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    decided_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        ordering = ["-score", "id"]
        verbose_name_plural = "matches"
        constraints = [
            models.UniqueConstraint("candidate", "claim", name="match_once_per_claim"),
            models.UniqueConstraint("candidate", "other_check", name="match_once_per_check"),
            models.CheckConstraint(
                condition=Q(claim__isnull=False, other_check__isnull=True)
                | Q(claim__isnull=True, other_check__isnull=False),
                name="match_with_one",
            ),
            models.CheckConstraint(
                condition=Q(score__gte=0) & Q(score__lte=1), name="match_score_0_to_1"
            ),
            models.CheckConstraint(
                condition=Q(state__in=(MatchState.SUGGESTED, MatchState.JOINED))
                & Q(decided_by__isnull=True)
                | Q(
                    state__in=(MatchState.CONFIRMED, MatchState.DISMISSED, MatchState.SEPARATED),
                    decided_by__isnull=False,
                    decided_at__isnull=False,
                ),
                name="match_decided_by_somebody",
            ),
            # Whatever a program asks for: the machine joins only where nothing differs.
            models.CheckConstraint(
                condition=~Q(state=MatchState.JOINED) | Q(differences=[], claim__isnull=False),
                name="match_joined_without_difference",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.candidate} ~ {self.claim or self.other_check} ({self.score:.2f})"


@pghistory.track(pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent())
class RepeatAlert(models.Model):
    """A speaker says again what was rated false. Counted for the speaker unless dismissed."""

    candidate = models.ForeignKey(Candidate, models.PROTECT, related_name="repeat_alerts")
    claim = models.ForeignKey(Claim, models.PROTECT, related_name="repeat_alerts")
    speaker = models.ForeignKey(Source, models.PROTECT, related_name="repeat_alerts")
    rating = models.CharField(max_length=100, help_text="What the claim was rated then.")
    score = models.FloatField()
    raised_at = models.DateTimeField(db_default=Now(), editable=False)
    dismissed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    dismissed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint("candidate", "claim", name="repeatalert_once"),
            models.CheckConstraint(
                condition=Q(dismissed_by__isnull=True, dismissed_at__isnull=True)
                | Q(dismissed_by__isnull=False, dismissed_at__isnull=False),
                name="repeatalert_dismissed_by_and_at",
            ),
        ]
        indexes = [
            models.Index(
                "speaker",
                F("raised_at").desc(),
                condition=Q(dismissed_at__isnull=True),
                name="repeatalert_by_speaker",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.speaker} repeats claim {self.claim_id}"


class RevisionMatching(models.Model):
    """A revision whose new candidates are still to be compared with what is known."""

    revision = models.OneToOneField(
        "articles.Revision", models.CASCADE, related_name="matching", primary_key=True
    )
    attempts = models.PositiveSmallIntegerField(default=0)
    next_attempt_at = models.DateTimeField(null=True, db_default=Now())
    error = models.TextField(blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(next_attempt_at__isnull=False) | ~Q(error=""),
                name="revisionmatching_due_or_failed",
            ),
        ]
        indexes = [
            models.Index("next_attempt_at", name="revisionmatching_due"),
        ]

    def __str__(self) -> str:
        return f"matching of {self.revision_id}"
