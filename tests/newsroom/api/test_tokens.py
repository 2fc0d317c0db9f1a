"""Tokens: what is kept of them, who is let in, and what is on record."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.core.management import call_command
from django.test import Client
from django.utils import timezone

from newsroom.accounts.models import User
from newsroom.api.models import ApiToken
from newsroom.api.tokens import LONGEST, add_service_user, find_token, issue_token, revoke_token
from tests.database import refused_by
from tests.factories import UserFactory
from tests.newsroom.api.clients import ApiClient, api_client

pytestmark = pytest.mark.django_db

ME = "/api/v1/me"
TOKENS = "/admin/api/apitoken/"


def issued(**fields: Any) -> Any:
    fields = {
        "name": "CMS",
        "scopes": ["read"],
        "expires_at": timezone.now() + timedelta(days=30),
        "by": None,
        **fields,
    }
    if "user" not in fields:
        fields["user"] = add_service_user(username="cms", by=None)
    return issue_token(**fields)


def test_the_secret_is_nowhere_in_the_database() -> None:
    made = issued()

    row = ApiToken.objects.filter(pk=made.token.pk).values().get()
    events = list(made.token.events.values())

    assert made.secret.rpartition("_")[2] not in f"{row} {events}"
    assert row["digest"] not in str(events)
    found = find_token(made.secret, bucket="read")
    assert found is not None
    assert found.token == made.token


def test_a_token_lets_its_user_in(reader: ApiClient) -> None:
    answer = reader.get(ME)

    assert answer.status_code == 200
    assert answer.json()["username"] == reader.user.username
    assert answer.json()["scopes"] == ["read"]


@pytest.mark.parametrize("header", ["", "Bearer ", "Bearer nft_aaaaaaaa_" + "b" * 43, "Basic eA=="])
def test_no_token_or_a_wrong_one_is_refused(header: str) -> None:
    answer = Client(headers={"Authorization": header} if header else {}).get(ME)

    assert answer.status_code == 401
    assert answer["WWW-Authenticate"].startswith("Bearer")
    assert answer["Content-Type"] == "application/problem+json"
    assert answer.json()["type"] == "/api/problems/not-authenticated"


def test_a_revoked_token_ends_at_once(reader: ApiClient) -> None:
    token = ApiToken.objects.get(user=reader.user)

    revoke_token(token_id=token.pk, by=None)

    assert reader.get(ME).status_code == 401
    with refused_by("apitoken_stays_revoked"):
        ApiToken.objects.filter(pk=token.pk).update(revoked_at=None)


def test_a_token_expires(reader: ApiClient) -> None:
    with time_machine.travel(timezone.now() + timedelta(days=2)):
        assert reader.get(ME).status_code == 401


def test_a_user_who_is_switched_off_is_refused(reader: ApiClient) -> None:
    User.objects.filter(pk=reader.user.pk).update(is_active=False)

    assert reader.get(ME).status_code == 401


def test_a_token_for_a_person_is_refused_by_form_and_database() -> None:
    with pytest.raises(ValidationError):
        issued(user=UserFactory.create())
    with refused_by("apitoken_is_of_a_service"):
        ApiToken.objects.create(
            user=UserFactory.create(),
            name="x",
            prefix="x",
            digest="0" * 64,
            scopes=["read"],
            expires_at=timezone.now() + timedelta(days=1),
        )


def test_nobody_makes_a_token_for_ever_or_with_unknown_scopes() -> None:
    with pytest.raises(ValidationError):
        issued(expires_at=timezone.now() + LONGEST + timedelta(days=1))
    with pytest.raises(ValidationError):
        issued(scopes=["everything"])
    with pytest.raises(ValidationError):
        issued(scopes=[])


def test_a_service_user_is_never_staff() -> None:
    user = add_service_user(username="cms", by=None)

    with refused_by("user_service_is_no_staff"):
        User.objects.filter(pk=user.pk).update(is_staff=True)


def test_the_last_use_is_written_once_in_a_while(reader: ApiClient) -> None:
    reader.get(ME)
    first = ApiToken.objects.get(user=reader.user).last_used_at
    reader.get(ME)

    assert first is not None
    assert ApiToken.objects.get(user=reader.user).last_used_at == first
    with time_machine.travel(timezone.now() + timedelta(minutes=6)):
        reader.get(ME)
    latest = ApiToken.objects.get(user=reader.user).last_used_at
    assert latest is not None
    assert latest > first


def test_signing_in_and_being_counted_are_one_query(
    reader: ApiClient, django_assert_num_queries: Any
) -> None:
    reader.get(ME)

    with django_assert_num_queries(1):
        reader.get(ME)


class TestInTheAdmin:
    FORM = {
        "name": "CMS, main server",
        "username": "cms",
        "scopes": ["read"],
        "expires": "",
        "give_permissions": "on",
    }

    def form(self, **fields: Any) -> dict[str, Any]:
        day = timezone.localdate() + timedelta(days=30)
        return {**self.FORM, "expires": day.isoformat(), **fields}

    def test_a_token_is_made_and_shown_once(self, editor_client: Client, editor: User) -> None:
        page = editor_client.post(f"{TOKENS}add/", self.form())

        token = ApiToken.objects.get()
        secret = page.context["secret"]
        assert secret in page.text
        assert "no-store" in page["Cache-Control"]
        assert token.created_by == editor
        assert find_token(secret, bucket="read") is not None
        assert Client(headers={"Authorization": f"Bearer {secret}"}).get(ME).status_code == 200
        for path in (TOKENS, f"{TOKENS}{token.pk}/change/"):
            again = editor_client.get(path)
            assert again.status_code == 200
            assert secret not in again.text

    def test_the_user_gets_what_the_scopes_rest_on(self, editor_client: Client) -> None:
        editor_client.post(f"{TOKENS}add/", self.form())

        user = User.objects.get(username="cms")
        assert user.has_perm("claims.view_claim")
        assert not user.has_perm("claims.change_candidate")

    def test_a_person_or_a_far_day_is_refused_on_the_form(
        self, editor_client: Client, editor: User
    ) -> None:
        for fields in ({"username": editor.username}, {"expires": "2199-01-01"}, {"scopes": []}):
            page = editor_client.post(f"{TOKENS}add/", self.form(**fields))
            assert page.status_code == 200
            assert "errors" in page.context
        assert not ApiToken.objects.exists()

    def test_tokens_are_revoked_from_the_list(self, editor_client: Client, editor: User) -> None:
        client = api_client("read")
        token = ApiToken.objects.get()

        editor_client.post(TOKENS, {"action": "revoke", "_selected_action": [token.pk]})

        token.refresh_from_db()
        assert token.revoked_by == editor
        assert client.get(ME).status_code == 401


def test_the_command_prints_a_token_that_works(capsys: pytest.CaptureFixture[str]) -> None:
    call_command("api_token", "wire-desk", "--scope", "articles:write")

    secret = capsys.readouterr().out.strip()
    answer = Client(headers={"Authorization": f"Bearer {secret}"}).get(ME)
    assert answer.json()["username"] == "wire-desk"
    assert "imports.add_importrun" in answer.json()["permissions"]
