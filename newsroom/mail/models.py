"""E-mails as rows: written with the change that they tell of, sent by a worker, never lost."""

from __future__ import annotations

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now

from newsroom.triggers import refuse


class MailKind(models.TextChoices):
    """What a mail tells; each can be declined by whoever does not want it."""

    ASSIGNMENT = "assignment", "a claim is assigned to me"
    MENTION = "mention", "somebody mentions me in a comment"
    RETURN = "return", "a check of mine is returned"
    OVERDUE = "overdue", "a claim of mine is overdue"
    WEBHOOK = "webhook", "a webhook is switched off"


class MailState(models.TextChoices):
    WAITING = "waiting", "waiting"
    SENT = "sent", "sent"
    FAILED = "failed", "failed"
    CANCELLED = "cancelled", "cancelled"


class Mail(models.Model):
    """One mail to one person. What it says is fixed when it is written; only sending is left.

    `key` names the event, so that the same event never makes a second mail. Not tracked by the
    history: its own columns say all that happens to it.
    """

    key = models.CharField(max_length=200, unique=True, editable=False)
    recipient = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="mails")
    kind = models.CharField(max_length=12, choices=MailKind.choices)
    subject = models.CharField(max_length=200)
    body = models.TextField()
    created_at = models.DateTimeField(db_default=Now(), editable=False)

    state = models.CharField(
        max_length=10, choices=MailState.choices, default=MailState.WAITING, editable=False
    )
    attempts = models.PositiveSmallIntegerField(default=0, editable=False)
    next_attempt_at = models.DateTimeField(null=True, blank=True, editable=False)
    sent_at = models.DateTimeField(null=True, blank=True, editable=False)
    error = models.TextField(
        blank=True, editable=False, help_text="Why it was not sent, or not at the first attempt."
    )

    class Meta:
        ordering = ["-id"]
        verbose_name = "e-mail"
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=MailState.values), name="mail_state_known"
            ),
            models.CheckConstraint(condition=Q(kind__in=MailKind.values), name="mail_kind_known"),
            models.CheckConstraint(
                condition=Q(state=MailState.WAITING, next_attempt_at__isnull=False)
                | (~Q(state=MailState.WAITING) & Q(next_attempt_at__isnull=True)),
                name="mail_next_attempt_while_waiting",
            ),
            models.CheckConstraint(
                condition=Q(state=MailState.SENT, sent_at__isnull=False)
                | (~Q(state=MailState.SENT) & Q(sent_at__isnull=True)),
                name="mail_sent_at_when_sent",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=(MailState.FAILED, MailState.CANCELLED)) | ~Q(error=""),
                name="mail_unsent_says_why",
            ),
            # A line break in a header would begin another header.
            models.CheckConstraint(
                condition=~Q(subject="") & ~Q(subject__regex=r"[\r\n]"),
                name="mail_subject_is_one_line",
            ),
        ]
        indexes = [
            # Used by the sweep.
            models.Index("next_attempt_at", condition=Q(state=MailState.WAITING), name="mail_due"),
            # Used by the dashboard.
            models.Index(F("id").desc(), condition=Q(state=MailState.FAILED), name="mail_failed"),
            models.Index("recipient", F("id").desc(), name="mail_by_recipient"),
        ]
        triggers = [
            refuse(
                name="mail_says_what_it_said",
                operation=pgtrigger.Update,
                condition=pgtrigger.AnyChange(
                    "key", "recipient", "kind", "subject", "body", "created_at"
                ),
                message="A mail is not changed after it was written.",
            ),
            refuse(
                name="mail_sent_stays_sent",
                operation=pgtrigger.Update,
                condition=pgtrigger.Q(old__state=MailState.SENT.value),
                message="What was sent cannot be taken back.",
            ),
        ]

    def __str__(self) -> str:
        return self.subject


class Declined(models.Model):
    """A person does not want mails of this kind."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="declined_mail")
    kind = models.CharField(max_length=12, choices=MailKind.choices)

    class Meta:
        verbose_name_plural = "declined"
        constraints = [
            models.UniqueConstraint("user", "kind", name="declined_once"),
            models.CheckConstraint(
                condition=Q(kind__in=MailKind.values), name="declined_kind_known"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user_id} declines: {self.get_kind_display()}"
