"""Writing mails with the change that they tell of, and sending them afterwards."""

from __future__ import annotations

import logging
from collections.abc import Collection
from datetime import timedelta
from smtplib import SMTPException, SMTPRecipientsRefused

from django.conf import settings
from django.core.mail import EmailMessage
from django.db import transaction
from django.db.models import F, QuerySet
from django.utils import timezone

from newsroom.accounts.models import User
from newsroom.mail.models import Declined, Mail, MailKind, MailState
from newsroom.shortening import shortened
from newsroom.waking import wake

logger = logging.getLogger(__name__)

DELIVER_TASK = "newsroom.deliver_mail"

PAUSES = (
    timedelta(minutes=1),
    timedelta(minutes=5),
    timedelta(minutes=30),
    timedelta(hours=2),
    timedelta(hours=6),
)
"""After the first attempt that failed, the second … After the last of them the mail has failed."""

LEASE = timedelta(minutes=5)
"""How long a worker may take to send one mail. After that another one tries."""

MOST_AT_ONCE = 500


def write_mail(
    *, recipient: User, kind: MailKind, subject: str, body: str, path: str, key: str
) -> bool:
    """Put a mail into the outbox, in the transaction of the change that it tells of.

    `path` is the page that the mail leads to; `key` names the event. Nothing is written for whoever
    has no address, has left, or declined this kind, and for an event that has its mail already.
    Returns whether a mail was written; it is sent once the transaction has committed.
    """
    if not _wants(recipient, kind):
        return False
    mail, written = Mail.objects.get_or_create(
        key=key,
        defaults={
            "recipient": recipient,
            "kind": kind,
            "subject": _one_line(subject),
            "body": f"{body.strip()}\n\n{_address(path)}\n\n{_footer()}",
            "next_attempt_at": timezone.now(),
        },
    )
    if written:
        transaction.on_commit(lambda: _announce([mail.pk]))
    return written


def deliver_mail(*, mail_id: int) -> bool:
    """Send one mail; returns whether it is on its way. Safe to call at any time, and twice at once.

    A worker that dies between the server's “accepted” and our writing it down sends the mail again
    later: nothing can rule that out. Both then have the same Message-ID.
    """
    mail = _take(mail_id)
    if mail is None:
        return False
    if mail.attempts > len(PAUSES) + 1:
        _settle(mail, MailState.FAILED, "Each worker that tried to send it ended meanwhile.")
        return False
    if not _wants(mail.recipient, MailKind(mail.kind)):
        _settle(mail, MailState.CANCELLED, "Not wanted any more when it was to be sent.")
        return False
    try:
        _message(mail).send()
    # Of a header or an address that cannot be written, Python says ValueError.
    except (SMTPException, OSError, ValueError) as error:
        _put_off(mail, error)
        return False
    _settle(mail, MailState.SENT)
    return True


def resend_due(*, limit: int = MOST_AT_ONCE) -> int:
    """Announce what is due: what no worker was told of, and what is to be tried again.

    Used by the sweep. Two sweeps at once may announce a mail twice; one worker gets it.
    """
    due = Mail.objects.filter(state=MailState.WAITING, next_attempt_at__lte=timezone.now())
    return _announce(list(due.order_by("next_attempt_at").values_list("pk", flat=True)[:limit]))


@transaction.atomic
def send_again(*, mails: QuerySet[Mail], by: User) -> int:
    """Try those again that have failed; returns how many. `by` is whoever asked for it."""
    failed = mails.filter(state=MailState.FAILED)
    keys = list(failed.select_for_update().values_list("pk", flat=True)[:MOST_AT_ONCE])
    Mail.objects.filter(pk__in=keys).update(
        state=MailState.WAITING, attempts=0, next_attempt_at=timezone.now(), error=""
    )
    logger.info("%s asked to send %d failed mails again", by.get_username(), len(keys))
    transaction.on_commit(lambda: _announce(keys))
    return len(keys)


@transaction.atomic
def choose_kinds(*, wanted: Collection[MailKind], by: User) -> None:
    """From now on this person gets the wanted kinds of mail and no others."""
    declined = [kind for kind in MailKind if kind not in wanted]
    Declined.objects.filter(user=by).exclude(kind__in=declined).delete()
    Declined.objects.bulk_create(
        [Declined(user=by, kind=kind) for kind in declined], ignore_conflicts=True
    )


def wanted_kinds(user: User) -> list[MailKind]:
    declined = set(Declined.objects.filter(user=user).values_list("kind", flat=True))
    return [kind for kind in MailKind if kind not in declined]


def _wants(user: User, kind: MailKind) -> bool:
    return (
        user.is_active
        and bool(user.email)
        and not Declined.objects.filter(user=user, kind=kind).exists()
    )


def _take(mail_id: int) -> Mail | None:
    """The mail, ours until the lease ends; None if it is not due, or somebody else has it."""
    now = timezone.now()
    due = Mail.objects.filter(pk=mail_id, state=MailState.WAITING, next_attempt_at__lte=now)
    taken = due.update(attempts=F("attempts") + 1, next_attempt_at=now + LEASE)
    return Mail.objects.select_related("recipient").get(pk=mail_id) if taken else None


def _settle(mail: Mail, state: MailState, error: str = "") -> None:
    """Unless another worker, for whom ours had taken too long, has the mail by now."""
    sent_at = timezone.now() if state == MailState.SENT else None
    Mail.objects.filter(pk=mail.pk, state=MailState.WAITING, attempts=mail.attempts).update(
        state=state, error=error, sent_at=sent_at, next_attempt_at=None
    )


def _put_off(mail: Mail, error: Exception) -> None:
    why = f"{type(error).__name__}: {error}"[:2000]
    if mail.attempts > len(PAUSES) or _is_final(error):
        _settle(mail, MailState.FAILED, why)
        return
    Mail.objects.filter(pk=mail.pk, state=MailState.WAITING, attempts=mail.attempts).update(
        error=why, next_attempt_at=timezone.now() + PAUSES[mail.attempts - 1]
    )


def _is_final(error: Exception) -> bool:
    """Whether trying again is useless: the server knows no such address, or none can be written."""
    if isinstance(error, SMTPRecipientsRefused):
        return all(code >= 500 for code, _ in error.recipients.values())
    return isinstance(error, ValueError)


def _message(mail: Mail) -> EmailMessage:
    host = settings.SITE_URL.partition("//")[2].partition("/")[0].partition(":")[0]
    return EmailMessage(
        subject=mail.subject,
        body=mail.body,
        to=[mail.recipient.email],
        headers={
            "Message-ID": f"<mail-{mail.pk}-{mail.created_at:%Y%m%d%H%M%S}@{host or 'localhost'}>",
            "Auto-Submitted": "auto-generated",
        },
    )


def _announce(mail_ids: list[int]) -> int:
    for sent, mail_id in enumerate(mail_ids):
        if not wake(DELIVER_TASK, mail_id):
            return sent
    return len(mail_ids)


def _one_line(text: str) -> str:
    return shortened(" ".join(text.split()), 200)


def _address(path: str) -> str:
    return f"{settings.SITE_URL.rstrip('/')}{path}"


def _footer() -> str:
    return f"-- \nWhich of these mails you get: {_address('/admin/mail/mine/')}"
