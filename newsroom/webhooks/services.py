"""Adding and changing webhooks."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone

from newsroom.accounts.models import User
from newsroom.changes.reading import latest_position
from newsroom.history import acting
from newsroom.webhooks.models import DeliveryState, Webhook, WebhookDelivery
from newsroom.webhooks.signing import new_secret

BOTH_SECRETS_FOR = timedelta(days=2)
"""How long messages carry the signature of the old secret too after a new one was made."""


@transaction.atomic
def add_webhook(
    *,
    name: str,
    url: str,
    types: Sequence[str] = (),
    unpublished: bool = False,
    contact: User | None = None,
    by: User,
) -> Webhook:
    """Tell `url` of what changes from now on. The secret is in the row, and shown once.

    Raises `ValidationError`.
    """
    position = latest_position()
    webhook = Webhook(
        name=name,
        url=url,
        types=list(types),
        unpublished=unpublished,
        contact=contact,
        secret=new_secret(),
        read_transaction=position.transaction,
        read_id=position.id,
        created_by=by,
    )
    webhook.clean_fields(exclude=["created_at", "created_by", "contact"])
    webhook.clean()
    with acting(by):
        webhook.save()
    return webhook


@transaction.atomic
def rotate_secret(*, webhook_id: int, by: User) -> Webhook:
    """Make a new secret. For a while messages carry both signatures."""
    with acting(by):
        webhook = Webhook.objects.select_for_update().get(pk=webhook_id)
        webhook.previous_secret = webhook.secret
        webhook.previous_until = timezone.now() + BOTH_SECRETS_FOR
        webhook.secret = new_secret()
        webhook.save(update_fields=["secret", "previous_secret", "previous_until"])
    return webhook


@transaction.atomic
def switch(*, webhook_id: int, on: bool, reason: str = "", by: User | None) -> Webhook:
    """Switch a webhook on or off. What happened while it was off is sent once it is on again."""
    with acting(by):
        webhook = Webhook.objects.select_for_update().get(pk=webhook_id)
        if on != (webhook.disabled_at is None):
            webhook.disabled_at = None if on else timezone.now()
            webhook.disabled_reason = "" if on else (reason or "Switched off by hand.")
            webhook.save(update_fields=["disabled_at", "disabled_reason"])
    return webhook


def replay(
    *, webhook_id: int, delivery_id: int | None = None, since: datetime | None = None
) -> int:
    """Send again: one message, or all that failed (since a moment); returns how many.

    They keep their ids, so that a receiver that had one after all passes it over.
    """
    chosen = WebhookDelivery.objects.filter(webhook=webhook_id).exclude(state=DeliveryState.WAITING)
    if delivery_id is not None:
        chosen = chosen.filter(pk=delivery_id)
    else:
        chosen = chosen.filter(state=DeliveryState.FAILED)
        if since is not None:
            chosen = chosen.filter(created_at__gte=since)
    return chosen.update(
        state=DeliveryState.WAITING,
        attempts=0,
        delivered_at=None,
        next_attempt_at=timezone.now(),
    )
