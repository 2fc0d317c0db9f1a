"""What people say to each other about a claim while they work on it."""

from __future__ import annotations

import pghistory
import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Length, Now
from django.db.models.lookups import LessThanOrEqual

from claims.models.claims import Claim
from newsroom.shortening import shortened
from newsroom.triggers import refusal, refuse

LONGEST_COMMENT = 5000


@pghistory.track(pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent())
class Comment(models.Model):
    """A remark on a claim. It is never deleted: edited it says so, and so it does withdrawn.

    A withdrawn comment keeps its text for the history and is shown without it.
    """

    claim = models.ForeignKey(Claim, models.PROTECT, related_name="comments")
    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="comments")
    text = models.TextField(help_text="@username tells that person of it.")
    created_at = models.DateTimeField(db_default=Now(), editable=False)
    edited_at = models.DateTimeField(
        null=True, blank=True, editable=False, help_text="Written by the database."
    )
    withdrawn_at = models.DateTimeField(null=True, blank=True, editable=False)
    withdrawn_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        related_name="+",
    )

    class Meta:
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(condition=Q(text__regex=r"\S"), name="comment_has_text"),
            models.CheckConstraint(
                condition=LessThanOrEqual(Length("text"), LONGEST_COMMENT),
                name="comment_length",
                violation_error_message=f"A comment has at most {LONGEST_COMMENT} characters.",
            ),
            models.CheckConstraint(
                condition=Q(withdrawn_at__isnull=True, withdrawn_by__isnull=True)
                | Q(withdrawn_at__isnull=False, withdrawn_by__isnull=False),
                name="comment_withdrawn_by_and_at",
            ),
        ]
        indexes = [
            # Used by the claim page, which shows the latest.
            models.Index("claim", F("id").desc(), name="comment_by_claim"),
        ]
        triggers = [
            refuse(
                name="comment_keeps_author_and_claim",
                operation=pgtrigger.Update,
                condition=pgtrigger.AnyChange("claim", "author", "created_at"),
                message="A comment keeps its author, its claim and its time.",
            ),
            pgtrigger.Trigger(
                name="comment_edit_is_visible",
                operation=pgtrigger.Update,
                when=pgtrigger.Before,
                condition=pgtrigger.AnyChange("text", "edited_at", "withdrawn_at", "withdrawn_by"),
                func=(
                    "IF OLD.withdrawn_at IS NOT NULL THEN "
                    + refusal(
                        constraint="comment_withdrawn_stands",
                        message="A comment that was withdrawn does not change any more.",
                    )
                    + " END IF; IF NEW.text <> OLD.text THEN "
                    "NEW.edited_at = statement_timestamp(); "
                    "ELSE NEW.edited_at = OLD.edited_at; END IF; RETURN NEW;"
                ),
            ),
            refuse(
                name="comment_is_never_deleted",
                operation=pgtrigger.Delete,
                message="A comment is never deleted; withdraw it instead.",
            ),
        ]

    def __str__(self) -> str:
        return shortened(self.text, 80)

    @property
    def is_withdrawn(self) -> bool:
        return self.withdrawn_at is not None


class Mention(models.Model):
    """A person named in a comment. `read_at` is when they said that they have seen it.

    Not tracked by the history: it follows from the comment's text, which is.
    """

    comment = models.ForeignKey(Comment, models.PROTECT, related_name="mentions")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="mentions")
    read_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint("comment", "person", name="mention_once_per_comment"),
        ]
        indexes = [
            # Used by “my work”.
            models.Index(
                "person", F("id").desc(), condition=Q(read_at__isnull=True), name="mention_unread"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person_id} in comment {self.comment_id}"


class Reminder(models.Model):
    """This person was reminded that the claim was due then: once is enough."""

    claim = models.ForeignKey(Claim, models.PROTECT, related_name="reminders")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    due = models.DateTimeField()
    at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        constraints = [
            models.UniqueConstraint("claim", "due", "person", name="reminder_once"),
        ]

    def __str__(self) -> str:
        return f"{self.person_id} of claim {self.claim_id}, due {self.due:%Y-%m-%d %H:%M}"
