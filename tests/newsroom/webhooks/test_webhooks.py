"""Webhooks: signed, sent from what was committed, until they arrive or are given up."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from collections.abc import Iterator
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from django.utils import timezone

from newsroom.accounts.models import User
from newsroom.mail.models import Mail
from newsroom.webhooks import delivering
from newsroom.webhooks.delivering import PAUSES, make_messages, send_due
from newsroom.webhooks.models import DeliveryState, Webhook, WebhookDelivery
from newsroom.webhooks.services import add_webhook, replay, rotate_secret, switch
from tests.database import until_settled
from tests.factories import ClaimFactory, RevisionFactory, UserFactory
from tests.newsroom.api.clients import api_client

pytestmark = pytest.mark.django_db(transaction=True)


class Receiver:
    """A real server that keeps what it gets and answers with `status`."""

    def __init__(self) -> None:
        self.got: list[tuple[dict[str, str], bytes]] = []
        self.status = 204
        self.headers: dict[str, str] = {}
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                outer.got.append(({k.lower(): v for k, v in self.headers.items()}, body))
                self.send_response(outer.status)
                for name, value in outer.headers.items():
                    self.send_header(name, value)
                self.end_headers()

            def log_message(self, *args: Any) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.host = f"127.0.0.1:{self._server.server_port}"
        Thread(target=self._server.serve_forever, args=(0.05,), daemon=True).start()

    def stop(self) -> None:
        self._server.shutdown()
        self._server.server_close()


@pytest.fixture
def receiver(settings: Any) -> Iterator[Receiver]:
    receiver = Receiver()
    settings.FETCH_ALLOWED_HOSTS = [receiver.host]
    yield receiver
    receiver.stop()


@pytest.fixture
def webhook(receiver: Receiver) -> Webhook:
    by = UserFactory.create(email="ana@example.org")
    until_settled()
    return add_webhook(
        name="CMS", url=f"http://{receiver.host}/hook", unpublished=True, contact=by, by=by
    )


def deliver() -> None:
    until_settled()
    make_messages()
    send_due()


def due_again() -> None:
    WebhookDelivery.objects.filter(state=DeliveryState.WAITING).update(
        next_attempt_at=timezone.now()
    )


def is_signed(headers: dict[str, str], body: bytes, secret: str) -> bool:
    """As a receiver checks it, by the words of the scheme and not by our function."""
    key = base64.b64decode(secret.removeprefix("whsec_"))
    signed = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
    wanted = "v1," + base64.b64encode(hmac.digest(key, signed, hashlib.sha256)).decode()
    return wanted in headers["webhook-signature"].split(" ")


def test_a_change_arrives_signed_and_once(receiver: Receiver, webhook: Webhook) -> None:
    claim = ClaimFactory.create()

    deliver()
    deliver()

    ((headers, body),) = receiver.got
    assert is_signed(headers, body, webhook.secret)
    message = json.loads(body)
    assert set(message) == {"type", "timestamp", "data"}
    assert message["type"] == "claim.created"
    assert message["data"]["id"] == claim.pk
    row = WebhookDelivery.objects.get()
    assert (row.state, row.status, row.message_id) == ("delivered", 204, headers["webhook-id"])


def test_what_was_before_and_what_is_not_wanted_is_not_sent(receiver: Receiver) -> None:
    ClaimFactory.create()
    until_settled()
    by = UserFactory.create()
    address = f"http://{receiver.host}/"
    add_webhook(name="public", url=address, by=by)
    add_webhook(name="stories", url=address, types=["article.created"], unpublished=True, by=by)
    ClaimFactory.create()
    RevisionFactory.create()

    deliver()

    sent = sorted(WebhookDelivery.objects.values_list("webhook__name", "type"))
    assert sent == [
        ("public", "article.created"),
        ("public", "revision.created"),
        ("stories", "article.created"),
    ]


def test_a_refusal_is_tried_again_later_with_the_same_id(
    receiver: Receiver, webhook: Webhook
) -> None:
    receiver.status = 503
    ClaimFactory.create()
    deliver()
    row = WebhookDelivery.objects.get()
    assert (row.state, row.attempts, row.status) == ("waiting", 1, 503)
    assert row.next_attempt_at is not None
    assert row.next_attempt_at > timezone.now()
    deliver()
    assert len(receiver.got) == 1

    receiver.status = 200
    due_again()
    deliver()

    assert len({headers["webhook-id"] for headers, _ in receiver.got}) == 1
    assert WebhookDelivery.objects.get().state == "delivered"


def test_a_receiver_that_never_takes_it_is_switched_off_with_a_mail(
    receiver: Receiver, webhook: Webhook
) -> None:
    receiver.status = 500
    ClaimFactory.create()
    until_settled()
    make_messages()
    WebhookDelivery.objects.update(attempts=len(PAUSES))

    send_due()

    webhook.refresh_from_db()
    assert webhook.disabled_at is not None
    mail = Mail.objects.get()
    assert (mail.recipient, mail.kind) == (webhook.contact, "webhook")
    assert "switched off" in mail.subject
    ClaimFactory.create()
    deliver()
    assert len(receiver.got) == 1


def test_each_time_that_it_is_switched_off_there_is_one_mail(
    receiver: Receiver, webhook: Webhook
) -> None:
    receiver.status = 410
    ClaimFactory.create()
    ClaimFactory.create()
    deliver()
    assert Mail.objects.count() == 1

    switch(webhook_id=webhook.pk, on=True, by=UserFactory.create())
    replay(webhook_id=webhook.pk)
    deliver()

    assert Mail.objects.count() == 2, "the same message, given up a second time"


def test_one_with_much_to_send_does_not_keep_the_others_waiting(
    receiver: Receiver, webhook: Webhook, monkeypatch: pytest.MonkeyPatch
) -> None:
    for _ in range(6):
        ClaimFactory.create()
    until_settled()
    make_messages()
    by = UserFactory.create(email="b@example.org")
    other = add_webhook(name="late", url=webhook.url, unpublished=True, by=by)
    ClaimFactory.create()
    until_settled()
    make_messages()
    monkeypatch.setattr(delivering, "AT_ONCE", 4)

    assert send_due() == 4

    sent = WebhookDelivery.objects.filter(state=DeliveryState.DELIVERED)
    assert sent.filter(webhook=other).count() == 1
    left = WebhookDelivery.objects.filter(state=DeliveryState.WAITING)
    assert set(left.values_list("attempts", flat=True)) == {0}, "none is taken and not sent"


def test_to_a_receiver_goes_one_message_at_a_time_whatever_other_workers_do(
    receiver: Receiver, webhook: Webhook
) -> None:
    by = UserFactory.create(email="b@example.org")
    until_settled()
    other = add_webhook(name="quick", url=webhook.url, unpublished=True, by=by)
    for _ in range(3):
        ClaimFactory.create()
    until_settled()
    make_messages()
    on_its_way = delivering._take(webhook.pk)
    assert on_its_way is not None

    assert delivering._take(webhook.pk) is None, "it has not answered the first one yet"
    send_due()

    sent = WebhookDelivery.objects.filter(state=DeliveryState.DELIVERED)
    assert set(sent.values_list("webhook", flat=True)) == {other.pk}
    assert not WebhookDelivery.objects.filter(webhook=other, state=DeliveryState.WAITING).exists()

    delivering._record(on_its_way, delivering._send(on_its_way))
    send_due()
    assert sent.filter(webhook=webhook).count() == sent.filter(webhook=other).count()


def test_a_worker_that_died_while_it_sent_holds_the_receiver_no_longer_than_its_lease(
    receiver: Receiver, webhook: Webhook
) -> None:
    ClaimFactory.create()
    until_settled()
    make_messages()
    assert delivering._take(webhook.pk) is not None
    assert send_due() == 0

    Webhook.objects.update(sending_until=timezone.now())
    due_again()

    assert send_due() == WebhookDelivery.objects.count() > 0


def test_a_run_ends_when_its_time_is_up_also_where_more_is_due(
    receiver: Receiver, webhook: Webhook, monkeypatch: pytest.MonkeyPatch
) -> None:
    for _ in range(3):
        ClaimFactory.create()
    until_settled()
    make_messages()
    monkeypatch.setattr(delivering, "RUN", timedelta(seconds=-1))

    assert send_due() == 0

    left = WebhookDelivery.objects.filter(state=DeliveryState.WAITING)
    assert set(left.values_list("attempts", flat=True)) == {0}, "none is taken and not sent"
    monkeypatch.undo()
    assert send_due() == WebhookDelivery.objects.count()


def test_a_type_of_change_that_there_is_not_is_refused(editor_client: Client) -> None:
    by, wrong = UserFactory.create(), "claim.update"
    with pytest.raises(ValidationError, match="There is no “claim"):
        add_webhook(name="x", url="https://x.example/", types=[wrong], by=by)
    body = {"name": "x", "url": "https://x.example/", "types": [wrong]}
    answer = api_client("admin").send("/webhooks", body)
    page = editor_client.post("/admin/webhooks/webhook/add/", {**body, "types": wrong})

    assert answer.status_code == 422
    assert answer.json()["errors"][0]["pointer"].startswith("#/types")
    assert "There is no “claim.update”" in page.text
    assert not Webhook.objects.exists()


def test_gone_is_taken_at_its_word(receiver: Receiver, webhook: Webhook) -> None:
    receiver.status = 410
    ClaimFactory.create()

    deliver()

    webhook.refresh_from_db()
    assert webhook.disabled_at is not None


def test_switched_on_again_nothing_is_lost(receiver: Receiver, webhook: Webhook) -> None:
    receiver.status = 410
    ClaimFactory.create()
    deliver()
    ClaimFactory.create()
    receiver.status = 200

    switch(webhook_id=webhook.pk, on=True, by=UserFactory.create())
    assert replay(webhook_id=webhook.pk) == 1
    deliver()

    assert list(WebhookDelivery.objects.values_list("state", flat=True)) == ["delivered"] * 2


def test_for_a_while_both_secrets_sign(receiver: Receiver, webhook: Webhook) -> None:
    new = rotate_secret(webhook_id=webhook.pk, by=UserFactory.create())
    ClaimFactory.create()
    deliver()
    Webhook.objects.update(previous_until=timezone.now() - timedelta(seconds=1))
    ClaimFactory.create()
    deliver()

    (first, later) = receiver.got
    assert is_signed(*first, webhook.secret)
    assert is_signed(*first, new.secret)
    assert not is_signed(*later, webhook.secret)
    assert is_signed(*later, new.secret)


def test_a_redirect_is_not_followed(receiver: Receiver, webhook: Webhook) -> None:
    receiver.status, receiver.headers = 307, {"Location": f"http://{receiver.host}/else"}
    ClaimFactory.create()

    deliver()

    assert len(receiver.got) == 1
    assert WebhookDelivery.objects.get().status == 307


def test_nothing_is_sent_into_the_network_of_the_house(settings: Any) -> None:
    settings.FETCH_ALLOWED_HOSTS = []
    add_webhook(name="x", url="http://127.0.0.1:80/", unpublished=True, by=UserFactory.create())
    ClaimFactory.create()

    deliver()

    row = WebhookDelivery.objects.get()
    assert (row.state, row.status) == ("waiting", None)
    assert "not an address of the public Internet" in row.answer


class TestOverHttp:
    def test_a_webhook_is_added_and_its_secret_shown_once(self, receiver: Receiver) -> None:
        client = api_client("admin")
        body = {"name": "CMS", "url": f"http://{receiver.host}/", "unpublished": True}

        made = client.send("/webhooks", body)

        assert made.status_code == 201
        path = f"/webhooks/{made.json()['id']}"
        assert made.json()["secret"].startswith("whsec_")
        assert "secret" not in client.read(path).json()
        ClaimFactory.create()
        deliver()
        log = client.read(f"{path}/deliveries").json()["results"]
        assert [one["state"] for one in log] == ["delivered"]
        again = client.send(f"{path}/replay", {"delivery": log[0]["id"]})
        assert again.json() == {"sent_again": 1}
        assert client.send(f"{path}/replay", {"delivery": 10**9}).status_code == 409
        assert client.send(f"{path}/switch", {"on": False}).json()["disabled_at"]
        assert client.send(f"{path}/secret", {}).json()["secret"] != made.json()["secret"]

    def test_only_with_the_scope(self) -> None:
        for scope in ("read", "verification:write"):
            assert api_client(scope).read("/webhooks").status_code == 403


def test_in_the_admin_the_secret_is_shown_once(editor_client: Client, editor: User) -> None:
    path = "/admin/webhooks/webhook/"
    fields = {"name": "CMS", "url": "https://cms.example/hook", "types": "claim.updated"}

    page = editor_client.post(f"{path}add/", fields)

    webhook = Webhook.objects.get()
    assert webhook.secret in page.text
    assert (webhook.types, webhook.created_by) == (["claim.updated"], editor)
    assert webhook.secret not in editor_client.get(f"{path}{webhook.pk}/change/").text
    assert webhook.secret not in editor_client.get(path).text
    new = editor_client.post(path, {"action": "make_secret", "_selected_action": [webhook.pk]})
    webhook.refresh_from_db()
    assert webhook.secret in new.text
    off = {"action": "switch_off", "_selected_action": [webhook.pk]}
    editor_client.post(path, off)
    webhook.refresh_from_db()
    assert webhook.disabled_reason == "Switched off by hand."
    assert editor_client.get("/admin/webhooks/webhookdelivery/").status_code == 200
