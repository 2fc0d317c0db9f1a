"""The published result, and what was changed after publication and why."""

from __future__ import annotations

import pghistory
import pgtrigger
from django.conf import settings
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVector, SearchVectorField
from django.db import models
from django.db.models import F, Q
from django.db.models.expressions import Func
from django.db.models.fields.json import KT
from django.db.models.functions import Now

from claims.models import Claim, Rating
from newsroom.shortening import shortened
from newsroom.triggers import refusal, refuse, update_of
from sources.models import Source

SHORT = 74
"""Characters. Headlines and claims are cut where others show them when they have 75 or more."""


class FactCheckState(models.TextChoices):
    PUBLISHED = "published", "published"
    CORRECTED = "corrected", "corrected"
    WITHDRAWN = "withdrawn", "withdrawn"


@pghistory.track(
    pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent(), exclude=["search"]
)
class FactCheck(models.Model):
    """What readers see of one claim: a copy made when it was published or corrected.

    `body` holds everything that the page shows (`claims.publishing.body`), so that work on the
    claim, a renamed source or an edited rating scale never changes a published page by itself. It
    changes only with a correction on record, and then `version` counts up.
    """

    claim = models.OneToOneField(Claim, models.PROTECT, related_name="fact_check")
    slug = models.SlugField(
        max_length=120, unique=True, help_text="Its address for ever: /checks/SLUG/."
    )
    headline = models.CharField(max_length=SHORT)
    short_claim = models.CharField(
        max_length=SHORT,
        help_text="The claim in a few words, without the verdict: machines show it alone.",
    )
    summary = models.CharField(
        max_length=500, blank=True, help_text="One or two sentences on what was found."
    )
    state = models.CharField(
        max_length=10, choices=FactCheckState.choices, default=FactCheckState.PUBLISHED
    )
    version = models.PositiveIntegerField(default=1)
    body = models.JSONField()
    rating = models.ForeignKey(Rating, models.PROTECT, related_name="fact_checks")
    speaker = models.ForeignKey(
        Source, models.PROTECT, null=True, blank=True, related_name="fact_checks"
    )
    published_at = models.DateTimeField(db_default=Now())
    published_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    modified_at = models.DateTimeField(db_default=Now(), help_text="What readers see changed then.")
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    withdrawn_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    withdrawal_reason = models.TextField(blank=True, help_text="Shown on the page that stays.")
    search = models.GeneratedField(
        expression=SearchVector("headline", "short_claim", config="simple", weight="A")
        + SearchVector("summary", KT("body__speaker__name"), config="simple", weight="B")
        + SearchVector(KT("body__statement"), KT("body__rationale"), config="simple", weight="C"),
        output_field=SearchVectorField(),
        db_persist=True,
    )

    class Meta:
        ordering = ["-published_at", "-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=FactCheckState.values), name="factcheck_state_known"
            ),
            models.CheckConstraint(
                condition=~Q(slug="") & ~Q(headline="") & ~Q(short_claim=""),
                name="factcheck_is_named",
            ),
            models.CheckConstraint(condition=Q(version__gte=1), name="factcheck_version_from_one"),
            models.CheckConstraint(
                condition=Q(
                    state=FactCheckState.WITHDRAWN,
                    withdrawn_at__isnull=False,
                    withdrawn_by__isnull=False,
                    withdrawal_reason__regex=r"\S",
                )
                | ~Q(state=FactCheckState.WITHDRAWN)
                & Q(withdrawn_at__isnull=True, withdrawn_by__isnull=True, withdrawal_reason=""),
                name="factcheck_withdrawn_by_at_and_why",
                violation_error_message="A withdrawal names who, when and why.",
            ),
        ]
        indexes = [
            # Used by the public list, the feeds and the sitemap.
            models.Index(F("published_at").desc(), F("id").desc(), name="factcheck_latest"),
            # Used by the speaker's page.
            models.Index("speaker", F("published_at").desc(), name="factcheck_by_speaker"),
            GinIndex("search", name="factcheck_words"),
        ]
        triggers = [
            refuse(
                name="factcheck_is_never_deleted",
                operation=pgtrigger.Delete,
                message="A fact check is never deleted; withdraw it with a reason instead.",
            ),
            refuse(
                name="factcheck_address_stands",
                operation=pgtrigger.Update,
                condition=pgtrigger.AnyChange("claim", "slug", "published_at", "published_by"),
                message="Address, claim and first publication of a fact check never change.",
            ),
            refuse(
                name="factcheck_tombstone_stands",
                operation=pgtrigger.Update,
                condition=pgtrigger.Q(old__state=FactCheckState.WITHDRAWN.value),
                message="What is withdrawn stays withdrawn, and as it was.",
            ),
            refuse(
                name="factcheck_stays_corrected",
                operation=pgtrigger.Update,
                condition=pgtrigger.Q(
                    old__state=FactCheckState.CORRECTED.value,
                    new__state=FactCheckState.PUBLISHED.value,
                ),
                message="A correction stays on record.",
            ),
            # The correction that explains it is written first, in the same transaction.
            pgtrigger.Trigger(
                name="factcheck_changes_with_a_correction",
                operation=pgtrigger.Update,
                when=pgtrigger.Before,
                condition=pgtrigger.AnyChange(
                    "headline", "short_claim", "summary", "body", "rating", "speaker", "version"
                ),
                func=(
                    "IF NEW.version <> OLD.version + 1 OR NEW.state <> 'corrected' OR NOT EXISTS "
                    "(SELECT 1 FROM publishing_correction WHERE fact_check_id = NEW.id "
                    "AND version = NEW.version) THEN "
                    + refusal(
                        constraint="factcheck_changes_with_a_correction",
                        message="What readers see changes only with a correction on record.",
                    )
                    + " END IF; RETURN NEW;"
                ),
            ),
            # At the end of the transaction: the claim takes its step after this row is written.
            pgtrigger.Trigger(
                name="factcheck_and_claim_agree",
                operation=pgtrigger.Insert | update_of("state"),
                when=pgtrigger.After,
                timing=pgtrigger.Deferred,
                declare=[("work", "text"), ("shown", "text")],
                # As both are in the end: meanwhile each may have gone on.
                func=(
                    "SELECT c.state, f.state INTO work, shown FROM claims_claim c "
                    "JOIN publishing_factcheck f ON f.claim_id = c.id WHERE f.id = NEW.id; "
                    "IF (shown = 'withdrawn') <> (work = 'withdrawn') OR TG_OP = 'INSERT' AND work "
                    "IN ('new', 'checking', 'in_review', 'verified', 'shelved') "
                    "THEN "
                    + refusal(
                        constraint="factcheck_and_claim_agree",
                        message="The claim of a fact check is published, and withdrawn with it.",
                    )
                    + " END IF; RETURN NULL;"
                ),
            ),
        ]

    def __str__(self) -> str:
        return self.headline


class Severity(models.TextChoices):
    MINOR = "minor", "minor"
    MAJOR = "major", "major"


class _CurrentTransaction(Func):
    """The number of the transaction that writes the row; the same also in its savepoints."""

    template = "(pg_current_xact_id()::text::bigint)"
    output_field = models.BigIntegerField()


class Correction(models.Model):
    """What was changed after publication, and why. Rows are only ever added."""

    fact_check = models.ForeignKey(FactCheck, models.PROTECT, related_name="corrections")
    version = models.PositiveIntegerField(help_text="Of the fact check, with this correction.")
    severity = models.CharField(
        max_length=5,
        choices=Severity.choices,
        help_text="Major: a reader of the earlier version was led to another conclusion.",
    )
    text = models.TextField(help_text="What was wrong, and what is right. Readers see it.")
    rating_before = models.CharField(max_length=100, blank=True)
    rating_after = models.CharField(max_length=100, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField(db_default=Now(), editable=False)
    transaction = models.BigIntegerField(db_default=_CurrentTransaction(), editable=False)

    class Meta:
        ordering = ["-at", "-id"]
        constraints = [
            models.UniqueConstraint("fact_check", "version", name="correction_once_per_version"),
            models.CheckConstraint(
                condition=Q(severity__in=Severity.values), name="correction_severity_known"
            ),
            models.CheckConstraint(
                condition=Q(text__regex=r"\S"),
                name="correction_says_something",
                violation_error_message="A correction says what was wrong and what is right.",
            ),
            models.CheckConstraint(
                condition=Q(rating_before="") | ~Q(rating_before=F("rating_after")),
                name="correction_rating_changed",
            ),
            models.CheckConstraint(
                condition=Q(rating_before="") | Q(severity=Severity.MAJOR),
                name="correction_of_rating_is_major",
                violation_error_message="A changed rating is a major correction.",
            ),
        ]
        indexes = [models.Index(F("at").desc(), F("id").desc(), name="correction_latest")]
        triggers = [
            refuse(
                name="correction_is_history",
                operation=pgtrigger.Update | pgtrigger.Delete,
                message="A correction stays on record as it was made.",
            ),
        ]

    def __str__(self) -> str:
        return shortened(self.text, 80)


class RequestState(models.TextChoices):
    RECEIVED = "received", "received"
    LOOKING = "looking", "being looked at"
    CORRECTED = "corrected", "corrected"
    DECLINED = "declined", "not corrected"


@pghistory.track(pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent())
class CorrectionRequest(models.Model):
    """What a reader says is wrong with a fact check, and what they were answered."""

    fact_check = models.ForeignKey(FactCheck, models.PROTECT, related_name="requests")
    text = models.TextField("what is wrong")
    source = models.TextField("how they know", blank=True)
    email = models.EmailField("e-mail", blank=True, help_text="If they want to be written to.")
    state = models.CharField(
        max_length=10, choices=RequestState.choices, default=RequestState.RECEIVED
    )
    answer = models.TextField(blank=True, help_text="The reader sees it.")
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    answered_at = models.DateTimeField(null=True, blank=True)
    token = models.CharField(max_length=64, unique=True, editable=False)
    place = models.CharField(max_length=32, editable=False)
    created_at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=RequestState.values), name="request_state_known"
            ),
            models.CheckConstraint(condition=Q(text__regex=r"\S"), name="request_says_something"),
            models.CheckConstraint(
                condition=Q(
                    state__in=["corrected", "declined"],
                    answered_by__isnull=False,
                    answered_at__isnull=False,
                    answer__regex=r"\S",
                )
                | Q(
                    state__in=["received", "looking"],
                    answered_by__isnull=True,
                    answered_at__isnull=True,
                    answer="",
                ),
                name="request_answered_whole",
                violation_error_message="An answer has words, a person and a time.",
            ),
        ]
        indexes = [models.Index("place", "created_at", name="request_by_place")]
        triggers = [
            refuse(
                name="request_is_kept",
                operation=pgtrigger.Delete,
                message="What readers wrote is kept.",
            ),
            refuse(
                name="request_stands",
                operation=pgtrigger.Update,
                condition=pgtrigger.AnyChange("fact_check", "text", "source", "email", "token"),
                message="What a reader wrote stands as they wrote it.",
            ),
            refuse(
                name="request_answer_stands",
                operation=pgtrigger.Update,
                condition=pgtrigger.Q(old__state__in=["corrected", "declined"]),
                message="A reader has been answered; the answer stands.",
            ),
        ]

    def __str__(self) -> str:
        return shortened(self.text, 80)

    @property
    def is_answered(self) -> bool:
        return self.state in (RequestState.CORRECTED, RequestState.DECLINED)
