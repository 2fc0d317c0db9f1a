"""Feeds and pages that are made to do harm, on a real server, through a whole poll.

Whatever they send, a poll ends in time and in bounds, says what is wrong on the run or in a
rejection, takes in nothing that it should not, and leaves the feed to be asked again.
"""

from __future__ import annotations

import gzip
import time
import tracemalloc
from collections.abc import Callable, Iterable
from datetime import timedelta

import pytest
from django.conf import LazySettings
from django.test import Client

from newsroom.articles.models import Article, Revision
from newsroom.imports.feeds.models import Feed
from newsroom.imports.models import ImportRun, Rejection
from tests.newsroom.imports.feeds.conftest import (
    LONG,
    RSS,
    Poll,
    answer,
    item,
    page,
    requests_for,
    rss,
)
from tests.newsroom.imports.http.conftest import Server, redirect, response

pytestmark = pytest.mark.django_db

MIB = 1 << 20
Answer = bytes | Iterable[bytes] | Callable[[str], Iterable[bytes]]


@pytest.fixture(autouse=True)
def bounds(site: Server, settings: LazySettings) -> None:
    settings.FETCH_DEADLINE = timedelta(seconds=1)
    settings.FETCH_MAX_BYTES = MIB
    settings.FETCH_MAX_UNPACKED_BYTES = 2 * MIB
    settings.IMPORT_MAX_ARTICLE_BYTES = 100_000
    settings.IMPORT_MAX_KEPT_BYTES = 200_000


def laughs() -> bytes:
    entities = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 30))
    xml = f'<!DOCTYPE rss [<!ENTITY l0 "ha">{entities}]><rss><item>&l29;</item></rss>'
    return response(xml.encode(), content_type="text/xml")


def outside() -> bytes:
    xml = (
        '<!DOCTYPE rss [<!ENTITY e SYSTEM "file:///etc/passwd">]>'
        "<rss><channel><item><guid>a</guid><description>&e;</description></item></channel></rss>"
    )
    return response(xml.encode(), content_type="text/xml")


def bomb() -> bytes:
    packed = gzip.compress(b"<rss>" + b" " * 50 * MIB)
    return response(packed, "Content-Encoding: gzip", content_type="text/xml")


def endless(server: Server) -> Answer:
    def body(request: str) -> Iterable[bytes]:
        yield response(b"<rss><channel>", content_type="text/xml")
        while True:
            yield b"<!-- more -->" * 5000

    return body


def a_byte_at_a_time(server: Server) -> Answer:
    def body(request: str) -> Iterable[bytes]:
        yield response(b"<rss>", content_type="text/xml")
        for _ in range(1000):
            server.wait(0.05)
            yield b" "

    return body


def silent(server: Server) -> Answer:
    def body(request: str) -> Iterable[bytes]:
        server.wait(30)
        yield b""

    return body


HARMFUL: dict[str, Callable[[Server], Answer]] = {
    "billion laughs": lambda server: laughs(),
    "a file from outside": lambda server: outside(),
    "a bomb": lambda server: bomb(),
    "no end": endless,
    "slow loris": a_byte_at_a_time,
    "silence": silent,
    "to the metadata": lambda server: redirect("http://169.254.169.254/latest/meta-data/"),
    "to this machine": lambda server: redirect("http://127.0.0.1:5432/"),
    "to a file": lambda server: redirect("file:///etc/passwd"),
    "round and round": lambda server: redirect(server.url("/feed")),
    "an archive": lambda server: response(b"PK\x03\x04", content_type="application/zip"),
    "no HTTP": lambda server: b"\x00\xff" * 1000,
    "a wrong encoding": lambda server: response(
        b'<?xml version="1.0" encoding="utf-8"?><rss><channel><item><guid>a</guid>'
        b"<description>caf\xe9</description></item></channel></rss>",
        content_type="text/xml; charset=utf-8",
    ),
    "elements in elements": lambda server: response(
        b"<rss><channel><item>" + b"<a>" * 5000, content_type="text/xml"
    ),
}


@pytest.mark.parametrize("name", HARMFUL)
def test_a_harmful_feed_is_said_to_be_one_and_nothing_comes_in(
    site: Server, feed: Feed, poll: Poll, name: str
) -> None:
    site.says("/feed", HARMFUL[name](site))
    tracemalloc.start()
    began = time.monotonic()

    run = poll()

    assert time.monotonic() - began < 6
    assert tracemalloc.get_traced_memory()[1] < 20 * MIB
    tracemalloc.stop()
    assert run.error or Rejection.objects.exists()
    assert feed.failures == 1
    assert feed.last_error
    assert not Article.objects.exists()


def test_a_title_of_ten_megabytes_costs_only_itself(
    site: Server, poll: Poll, settings: LazySettings
) -> None:
    settings.FETCH_MAX_BYTES = 20 * MIB
    settings.FETCH_DEADLINE = timedelta(seconds=30)
    title = f"<title>{'T' * 10 * MIB}</title>"
    site.says("/feed", answer(item("a").replace("<title>a</title>", title), item("b")))

    run = poll()

    assert (run.created, run.rejected) == (1, 1)
    assert len(bytes(Rejection.objects.get().payload)) <= settings.IMPORT_MAX_KEPT_BYTES


def test_marks_that_turn_text_around_are_kept_and_shown_for_what_they_are(
    site: Server, poll: Poll, editor_client: Client
) -> None:
    site.says("/feed", answer(item("a", "He said \u202enever\u202c that.")))

    poll()

    revision = Revision.objects.get()
    assert "\u202e" in revision.text
    shown = editor_client.get(f"/admin/articles/article/{revision.article_id}/change/").text
    assert "never" in shown
    assert "\u202enever" not in shown


@pytest.mark.parametrize("name", ["a bomb", "no end", "slow loris", "to the metadata", "no HTTP"])
def test_a_harmful_page_costs_only_itself(site: Server, feed: Feed, poll: Poll, name: str) -> None:
    names = f"{site.url('/bad')}\n{site.url('/good')}"
    site.says("/feed", response(names.encode(), content_type="text/plain"))
    site.says("/bad", HARMFUL[name](site))
    site.says("/good", page(LONG))

    run = poll()

    assert (run.state, run.created, run.rejected) == ("finished", 1, 1)
    assert Rejection.objects.get().reason == "not_fetched"
    assert feed.failures == 0


def test_an_endless_robots_txt_is_not_read_to_its_end(site: Server, poll: Poll) -> None:
    def robots(request: str) -> Iterable[bytes]:
        yield response(b"", content_type="text/plain")
        while True:
            yield b"Disallow: /\n" * 5000

    site.says("/robots.txt", robots)
    site.says("/feed", answer(item("a")))

    assert poll().created == 1


def test_odd_headers_are_neither_kept_as_they_are_nor_sent_back(
    site: Server, feed: Feed, poll: Poll
) -> None:
    site.says(
        "/feed",
        response(rss(item("a")), 'ETag: "é"', "Retry-After: 99999999999", content_type=RSS),
    )
    poll()
    site.says("/feed", response(b"", "Retry-After: never", status="503 Busy"))
    poll()

    assert ImportRun.objects.filter(state="finished", created=1).count() == 1
    assert feed.failures == 1
    assert "If-None-Match" not in requests_for(site, "/feed")[1]
