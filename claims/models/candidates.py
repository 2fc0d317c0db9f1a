"""What a machine proposes for checking, and what a person decided about it."""

from __future__ import annotations

import pghistory
import pgtrigger
from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Abs, Now

from claims.models.choices import QuotationForm, SourcingTerms, StatementKind
from newsroom.articles.anchors import Anchored
from newsroom.articles.models import Outlet
from newsroom.changes.announcing import announce_updates
from newsroom.shortening import shortened
from newsroom.triggers import refusal, refuse, update_of
from sources.models import Source


class CandidateState(models.TextChoices):
    PENDING = "pending", "pending"
    ACCEPTED = "accepted", "accepted"
    REJECTED = "rejected", "rejected"
    MERGED = "merged", "merged"
    SUPERSEDED = "superseded", "superseded"


EDITOR = "editor"
"""What stands in `extractor` where a person selected the passage."""

DECIDED = (CandidateState.ACCEPTED, CandidateState.REJECTED, CandidateState.MERGED)


_DECIDED = ", ".join(f"'{state.value}'" for state in DECIDED)


class DecisionReason(models.TextChoices):
    WORTH_CHECKING = "worth_checking", "worth checking"
    REPEATS = "repeats", "repeats a known claim"
    JOINED = "joined", "joined by the matcher"
    OPINION = "opinion", "opinion"
    PREDICTION = "prediction", "prediction"
    TOO_VAGUE = "too_vague", "too vague"
    ALREADY_CHECKED = "already_checked", "already checked"
    NOT_WORTH_IT = "not_worth_it", "not worth it"
    EXTRACTION_ERROR = "extraction_error", "extraction error"
    OTHER = "other", "other"


REJECTION_REASONS = (
    DecisionReason.OPINION,
    DecisionReason.PREDICTION,
    DecisionReason.TOO_VAGUE,
    DecisionReason.ALREADY_CHECKED,
    DecisionReason.NOT_WORTH_IT,
    DecisionReason.EXTRACTION_ERROR,
    DecisionReason.OTHER,
)


def spans_field(help_text: str) -> ArrayField[list[list[int]], list[list[int]]]:
    """A list of (start, end) pairs in code points of the revision's text."""
    pair: ArrayField[list[int], list[int]] = ArrayField(models.PositiveIntegerField(), size=2)
    return ArrayField(pair, default=list, blank=True, help_text=help_text)


@pghistory.track(
    pghistory.InsertEvent(),
    pghistory.UpdateEvent(),
    pghistory.DeleteEvent(),
    # These never change (trigger below); a copy in each history row would only cost room.
    exclude=[
        "exact",
        "prefix",
        "suffix",
        "source_spans",
        "cue_spans",
        "content_spans",
        "told_by",
        "said",
        "unresolved",
        "hedges",
        "quantities",
        "outlet",
    ],
)
class Candidate(Anchored):
    """A passage proposed for checking, with who said it and on what terms.

    Once a person has decided, no machine changes it again: the extractor only ever adds rows.
    """

    statement = models.TextField(help_text="The assertion, worded so that it stands alone.")
    kind = models.CharField(max_length=15, choices=StatementKind.choices)
    score = models.FloatField(help_text="How much it looks worth checking, 0 to 1.")
    explanation = models.CharField(
        max_length=500, blank=True, help_text="What drove the score, in one line."
    )

    form = models.CharField(
        max_length=10, choices=QuotationForm.choices, blank=True, help_text="Empty: nobody quoted."
    )
    sourcing = models.CharField(
        max_length=15,
        choices=SourcingTerms.choices,
        blank=True,
        help_text="Empty: no speaker found.",
    )
    speaker = models.ForeignKey(
        Source,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="candidates",
        help_text="Set where the printed name is that of exactly one source.",
    )
    speaker_name = models.CharField(
        max_length=300, blank=True, help_text="As resolved within the story; or a descriptor."
    )
    speaker_title = models.CharField(max_length=200, blank=True)
    speaker_role = models.CharField(max_length=300, blank=True)
    speaker_organisation = models.CharField(max_length=300, blank=True)
    speaker_party = models.CharField(max_length=100, blank=True)
    speaker_seat = models.CharField(max_length=100, blank=True)
    anonymity_reason = models.CharField("reason for anonymity", max_length=500, blank=True)
    source_spans = spans_field("Where the speaker is named.")
    cue_spans = spans_field("Where the story says that something was said.")
    content_spans = spans_field("The whole of what was said; the passage may be a part of it.")

    told_by = models.CharField(
        "as told by",
        max_length=300,
        blank=True,
        help_text="Who says that the speaker said it. Empty: the story itself does.",
    )
    said = models.TextField(
        blank=True,
        help_text="The other assertion: that it was said, and by whom. Empty: nobody is known to.",
    )
    unresolved = ArrayField(
        models.CharField(max_length=20),
        default=list,
        blank=True,
        help_text="Words of the statement that the text leaves open; nothing was guessed.",
    )
    hedges = ArrayField(
        models.CharField(max_length=40),
        default=list,
        blank=True,
        help_text="Words by which the passage leaves room, such as “about” or “could”.",
    )
    quantities = models.JSONField(
        default=list,
        blank=True,
        help_text="Numbers and dates with their place in the text, value and unit.",
    )

    extractor = models.CharField(
        max_length=50, help_text="“editor” where a person selected the passage."
    )
    extractor_version = models.CharField(max_length=50, blank=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        help_text="Who selected the passage. Empty: the extractor found it.",
    )
    outlet = models.ForeignKey(
        Outlet,
        models.PROTECT,
        editable=False,
        related_name="+",
        # The indexes below begin with it.
        db_index=False,
        help_text="Of the story; filled in by the database, for the queues by outlet.",
    )
    fingerprint = models.CharField(
        max_length=64, help_text="Of the normalised passage: recognises it in other stories."
    )
    created_at = models.DateTimeField(db_default=Now(), editable=False)

    state = models.CharField(
        max_length=10, choices=CandidateState.choices, default=CandidateState.PENDING
    )
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    decided_at = models.DateTimeField(null=True, blank=True)
    decision_reason = models.CharField(
        "reason", max_length=20, choices=DecisionReason.choices, blank=True
    )
    decision_note = models.TextField("note", blank=True)
    claim = models.ForeignKey(
        "claims.Claim",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="candidates",
        help_text="What it became, or was merged into.",
    )
    remembered_from = models.ForeignKey(
        "self",
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        help_text="The same passage decided on elsewhere, whose decision this one has.",
    )

    class Meta(Anchored.Meta):
        ordering = ["-score", "id"]
        constraints = [
            *Anchored.Meta.constraints,
            models.UniqueConstraint("revision", "start", "end", name="candidate_once_per_passage"),
            models.CheckConstraint(
                condition=Q(score__gte=0) & Q(score__lte=1), name="candidate_score_0_to_1"
            ),
            models.CheckConstraint(condition=~Q(statement=""), name="candidate_has_statement"),
            models.CheckConstraint(
                condition=Q(kind__in=StatementKind.values), name="candidate_kind_known"
            ),
            models.CheckConstraint(
                condition=(
                    (
                        Q(decided_by__isnull=False, decided_at__isnull=False)
                        & (
                            Q(
                                state=CandidateState.ACCEPTED,
                                decision_reason=DecisionReason.WORTH_CHECKING,
                            )
                            | Q(
                                state=CandidateState.MERGED,
                                decision_reason=DecisionReason.REPEATS,
                            )
                            | Q(
                                state=CandidateState.REJECTED,
                                decision_reason__in=REJECTION_REASONS,
                            )
                        )
                    )
                    # The matcher's own decision is nobody's (claims.matching).
                    | Q(
                        state=CandidateState.MERGED,
                        decision_reason=DecisionReason.JOINED,
                        decided_by__isnull=True,
                        decided_at__isnull=False,
                    )
                    | Q(
                        state__in=(CandidateState.PENDING, CandidateState.SUPERSEDED),
                        decided_by__isnull=True,
                        decided_at__isnull=True,
                        decision_reason="",
                        decision_note="",
                    )
                ),
                name="candidate_decision_complete",
            ),
            models.CheckConstraint(
                condition=Q(
                    state__in=(CandidateState.ACCEPTED, CandidateState.MERGED),
                    claim__isnull=False,
                )
                | (
                    ~Q(state__in=(CandidateState.ACCEPTED, CandidateState.MERGED))
                    & Q(claim__isnull=True)
                ),
                name="candidate_claim_when_accepted",
            ),
            models.CheckConstraint(
                condition=Q(remembered_from__isnull=True) | Q(state__in=DECIDED),
                name="candidate_remembers_decision",
            ),
            models.CheckConstraint(
                condition=Q(created_by__isnull=False, extractor=EDITOR)
                | (Q(created_by__isnull=True) & ~Q(extractor=EDITOR)),
                name="candidate_editor_has_name",
            ),
            models.CheckConstraint(
                condition=~Q(sourcing=SourcingTerms.UNNAMED) | Q(speaker__isnull=True),
                name="candidate_unnamed_has_no_source",
                violation_error_message="An unnamed speaker is never tied to a known source.",
            ),
        ]
        indexes = [
            # Used by the review queue and the candidate list, best first.
            models.Index(
                F("score").desc(),
                "id",
                condition=Q(state=CandidateState.PENDING),
                name="candidate_queue",
            ),
            models.Index(F("score").desc(), "id", name="candidate_by_score"),
            # Used by the desk's other queues and filters. Partial: what is decided costs nothing.
            models.Index(
                F("id").desc(), condition=Q(state=CandidateState.PENDING), name="candidate_newest"
            ),
            models.Index(
                Abs(F("score") - 0.5),
                "id",
                condition=Q(state=CandidateState.PENDING),
                name="candidate_uncertain",
            ),
            models.Index(
                "outlet",
                F("score").desc(),
                "id",
                condition=Q(state=CandidateState.PENDING),
                name="candidate_queue_outlet",
            ),
            models.Index(
                "speaker",
                F("score").desc(),
                "id",
                condition=Q(state=CandidateState.PENDING),
                name="candidate_queue_speaker",
            ),
            models.Index(
                "kind",
                F("score").desc(),
                "id",
                condition=Q(state=CandidateState.PENDING),
                name="candidate_queue_kind",
            ),
            # Used to undo one's last decisions, and to count those of today.
            models.Index(
                "decided_by",
                F("decided_at").desc(),
                condition=Q(state__in=DECIDED, remembered_from__isnull=True),
                name="candidate_decided_by",
            ),
            # Used by the dashboard's figures on the latest decisions, which read nothing else.
            models.Index(
                fields=["-decided_at"],
                include=["decided_by", "state", "extractor", "extractor_version", "outlet"],
                condition=Q(state__in=DECIDED, remembered_from__isnull=True),
                name="candidate_latest_decisions",
            ),
            # Used when an extraction is stored: what was decided on its passages before?
            models.Index(
                "fingerprint",
                condition=Q(state__in=DECIDED),
                name="candidate_decided",
            ),
        ]
        triggers = [
            *Anchored.Meta.triggers,
            pgtrigger.Trigger(
                name="candidate_outlet_is_filled_in",
                operation=pgtrigger.Insert,
                when=pgtrigger.Before,
                func=(
                    "SELECT article.outlet_id INTO NEW.outlet_id FROM articles_revision revision "
                    "JOIN articles_article article ON article.id = revision.article_id "
                    "WHERE revision.id = NEW.revision_id; RETURN NEW;"
                ),
            ),
            refuse(
                name="candidate_passage_never_changes",
                operation=pgtrigger.Update,
                condition=pgtrigger.AnyChange(
                    "revision",
                    "start",
                    "end",
                    "exact",
                    "prefix",
                    "suffix",
                    "source_spans",
                    "cue_spans",
                    "content_spans",
                    "told_by",
                    "said",
                    "unresolved",
                    "hedges",
                    "quantities",
                    "fingerprint",
                    "extractor",
                    "extractor_version",
                ),
                message="A candidate keeps the passage it was proposed for.",
            ),
            # It may be taken back (the state changes then), but not quietly become another one.
            pgtrigger.Trigger(
                name="candidate_decision_stands",
                operation=pgtrigger.Update,
                when=pgtrigger.Before,
                condition=pgtrigger.AnyChange(
                    "statement",
                    "decided_by",
                    "decided_at",
                    "decision_reason",
                    "decision_note",
                    "claim",
                ),
                func=(
                    f"IF OLD.state IN ({_DECIDED}) AND NEW.state IN ({_DECIDED}) THEN "
                    + refusal(
                        constraint="candidate_decision_stands",
                        message="A decision is taken back before another one is made.",
                    )
                    + " END IF; RETURN NEW;"
                ),
            ),
            announce_updates(
                name="candidate_state_changed",
                kind="'candidate.state_changed'",
                subject="candidate",
                data="jsonb_build_object('state', NEW.state, 'claim', NEW.claim_id)",
                public="false",
                operation=update_of("state"),
                condition=pgtrigger.AnyChange("state"),
            ),
            refuse(
                name="candidate_is_never_deleted",
                operation=pgtrigger.Delete,
                message="A candidate is never deleted; reject it with a reason instead.",
            ),
        ]

    def __str__(self) -> str:
        return shortened(self.statement, 80)

    @property
    def speaker_line(self) -> str:
        """Title and name, role and organisation, party and seat; each said once."""
        line = " ".join(part for part in (self.speaker_title, self.speaker_name) if part)
        for part in (self.speaker_role, self.speaker_organisation):
            # “chair of the Budget Committee” names the committee already.
            if part and part.casefold() not in line.casefold():
                line = ", ".join(filter(None, (line, part)))
        party = "-".join(part for part in (self.speaker_party, self.speaker_seat) if part)
        return f"{line} ({party})" if line and party else line or party

    @property
    def is_decided(self) -> bool:
        return self.state in DECIDED
