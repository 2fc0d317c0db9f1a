"""Feeds, the pages that they name, and the hosts that they are fetched from."""

from __future__ import annotations

from datetime import datetime, timedelta

import pghistory
import pgtrigger
from django.contrib.postgres.fields import ArrayField
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import ExpressionWrapper, F, Q
from django.db.models.functions import Now
from django.utils import timezone

from newsroom.articles.models import Outlet

QUIET_FACTOR = 3
"""So many times its usual gap is a feed silent before somebody should look."""

ENOUGH_ARRIVALS = 5
"""So many times something new has to have come before a gap is called usual."""


class FeedKind(models.TextChoices):
    WEB = "web", "web address"
    FOLDER = "folder", "watched folder"


class FeedState(models.TextChoices):
    ACTIVE = "active", "active"
    PAUSED = "paused", "paused"


@pghistory.track(
    # What a person or a rule decides, and not that it was asked once more.
    pghistory.InsertEvent(),
    pghistory.UpdateEvent(),
    pghistory.DeleteEvent(),
    fields=[
        "outlet",
        "name",
        "kind",
        "url",
        "folder",
        "format",
        "every_minutes",
        "jitter_percent",
        "fetches_pages",
        "heeds_robots",
        "state",
        "paused_reason",
    ],
    model_name="FeedEvent",
)
class Feed(models.Model):
    """Where scheduled imports take stories from: an address, or a folder that files are put in.

    The row is the truth of the schedule: `next_at` says when it is due, whoever asks.
    """

    outlet = models.ForeignKey(Outlet, models.PROTECT, related_name="feeds")
    name = models.CharField(max_length=200, unique=True)
    kind = models.CharField(max_length=10, choices=FeedKind.choices, default=FeedKind.WEB)
    url = models.CharField(
        "address",
        max_length=2000,
        blank=True,
        help_text="Of the feed, the sitemap, the list of addresses, or a page.",
    )
    folder = models.CharField(
        max_length=500,
        blank=True,
        help_text="Below the folder that FEED_FOLDERS_ROOT names. Files are moved to done/ or "
        "failed/ in it.",
    )
    format = models.CharField(
        max_length=20, blank=True, help_text="Empty: told from what comes, which is usually right."
    )
    every_minutes = models.PositiveIntegerField(
        "every … minutes",
        default=15,
        validators=[MinValueValidator(1), MaxValueValidator(7 * 24 * 60)],
    )
    jitter_percent = models.PositiveSmallIntegerField(
        "give or take … percent",
        default=10,
        validators=[MaxValueValidator(50)],
        help_text="So that not all feeds are asked in the same moment.",
    )
    fetches_pages = models.BooleanField(
        "fetch the pages",
        default=False,
        help_text="Where an item is only a summary, fetch the page that it names. Pages named by "
        "sitemaps and lists of addresses are always fetched.",
    )
    heeds_robots = models.BooleanField(
        "heed robots.txt",
        default=True,
        help_text="Off only for your own site, or where the outlet has agreed to it.",
    )

    state = models.CharField(max_length=10, choices=FeedState.choices, default=FeedState.ACTIVE)
    paused_reason = models.TextField(blank=True, help_text="Why it is paused, and who paused it.")
    next_at = models.DateTimeField("next", db_default=Now(), help_text="When it is due.")
    failures = models.PositiveIntegerField(default=0, help_text="In a row.")
    last_error = models.TextField("latest error", blank=True)
    last_polled_at = models.DateTimeField("last asked", null=True, blank=True)
    last_success_at = models.DateTimeField("last success", null=True, blank=True)
    last_new_at = models.DateTimeField("last new story", null=True, blank=True)
    usual_gap = models.DurationField(
        null=True, blank=True, help_text="The usual time from one new story to the next."
    )
    arrivals = models.PositiveIntegerField(default=0)
    etag = models.TextField("ETag", blank=True)
    last_modified = models.TextField("Last-Modified", blank=True)
    moved_to = models.TextField(blank=True, help_text="The new address, if the server says so.")
    lists_left = ArrayField(
        models.TextField(),
        default=list,
        db_default=[],
        blank=True,
        editable=False,
        help_text="Lists of addresses that it names and that the next run reads.",
    )
    created_at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        ordering = ["name"]
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=FeedKind.values), name="feed_kind_known"),
            models.CheckConstraint(
                condition=Q(kind=FeedKind.WEB, folder="", url__startswith="http")
                | (Q(kind=FeedKind.FOLDER, url="") & ~Q(folder="")),
                name="feed_has_address_or_folder",
                violation_error_message="A feed has either a web address or a folder.",
            ),
            models.CheckConstraint(
                condition=Q(state=FeedState.ACTIVE, paused_reason="")
                | (Q(state=FeedState.PAUSED) & ~Q(paused_reason="")),
                name="feed_paused_with_reason",
                violation_error_message="A paused feed says why; an active one has nothing to say.",
            ),
            models.CheckConstraint(
                condition=Q(every_minutes__gte=1, jitter_percent__lte=50), name="feed_rhythm_sane"
            ),
            models.UniqueConstraint(
                "folder", condition=Q(kind=FeedKind.FOLDER), name="feed_one_per_folder"
            ),
        ]
        indexes = [
            # Used every minute, to find what is due.
            models.Index("next_at", condition=Q(state=FeedState.ACTIVE), name="feed_due"),
        ]
        triggers = [
            pgtrigger.Trigger(
                name="feed_asks_anew_when_changed",
                operation=pgtrigger.Update,
                when=pgtrigger.Before,
                condition=pgtrigger.AnyChange("url", "format", "fetches_pages", "outlet"),
                func="NEW.etag = ''; NEW.last_modified = ''; NEW.moved_to = ''; "
                "NEW.lists_left = '{}'; RETURN NEW;",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def place(self) -> str:
        return self.url or self.folder

    @property
    def rhythm(self) -> timedelta:
        return timedelta(minutes=self.every_minutes)

    @property
    def quiet_from(self) -> datetime | None:
        """When its silence becomes odd; None as long as nothing is known to be usual."""
        if self.last_new_at is None or self.usual_gap is None or self.arrivals < ENOUGH_ARRIVALS:
            return None
        return self.last_new_at + QUIET_FACTOR * max(self.usual_gap, self.rhythm)

    @property
    def trouble(self) -> str:
        """What is wrong, in a word; empty where nothing is."""
        if self.state == FeedState.PAUSED:
            return "paused"
        if self.failures:
            return "failing"
        return "quiet for long" if self.is_quiet else ""

    @property
    def is_quiet(self) -> bool:
        return (
            self.state == FeedState.ACTIVE
            and self.quiet_from is not None
            and self.quiet_from < timezone.now()
        )


def troubled_feeds(*, limit: int) -> list[Feed]:
    """Feeds that somebody should look at: paused, failing, or quiet for too long."""
    trouble = Q(state=FeedState.PAUSED) | Q(failures__gt=0)
    found = list(Feed.objects.filter(trouble).order_by("-last_polled_at", "pk")[:limit])
    silent = (
        Feed.objects.filter(state=FeedState.ACTIVE, arrivals__gte=ENOUGH_ARRIVALS, failures=0)
        .annotate(
            silence=ExpressionWrapper(Now() - F("last_new_at"), models.DurationField()),
        )
        .filter(silence__gt=F("usual_gap") * QUIET_FACTOR)
        .order_by("last_new_at")
    )
    found += [feed for feed in silent[: 10 * limit] if feed.is_quiet]
    return found[:limit]


class PageState(models.TextChoices):
    PENDING = "pending", "to be fetched"
    DONE = "done", "fetched"
    FAILED = "failed", "given up"


class FeedPage(models.Model):
    """A page that a feed has named. What is pending is fetched by the feed's next run.

    Kept here and not in memory, because a list may name more pages than one run fetches, and says
    nothing when it is asked again and has not changed.
    """

    feed = models.ForeignKey(Feed, models.CASCADE, related_name="pages")
    url = models.CharField(max_length=2000)
    state = models.CharField(max_length=10, choices=PageState.choices, default=PageState.PENDING)
    listed_version = models.DateTimeField(
        null=True, blank=True, help_text="When it last changed, by what the list says."
    )
    known = models.JSONField(
        default=dict, help_text="What the feed's item says of the story, with its summary."
    )
    attempts = models.PositiveSmallIntegerField(default=0)
    put_off = models.PositiveSmallIntegerField(
        default=0, help_text="How often its server asked us to wait with it."
    )
    fetched_at = models.DateTimeField(null=True, blank=True)
    etag = models.TextField(blank=True)
    last_modified = models.TextField(blank=True)
    created_at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        constraints = [
            models.UniqueConstraint("feed", "url", name="feedpage_once"),
            models.CheckConstraint(
                condition=Q(state__in=PageState.values), name="feedpage_state_known"
            ),
        ]
        indexes = [
            models.Index(
                "feed", F("id"), condition=Q(state=PageState.PENDING), name="feedpage_pending"
            ),
        ]

    def __str__(self) -> str:
        return self.url


class Host(models.Model):
    """A server that is fetched from: when it may be asked next, and what its robots.txt allows.

    In the database, so that all workers together are polite.
    """

    name = models.CharField(max_length=300, primary_key=True, help_text="With the port.")
    free_at = models.DateTimeField(db_default=Now())
    robots = models.TextField(blank=True)
    robots_fetched_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return self.name
