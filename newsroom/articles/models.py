"""Stories as they came in: outlets, articles and their immutable revisions."""

from __future__ import annotations

import pghistory
import pgtrigger
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now

from newsroom.changes.announcing import announce_inserts, announce_updates
from newsroom.triggers import refuse, update_of


@pghistory.track(pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent())
class Outlet(models.Model):
    """Who published a story."""

    name = models.CharField(max_length=200, unique=True)
    slug = models.SlugField(
        max_length=80,
        unique=True,
        help_text="Short name used in addresses and on the command line.",
    )
    url = models.URLField("web site", max_length=500, blank=True)
    extracts_opinion = models.BooleanField(
        "extract opinion, too",
        default=False,
        help_text="Whether candidates are looked for in opinion and analysis of this outlet as in "
        "its news. Otherwise such stories are kept, and extracted only when somebody asks.",
    )
    created_at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class ArticleStatus(models.TextChoices):
    LIVE = "live", "live"
    WITHHELD = "withheld", "withheld"
    KILLED = "killed", "killed"


def _is_open(row: str) -> str:
    """SQL: whether the story of `row` is open to every reader."""
    live = ArticleStatus.LIVE.value
    return f"{row}.status = '{live}' AND coalesce({row}.embargoed_until <= now(), true)"


FREEZE = """
IF NEW.status = 'live' THEN
    UPDATE articles_revision SET extraction_state = 'pending', extraction_skipped = '',
        extraction_next_attempt_at = now(), extraction_finished_at = NULL, extraction_attempts = 0
    WHERE article_id = NEW.id AND extraction_state = 'skipped'
        AND extraction_skipped IN ('withheld', 'killed');
ELSE
    UPDATE articles_revision SET extraction_state = 'skipped', extraction_skipped = NEW.status,
        extraction_next_attempt_at = NULL, extraction_finished_at = now()
    WHERE article_id = NEW.id AND (extraction_state IN ('pending', 'running')
        OR extraction_skipped IN ('withheld', 'killed'));
END IF;
RETURN NULL;
"""
"""A story that is withheld or killed is not extracted, and one that is live again is."""


_NOTE_IS_UNREAD = """
INSERT INTO articles_unreadnote (article_id) VALUES (NEW.id)
ON CONFLICT (article_id) DO UPDATE SET attempts = 0, next_attempt_at = now();
RETURN NULL;
"""


@pghistory.track(
    # For all rows of an insert at once: imports write a thousand.
    pghistory.InsertEvent(level=pgtrigger.Statement),
    pghistory.UpdateEvent(),
    pghistory.DeleteEvent(),
)
class Article(models.Model):
    """A story of one outlet. What it says is in its revisions; this row says what it is."""

    outlet = models.ForeignKey(Outlet, models.PROTECT, related_name="articles")
    external_id = models.CharField(
        "external ID",
        max_length=500,
        help_text="The outlet's own identifier: the key by which a later delivery is recognised.",
    )
    url = models.URLField("URL", max_length=2000, blank=True, help_text="Canonical address.")
    original_url = models.TextField(
        "URL as given", blank=True, help_text="Where it differs from the canonical one."
    )
    slug = models.CharField(
        max_length=200, blank=True, help_text="The outlet's name for a running story."
    )
    headline = models.CharField(max_length=1000, blank=True)
    byline = models.CharField(max_length=500, blank=True)
    dateline = models.CharField(max_length=200, blank=True)
    section = models.CharField(max_length=200, blank=True)
    genre = models.CharField(
        max_length=50, blank=True, help_text="As the outlet calls it: news, analysis, opinion …"
    )
    wire_origin = models.CharField(
        max_length=200, blank=True, help_text="The agency or paper that it was taken over from."
    )
    rights = models.TextField(blank=True, help_text="Terms of use and copyright, as stated.")
    editor_note = models.TextField(
        "editor's note",
        blank=True,
        help_text="What the outlet says to editors: corrections, kills, advisories.",
    )
    language = models.CharField(max_length=35, default="en", help_text="BCP 47 tag.")
    published_at = models.DateTimeField(
        null=True,
        blank=True,
        help_text="As stated by the outlet. Empty when it did not say: never the time of import.",
    )
    status = models.CharField(
        max_length=10, choices=ArticleStatus.choices, default=ArticleStatus.LIVE
    )
    embargoed_until = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField("first received", db_default=Now(), editable=False)

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint("outlet", "external_id", name="article_once_per_outlet"),
            models.CheckConstraint(condition=~Q(external_id=""), name="article_has_external_id"),
            models.CheckConstraint(
                condition=Q(status__in=ArticleStatus.values), name="article_status_known"
            ),
        ]
        indexes = [
            # Used by the admin list, which shows the latest story first, per outlet or over all.
            models.Index("outlet", F("id").desc(), name="article_by_outlet"),
            # Used by the board's filter by topic, and for the list of topics.
            models.Index(
                "section", F("id").desc(), condition=~Q(section=""), name="article_by_section"
            ),
            models.Index(F("published_at").desc(nulls_last=True), name="article_by_date"),
        ]
        triggers = [
            announce_inserts(
                name="article_created",
                kind="article.created",
                subject="article",
                data="jsonb_build_object('outlet', fresh.outlet_id)",
                public=_is_open("fresh"),
            ),
            announce_updates(
                name="article_updated",
                kind="'article.updated'",
                subject="article",
                data="jsonb_build_object('outlet', NEW.outlet_id, 'status', NEW.status)",
                public=f"({_is_open('OLD')}) OR ({_is_open('NEW')})",
                condition=pgtrigger.AnyChange(),
            ),
            # By whatever way the status changes: a delivery, the admin, the API, a shell.
            pgtrigger.Trigger(
                name="article_status_holds_extraction",
                operation=update_of("status"),
                when=pgtrigger.After,
                condition=pgtrigger.AnyChange("status"),
                func=FREEZE,
            ),
            # The note to a new story is read with its text; a later one may come without a text.
            pgtrigger.Trigger(
                name="article_note_is_unread",
                operation=update_of("editor_note"),
                when=pgtrigger.After,
                condition=pgtrigger.Q(old__editor_note__df=pgtrigger.F("new__editor_note"))
                & ~pgtrigger.Q(new__editor_note=""),
                func=_NOTE_IS_UNREAD,
            ),
        ]

    def __str__(self) -> str:
        return self.headline or self.external_id


class UnreadNote(models.Model):
    """An editor's note that has changed and that nobody has held against the claims of its story.

    Written by a trigger, by whatever way the note came; deleted when it is read.
    """

    article = models.OneToOneField(
        Article, models.CASCADE, primary_key=True, related_name="unread_note"
    )
    attempts = models.PositiveIntegerField(db_default=0)
    next_attempt_at = models.DateTimeField(db_default=Now())

    def __str__(self) -> str:
        return f"unread note to article {self.article_id}"


class ExtractionState(models.TextChoices):
    PENDING = "pending", "pending"
    RUNNING = "running", "running"
    DONE = "done", "done"
    FAILED = "failed", "failed"
    SKIPPED = "skipped", "skipped"


class SkipReason(models.TextChoices):
    """Why a text is not extracted by itself."""

    OPINION = "opinion", "opinion or analysis"
    WITHHELD = "withheld", "the story is withheld"
    KILLED = "killed", "the story is killed"


UNFINISHED = (ExtractionState.PENDING, ExtractionState.RUNNING)


@pghistory.track(
    # Text and number are their own history, and a worker's steps are in the row itself. What is
    # recorded is that somebody had a finished revision extracted again.
    pghistory.UpdateEvent(
        "requeued",
        condition=pgtrigger.Q(
            old__extraction_state__in=["done", "failed", "skipped"],
            new__extraction_state="pending",
        ),
        row=pghistory.Old,
    ),
    fields=[
        "extraction_state",
        "extraction_attempts",
        "extraction_finished_at",
        "extraction_error",
        "extractor",
        "extractor_version",
    ],
    model_name="RevisionEvent",
)
class Revision(models.Model):
    """One version of a story's text as received. Its text never changes: spans point into it.

    The row is also the truth of the extraction queue. The broker only wakes workers; a periodic
    sweep sends again what is due, so a lost message or a killed worker loses nothing.
    """

    article = models.ForeignKey(Article, models.PROTECT, related_name="revisions")
    number = models.PositiveIntegerField(help_text="1 for the first version received, then 2, 3 …")
    text = models.TextField(help_text="As received. Spans count its code points, end-exclusive.")
    sha256 = models.CharField("SHA-256", max_length=64, help_text="Of the text in UTF-8, hex.")
    versioned_at = models.DateTimeField(
        null=True, blank=True, help_text="When the outlet made this version, if it said so."
    )
    received_at = models.DateTimeField(db_default=Now(), editable=False)
    is_partial = models.BooleanField(
        "partial",
        default=False,
        help_text="Only a summary or a beginning came. It never replaces a fuller text.",
    )

    extraction_state = models.CharField(
        "extraction",
        max_length=10,
        choices=ExtractionState.choices,
        default=ExtractionState.PENDING,
    )
    extraction_skipped = models.CharField(
        "not extracted because",
        max_length=10,
        choices=SkipReason.choices,
        blank=True,
        default="",
        db_default="",
        help_text="Set where nobody looks for candidates unless somebody asks.",
    )
    extraction_attempts = models.PositiveSmallIntegerField("attempts", default=0)
    extraction_next_attempt_at = models.DateTimeField(
        "next attempt",
        null=True,
        blank=True,
        db_default=Now(),
        help_text="When the sweep sends this revision to a worker (again). Empty once finished.",
    )
    extraction_finished_at = models.DateTimeField("finished", null=True, blank=True)
    extraction_error = models.TextField("error", blank=True, help_text="Of the latest attempt.")
    extractor = models.CharField(max_length=50, blank=True)
    extractor_version = models.CharField(max_length=50, blank=True)
    extraction_notes = models.TextField(
        "notes", blank=True, help_text="What the extractor has to say of this text."
    )

    compared_by = models.CharField(
        max_length=30,
        blank=True,
        default="",
        db_default="",
        editable=False,
        help_text="What compared this text with other stories. Empty: that is still to be done.",
    )

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint("article", "number", name="revision_number_once"),
            models.CheckConstraint(condition=Q(number__gte=1), name="revision_number_from_one"),
            models.CheckConstraint(condition=~Q(text=""), name="revision_has_text"),
            models.CheckConstraint(
                condition=Q(sha256__regex=r"^[0-9a-f]{64}$"), name="revision_sha256_is_hex"
            ),
            models.CheckConstraint(
                condition=Q(extraction_state__in=ExtractionState.values),
                name="revision_extraction_state_known",
            ),
            models.CheckConstraint(
                condition=Q(
                    extraction_state__in=UNFINISHED,
                    extraction_next_attempt_at__isnull=False,
                    extraction_finished_at__isnull=True,
                )
                | Q(
                    extraction_state__in=(
                        ExtractionState.DONE,
                        ExtractionState.FAILED,
                        ExtractionState.SKIPPED,
                    ),
                    extraction_next_attempt_at__isnull=True,
                    extraction_finished_at__isnull=False,
                ),
                name="revision_due_until_finished",
            ),
            models.CheckConstraint(
                condition=Q(extraction_state=ExtractionState.SKIPPED) ^ Q(extraction_skipped=""),
                name="revision_skipped_with_reason",
            ),
            models.CheckConstraint(
                condition=Q(extraction_skipped__in=["", *SkipReason.values]),
                name="revision_skip_reason_known",
            ),
        ]
        indexes = [
            # Used by the sweep. Partial: of a million revisions only the unfinished ones are in it.
            models.Index(
                "extraction_next_attempt_at",
                condition=Q(extraction_state__in=UNFINISHED),
                name="revision_due",
            ),
            # Used by the dashboard and by the list of failures.
            models.Index(
                F("id").desc(),
                condition=Q(extraction_state=ExtractionState.FAILED),
                name="revision_failed",
            ),
            # Used to find wire copy. Partial: what is compared is not in it.
            models.Index("id", condition=Q(compared_by=""), name="revision_not_compared"),
            # Used by the dashboard's and the list's "last hours".
            models.Index(F("received_at").desc(), name="revision_by_received"),
        ]
        triggers = [
            refuse(
                name="revision_sha256_is_of_text",
                operation=pgtrigger.Insert,
                condition=pgtrigger.Condition(
                    "NEW.sha256 <> encode(sha256(convert_to(NEW.text, 'UTF8')), 'hex')"
                ),
                message="The hash is not that of the text.",
            ),
            refuse(
                name="revision_text_never_changes",
                operation=pgtrigger.Update,
                condition=pgtrigger.AnyChange(
                    "article", "number", "text", "sha256", "versioned_at", "received_at"
                ),
                message="The text of a revision never changes; a changed story is a new revision.",
            ),
            refuse(
                name="revision_whole_stays_whole",
                operation=pgtrigger.Update,
                condition=pgtrigger.Q(old__is_partial=False, new__is_partial=True),
                message="A whole text does not become a part of one.",
            ),
            announce_inserts(
                name="revision_created",
                kind="revision.created",
                subject="article",
                key="article_id",
                data="jsonb_build_object('revision', fresh.number)",
                public=_is_open("article"),
                join="JOIN articles_article article ON article.id = fresh.article_id",
            ),
            announce_updates(
                name="revision_extracted",
                kind="'revision.extracted'",
                subject="article",
                key="article_id",
                data="jsonb_build_object('revision', NEW.number)",
                public="false",
                operation=update_of("extraction_state"),
                condition=pgtrigger.Q(
                    old__extraction_state="running", new__extraction_state="done"
                ),
            ),
            refuse(
                name="revision_is_never_deleted",
                operation=pgtrigger.Delete,
                message="A revision is never deleted; withhold or kill the article instead.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.article} · revision {self.number}"
