"""Who is told of changes, and what became of each message."""

from __future__ import annotations

import pghistory
import pgtrigger
from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now

from newsroom.changes.models import TYPES


@pghistory.track(
    pghistory.InsertEvent(),
    # Not for each message: who changed where changes go is what one looks for.
    pghistory.UpdateEvent(
        condition=pgtrigger.AnyChange("url", "types", "unpublished", "disabled_at", "name")
    ),
    pghistory.DeleteEvent(),
    exclude=["secret", "previous_secret", "read_transaction", "read_id", "sending_until"],
)
class Webhook(models.Model):
    """An address that is told of changes, from the moment it was added on."""

    name = models.CharField(max_length=100, help_text="Which program listens there.")
    url = models.URLField("address", max_length=500)
    types = ArrayField(
        models.CharField(max_length=40),
        default=list,
        blank=True,
        help_text="Of changes, with commas: claim.state_changed, article.created … Empty: all.",
    )
    unpublished = models.BooleanField(
        "unpublished work too",
        default=False,
        help_text="Otherwise it is told only of what every reader may see.",
    )
    contact = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        help_text="Who gets the mail when it is switched off. Empty: the administrators.",
    )
    secret = models.CharField(max_length=100, editable=False)
    previous_secret = models.CharField(max_length=100, blank=True, editable=False)
    previous_until = models.DateTimeField(null=True, editable=False)
    read_transaction = models.BigIntegerField(default=0, editable=False)
    read_id = models.BigIntegerField(default=0, editable=False)
    sending_until = models.DateTimeField(
        null=True, editable=False, help_text="A message is on its way, at the longest until then."
    )
    disabled_at = models.DateTimeField("switched off", null=True, blank=True, editable=False)
    disabled_reason = models.TextField(blank=True, editable=False)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, editable=False, related_name="+"
    )
    created_at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(condition=~Q(secret=""), name="webhook_has_secret"),
            models.CheckConstraint(
                condition=Q(previous_secret="", previous_until__isnull=True)
                | (~Q(previous_secret="") & Q(previous_until__isnull=False)),
                name="webhook_previous_secret_ends",
            ),
            models.CheckConstraint(
                condition=Q(disabled_at__isnull=True, disabled_reason="")
                | (Q(disabled_at__isnull=False) & ~Q(disabled_reason="")),
                name="webhook_disabled_says_why",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        if unknown := sorted(set(self.types) - set(TYPES)):
            message = f"There is no “{unknown[0]}”; there are {', '.join(TYPES)}."
            raise ValidationError({"types": message})


class DeliveryState(models.TextChoices):
    WAITING = "waiting", "waiting"
    DELIVERED = "delivered", "delivered"
    FAILED = "failed", "failed"


class WebhookDelivery(models.Model):
    """One message to one webhook, and how its sending went."""

    webhook = models.ForeignKey(Webhook, models.CASCADE, related_name="deliveries")
    change_id = models.BigIntegerField(help_text="Of the change that it tells of.")
    message_id = models.CharField(
        max_length=40, unique=True, help_text="The same at each attempt: receivers go by it."
    )
    type = models.CharField(max_length=40)
    payload = models.JSONField()
    state = models.CharField(
        max_length=10, choices=DeliveryState.choices, default=DeliveryState.WAITING
    )
    attempts = models.PositiveSmallIntegerField(default=0)
    next_attempt_at = models.DateTimeField(null=True, db_default=Now())
    delivered_at = models.DateTimeField(null=True)
    status = models.PositiveSmallIntegerField(null=True, help_text="HTTP status last answered.")
    answer = models.TextField(blank=True, help_text="What was answered last, or what went wrong.")
    created_at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        ordering = ["-id"]
        verbose_name_plural = "webhook deliveries"
        constraints = [
            # Reading the changes again makes no second message.
            models.UniqueConstraint("webhook", "change_id", name="delivery_once_per_change"),
            models.CheckConstraint(
                condition=Q(state=DeliveryState.WAITING, next_attempt_at__isnull=False)
                | (~Q(state=DeliveryState.WAITING) & Q(next_attempt_at__isnull=True)),
                name="delivery_due_while_waiting",
            ),
            models.CheckConstraint(
                condition=Q(state=DeliveryState.DELIVERED, delivered_at__isnull=False)
                | (~Q(state=DeliveryState.DELIVERED) & Q(delivered_at__isnull=True)),
                name="delivery_delivered_at",
            ),
        ]
        indexes = [
            # Used by the worker that sends what is due.
            models.Index(
                "next_attempt_at",
                condition=Q(state=DeliveryState.WAITING),
                name="webhook_delivery_due",
            ),
            models.Index("webhook", F("id").desc(), name="webhook_delivery_log"),
        ]

    def __str__(self) -> str:
        return f"{self.type} to {self.webhook}"
