"""Everybody's own page, and the list of what was mailed."""

from __future__ import annotations

import pytest
from django.test import Client
from django.utils import timezone

from newsroom.accounts.models import User
from newsroom.mail.models import Mail, MailKind, MailState
from newsroom.mail.services import wanted_kinds
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db

MINE = "/admin/mail/mine/"


def failed(recipient: User) -> Mail:
    return Mail.objects.create(
        key="k", recipient=recipient, kind=MailKind.RETURN, subject="Returned <b>", body="…",
        state=MailState.FAILED, error="SMTPServerDisconnected: gone", attempts=6,
    )  # fmt: skip


def test_a_person_chooses_which_mails_to_get(editor_client: Client, editor: User) -> None:
    page = editor_client.post(MINE, {"wanted": ["return", "mention"]}, follow=True)

    assert "This holds from now on." in page.text
    assert wanted_kinds(editor) == [MailKind.MENTION, MailKind.RETURN]


def test_what_is_no_kind_changes_nothing(editor_client: Client, editor: User) -> None:
    page = editor_client.post(MINE, {"wanted": ["return", "lottery"]})

    assert page.status_code == 200
    assert "Choose among the kinds below." in page.text
    assert wanted_kinds(editor) == list(MailKind)


def test_a_person_sees_only_their_own_mails_there(editor_client: Client, editor: User) -> None:
    failed(editor)
    assert "Returned &lt;b&gt;" in editor_client.get(MINE).text
    Mail.objects.all()._raw_delete("default")
    failed(UserFactory.create())
    page = editor_client.get(MINE)
    assert "Returned" not in page.text
    assert "None so far." in page.text


def test_a_stranger_is_asked_to_sign_in(client: Client) -> None:
    assert client.get(MINE).status_code == 302


def test_a_failed_mail_is_found_and_sent_again(editor_client: Client, editor: User) -> None:
    mail = failed(editor)
    assert "failed" in editor_client.get("/admin/mail/mail/").text
    page = editor_client.post(
        "/admin/mail/mail/",
        {"action": "send_again", "_selected_action": [mail.pk]},
        follow=True,
    )
    assert "1 will be tried again now." in page.text
    mail.refresh_from_db()
    assert mail.state == MailState.WAITING
    assert mail.next_attempt_at is not None
    assert mail.next_attempt_at <= timezone.now()
