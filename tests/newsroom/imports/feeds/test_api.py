"""Feeds over HTTP: how each does, having one fetched now, and its switches."""

from __future__ import annotations

import pytest
from django.apps import apps

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


def test_a_feed_is_paused_with_a_reason_and_resumed_and_history_names_the_program() -> None:
    feed = FeedFactory.create(failures=3)
    client = api_client("admin")

    paused = client.send(f"/feeds/{feed.pk}/pause", {"reason": "The outlet moves."})
    again = client.send(f"/feeds/{feed.pk}/pause", {"reason": "Another reason."})

    assert (paused.status_code, paused.json()["state"]) == (200, "paused")
    assert paused.json()["paused_reason"] == "The outlet moves."
    assert (again.status_code, again.json()["allowed"]) == (409, ["fetch", "resume"])

    resumed = client.send(f"/feeds/{feed.pk}/resume", {})
    assert (resumed.json()["state"], resumed.json()["failures"]) == ("active", 0)
    refused = client.send(f"/feeds/{feed.pk}/resume", {})
    assert (refused.status_code, refused.json()["allowed"]) == (409, ["fetch", "pause"])
    events = apps.get_model("imports", "FeedEvent").objects
    told = events.filter(pgh_obj=feed, pgh_label="update").order_by("pgh_id")
    assert [one.paused_reason for one in told] == ["The outlet moves.", ""]
    assert {one.pgh_context["user"] for one in told} == {client.user.pk}


def test_the_switches_ask_for_a_reason_and_for_the_scope_of_those_who_run_things() -> None:
    feed = FeedFactory.create()
    blank = api_client("admin").send(f"/feeds/{feed.pk}/pause", {"reason": "  "})
    assert (blank.status_code, blank.json()["errors"][0]["pointer"]) == (422, "#/reason")
    pusher = api_client("articles:write")
    for switch in ("pause", "resume"):
        answer = pusher.send(f"/feeds/{feed.pk}/{switch}", {"reason": "x"})
        assert (answer.status_code, answer.json()["missing"]["scope"]) == (403, ["admin"])
    feed.refresh_from_db()
    assert feed.state == "active"
