"""Requests are counted for each token and kind of use, by all processes together."""

from __future__ import annotations

import itertools
from typing import Any

import pytest
from django.test import Client

from newsroom.accounts.models import User
from newsroom.api.models import ApiToken, Usage
from newsroom.api.tokens import revoke_token
from newsroom.api.usage import count_use, forget_old_usage
from tests.database import at_once
from tests.newsroom.api.clients import ApiClient, api_client

ME = "/api/v1/me"


@pytest.mark.django_db
def test_too_many_are_refused_until_the_next_minute(reader: ApiClient, settings: Any) -> None:
    settings.API_LIMITS = {**settings.API_LIMITS, "read": 2}
    other = api_client("read")

    first, second, third = reader.get(ME), reader.get(ME), reader.get(ME)

    assert [first.status_code, second.status_code, third.status_code] == [200, 200, 429]
    assert (first["RateLimit-Limit"], first["RateLimit-Remaining"]) == ("2", "1")
    assert 0 < int(third["Retry-After"]) <= 60
    assert third.json()["type"] == "/api/problems/throttled"
    assert other.get(ME).status_code == 200
    Usage.objects.update(window=1)
    assert reader.get(ME).status_code == 200


@pytest.mark.django_db(transaction=True)
def test_two_processes_at_once_miss_no_request() -> None:
    counts = at_once(*[lambda: [count_use(key="k", window=7) for _ in range(20)]] * 3)

    assert sorted(itertools.chain(*counts)) == list(range(1, 61))


@pytest.mark.django_db
def test_a_refused_request_is_counted_and_one_without_a_valid_token_is_not(
    reader: ApiClient, settings: Any
) -> None:
    settings.API_LIMITS = {**settings.API_LIMITS, "read": 3, "write": 3}

    assert reader.get("/api/v1/webhooks").status_code == 403
    assert reader.delete(ME).status_code == 405
    assert reader.get(ME)["RateLimit-Remaining"] == "0"
    assert reader.get(ME).status_code == 429
    # Whoever may not at all is told so, and not to wait.
    assert reader.get("/api/v1/webhooks").status_code == 403
    counts = Usage.objects.count()
    revoke_token(token_id=ApiToken.objects.get(user=reader.user).pk, by=None)
    assert reader.get(ME).status_code == 401
    assert Usage.objects.count() == counts
    assert Usage.objects.get().count == 5


@pytest.mark.django_db
def test_uses_of_one_kind_are_not_counted_as_another(everything: ApiClient) -> None:
    everything.get(ME)
    everything.send("/articles", {"items": []})

    kinds = {
        key.rpartition(":")[2]: count for key, count in Usage.objects.values_list("key", "count")
    }
    assert kinds == {"read": 1, "write": 1}


@pytest.mark.django_db
def test_somebody_who_is_signed_in_is_counted_once(editor_client: Client, editor: User) -> None:
    assert editor_client.get(ME)["RateLimit-Remaining"] == str(1200 - 1)

    assert Usage.objects.get(key=f"user:{editor.pk}:read").count == 1


@pytest.mark.django_db
def test_counts_of_the_past_are_forgotten() -> None:
    count_use(key="old", window=7)

    assert forget_old_usage() == 1
