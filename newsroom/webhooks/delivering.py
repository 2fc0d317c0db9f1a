"""From the outbox to the receivers: each change becomes a message, each message is sent until it
arrives or its receiver is given up."""

from __future__ import annotations

import json
import time
import uuid
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.db.models import Min, Q, QuerySet
from django.utils import timezone

from newsroom.accounts.models import User
from newsroom.changes.models import Change
from newsroom.changes.reading import Position, read_on
from newsroom.imports.http.outcomes import Unfetchable
from newsroom.imports.http.sending import Answered, post
from newsroom.mail.models import MailKind
from newsroom.mail.services import write_mail
from newsroom.webhooks.models import DeliveryState, Webhook, WebhookDelivery
from newsroom.webhooks.services import switch
from newsroom.webhooks.signing import signature

PAUSES = (
    timedelta(seconds=5),
    timedelta(minutes=5),
    timedelta(minutes=30),
    timedelta(hours=2),
    timedelta(hours=5),
    timedelta(hours=10),
    timedelta(hours=14),
)
"""After the first attempt that failed, the second … After the last of them the receiver is off."""
LEASE = timedelta(minutes=2)
AT_ONCE = 200
RUN = timedelta(seconds=20)
"""After this time no further message is begun: whatever waits behind this run has its turn."""
KEPT = timedelta(days=30)
GONE = 410


def make_messages() -> int:
    """Write a message for each new change and each webhook that wants it; returns how many."""
    made = 0
    for webhook_id in Webhook.objects.filter(disabled_at=None).values_list("pk", flat=True):
        made += _make_for(webhook_id)
    return made


@transaction.atomic
def _make_for(webhook_id: int) -> int:
    webhook = (
        Webhook.objects.select_for_update(skip_locked=True)
        .filter(pk=webhook_id, disabled_at=None)
        .first()
    )
    if webhook is None:
        return 0
    before = Position(webhook.read_transaction, webhook.read_id)
    read = read_on(before, limit=AT_ONCE, types=webhook.types, public_only=not webhook.unpublished)
    made = WebhookDelivery.objects.bulk_create(
        [_message(webhook, change) for change in read.changes], ignore_conflicts=True
    )
    if read.reached != before:
        Webhook.objects.filter(pk=webhook.pk).update(
            read_transaction=read.reached.transaction, read_id=read.reached.id
        )
    return len(made)


def _message(webhook: Webhook, change: Change) -> WebhookDelivery:
    return WebhookDelivery(
        webhook=webhook,
        change_id=change.pk,
        message_id=f"msg_{uuid.uuid4().hex}",
        type=change.type,
        payload={
            "type": change.type,
            "timestamp": change.at.isoformat(),
            "data": {"subject": change.subject, "id": change.subject_id, **change.data},
        },
        next_attempt_at=timezone.now(),
    )


def send_due() -> int:
    """Send what is due; returns how many were tried. Any number of workers may do this at once.

    The webhooks take turns, and to each goes one message at a time: one with much to send, or slow
    to answer, holds up neither the others nor more than one worker, and that not for long.
    """
    tried, until = 0, time.monotonic() + RUN.total_seconds()
    while tried < AT_ONCE and (turn := _webhooks_with_due()):
        taken = 0
        for webhook_id in turn[: AT_ONCE - tried]:
            if time.monotonic() > until:
                return tried + taken
            delivery = _take(webhook_id)
            if delivery is not None:
                _record(delivery, _send(delivery))
                taken += 1
        if not taken:
            break  # another worker has them
        tried += taken
    return tried


def _webhooks_with_due() -> list[int]:
    """Whoever waits longest comes first."""
    waiting = _due().values("webhook").annotate(since=Min("next_attempt_at")).order_by("since")
    return list(waiting.values_list("webhook", flat=True))


def _due() -> QuerySet[WebhookDelivery]:
    now = timezone.now()
    idle = Q(webhook__sending_until=None) | Q(webhook__sending_until__lte=now)
    return WebhookDelivery.objects.filter(
        idle,
        state=DeliveryState.WAITING,
        next_attempt_at__lte=now,
        webhook__disabled_at=None,
    )


@transaction.atomic
def _take(webhook_id: int) -> WebhookDelivery | None:
    """Take one message, and the webhook with it, for as long as a lease; the connection is made
    outside the transaction."""
    webhook = Webhook.objects.filter(pk=webhook_id).select_for_update(skip_locked=True).first()
    if webhook is None:
        return None
    # Asked with the webhook in hand: who had it before may have sent this meanwhile.
    due = _due().filter(webhook=webhook).order_by("next_attempt_at", "pk").first()
    if due is not None:
        due.webhook = webhook
        due.attempts += 1
        due.next_attempt_at = webhook.sending_until = timezone.now() + LEASE
        due.save(update_fields=["attempts", "next_attempt_at"])
        webhook.save(update_fields=["sending_until"])
    return due


def _send(delivery: WebhookDelivery) -> Answered | Unfetchable:
    webhook = delivery.webhook
    now = timezone.now()
    body = json.dumps(delivery.payload, ensure_ascii=False, separators=(",", ":")).encode()
    secrets = [webhook.secret]
    if webhook.previous_until is not None and webhook.previous_until > now:
        secrets.append(webhook.previous_secret)
    timestamp = int(now.timestamp())
    signatures = [
        signature(one, message_id=delivery.message_id, timestamp=timestamp, body=body)
        for one in secrets
    ]
    headers = {
        "webhook-id": delivery.message_id,
        "webhook-timestamp": str(timestamp),
        "webhook-signature": " ".join(signatures),
    }
    return post(webhook.url, body=body, headers=headers)


def _record(delivery: WebhookDelivery, outcome: Answered | Unfetchable) -> None:
    now = timezone.now()
    status = outcome.status
    arrived = isinstance(outcome, Answered) and 200 <= outcome.status < 300
    said = outcome.beginning if isinstance(outcome, Answered) else outcome.message
    values: dict[str, Any] = {"status": status, "answer": said[:2000].replace("\x00", "")}
    if arrived:
        values |= {
            "state": DeliveryState.DELIVERED,
            "delivered_at": now,
            "next_attempt_at": None,
        }
    elif delivery.attempts > len(PAUSES) or status == GONE:
        values |= {"state": DeliveryState.FAILED, "next_attempt_at": None}
    else:
        pause = PAUSES[delivery.attempts - 1]
        if outcome.retry_after is not None:
            pause = max(pause, min(outcome.retry_after, PAUSES[-1]))
        values["next_attempt_at"] = now + pause
    with transaction.atomic():
        Webhook.objects.filter(
            pk=delivery.webhook_id, sending_until=delivery.webhook.sending_until
        ).update(sending_until=None)
        # By the attempt: one that was taken for dead meanwhile leaves the row to the other.
        updated = WebhookDelivery.objects.filter(
            pk=delivery.pk, attempts=delivery.attempts, state=DeliveryState.WAITING
        ).update(**values)
        if updated and values.get("state") == DeliveryState.FAILED:
            _give_up(delivery, said)


def _give_up(delivery: WebhookDelivery, said: str) -> None:
    """Switch the webhook off, and tell whoever can see to it."""
    webhook = delivery.webhook
    reason = (
        f"After {delivery.attempts} attempts {delivery.message_id} did not arrive: {said[:300]}"
    )
    off = switch(webhook_id=webhook.pk, on=False, reason=reason, by=None)
    for recipient in _recipients(webhook):
        write_mail(
            recipient=recipient,
            kind=MailKind.WEBHOOK,
            subject=f"The webhook {webhook.name} is switched off",
            body=f"{webhook.url} did not take our messages.\n\n{reason}\n\n"
            "Nothing is lost: set right what is wrong there, then switch it on again; what "
            "happened meanwhile is sent then, and what failed can be sent again.",
            path=f"/admin/webhooks/webhook/{webhook.pk}/change/",
            # Once each time that it is switched off, whichever message that was for.
            key=f"webhook:{webhook.pk}:{off.disabled_at}:{recipient.pk}",
        )


def _recipients(webhook: Webhook) -> list[User]:
    if webhook.contact is not None:
        return [webhook.contact]
    return list(User.objects.filter(is_superuser=True, is_active=True).exclude(email="")[:20])


def forget_old_deliveries() -> int:
    """Delete the log of what arrived long ago. Used by the sweep."""
    old = WebhookDelivery.objects.filter(
        state=DeliveryState.DELIVERED, delivered_at__lt=timezone.now() - KEPT
    )
    return old.delete()[0]
