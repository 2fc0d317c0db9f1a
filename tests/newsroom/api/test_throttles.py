"""Requests are counted for each token and kind of use, by all processes together."""

from __future__ import annotations

import itertools
from typing import Any

import pytest

from newsroom.api.models import Usage
from newsroom.api.throttles import count_use, forget_old_usage
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
def test_counts_of_the_past_are_forgotten() -> None:
    count_use(key="old", window=7)

    assert forget_old_usage() == 1
