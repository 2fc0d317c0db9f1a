"""Feeds over HTTP: how each does, and having one fetched now."""

from __future__ import annotations

import pytest

from newsroom.imports.models import ImportRun
from tests.factories import FeedFactory
from tests.newsroom.api.clients import api_client

pytestmark = pytest.mark.django_db


def test_a_program_sees_how_feeds_do() -> None:
    feed = FeedFactory.create(failures=2, last_error="The server answered with 500.")

    answer = api_client("articles:write").read("/feeds")

    (shown,) = answer.json()["results"]
    assert (shown["id"], shown["failures"], shown["is_quiet"]) == (feed.pk, 2, False)
    assert shown["outlet"]["slug"] == feed.outlet.slug


def test_a_program_has_a_feed_fetched_once_however_often_it_asks() -> None:
    feed = FeedFactory.create()
    client = api_client("articles:write")

    answer = client.send(f"/feeds/{feed.pk}/fetch", {})
    again = client.send(f"/feeds/{feed.pk}/fetch", {})

    assert answer.status_code == again.status_code == 202
    run = ImportRun.objects.get()
    assert answer.json()["id"] == again.json()["id"] == run.pk
    assert (run.trigger, run.state, run.started_by) == ("api", "queued", client.user)
    assert answer.headers["Location"].endswith(f"/api/v1/import-runs/{run.pk}")


def test_a_feed_that_is_not_there_and_a_program_that_may_not() -> None:
    feed = FeedFactory.create()
    assert api_client("articles:write").send("/feeds/999/fetch", {}).status_code == 404
    assert api_client("read").send(f"/feeds/{feed.pk}/fetch", {}).status_code == 403
    assert api_client("read").read("/feeds").status_code == 403
    assert not ImportRun.objects.exists()
