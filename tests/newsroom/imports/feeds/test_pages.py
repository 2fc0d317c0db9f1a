"""Pages that feeds, sitemaps and lists of addresses name: fetched one by one, each by itself."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.conf import LazySettings
from django.utils import timezone

from newsroom.articles.models import Article, Revision
from newsroom.imports.feeds.models import Feed, FeedPage, Host
from newsroom.imports.feeds.pages import MAX_PUT_OFF
from newsroom.imports.models import Rejection
from tests.newsroom.imports.feeds.conftest import (
    LONG,
    NOT_FOUND,
    Poll,
    answer,
    counts,
    item,
    page,
    requests_for,
)
from tests.newsroom.imports.http.conftest import Server, response

pytestmark = pytest.mark.django_db


def listed(site: Server, *paths: str) -> bytes:
    text = "\n".join(site.url(path) for path in paths)
    return response(text.encode(), content_type="text/plain")


def sitemap(site: Server, **lastmods: str) -> bytes:
    urls = "".join(
        f"<url><loc>{site.url('/' + name)}</loc><lastmod>{when}</lastmod></url>"
        for name, when in lastmods.items()
    )
    xml = f'<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{urls}</urlset>'
    return response(xml.encode(), content_type="application/xml")


def ago(**span: float) -> str:
    return (timezone.now() - timedelta(**span)).isoformat()


def test_the_pages_of_a_list_are_fetched_and_taken_in(site: Server, poll: Poll) -> None:
    site.says("/feed", listed(site, "/a", "/b"))
    site.says("/a", page(LONG))
    site.says("/b", page(LONG.replace("nine", "eight")))

    run = poll()

    assert counts(run) == (2, 2, 0, 0, 0)
    assert run.pages == 2
    assert {one.external_id for one in Article.objects.all()} == {site.url("/a"), site.url("/b")}


def test_a_page_that_fails_is_a_rejection_and_the_others_come_in(
    site: Server, feed: Feed, poll: Poll
) -> None:
    site.says("/feed", listed(site, "/gone", "/b"))
    site.says("/gone", NOT_FOUND)
    site.says("/b", page(LONG))

    assert counts(poll()) == (2, 1, 0, 0, 1)
    rejection = Rejection.objects.get()
    assert (rejection.reason, rejection.origin) == ("not_fetched", site.url("/gone"))
    assert "answered with 404" in rejection.message
    assert feed.failures == 0


def test_a_page_that_may_come_back_is_tried_again_and_its_rejection_settled(
    site: Server, poll: Poll
) -> None:
    site.says("/feed", listed(site, "/a"))
    site.says("/a", response(status="502 Bad Gateway"))
    poll()
    assert FeedPage.objects.get().state == "pending"
    site.says("/a", page(LONG))

    run = poll()

    assert counts(run) == (1, 1, 0, 0, 0)
    assert Rejection.objects.get().settled_in == run


def test_but_not_for_ever(site: Server, poll: Poll) -> None:
    site.says("/feed", listed(site, "/a"))
    site.says("/a", response(status="502 Bad Gateway"))
    for _ in range(5):
        poll()
    assert FeedPage.objects.get().state == "failed"
    assert len(requests_for(site, "/a")) == 3


def test_a_run_fetches_so_many_pages_and_the_next_run_goes_on(
    site: Server, feed: Feed, poll: Poll, settings: LazySettings
) -> None:
    settings.FEED_MAX_PAGES = 2
    names = ["a", "b", "c", "d", "e"]
    site.says("/feed", listed(site, *[f"/{name}" for name in names]))
    for name in names:
        site.says(f"/{name}", page(LONG.replace("nine", name)))

    assert poll().created == 2
    assert feed.next_at <= timezone.now()  # at once
    site.says("/feed", response(status="304 Not Modified"))
    Feed.objects.update(etag='"v1"')  # the list has not changed, and still the rest comes
    assert poll().created == 2
    assert poll().created == 1
    assert feed.next_at <= timezone.now() + timedelta(minutes=20)


def test_a_page_is_fetched_again_when_the_sitemap_says_that_it_changed(
    site: Server, poll: Poll
) -> None:
    site.says("/feed", sitemap(site, a=ago(hours=3)))
    site.says("/a", page(LONG))
    poll()
    poll()
    assert len(requests_for(site, "/a")) == 1

    site.says("/feed", sitemap(site, a=ago(hours=1)))
    site.says("/a", page(LONG.replace("nine", "eight")))
    assert poll().revised == 1


def test_without_a_date_a_page_is_looked_at_again_after_a_while(site: Server, poll: Poll) -> None:
    site.says("/feed", listed(site, "/a"))
    site.says("/a", page(LONG))
    poll()
    poll()
    assert len(requests_for(site, "/a")) == 1

    FeedPage.objects.update(fetched_at=timezone.now() - timedelta(hours=7))
    poll()
    assert len(requests_for(site, "/a")) == 2


def test_old_pages_of_a_sitemap_are_passed_over_and_it_is_said(site: Server, poll: Poll) -> None:
    site.says("/feed", sitemap(site, a=ago(days=30), b=ago(hours=1)))
    site.says("/b", page(LONG))

    run = poll()

    assert run.created == 1
    assert "1 addresses passed over" in run.note


def test_an_index_leads_to_its_sitemaps(site: Server, poll: Poll) -> None:
    index = (
        '<sitemapindex xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">'
        f"<sitemap><loc>{site.url('/s1')}</loc></sitemap></sitemapindex>"
    )
    site.says("/feed", response(index.encode(), content_type="application/xml"))
    site.says("/s1", sitemap(site, a=ago(hours=1)))
    site.says("/a", page(LONG))

    assert poll().created == 1


def test_where_it_is_wanted_the_page_of_a_summary_is_fetched(
    site: Server, feed: Feed, poll: Poll
) -> None:
    Feed.objects.update(fetches_pages=True)
    summary = item("guid-1", "The harbour was dredged …", link=site.url("/a"), whole=False)
    site.says("/feed", answer(summary))
    site.says("/a", page(LONG))

    run = poll()

    assert counts(run) == (1, 1, 0, 0, 0)
    revision = Revision.objects.get()
    assert revision.article.external_id == "guid-1"  # so that the feed's next word finds it
    assert revision.text == LONG
    assert not revision.is_partial


def test_a_summary_whose_page_is_gone_is_better_than_nothing(
    site: Server, feed: Feed, poll: Poll
) -> None:
    Feed.objects.update(fetches_pages=True)
    summary = item("guid-1", "The harbour was dredged …", link=site.url("/a"), whole=False)
    site.says("/feed", answer(summary))
    site.says("/a", NOT_FOUND)

    assert counts(poll()) == (2, 1, 0, 0, 1)
    revision = Revision.objects.get()
    assert revision.is_partial
    assert revision.text == "The harbour was dredged …"


def test_without_that_wish_a_summary_is_taken_in_as_one(site: Server, poll: Poll) -> None:
    site.says("/feed", answer(item("guid-1", "In short.", link=site.url("/a"), whole=False)))
    site.says("/a", page(LONG))

    assert counts(poll()) == (1, 1, 0, 0, 0)
    assert Revision.objects.get().is_partial
    assert requests_for(site, "/a") == []


def test_a_page_that_asks_for_patience_stops_the_run_and_nothing_is_lost(
    site: Server, feed: Feed, poll: Poll
) -> None:
    site.says("/feed", listed(site, "/a", "/b"))
    site.says("/a", response(b"", "Retry-After: 3600", status="429 Too Many"))
    site.says("/b", page(LONG))

    run = poll()

    assert counts(run) == (0, 0, 0, 0, 0)
    assert "2 pages are left to the next run" in run.note
    assert requests_for(site, "/b") == []
    assert FeedPage.objects.filter(state="pending").count() == 2
    assert feed.next_at - timezone.now() > timedelta(minutes=55)


@pytest.mark.parametrize(
    ("path", "answered"),
    [
        ("/a", response(b"", status="429 Too Many")),
        ("/robots.txt", response(b"", "Retry-After: 600", status="503 Busy")),
        ("/robots.txt", response(b"", status="500 Broken")),
    ],
)
def test_a_host_that_is_busy_costs_a_page_none_of_its_attempts(
    site: Server, poll: Poll, settings: LazySettings, path: str, answered: bytes
) -> None:
    elsewhere = f"localhost:{site.port}"  # another host than that of the list, which is not busy
    settings.FETCH_ALLOWED_HOSTS = [site.host, elsewhere]
    Host.objects.create(name=site.host, robots_fetched_at=timezone.now())
    listed_there = f"http://{elsewhere}/a".encode()
    site.says("/feed", response(listed_there, content_type="text/plain"))
    site.says("/a", page(LONG))
    site.says(path, answered)

    run = poll()

    waiting = FeedPage.objects.get()
    assert (waiting.state, waiting.attempts) == ("pending", 0)
    assert run.rejected == 0
    assert not Rejection.objects.exists()


@pytest.fixture
def two_hosts(site: Server, settings: LazySettings) -> str:
    """A second host, beside that of the feed, without a robots.txt."""
    elsewhere = f"localhost:{site.port}"
    settings.FETCH_ALLOWED_HOSTS = [site.host, elsewhere]
    for name in (site.host, elsewhere):
        Host.objects.create(name=name, robots_fetched_at=timezone.now())
    return elsewhere


def test_a_page_that_always_asks_for_patience_holds_up_no_other_and_is_given_up(
    site: Server, poll: Poll
) -> None:
    site.says("/feed", sitemap(site, a=ago(hours=1), b=ago(hours=2)))
    site.says("/a", response(b"", "Retry-After: 3600", status="429 Too Many"))
    site.says("/b", page(LONG))

    runs = []
    for _ in range(7):
        Host.objects.update(free_at=timezone.now())
        runs.append(poll())

    assert [one.created for one in runs] == [0, 1, 0, 0, 0, 0, 0], "the other one came next"
    states = dict(FeedPage.objects.values_list("url", "state"))
    assert states == {site.url("/a"): "failed", site.url("/b"): "done"}
    assert len(requests_for(site, "/a")) == MAX_PUT_OFF
    rejection = Rejection.objects.get()
    assert (rejection.origin, rejection.reason) == (site.url("/a"), "not_fetched")
    assert "tried again with the next run" not in rejection.message


def test_a_host_that_wants_to_be_left_alone_holds_up_neither_the_feed_nor_other_hosts(
    site: Server, feed: Feed, poll: Poll, two_hosts: str, settings: LazySettings
) -> None:
    settings.FEED_MAX_PAGES = 2
    there = [f"http://{two_hosts}/{name}" for name in ("busy", "busy2", "busy3")]
    text = "\n".join(there)
    site.says("/feed", response(text.encode(), content_type="text/plain"))
    site.says("/busy", response(b"", "Retry-After: 604800", status="503 Busy"))
    site.says("/b", page(LONG))
    before = feed.next_at

    first = poll()
    text += f"\n{site.url('/b')}"
    site.says("/feed", response(text.encode(), content_type="text/plain"))
    second, third = poll(), poll()

    assert (first.created, second.created) == (0, 1)
    assert "2 pages are left to the next run" in first.note
    assert len(requests_for(site, "/busy")) == 1
    assert requests_for(site, "/busy2") == []
    assert FeedPage.objects.filter(state="pending").count() == 3, "they wait, and are not lost"
    assert not Rejection.objects.exists()
    assert third.pages in (None, 0)
    assert feed.next_at - before < timedelta(hours=1), "the feed's own host did not ask for it"


def test_lists_that_there_is_no_time_for_are_read_by_the_next_run(
    site: Server, feed: Feed, poll: Poll, settings: LazySettings
) -> None:
    space = 'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"'
    lists = "".join(f"<sitemap><loc>{site.url(one)}</loc></sitemap>" for one in ("/s1", "/s2"))
    index = f"<sitemapindex {space}>{lists}</sitemapindex>".encode()
    site.says("/feed", response(index, 'ETag: "v1"', content_type="application/xml"))
    for name in ("1", "2"):
        site.says(f"/s{name}", sitemap(site, **{f"p{name}": ago(hours=1)}))
        site.says(f"/p{name}", page(LONG.replace("nine", name)))
    settings.FEED_RUN_SECONDS = 0
    Feed.objects.update(next_at=timezone.now() + timedelta(hours=1))  # as the schedule writes it

    run = poll()

    assert requests_for(site, "/s1") == requests_for(site, "/s2") == []
    assert "2 sitemaps are left to the next run" in run.note
    assert feed.lists_left == [site.url("/s1"), site.url("/s2")]
    assert feed.next_at <= timezone.now()

    settings.FEED_RUN_SECONDS = 60
    site.says("/feed", response(status="304 Not Modified"))
    assert poll().created == 2
    assert feed.lists_left == []
