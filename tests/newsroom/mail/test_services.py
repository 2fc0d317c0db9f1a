"""The outbox: a mail is written with its change, sent once, tried again, and fails visibly."""

from __future__ import annotations

import smtplib
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.core import mail as outbox
from django.core.mail.backends.locmem import EmailBackend
from django.db import transaction
from django.utils import timezone

from newsroom.accounts.models import User
from newsroom.mail.models import Declined, Mail, MailKind, MailState
from newsroom.mail.services import (
    PAUSES,
    choose_kinds,
    deliver_mail,
    resend_due,
    send_again,
    wanted_kinds,
    write_mail,
)
from tests.database import at_once, refused_by
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def ana() -> User:
    return UserFactory.create(username="ana", email="ana@example.org")


def write(recipient: User, **fields: Any) -> bool:
    values = {
        "kind": MailKind.MENTION,
        "subject": "Bo mentions you",
        "body": "Look at this.",
        "path": "/admin/claims/claim/1/change/",
        "key": "mention:1:1",
    }
    return write_mail(recipient=recipient, **{**values, **fields})


class Refusing(EmailBackend):
    """A mail server that answers with `error`."""

    error: Exception = smtplib.SMTPServerDisconnected("gone")

    def send_messages(self, messages: Any) -> int:
        raise self.error


@pytest.fixture
def server_down(settings: Any) -> Iterator[type[Refusing]]:
    settings.EMAIL_BACKEND = f"{__name__}.Refusing"
    yield Refusing
    Refusing.error = smtplib.SMTPServerDisconnected("gone")


def test_a_mail_says_what_happened_where_and_how_to_decline(ana: User, settings: Any) -> None:
    settings.SITE_URL = "https://desk.example.org/"
    assert write(ana)
    row = Mail.objects.get()

    assert deliver_mail(mail_id=row.pk)

    (sent,) = outbox.outbox
    assert sent.to == ["ana@example.org"]
    assert sent.subject == "Bo mentions you"
    assert "https://desk.example.org/admin/claims/claim/1/change/" in sent.body
    assert "https://desk.example.org/admin/mail/mine/" in sent.body
    assert sent.extra_headers["Message-ID"].endswith("@desk.example.org>")
    row.refresh_from_db()
    assert (row.state, row.error) == (MailState.SENT, "")
    assert row.sent_at is not None


def test_what_is_rolled_back_is_not_mailed(ana: User) -> None:
    with transaction.atomic():
        write(ana)
        transaction.set_rollback(True)

    assert not Mail.objects.exists()


def test_one_event_makes_one_mail(ana: User) -> None:
    assert write(ana)
    assert not write(ana, subject="Again")
    assert [row.subject for row in Mail.objects.all()] == ["Bo mentions you"]


def test_a_mail_is_sent_once_however_often_it_is_asked_for(ana: User) -> None:
    write(ana)
    row = Mail.objects.get()

    assert [deliver_mail(mail_id=row.pk) for _ in range(3)] == [True, False, False]

    assert len(outbox.outbox) == 1


@pytest.mark.django_db(transaction=True)
def test_two_workers_send_it_once(ana: User) -> None:
    write(ana)
    key = Mail.objects.get().pk

    results = at_once(lambda: deliver_mail(mail_id=key), lambda: deliver_mail(mail_id=key))

    assert sorted(results) == [False, True]
    assert len(outbox.outbox) == 1


@pytest.mark.parametrize("fields", [{"email": ""}, {"is_active": False}])
def test_who_cannot_be_reached_gets_none(fields: dict[str, Any]) -> None:
    person = UserFactory.create(**{"email": "bo@example.org", **fields})
    assert not write(person)
    assert not Mail.objects.exists()


def test_a_kind_can_be_declined_and_wanted_again(ana: User) -> None:
    choose_kinds(wanted=[MailKind.RETURN], by=ana)
    assert wanted_kinds(ana) == [MailKind.RETURN]
    assert not write(ana)
    assert write(ana, kind=MailKind.RETURN, key="return:1")

    choose_kinds(wanted=list(MailKind), by=ana)
    assert write(ana)
    assert not Declined.objects.exists()


def test_what_is_declined_before_it_goes_out_is_cancelled(ana: User) -> None:
    write(ana)
    choose_kinds(wanted=[], by=ana)
    row = Mail.objects.get()

    assert not deliver_mail(mail_id=row.pk)

    row.refresh_from_db()
    assert row.state == MailState.CANCELLED
    assert "Not wanted" in row.error
    assert outbox.outbox == []


def test_a_server_that_is_down_is_tried_again_later_and_then_it_is_a_failure(
    ana: User, server_down: type[Refusing]
) -> None:
    write(ana)
    row = Mail.objects.get()
    now = timezone.now()
    for pause in [*PAUSES, None]:
        with time_machine.travel(now, tick=False):
            assert not deliver_mail(mail_id=row.pk)
            row.refresh_from_db()
            assert "gone" in row.error
            if pause is not None:
                assert row.state == MailState.WAITING
                assert row.next_attempt_at == timezone.now() + pause
                assert not deliver_mail(mail_id=row.pk), "it is not due yet"
                now += pause
    assert row.state == MailState.FAILED
    assert row.attempts == len(PAUSES) + 1


def test_an_address_that_does_not_exist_is_not_tried_again(
    ana: User, server_down: type[Refusing]
) -> None:
    server_down.error = smtplib.SMTPRecipientsRefused({"ana@example.org": (550, b"no such user")})
    write(ana)
    row = Mail.objects.get()

    deliver_mail(mail_id=row.pk)

    row.refresh_from_db()
    assert row.state == MailState.FAILED


def test_what_a_dead_worker_left_is_announced_again(ana: User, monkeypatch: Any) -> None:
    sent: list[int] = []
    monkeypatch.setattr("newsroom.waking.current_app.send_task", lambda _, args: sent.extend(args))
    write(ana)
    row = Mail.objects.get()
    Mail.objects.update(attempts=1, next_attempt_at=timezone.now() + timedelta(minutes=5))
    assert resend_due() == 0
    with time_machine.travel(timezone.now() + timedelta(minutes=6)):
        assert resend_due() == 1
    assert sent == [row.pk]


def test_a_failed_mail_is_sent_again_on_request(ana: User, editor: User) -> None:
    write(ana)
    Mail.objects.update(state=MailState.FAILED, next_attempt_at=None, error="gone", attempts=6)

    assert send_again(mails=Mail.objects.all(), by=editor) == 1

    assert deliver_mail(mail_id=Mail.objects.get().pk)
    assert send_again(mails=Mail.objects.all(), by=editor) == 0


def test_a_subject_cannot_smuggle_in_a_header(ana: User) -> None:
    write(ana, subject="Hello\r\nBcc: everybody@example.org")
    assert Mail.objects.get().subject == "Hello Bcc: everybody@example.org"
    with refused_by("mail_subject_is_one_line"):
        Mail.objects.create(
            key="x", recipient=ana, kind="mention", subject="a\nb", next_attempt_at=timezone.now()
        )


def test_the_database_keeps_what_was_said_and_sent(ana: User) -> None:
    write(ana)
    with refused_by("mail_says_what_it_said"):
        Mail.objects.update(body="Something else")
    deliver_mail(mail_id=Mail.objects.get().pk)
    with refused_by("mail_sent_stays_sent"):
        Mail.objects.update(state=MailState.WAITING, sent_at=None, next_attempt_at=timezone.now())
