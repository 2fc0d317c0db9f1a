"""The editorial record: claims, and every step on their way."""

from __future__ import annotations

import pghistory
import pgtrigger
from django.conf import settings
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVector, SearchVectorField
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now

from claims.models.choices import StatementKind
from claims.models.ratings import Rating
from claims.models.roles import speakers_role
from claims.verification.states import CONCLUDED, CONTENT, GATED, OPEN, PUBLIC, SIGNED, ClaimState
from claims.verification.transitions import state_changes
from newsroom.changes.announcing import announce_inserts, announce_updates
from newsroom.shortening import shortened
from newsroom.triggers import refusal, refuse, update_of
from sources.models import Affiliation, Source


def _state_changes_in_sql() -> str:
    pairs = ", ".join(f"('{old.value}', '{new.value}')" for old, new in state_changes())
    return f"(OLD.state, NEW.state) NOT IN ({pairs})"


_PUBLIC = ", ".join(f"'{state.value}'" for state in PUBLIC)
_SIGNED = ", ".join(f"'{state.value}'" for state in SIGNED)


@pghistory.track(
    pghistory.InsertEvent(),
    pghistory.UpdateEvent(),
    pghistory.DeleteEvent(),
    # Made of the statement by the database.
    exclude=["search"],
)
class Claim(models.Model):
    """One checkable assertion, stated so that it stands alone.

    `state` says where the work stands, `rating` what was found out. State changes only by the
    transitions of `claims.verification`; the database refuses any other.
    """

    statement = models.TextField()
    kind = models.CharField(max_length=15, choices=StatementKind.choices)
    language = models.CharField(max_length=35, default="en", help_text="BCP 47 tag.")
    speaker = models.ForeignKey(
        Source, models.PROTECT, null=True, blank=True, related_name="claims"
    )
    affiliation = models.ForeignKey(
        Affiliation,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="claims",
        help_text="The speaker's role at the time of the statement.",
    )
    as_of = models.DateField(
        "as of", null=True, blank=True, help_text="The date for which the rating holds."
    )

    state = models.CharField(max_length=15, choices=ClaimState.choices, default=ClaimState.NEW)
    rating = models.ForeignKey(Rating, models.PROTECT, null=True, blank=True, related_name="claims")
    rationale = models.TextField(blank=True, help_text="Why this rating.")
    method = models.TextField(blank=True, help_text="How it was checked.")
    assignee = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="claims"
    )
    due = models.DateTimeField(null=True, blank=True)

    submitted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    submitted_at = models.DateTimeField(null=True, blank=True)
    verified_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    verified_at = models.DateTimeField(null=True, blank=True)
    break_glass_reason = models.TextField(
        blank=True,
        help_text="Why one person both submitted and verified; only with a special permission.",
    )

    version = models.PositiveIntegerField(
        default=1, editable=False, help_text="Counted up by the database at every change."
    )
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    created_at = models.DateTimeField(db_default=Now(), editable=False)
    updated_at = models.DateTimeField(db_default=Now(), editable=False)
    search = models.GeneratedField(
        expression=SearchVector("statement", config="english"),
        output_field=SearchVectorField(),
        db_persist=True,
    )

    class Meta:
        ordering = ["-id"]
        permissions = [
            ("check_claim", "Can take a claim through checking"),
            ("assign_claim", "Can assign claims to anybody, and take them over"),
            ("verify_claim", "Can verify somebody else's check"),
            ("publish_claim", "Can publish, correct and withdraw"),
            ("break_glass", "Can verify their own check, with a logged reason"),
        ]
        constraints = [
            models.CheckConstraint(condition=~Q(statement=""), name="claim_has_statement"),
            models.CheckConstraint(
                condition=Q(state__in=ClaimState.values), name="claim_state_known"
            ),
            models.CheckConstraint(
                condition=Q(kind__in=StatementKind.values), name="claim_kind_known"
            ),
            models.CheckConstraint(
                condition=~Q(state__in=GATED) | (Q(rating__isnull=False) & ~Q(rationale="")),
                name="claim_gate_rating_and_rationale",
                violation_error_message="Review needs a rating and a rationale.",
            ),
            models.CheckConstraint(
                condition=Q(submitted_by__isnull=True, submitted_at__isnull=True)
                | Q(submitted_by__isnull=False, submitted_at__isnull=False),
                name="claim_submitted_by_and_at",
            ),
            models.CheckConstraint(
                condition=Q(verified_by__isnull=True, verified_at__isnull=True)
                | Q(verified_by__isnull=False, verified_at__isnull=False),
                name="claim_verified_by_and_at",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=GATED) | Q(submitted_by__isnull=False),
                name="claim_review_has_submitter",
            ),
            models.CheckConstraint(
                condition=~Q(state=ClaimState.IN_REVIEW) | Q(verified_by__isnull=True),
                name="claim_in_review_is_unverified",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=CONCLUDED) | Q(verified_by__isnull=False),
                name="claim_concluded_has_verifier",
            ),
            models.CheckConstraint(
                condition=Q(verified_by__isnull=True)
                | Q(submitted_by__isnull=False)
                & (~Q(verified_by=F("submitted_by")) | Q(break_glass_reason__regex=r"\S")),
                name="claim_four_eyes",
                violation_error_message="Whoever submitted a check cannot be the one to verify it.",
            ),
        ]
        indexes = [
            # Used by the claim list and the dashboard's counts.
            models.Index("state", F("id").desc(), name="claim_by_state"),
            models.Index("assignee", "state", name="claim_by_assignee"),
            # Used by “my work”, which begins with what is due first.
            models.Index(
                "assignee",
                F("due").asc(nulls_last=True),
                F("id").desc(),
                condition=Q(state__in=OPEN),
                name="claim_work",
            ),
            # Used by the API: by words, and by mirrors that ask what is new.
            GinIndex("search", name="claim_by_words"),
            models.Index("updated_at", "id", name="claim_by_updated"),
            # Used by the board, whose columns begin with what is due first.
            models.Index(
                "state", F("due").asc(nulls_last=True), F("id").desc(), name="claim_board"
            ),
            # Used by the sweep, which reminds of what is overdue, and by “my work”.
            models.Index(
                "due",
                condition=Q(state__in=OPEN, assignee__isnull=False, due__isnull=False),
                name="claim_overdue",
            ),
            # Used by the desk's search for the claim that a candidate repeats.
            GinIndex(SearchVector("statement", config="simple"), name="claim_words"),
        ]
        triggers = [
            speakers_role("claim_speakers_role"),
            pgtrigger.Trigger(
                name="claim_changes_are_counted",
                operation=pgtrigger.Update,
                when=pgtrigger.Before,
                func=(
                    "NEW.version = OLD.version + 1; "
                    "NEW.updated_at = statement_timestamp(); RETURN NEW;"
                ),
            ),
            pgtrigger.Trigger(
                name="claim_starts_new",
                operation=pgtrigger.Insert,
                when=pgtrigger.Before,
                func=(
                    f"IF NEW.state <> '{ClaimState.NEW.value}' OR NEW.submitted_by_id IS NOT NULL "
                    "OR NEW.verified_by_id IS NOT NULL THEN "
                    + refusal(
                        constraint="claim_starts_new",
                        message="A claim starts in the state new, and unsigned.",
                    )
                    + " END IF; RETURN NEW;"
                ),
            ),
            pgtrigger.Trigger(
                name="claim_transition_allowed",
                operation=update_of("state"),
                when=pgtrigger.Before,
                condition=pgtrigger.AnyChange("state"),
                func=(
                    f"IF {_state_changes_in_sql()} THEN "
                    + refusal(
                        constraint="claim_transition_allowed",
                        message="A claim cannot go from this state to that one.",
                    )
                    + " END IF; RETURN NEW;"
                ),
            ),
            pgtrigger.Trigger(
                name="claim_gate_evidence",
                operation=update_of("state"),
                when=pgtrigger.Before,
                condition=pgtrigger.Q(new__state=ClaimState.IN_REVIEW.value),
                func=(
                    "IF NOT EXISTS (SELECT 1 FROM claims_evidence WHERE claim_id = NEW.id) THEN "
                    + refusal(
                        constraint="claim_gate_evidence",
                        message="Review needs at least one piece of evidence.",
                    )
                    + " END IF; RETURN NEW;"
                ),
            ),
            # What is published has something that readers see; see claims.publishing.models.
            pgtrigger.Trigger(
                name="claim_with_fact_check",
                operation=update_of("state"),
                when=pgtrigger.Before,
                condition=pgtrigger.Q(
                    old__state__df=pgtrigger.F("new__state"),
                    new__state__in=["published", "corrected", "withdrawn"],
                ),
                func=(
                    "IF NOT EXISTS (SELECT 1 FROM publishing_factcheck WHERE claim_id = NEW.id "
                    "AND (state = NEW.state OR NEW.state = 'published' AND state = 'corrected')) "
                    "THEN "
                    + refusal(
                        constraint="claim_with_fact_check",
                        message="Readers would see nothing of that. Use “Publish”, “Correct” or "
                        "“Withdraw” on the page of the claim: each asks for what readers are told.",
                    )
                    + " END IF; RETURN NEW;"
                ),
            ),
            pgtrigger.Trigger(
                name="claim_with_public_stories",
                operation=update_of("state"),
                when=pgtrigger.Before,
                condition=pgtrigger.Q(
                    old__state__df=pgtrigger.F("new__state"), new__state="published"
                ),
                func=(
                    "IF EXISTS (SELECT 1 FROM claims_appearance a "
                    "JOIN articles_revision r ON r.id = a.revision_id "
                    "JOIN articles_article s ON s.id = r.article_id WHERE a.claim_id = NEW.id "
                    "AND (s.status <> 'live' OR s.embargoed_until > statement_timestamp())) THEN "
                    + refusal(
                        constraint="claim_with_public_stories",
                        message="A story of this claim is killed, withheld or under embargo.",
                    )
                    + " END IF; RETURN NEW;"
                ),
            ),
            # A signature stands for what was read. Only the step of correcting what is published
            # changes it, and what was corrected before only after a further correction has been put
            # on record in the same transaction; whoever wants more changed takes the claim through
            # checking again.
            pgtrigger.Trigger(
                name="claim_signed_content",
                operation=pgtrigger.Update,
                when=pgtrigger.Before,
                condition=pgtrigger.AnyChange(*CONTENT),
                func=(
                    f"IF OLD.state IN ({_SIGNED}) AND NOT (OLD.state = "
                    f"'{ClaimState.PUBLISHED.value}' AND NEW.state = "
                    f"'{ClaimState.CORRECTED.value}') AND NOT (OLD.state = "
                    f"'{ClaimState.CORRECTED.value}' AND NEW.state = OLD.state AND EXISTS ("
                    "SELECT 1 FROM publishing_correction c JOIN publishing_factcheck f "
                    "ON f.id = c.fact_check_id WHERE f.claim_id = NEW.id "
                    "AND c.transaction = pg_current_xact_id()::text::bigint)) THEN "
                    + refusal(
                        constraint="claim_signed_content",
                        message="What is in review or verified does not change; return it first.",
                    )
                    + " END IF; RETURN NEW;"
                ),
            ),
            # Otherwise “four eyes” could be had by exchanging a name.
            pgtrigger.Trigger(
                name="claim_submission_stands",
                operation=pgtrigger.Update,
                when=pgtrigger.Before,
                condition=pgtrigger.AnyChange("submitted_by", "submitted_at"),
                func=(
                    f"IF NOT (NEW.state = '{ClaimState.IN_REVIEW.value}' "
                    "AND OLD.state <> NEW.state) THEN "
                    + refusal(
                        constraint="claim_submission_stands",
                        message="Who submitted a check is written when it is submitted.",
                    )
                    + " END IF; RETURN NEW;"
                ),
            ),
            pgtrigger.Trigger(
                name="claim_verification_stands",
                operation=pgtrigger.Update,
                when=pgtrigger.Before,
                condition=pgtrigger.AnyChange("verified_by", "verified_at", "break_glass_reason"),
                func=(
                    f"IF NOT (NEW.state IN ('{ClaimState.IN_REVIEW.value}', "
                    f"'{ClaimState.VERIFIED.value}') AND OLD.state <> NEW.state) THEN "
                    + refusal(
                        constraint="claim_verification_stands",
                        message="Who verified a check is written when it is verified.",
                    )
                    + " END IF; RETURN NEW;"
                ),
            ),
            announce_inserts(
                name="claim_created",
                kind="claim.created",
                subject="claim",
                data="jsonb_build_object('state', fresh.state)",
                public="false",
            ),
            announce_updates(
                name="claim_changed",
                kind="CASE WHEN OLD.state <> NEW.state THEN 'claim.state_changed' "
                "ELSE 'claim.updated' END",
                subject="claim",
                data="jsonb_build_object('state', NEW.state, 'version', NEW.version)",
                public=f"OLD.state IN ({_PUBLIC}) OR NEW.state IN ({_PUBLIC})",
                condition=pgtrigger.AnyChange(),
            ),
            # Asked for in this round: what was verified since has settled the earlier ones.
            pgtrigger.Trigger(
                name="claim_second_rating_agrees",
                operation=update_of("state"),
                when=pgtrigger.Before,
                condition=pgtrigger.Q(new__state=ClaimState.VERIFIED.value)
                & pgtrigger.Q(old__state=ClaimState.IN_REVIEW.value),
                declare=[("second", "claims_secondrating%ROWTYPE")],
                func=(
                    "SELECT * INTO second FROM claims_secondrating AS asked "
                    "WHERE asked.claim_id = NEW.id AND asked.cancelled_at IS NULL "
                    "AND NOT EXISTS (SELECT 1 FROM claims_claimtransition AS step "
                    "WHERE step.claim_id = NEW.id AND step.at > asked.requested_at "
                    f"AND step.to_state = '{ClaimState.VERIFIED.value}') "
                    "ORDER BY asked.id DESC LIMIT 1; "
                    "IF FOUND AND NEW.rating_id IS DISTINCT FROM "
                    "COALESCE(second.resolved_rating_id, CASE WHEN "
                    "second.rating_id = second.first_rating_id THEN second.rating_id END) THEN "
                    + refusal(
                        constraint="claim_second_rating_agrees",
                        message="The second rating is missing, or differs and is not settled.",
                    )
                    + " END IF; RETURN NEW;"
                ),
            ),
            refuse(
                name="claim_is_never_deleted",
                operation=pgtrigger.Delete,
                message="A claim is never deleted; shelve or withdraw it with a reason instead.",
            ),
        ]

    def __str__(self) -> str:
        return shortened(self.statement, 80)


class ClaimTransition(models.Model):
    """A step that was taken, by whom, and why. Rows are only ever added."""

    claim = models.ForeignKey(Claim, models.PROTECT, related_name="transitions")
    name = models.CharField(max_length=20)
    from_state = models.CharField(max_length=15, choices=ClaimState.choices)
    to_state = models.CharField(max_length=15, choices=ClaimState.choices)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    at = models.DateTimeField(db_default=Now(), editable=False)
    comment = models.TextField(blank=True)

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(from_state__in=ClaimState.values, to_state__in=ClaimState.values),
                name="transition_states_known",
            ),
        ]
        triggers = [
            refuse(
                name="transition_is_history",
                operation=pgtrigger.Update | pgtrigger.Delete,
                message="What happened stays on record.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name}: {self.from_state} → {self.to_state}"
