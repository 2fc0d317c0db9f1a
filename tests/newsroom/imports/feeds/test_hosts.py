"""Being polite: robots.txt, and one request to a host after the other, all workers together."""

from __future__ import annotations

import itertools
import time
from datetime import timedelta

import pytest
from django.conf import LazySettings
from django.utils import timezone

from newsroom.imports.feeds.hosts import hold_back, host_of, polite_fetch
from newsroom.imports.feeds.models import Host
from newsroom.imports.http import Fetched, Outcome, Unfetchable, Why
from tests.database import at_once
from tests.newsroom.imports.feeds.conftest import requests_for
from tests.newsroom.imports.http.conftest import Server, response

pytestmark = pytest.mark.django_db


def ask(url: str, *, heeds_robots: bool = True, patience: float = 5) -> Outcome:
    return polite_fetch(url, heeds_robots=heeds_robots, patience=patience)


def robots(site: Server, text: str) -> None:
    site.says("/robots.txt", response(text.encode(), content_type="text/plain"))


def test_what_robots_txt_forbids_is_not_fetched(site: Server, settings: LazySettings) -> None:
    settings.FETCH_USER_AGENT = "DeskBot/1.0 (desk@post.example)"
    robots(site, "User-agent: *\nAllow: /\nUser-agent: DeskBot\nDisallow: /private")
    site.says("/private/a", response(b"x"))
    site.says("/a", response(b"x"))

    outcome = ask(site.url("/private/a"))

    assert isinstance(outcome, Unfetchable)
    assert outcome.why == Why.ROBOTS
    assert requests_for(site, "/private/a") == []
    assert isinstance(ask(site.url("/a")), Fetched)
    assert isinstance(ask(site.url("/private/a"), heeds_robots=False), Fetched)


def test_robots_txt_is_asked_for_once_a_day(site: Server) -> None:
    robots(site, "")
    site.says("/a", response(b"x"))
    ask(site.url("/a"))
    ask(site.url("/a"))
    assert len(requests_for(site, "/robots.txt")) == 1

    Host.objects.update(robots_fetched_at=timezone.now() - timedelta(hours=25))
    ask(site.url("/a"))
    assert len(requests_for(site, "/robots.txt")) == 2


def test_a_site_without_robots_txt_allows_everything(site: Server) -> None:
    site.says("/a", response(b"x"))
    assert isinstance(ask(site.url("/a")), Fetched)


def test_a_site_that_cannot_say_what_it_allows_is_left_alone_for_a_while(site: Server) -> None:
    site.says("/robots.txt", response(status="503 Busy"))
    site.says("/a", response(b"x"))

    outcome = ask(site.url("/a"))

    assert isinstance(outcome, Unfetchable)
    assert outcome.why == Why.ROBOTS
    Host.objects.update(robots_fetched_at=timezone.now() - timedelta(hours=25))
    robots(site, "")
    assert isinstance(ask(site.url("/a")), Fetched)


@pytest.mark.parametrize("text", ["\x00\x00", "User-agent", "Crawl-delay: soon", "Allow: [*$" * 99])
def test_an_odd_robots_txt_does_no_harm(site: Server, text: str) -> None:
    robots(site, f"User-agent: *\n{text}")
    site.says("/a", response(b"x"))
    assert isinstance(ask(site.url("/a")), Fetched)


def test_a_host_is_asked_again_only_after_a_while(site: Server, settings: LazySettings) -> None:
    robots(site, "")
    site.says("/a", response(b"x"))
    ask(site.url("/a"))
    settings.FETCH_HOST_DELAY = timedelta(seconds=0.3)

    began = time.monotonic()
    for _ in range(3):
        ask(site.url("/a"))

    assert 0.6 <= time.monotonic() - began < 3


def test_robots_txt_may_ask_for_a_longer_pause(site: Server) -> None:
    robots(site, "User-agent: *\nCrawl-delay: 20")
    site.says("/a", response(b"x"))
    ask(site.url("/a"))

    outcome = ask(site.url("/a"), patience=1)

    assert isinstance(outcome, Unfetchable)
    assert outcome.why == Why.BUSY
    assert outcome.retry_after is not None
    assert timedelta(seconds=15) < outcome.retry_after <= timedelta(seconds=20)
    assert len(requests_for(site, "/a")) == 1


@pytest.mark.parametrize("stated", ["9" * 20, "1e300", "inf", "nan", "-5"])
def test_an_odd_pause_is_capped_or_left_out(site: Server, stated: str) -> None:
    robots(site, f"User-agent: *\nCrawl-delay: {stated}")
    site.says("/a", response(b"x"))

    assert isinstance(ask(site.url("/a"), patience=40), Fetched)

    assert Host.objects.get().free_at <= timezone.now() + timedelta(seconds=31)


@pytest.mark.django_db(transaction=True)
def test_workers_at_once_take_turns(site: Server, settings: LazySettings) -> None:
    robots(site, "")
    times: list[float] = []

    def answer(request: str) -> list[bytes]:
        times.append(time.monotonic())
        return [response(b"x")]

    site.says("/a", answer)
    ask(site.url("/a"))
    settings.FETCH_HOST_DELAY = timedelta(seconds=0.3)

    at_once(*[lambda: ask(site.url("/a"))] * 4)

    times.sort()
    gaps = [later - earlier for earlier, later in itertools.pairwise(times[1:])]
    assert len(gaps) == 3
    assert min(gaps) > 0.2


def test_what_a_server_asks_us_to_wait_for_holds_for_the_whole_host(site: Server) -> None:
    robots(site, "")
    site.says("/a", response(b"", "Retry-After: 600", status="503 Busy"))
    site.says("/b", response(b"x"))
    ask(site.url("/a"))

    outcome = ask(site.url("/b"))

    assert isinstance(outcome, Unfetchable)
    assert outcome.why == Why.BUSY
    assert requests_for(site, "/b") == []


def test_a_host_that_asked_to_wait_is_not_asked_for_its_robots_txt_either(site: Server) -> None:
    robots(site, "")
    site.says("/a", response(b"x"))
    hold_back(host_of(site.url("/a")), until=timezone.now() + timedelta(minutes=10))

    outcome = ask(site.url("/a"))

    assert isinstance(outcome, Unfetchable)
    assert outcome.why == Why.BUSY
    assert site.requests == []


def test_what_is_asked_for_with_robots_txt_holds_for_the_host_too(site: Server) -> None:
    site.says("/robots.txt", response(b"", "Retry-After: 600", status="429 Too Many"))
    site.says("/a", response(b"x"))

    outcomes = [ask(site.url("/a")), ask(site.url("/a")), ask(site.url("/a"), heeds_robots=False)]

    assert [one.why for one in outcomes if isinstance(one, Unfetchable)] == [Why.BUSY] * 3
    assert len(site.requests) == 1


def test_too_many_requests_are_a_reason_to_wait_also_without_a_time(site: Server) -> None:
    robots(site, "")
    site.says("/a", response(b"", status="429 Too Many"))

    outcome = ask(site.url("/a"))

    assert isinstance(outcome, Unfetchable)
    assert outcome.retry_after
    assert Host.objects.get().free_at > timezone.now() + timedelta(seconds=30)


@pytest.mark.parametrize(
    ("url", "host"),
    [
        ("https://Post.example/a", "post.example:443"),
        ("http://post.example:8080/a", "post.example:8080"),
        ("ftp://post.example/", ""),
        ("http://post.example:99999/", ""),
        ("http://[", ""),
        ("nonsense", ""),
    ],
)
def test_a_host_is_a_name_with_a_port(url: str, host: str) -> None:
    assert host_of(url) == host


def test_what_is_no_address_is_said_to_be_none() -> None:
    outcome = ask("nonsense")
    assert isinstance(outcome, Unfetchable)
    assert outcome.why == Why.BAD_ADDRESS
