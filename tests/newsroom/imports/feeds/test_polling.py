"""Asking a feed: what comes in, what is asked next time, and what a failure does."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.apps import apps
from django.conf import LazySettings
from django.core.mail import EmailMessage
from django.db.models import QuerySet
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from newsroom.articles.models import Article, Revision
from newsroom.imports.feeds import records
from newsroom.imports.feeds.models import Feed
from newsroom.imports.feeds.services import (
    FeedBusy,
    FeedPaused,
    import_feed,
    pause_feed,
    request_import,
    resume_feed,
)
from newsroom.imports.models import ImportRun, ImportTrigger, Rejection
from tests.database import refused_by
from tests.factories import FeedFactory, UserFactory
from tests.newsroom.imports.feeds.conftest import (
    Poll,
    answer,
    counts,
    item,
    requests_for,
)
from tests.newsroom.imports.http.conftest import Server, redirect, response

pytestmark = pytest.mark.django_db

# ------------------------------------------------------------------------------ what comes in


def test_the_stories_of_a_feed_come_in_and_the_run_counts_them(site: Server, poll: Poll) -> None:
    site.says("/feed", answer(item("a"), item("b"), item("c", text="")))

    run = poll()

    assert counts(run) == (3, 2, 0, 0, 1)
    assert (run.state, run.trigger, run.origin) == ("finished", "schedule", site.url("/feed"))
    assert {one.external_id for one in Article.objects.all()} == {"a", "b"}


def test_asked_again_nothing_is_doubled_and_a_new_text_is_a_revision(
    site: Server, poll: Poll
) -> None:
    site.says("/feed", answer(item("a"), item("b")))
    poll()
    site.says("/feed", answer(item("a", "Another text."), item("b"), item("c")))

    assert counts(poll()) == (3, 1, 1, 1, 0)
    assert Revision.objects.count() == 4


def test_what_has_not_changed_is_not_sent_again(site: Server, feed: Feed, poll: Poll) -> None:
    site.says("/feed", answer(item("a"), etag="v1"))
    poll()
    site.says("/feed", response(status="304 Not Modified"))

    run = poll()

    assert 'If-None-Match: "v1"' in requests_for(site, "/feed")[1]
    assert counts(run) == (0, 0, 0, 0, 0)
    assert (run.state, run.note) == ("finished", "Not changed since the last time.")
    assert feed.failures == 0
    assert feed.etag == '"v1"'


def test_a_feed_that_has_not_changed_costs_few_queries(
    site: Server, feed: Feed, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    site.says("/feed", answer(item("a"), etag="v1"))
    import_feed(feed_id=feed.pk, trigger=ImportTrigger.SCHEDULE, by=None)
    site.says("/feed", response(status="304 Not Modified"))

    with django_assert_max_num_queries(16):
        run = import_feed(feed_id=feed.pk, trigger=ImportTrigger.SCHEDULE, by=None)

    assert run.note == "Not changed since the last time."


def test_another_address_is_not_asked_by_the_etag_of_the_old_one(
    site: Server, feed: Feed, poll: Poll
) -> None:
    site.says("/feed", answer(item("a"), etag="v1"))
    poll()
    Feed.objects.filter(pk=feed.pk).update(url=site.url("/new"))
    site.says("/new", answer(item("a")))

    assert counts(poll()) == (1, 0, 0, 1, 0)
    assert "If-None-Match" not in requests_for(site, "/new")[0]


def test_a_feed_that_moved_for_good_says_where_to(site: Server, feed: Feed, poll: Poll) -> None:
    site.says("/feed", redirect(site.url("/new"), "301 Moved Permanently"))
    site.says("/new", answer(item("a")))

    assert counts(poll()) == (1, 1, 0, 0, 0)
    assert feed.moved_to == site.url("/new")


def test_the_same_bad_item_is_kept_once_however_often_it_comes(site: Server, poll: Poll) -> None:
    site.says("/feed", answer(item("a"), item("b", text="")))

    assert poll().rejected == poll().rejected == 1
    assert Rejection.objects.count() == 1


# ---------------------------------------------------------------------------------- failures


def test_a_failure_is_on_the_run_and_on_the_feed_which_is_asked_less_often(
    site: Server, feed: Feed, poll: Poll, settings: LazySettings
) -> None:
    site.says("/feed", response(status="500 Oops"))
    waits = []
    for _ in range(4):
        run = poll()
        waits.append(round((feed.next_at - timezone.now()) / timedelta(minutes=1)))

    assert (run.state, run.error) == ("failed", "The server answered with 500.")
    assert (feed.failures, feed.last_error) == (4, "The server answered with 500.")
    assert waits == [30, 60, 120, 240]

    site.says("/feed", answer(item("a")))
    poll()
    assert (feed.failures, feed.last_error) == (0, "")


def test_the_growing_pauses_have_an_end(
    site: Server, feed: Feed, poll: Poll, settings: LazySettings
) -> None:
    settings.FEED_FAILURES_TO_PAUSE = 1000
    site.says("/feed", response(status="500 Oops"))
    Feed.objects.update(failures=500)

    poll()

    assert feed.next_at - timezone.now() <= timedelta(hours=24)


def test_a_server_that_asks_for_patience_gets_it(site: Server, feed: Feed, poll: Poll) -> None:
    site.says("/feed", response(b"", "Retry-After: 86400", status="429 Too Many"))

    poll()

    assert feed.next_at - timezone.now() > timedelta(hours=23)
    asked = len(requests_for(site, "/feed"))

    run = poll()  # somebody tries all the same: the whole host is left in peace

    assert len(requests_for(site, "/feed")) == asked
    assert "not our turn" in run.note
    assert (run.state, feed.failures) == ("finished", 1)


def test_after_five_failures_it_is_paused_and_somebody_is_told(
    site: Server,
    feed: Feed,
    poll: Poll,
    settings: LazySettings,
    mailoutbox: list[EmailMessage],
    django_capture_on_commit_callbacks: object,
) -> None:
    settings.FEED_ALARM_EMAILS = ["desk@post.example"]
    site.says("/feed", response(status="500 Oops"))

    with django_capture_on_commit_callbacks(execute=True):  # type: ignore[operator]
        for _ in range(5):
            assert feed.state == "active"
            poll(ImportTrigger.COMMAND)

    assert feed.state == "paused"
    assert feed.paused_reason.startswith("Paused by itself after 5 failures in a row.")
    assert "answered with 500" in feed.paused_reason
    assert [mail.to for mail in mailoutbox] == [["desk@post.example"]]
    with pytest.raises(FeedPaused):
        import_feed(feed_id=feed.pk, trigger=ImportTrigger.SCHEDULE, by=None)


def test_a_mail_that_cannot_be_sent_undoes_nothing(
    feed: Feed, settings: LazySettings, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(**mail: object) -> None:
        raise OSError("no mail server")

    settings.FEED_ALARM_EMAILS = ["desk@post.example"]
    monkeypatch.setattr(records, "send_mail", fail)

    records._tell(feed)


def test_a_feed_of_which_nothing_can_be_taken_in_fails(
    site: Server, feed: Feed, poll: Poll
) -> None:
    site.says("/feed", response(b"<rss><item>oops", 'ETag: "v1"', content_type="text/xml"))

    run = poll()

    assert (run.state, run.rejected) == ("finished", 1)
    assert (feed.failures, feed.etag) == (1, "")
    assert "could be taken in" in feed.last_error


def test_an_error_of_our_own_ends_the_run_and_counts_for_the_feed(
    site: Server, feed: Feed, poll: Poll, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*args: object) -> None:
        raise ZeroDivisionError("oops")

    monkeypatch.setattr("newsroom.imports.feeds.web.items_of", fail)
    site.says("/feed", answer(item("a"), etag="v1"))

    with pytest.raises(ZeroDivisionError):
        poll()

    run = ImportRun.objects.get()
    assert run.state == "failed"
    assert "ZeroDivisionError" in run.error
    feed.refresh_from_db()
    assert (feed.failures, feed.etag) == (1, "")


# -------------------------------------------------------------------------- how often, and quiet


def test_a_feed_that_is_silent_for_three_times_its_usual_gap_is_called_quiet(
    site: Server, feed: Feed, poll: Poll
) -> None:
    for number in range(5):
        site.says("/feed", answer(item("a", f"Text {number}.")))
        poll()
        Feed.objects.update(last_new_at=timezone.now() - timedelta(hours=2))
    feed.refresh_from_db()
    assert feed.usual_gap is not None
    assert timedelta(hours=1.9) < feed.usual_gap < timedelta(hours=2.1)
    assert not feed.is_quiet

    feed.last_new_at = timezone.now() - timedelta(hours=6.5)
    assert feed.is_quiet
    feed.state = "paused"
    assert not feed.is_quiet


def test_little_is_known_of_a_new_feed_so_its_silence_is_none() -> None:
    feed = Feed(last_new_at=timezone.now() - timedelta(days=9), usual_gap=timedelta(1), arrivals=2)
    assert not feed.is_quiet


# ------------------------------------------------------------------------------ one at a time


def test_while_one_process_takes_it_in_another_does_not(feed: Feed) -> None:
    run = ImportRun.objects.create(outlet=feed.outlet, feed=feed, trigger="schedule")

    with pytest.raises(FeedBusy) as busy:
        import_feed(feed_id=feed.pk, trigger=ImportTrigger.COMMAND, by=None)
    assert busy.value.run == run


def test_a_run_whose_process_died_is_ended_and_the_next_begins(
    site: Server, feed: Feed, poll: Poll
) -> None:
    site.says("/feed", answer(item("a")))
    dead = ImportRun.objects.create(
        outlet=feed.outlet,
        feed=feed,
        trigger="schedule",
        progressed_at=timezone.now() - timedelta(hours=1),
    )

    assert counts(poll()) == (1, 1, 0, 0, 0)
    dead.refresh_from_db()
    assert dead.state == "failed"
    assert "interrupted" in dead.error


def test_a_run_taken_for_dead_writes_nothing_more(
    site: Server, feed: Feed, poll: Poll, monkeypatch: pytest.MonkeyPatch
) -> None:
    site.says("/feed", answer(item("a"), etag="v1"))
    original = records.finish

    def late(**what: object) -> None:
        ImportRun.objects.update(state="failed", finished_at=timezone.now())
        original(**what)  # type: ignore[arg-type]

    monkeypatch.setattr(records, "finish", late)

    poll()

    assert (feed.etag, feed.last_success_at) == ("", None)


def test_asked_for_it_is_queued_once_and_a_worker_takes_that_run(
    site: Server, feed: Feed, poll: Poll
) -> None:
    editor = UserFactory.create()
    run = request_import(feed_id=feed.pk, trigger=ImportTrigger.ADMIN, by=editor)
    again = request_import(feed_id=feed.pk, trigger=ImportTrigger.ADMIN, by=editor)
    assert run == again
    assert run.state == "queued"

    site.says("/feed", answer(item("a")))
    done = poll()

    assert done.pk == run.pk
    assert (done.state, done.trigger, done.started_by) == ("finished", "admin", editor)


# ------------------------------------------------------------------------------ pause, resume


def events(feed: Feed) -> QuerySet[Any]:
    return apps.get_model("imports", "FeedEvent").objects.filter(pgh_obj=feed).order_by("pgh_id")


def test_pausing_and_resuming_is_on_record(feed: Feed) -> None:
    editor = UserFactory.create()
    assert pause_feed(feed_id=feed.pk, reason="Relaunch of the site", by=editor)
    assert not pause_feed(feed_id=feed.pk, reason="again", by=editor)
    Feed.objects.update(failures=3)
    assert resume_feed(feed_id=feed.pk, by=editor)
    assert not resume_feed(feed_id=feed.pk, by=editor)

    feed.refresh_from_db()
    assert (feed.state, feed.paused_reason, feed.failures) == ("active", "", 0)
    assert feed.next_at <= timezone.now()
    told = events(feed).values_list("state", "paused_reason", "pgh_context__username")
    assert list(told)[1:] == [
        ("paused", "Relaunch of the site", editor.username),
        ("active", "", editor.username),
    ]


def test_asking_a_feed_is_no_change_of_it(site: Server, feed: Feed, poll: Poll) -> None:
    site.says("/feed", answer(item("a"), etag="v1"))
    poll()
    assert events(feed).count() == 1


def test_a_feed_has_an_address_or_a_folder_and_a_reason_when_it_is_paused() -> None:
    with refused_by("feed_has_address_or_folder"):
        FeedFactory.create(kind="folder")
    with refused_by("feed_has_address_or_folder"):
        FeedFactory.create(url="ftp://outlet.example/")
    with refused_by("feed_paused_with_reason"):
        FeedFactory.create(state="paused")
    with refused_by("feed_rhythm_sane"):
        FeedFactory.create(every_minutes=0)


def test_a_feed_has_one_run_at_a_time_whoever_starts_it(feed: Feed) -> None:
    ImportRun.objects.create(outlet=feed.outlet, feed=feed, trigger="schedule")
    with refused_by("importrun_one_at_a_time"):
        ImportRun.objects.create(outlet=feed.outlet, feed=feed, trigger="admin", state="queued")
    with refused_by("importrun_queued_for_a_feed"):
        ImportRun.objects.create(outlet=feed.outlet, trigger="admin", state="queued")
