"""Being polite to a host, all workers together: one request after the other, and robots.txt."""

from __future__ import annotations

import time
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import lru_cache
from urllib.parse import urlsplit

from django.conf import settings
from django.db import connection
from django.utils import timezone
from protego import Protego

from newsroom.imports.feeds.models import Host
from newsroom.imports.http import Fetched, Outcome, Unfetchable, Why, fetch

ROBOTS_KEPT = timedelta(days=1)
ROBOTS_RETRIED = timedelta(minutes=30)
"""After a server that could not say what it allows."""

TOO_MANY = timedelta(minutes=1)
"""How long a server is left alone that answers “too many requests” (429) and does not say how long.
"""

MAX_ROBOTS = 500_000
LONGEST_DELAY = timedelta(seconds=30)
"""What a robots.txt may ask for between two requests."""

UNKNOWN = "# It could not be had: nothing is fetched until it can be.\nUser-agent: *\nDisallow: /"
"""Stands for the robots.txt of a server that fails to give it."""


@dataclass(frozen=True, slots=True)
class Robots:
    """What a host's robots.txt says."""

    rules: Protego
    is_known: bool

    def allow(self, url: str) -> bool:
        return bool(self.rules.can_fetch(url, settings.FETCH_USER_AGENT))

    @property
    def delay(self) -> timedelta:
        # Capped as a number: what a robots.txt states may be more than any timedelta holds.
        stated = float(self.rules.crawl_delay(settings.FETCH_USER_AGENT) or 0)
        longest = LONGEST_DELAY.total_seconds()
        return timedelta(seconds=min(stated, longest) if stated > 0 else 0)


def polite_fetch(
    url: str,
    *,
    heeds_robots: bool,
    patience: float,
    etag: str = "",
    last_modified: str = "",
) -> Outcome:
    """`fetch`, when it is our turn at that host, and only what its robots.txt allows.

    Waits at most `patience` seconds for the turn. What the host asks us to wait for (429, 503 with
    `Retry-After`) all workers wait for, also with its robots.txt; `retry_after` is set then.
    """
    host = host_of(url)
    if not host:
        return fetch(url)  # which says what is wrong with it
    delay = settings.FETCH_HOST_DELAY
    if heeds_robots:
        robots = _robots_of(url, host, patience)
        if isinstance(robots, Unfetchable):
            return robots
        if not robots.is_known:
            message = f"The robots.txt of {host} could not be had: its server fails."
            return Unfetchable(url, Why.ROBOTS, message, retry_after=ROBOTS_RETRIED)
        if not robots.allow(url):
            message = (
                f"The robots.txt of {host} asks us not to fetch this. If the outlet has agreed, "
                "turn “heed robots.txt” off for this feed."
            )
            return Unfetchable(url, Why.ROBOTS, message)
        delay = max(delay, robots.delay)
    if not _take_turn(host, delay, patience):
        return _busy(url, host)
    return _heeded(host, fetch(url, etag=etag, last_modified=last_modified))


def _heeded(host: str, outcome: Outcome) -> Outcome:
    """An answer, after everybody has been told of the wait that it asks for."""
    if not isinstance(outcome, Unfetchable):
        return outcome
    if outcome.status == 429 and not outcome.retry_after:
        outcome = replace(outcome, retry_after=TOO_MANY)
    if outcome.retry_after:
        hold_back(host, until=timezone.now() + outcome.retry_after)
    return outcome


def host_of(url: str) -> str:
    try:
        parts = urlsplit(url)
        port = parts.port or {"http": 80, "https": 443}[parts.scheme]
    except (ValueError, KeyError):
        return ""
    name = f"{parts.hostname}:{port}"
    return name if parts.hostname and len(name) <= 300 else ""


def hold_back(host: str, *, until: datetime) -> None:
    """Have nobody ask this host before then."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO imports_host (name, free_at, robots) VALUES (%s, %s, '') "
            "ON CONFLICT (name) DO UPDATE "
            "SET free_at = greatest(imports_host.free_at, excluded.free_at)",
            [host, until],
        )


def free_at(url: str) -> datetime:
    """When the host of `url` may be asked next."""
    known = Host.objects.filter(pk=host_of(url)).values_list("free_at", flat=True).first()
    return max(timezone.now(), known) if known else timezone.now()


def _take_turn(host: str, delay: timedelta, patience: float) -> bool:
    """Wait for our turn, and put the next one behind it. False if it would come too late.

    One statement takes the turn, so that of two workers each gets its own, whatever their clocks
    say: time is the database's.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO imports_host AS host (name, free_at, robots) "
            "VALUES (%(host)s, clock_timestamp() + make_interval(secs => %(delay)s), '') "
            "ON CONFLICT (name) DO UPDATE SET free_at = "
            "greatest(host.free_at, clock_timestamp()) + make_interval(secs => %(delay)s) "
            "WHERE host.free_at <= clock_timestamp() + make_interval(secs => %(patience)s) "
            "RETURNING extract(epoch FROM host.free_at - clock_timestamp()) - %(delay)s",
            {
                "host": host,
                "delay": delay.total_seconds(),
                "patience": max(0.0, patience),
            },
        )
        turn = cursor.fetchone()
    if turn is None:
        return False
    if turn[0] > 0:
        time.sleep(float(turn[0]))
    return True


def _busy(url: str, host: str) -> Unfetchable:
    wait = free_at(url) - timezone.now()
    message = f"Put off for {max(1, round(wait.total_seconds()))} s: it is not our turn at {host}."
    return Unfetchable(url, Why.BUSY, message, retry_after=wait)


def _robots_of(url: str, host: str, patience: float) -> Robots | Unfetchable:
    """What the host's robots.txt says; why not, where it asks to be left alone for now."""
    row = Host.objects.filter(pk=host).first()
    now = timezone.now()
    if row is None or row.robots_fetched_at is None or row.robots_fetched_at < now - ROBOTS_KEPT:
        answer = _fetch_robots(url, host, patience)
        if isinstance(answer, Unfetchable):
            return answer
        text, fetched_at = answer
        Host.objects.update_or_create(
            name=host, defaults={"robots": text, "robots_fetched_at": fetched_at}
        )
    else:
        text = row.robots
    return Robots(_parsed(text), is_known=text != UNKNOWN)


@lru_cache(maxsize=64)
def _parsed(text: str) -> Protego:
    return Protego.parse(text)


def _fetch_robots(url: str, host: str, patience: float) -> tuple[str, datetime] | Unfetchable:
    """What the host allows, and as of when that counts; why not, where it asks us to wait.

    As RFC 9309 has it: a file that is not there allows everything; a server that fails to give it
    allows nothing, until it is asked again soon.
    """
    now = timezone.now()
    if not _take_turn(host, settings.FETCH_HOST_DELAY, patience):
        return _busy(url, host)
    scheme, _, _ = url.partition("://")
    address = f"{scheme}://{urlsplit(url).netloc.rpartition('@')[2]}/robots.txt"
    outcome = _heeded(host, fetch(address))
    if isinstance(outcome, Unfetchable) and outcome.retry_after:
        return _busy(url, host)
    if isinstance(outcome, Fetched):
        text = outcome.content[:MAX_ROBOTS].decode(errors="replace").replace("\x00", "")
        return text, now
    assert isinstance(outcome, Unfetchable)
    if outcome.status is not None and outcome.status < 500:
        return "", now
    if outcome.why in (Why.CONTENT_TYPE, Why.TOO_LARGE, Why.REDIRECTS):
        return "", now
    if outcome.status is None:
        # The host itself cannot be reached: let the fetch of the page say so.
        return "", now - ROBOTS_KEPT + ROBOTS_RETRIED
    return UNKNOWN, now - ROBOTS_KEPT + ROBOTS_RETRIED
