"""Feeds in the admin: how each does at a glance, and what a person has them do."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from newsroom.articles.models import Article
from newsroom.imports.feeds.models import Feed
from newsroom.imports.models import ImportRun
from tests.factories import FeedFactory, OutletFactory, UserFactory
from tests.newsroom.imports.feeds.conftest import LONG, answer, item, page
from tests.newsroom.imports.http.conftest import Server, response

pytestmark = pytest.mark.django_db

FEEDS = "/admin/imports/feed/"


def form(feed: Feed, **values: object) -> dict[str, object]:
    names = ("name", "kind", "url", "folder", "format", "every_minutes", "jitter_percent")
    return {name: getattr(feed, name) for name in names} | {"outlet": feed.outlet_id} | values


def test_the_list_says_of_each_feed_how_it_does(editor_client: Client) -> None:
    now = timezone.now()
    FeedFactory.create(name="Good", last_success_at=now - timedelta(minutes=5))
    FeedFactory.create(name="Bad", failures=2, last_error="The server answered with 500.")
    FeedFactory.create(name="Off", state="paused", paused_reason="Relaunch of the site")
    FeedFactory.create(
        name="Silent",
        last_success_at=now,
        last_new_at=now - timedelta(days=2),
        usual_gap=timedelta(hours=2),
        arrivals=9,
    )

    page = editor_client.get(FEEDS).text

    for said in (
        *("failed 2 times", "answered with 500", "paused", "Relaunch of the site", "quiet"),
        *("Nothing new for 2 days; usual is 2 hours.", "5 minutes ago", "due now"),
    ):
        assert said in page.replace("\xa0", " "), said


def test_the_list_asks_the_database_as_often_for_many_feeds(editor_client: Client) -> None:
    def count() -> int:
        with CaptureQueriesContext(
            connection,
        ) as queries:
            editor_client.get(FEEDS)
        return len(queries)

    FeedFactory.create()
    count()
    few = count()
    for _ in range(8):
        FeedFactory.create()
    assert count() == few


def test_a_feed_is_added_with_a_form(editor_client: Client) -> None:
    feed = Feed(name="Wire", url="https://wire.example/feed", outlet=OutletFactory.create())

    editor_client.post(f"{FEEDS}add/", form(feed, fetches_pages="on", heeds_robots="on"))

    saved = Feed.objects.get()
    assert (saved.name, saved.url, saved.fetches_pages) == ("Wire", feed.url, True)
    assert saved.next_at <= timezone.now()


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"url": "file:///etc/passwd"}, "Enter a valid URL"),
        ({"url": ""}, "Enter a valid URL"),
        ({"kind": "folder", "folder": "../etc"}, "FEED_FOLDERS_ROOT"),
        ({"every_minutes": "0"}, "greater than or equal to 1"),
        ({"format": "word"}, "Select a valid choice"),
    ],
)
def test_what_cannot_work_is_said_on_the_form(
    editor_client: Client, values: dict[str, str], said: str
) -> None:
    feed = Feed(name="Wire", url="https://wire.example/feed", outlet=OutletFactory.create())

    page = editor_client.post(f"{FEEDS}add/", form(feed, **values))

    assert page.status_code == 200
    assert said in page.text
    assert not Feed.objects.exists()


def test_fetch_now_queues_a_run_and_leads_to_its_page(editor_client: Client) -> None:
    feed = FeedFactory.create()
    url = f"{FEEDS}{feed.pk}/fetch/"
    assert editor_client.get(url).status_code == 200  # a question; nothing has happened
    assert not ImportRun.objects.exists()

    answer = editor_client.post(url, {"_form_submitted": "on"})

    run = ImportRun.objects.get()
    assert (run.state, run.trigger, run.started_by.username) == ("queued", "admin", "editor")  # type: ignore[union-attr]
    page = editor_client.get(answer.headers["HX-Redirect"]).text
    assert "Waiting for a worker" in page
    assert 'http-equiv="refresh"' in page
    ImportRun.objects.update(state="finished", finished_at=timezone.now())
    assert 'http-equiv="refresh"' not in editor_client.get(answer.headers["HX-Redirect"]).text


def test_pausing_needs_a_reason_and_resuming_takes_it_back(editor_client: Client) -> None:
    feed = FeedFactory.create()
    url = f"{FEEDS}{feed.pk}/"
    editor_client.post(f"{url}pause/", {"_form_submitted": "on", "reason": ""})
    feed.refresh_from_db()
    assert feed.state == "active"

    editor_client.post(f"{url}pause/", {"_form_submitted": "on", "reason": "Relaunch"})
    feed.refresh_from_db()
    assert (feed.state, feed.paused_reason) == ("paused", "Relaunch")

    editor_client.post(f"{url}resume/", {"_form_submitted": "on"})
    feed.refresh_from_db()
    assert (feed.state, feed.paused_reason) == ("active", "")


def test_several_are_fetched_or_resumed_at_once(editor_client: Client) -> None:
    feeds = [FeedFactory.create(state="paused", paused_reason="x") for _ in range(2)]
    selected = [feed.pk for feed in feeds]
    for name in ("resume_these", "fetch_these"):
        editor_client.post(FEEDS, {"action": name, "_selected_action": selected})
    assert set(Feed.objects.values_list("state", flat=True)) == {"active"}
    assert ImportRun.objects.filter(state="queued").count() == 2


def test_who_may_only_look_cannot_fetch(client: Client) -> None:
    from django.contrib.auth.models import Permission

    user = UserFactory.create(is_staff=True)
    user.user_permissions.add(Permission.objects.get(codename="view_feed"))
    client.force_login(user)
    feed = FeedFactory.create()

    assert client.get(f"{FEEDS}{feed.pk}/change/").status_code == 200
    assert client.post(f"{FEEDS}{feed.pk}/fetch/", {"_form_submitted": "on"}).status_code == 403
    assert client.get(f"{FEEDS}test/").status_code == 403
    assert not ImportRun.objects.exists()


# -------------------------------------------------------------------------------------- test


def shown_for(client: Client, url: str, **values: str) -> str:
    return client.post(f"{FEEDS}test/", {"url": url, **values}).text


def test_a_test_shows_what_would_come_in_and_takes_nothing_in(
    site: Server, editor_client: Client
) -> None:
    site.says("/feed", answer(item("Storm breaks quay", LONG), item("b", text="")))

    page = shown_for(editor_client, site.url("/feed"))

    assert "Read as <strong>feed</strong>" in page
    assert "Storm breaks quay" in page
    assert "There is no text in this story." in page
    assert not Article.objects.exists()
    assert not ImportRun.objects.exists()
    assert reverse("admin:imports_feed_add") in page


def test_a_test_of_a_list_reads_its_first_page(site: Server, editor_client: Client) -> None:
    site.says("/feed", response(site.url("/a").encode(), content_type="text/plain"))
    site.says("/a", page(LONG))

    shown = shown_for(editor_client, site.url("/feed"))

    assert "1 page to fetch" in shown
    assert "The harbour was dredged to fourteen metres" in shown


def test_what_a_hostile_feed_says_is_shown_as_text(site: Server, editor_client: Client) -> None:
    site.says("/feed", answer(item("&lt;script&gt;alert(1)&lt;/script&gt;", LONG)))

    shown = shown_for(editor_client, site.url("/feed"))

    assert "<script>alert(1)" not in shown
    assert "alert(1)" in shown


@pytest.mark.parametrize(
    "url", ["http://169.254.169.254/latest/meta-data/", "http://localhost/", "http://10.0.0.1/"]
)
def test_a_test_leads_nowhere_where_a_feed_would_not(editor_client: Client, url: str) -> None:
    shown = shown_for(editor_client, url)
    assert "It does not work" in shown or "Enter a valid URL" in shown


def test_a_saved_feed_is_tested_with_what_it_has(site: Server, editor_client: Client) -> None:
    feed = FeedFactory.create(url=site.url("/feed"))
    assert site.url("/feed") in editor_client.get(f"{FEEDS}test/?feed={feed.pk}").text
    for odd in ("x", "9" * 30, "-1", "999"):
        assert editor_client.get(f"{FEEDS}test/?feed={odd}").status_code == 200


@pytest.mark.parametrize("key", ["x", "1x", "\u0661", "9" * 30])
@pytest.mark.parametrize("action", ["fetch", "pause", "resume"])
def test_an_address_that_names_no_feed_is_not_found(
    editor_client: Client, action: str, key: str
) -> None:
    form = {"_form_submitted": "on", "reason": "Relaunch"}
    assert editor_client.post(f"{FEEDS}{key}/{action}/", form).status_code == 404
    assert editor_client.get(f"{FEEDS}{key}/runs/").status_code == 404
    assert editor_client.get(f"{FEEDS}{key}/test-this/").status_code == 404
