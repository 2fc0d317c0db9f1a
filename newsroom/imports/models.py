"""What an import did, and what it could not take in."""

from __future__ import annotations

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now

from newsroom.articles.models import Outlet, Revision
from newsroom.changes.announcing import announce_updates
from newsroom.imports.feeds.models import Feed, FeedPage, Host
from newsroom.triggers import refuse, update_of

__all__ = [
    "OPEN",
    "Batch",
    "Delivery",
    "Feed",
    "FeedPage",
    "Host",
    "ImportRun",
    "ImportState",
    "ImportTrigger",
    "Rejection",
    "RejectionReason",
]


class ImportTrigger(models.TextChoices):
    COMMAND = "command", "command line"
    DEMO = "demo", "demo"
    SCHEDULE = "schedule", "schedule"
    ADMIN = "admin", "admin"
    API = "api", "API"


class ImportState(models.TextChoices):
    QUEUED = "queued", "queued"
    RUNNING = "running", "running"
    FINISHED = "finished", "finished"
    FAILED = "failed", "failed"


OPEN = (ImportState.QUEUED, ImportState.RUNNING)


class ImportRun(models.Model):
    """One execution of an import. Its counts are written together with what they count."""

    outlet = models.ForeignKey(Outlet, models.PROTECT, related_name="import_runs")
    feed = models.ForeignKey(Feed, models.PROTECT, null=True, blank=True, related_name="runs")
    trigger = models.CharField(max_length=10, choices=ImportTrigger.choices)
    origin = models.TextField(blank=True, help_text="Files or addresses that were read.")
    started_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    state = models.CharField(
        max_length=10, choices=ImportState.choices, default=ImportState.RUNNING
    )
    started_at = models.DateTimeField(db_default=Now(), editable=False)
    progressed_at = models.DateTimeField(
        "last progress",
        db_default=Now(),
        help_text="A running import without progress for a while has been interrupted.",
    )
    finished_at = models.DateTimeField(null=True, blank=True)
    error = models.TextField(blank=True, help_text="Why it failed, and what to do about it.")
    note = models.TextField(blank=True, help_text="What else there is to say of it.")
    pages = models.PositiveIntegerField(
        "pages to fetch", default=0, help_text="How many pages this run set out to fetch."
    )

    seen = models.PositiveIntegerField(default=0)
    created = models.PositiveIntegerField(default=0, help_text="New stories.")
    revised = models.PositiveIntegerField(default=0, help_text="Known stories with a new text.")
    updated = models.PositiveIntegerField(
        default=0, help_text="Known text; headline, byline or another detail changed."
    )
    unchanged = models.PositiveIntegerField(default=0)
    rejected = models.PositiveIntegerField(default=0)

    class Meta:
        ordering = ["-id"]
        triggers = [
            announce_updates(
                name="importrun_finished",
                kind="'import_run.finished'",
                subject="import_run",
                data="jsonb_build_object('state', NEW.state, 'outlet', NEW.outlet_id)",
                public="false",
                operation=update_of("state"),
                condition=pgtrigger.Condition(
                    "OLD.state IS DISTINCT FROM NEW.state AND NEW.finished_at IS NOT NULL"
                ),
            ),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(
                    seen=F("created") + F("revised") + F("updated") + F("unchanged") + F("rejected")
                ),
                name="importrun_counts_add_up",
            ),
            models.CheckConstraint(
                condition=Q(trigger__in=ImportTrigger.values), name="importrun_trigger_known"
            ),
            models.CheckConstraint(
                condition=Q(state__in=OPEN, finished_at__isnull=True)
                | Q(
                    state__in=(ImportState.FINISHED, ImportState.FAILED),
                    finished_at__isnull=False,
                ),
                name="importrun_finished_or_running",
            ),
            # Two workers on one feed: one does it.
            models.UniqueConstraint(
                "feed",
                condition=Q(state__in=OPEN, feed__isnull=False),
                name="importrun_one_at_a_time",
            ),
            models.CheckConstraint(
                condition=~Q(state=ImportState.QUEUED) | Q(feed__isnull=False),
                name="importrun_queued_for_a_feed",
            ),
        ]
        indexes = [
            # Used by the sweep, which ends runs whose process has died.
            models.Index("progressed_at", condition=Q(state__in=OPEN), name="importrun_open"),
            # Used by the sweep, which forgets polls that brought nothing.
            models.Index(
                "finished_at",
                condition=Q(
                    state=ImportState.FINISHED,
                    trigger=ImportTrigger.SCHEDULE,
                    feed__isnull=False,
                    created=0,
                    revised=0,
                    updated=0,
                    rejected=0,
                ),
                name="importrun_brought_nothing",
            ),
            # Used by the page of a feed, and by the list of one feed's runs.
            models.Index("feed", F("id").desc(), name="importrun_by_feed"),
        ]

    def __str__(self) -> str:
        return f"{self.outlet}, {self.started_at:%Y-%m-%d %H:%M}"

    @property
    def is_open(self) -> bool:
        return self.state in OPEN


class Batch(models.Model):
    """Stories that were pushed in one request and wait for a worker; deleted once they are taken.

    The counts of its run say how far it is.
    """

    run = models.OneToOneField(ImportRun, models.CASCADE, related_name="batch")
    payload = models.BinaryField()
    is_ninjs = models.BooleanField(default=False)
    taken_at = models.DateTimeField(null=True, help_text="When a worker began; empty: none has.")
    attempts = models.PositiveIntegerField(db_default=0, help_text="How often a worker began.")
    next_attempt_at = models.DateTimeField(
        db_default=Now(), help_text="When another worker may begin, if this one is lost or fails."
    )

    class Meta:
        verbose_name_plural = "batches"

    def __str__(self) -> str:
        return f"batch of {self.run}"


class Delivery(models.Model):
    """Which import run brought which revision.

    A table of its own, so that articles need not know of imports.
    """

    run = models.ForeignKey(ImportRun, models.PROTECT, related_name="deliveries")
    revision = models.OneToOneField(Revision, models.PROTECT, related_name="delivery")

    class Meta:
        ordering = ["id"]
        verbose_name_plural = "deliveries"
        triggers = [
            refuse(
                name="delivery_is_history",
                operation=pgtrigger.Update | pgtrigger.Delete,
                message="What was delivered stays on record.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.revision} from {self.run}"


class RejectionReason(models.TextChoices):
    EMPTY = "empty", "empty"
    NOT_UTF8 = "not_utf8", "not UTF-8"
    TOO_LARGE = "too_large", "too large"
    MALFORMED = "malformed", "malformed"
    MISSING_FIELD = "missing_field", "missing field"
    BAD_DATE = "bad_date", "unparsable date"
    BAD_VALUE = "bad_value", "unusable value"
    UNREADABLE = "unreadable", "unreadable file"
    STALE = "stale", "older than what is here"
    REFUSED = "refused", "refused by the database"
    NOT_A_STORY = "not_a_story", "an address, not a story"
    NOT_FETCHED = "not_fetched", "page not fetched"


class Rejection(models.Model):
    """One item that could not be taken in, kept whole with the reason."""

    run = models.ForeignKey(ImportRun, models.PROTECT, related_name="rejections")
    origin = models.TextField(blank=True, help_text="File or address it came from.")
    position = models.PositiveIntegerField(
        default=1, help_text="Which item of its origin it was (the line, in JSON Lines)."
    )
    reason = models.CharField(max_length=15, choices=RejectionReason.choices)
    message = models.TextField(help_text="What is wrong, and what would make it right.")
    payload = models.BinaryField(
        help_text="The item, byte for byte; its beginning only when it was larger than is kept."
    )
    size = models.PositiveBigIntegerField(help_text="Bytes of the whole item.")
    sha256 = models.CharField(
        "SHA-256",
        max_length=64,
        blank=True,
        help_text="Of what is kept of it: a feed offers the same item again and again.",
    )
    format = models.CharField(max_length=20, blank=True, help_text="What it was read as.")
    retried_in = models.ForeignKey(
        ImportRun,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="retried",
        help_text="The latest run that tried it again.",
    )
    settled_in = models.ForeignKey(
        ImportRun,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="settled",
        help_text="The run in which it was taken in after all.",
    )
    created_at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(reason__in=RejectionReason.values), name="rejection_reason_known"
            ),
        ]
        indexes = [
            models.Index("reason", F("id").desc(), name="rejection_by_reason"),
            # Used by the list, which shows first what waits for somebody.
            models.Index(
                F("id").desc(), condition=Q(settled_in__isnull=True), name="rejection_open"
            ),
            # Used to keep an item that is rejected again with each poll only once.
            models.Index(
                "sha256",
                condition=Q(settled_in__isnull=True) & ~Q(sha256=""),
                name="rejection_open_same",
            ),
            # Used when a page that could not be fetched comes after all.
            models.Index(
                "origin",
                condition=Q(settled_in__isnull=True, format="page"),
                name="rejection_open_page",
            ),
        ]
        triggers = [
            refuse(
                name="rejection_is_kept",
                operation=pgtrigger.Update,
                condition=pgtrigger.AnyChange(
                    exclude=["retried_in", "settled_in", "reason", "message"]
                ),
                message="A rejected item is kept as it came.",
            ),
            refuse(
                name="rejection_reason_by_a_try",
                operation=update_of("reason", "message"),
                condition=(
                    pgtrigger.Q(old__reason__df=pgtrigger.F("new__reason"))
                    | pgtrigger.Q(old__message__df=pgtrigger.F("new__message"))
                )
                & (
                    pgtrigger.Q(new__retried_in__isnull=True)
                    | pgtrigger.Q(old__settled_in__isnull=False)
                ),
                message="Why an item was rejected changes only when it is tried again.",
            ),
            refuse(
                name="rejection_settled_once",
                operation=update_of("settled_in_id"),
                condition=pgtrigger.Q(old__settled_in__isnull=False),
                message="This item has been taken in already.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.origin or 'item'}:{self.position} {self.get_reason_display()}"

    @property
    def is_whole(self) -> bool:
        return len(self.payload) == self.size
