"""Being polite to a host, all workers together: one request after the other, and robots.txt."""

from __future__ import annotations

import time
from dataclasses import dataclass
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

MAX_ROBOTS = 500_000
LONGEST_DELAY = timedelta(seconds=30)
"""What a robots.txt may ask for between two requests."""

FORBID_ALL = "User-agent: *\nDisallow: /"


@dataclass(frozen=True, slots=True)
class Robots:
    """What a host's robots.txt says."""

    rules: Protego

    def allow(self, url: str) -> bool:
        return bool(self.rules.can_fetch(url, settings.FETCH_USER_AGENT))

    @property
    def delay(self) -> timedelta:
        stated = self.rules.crawl_delay(settings.FETCH_USER_AGENT) or 0
        return min(timedelta(seconds=float(stated)), LONGEST_DELAY)


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
    `Retry-After`) all workers wait for.
    """
    host = host_of(url)
    if not host:
        return fetch(url)  # which says what is wrong with it
    delay = settings.FETCH_HOST_DELAY
    if heeds_robots:
        robots = _robots_of(url, host, patience)
        if not robots.allow(url):
            message = (
                f"The robots.txt of {host} asks us not to fetch this. If the outlet has agreed, "
                "turn “heed robots.txt” off for this feed."
            )
            return Unfetchable(url, Why.ROBOTS, message)
        delay = max(delay, robots.delay)
    if not _take_turn(host, delay, patience):
        return _busy(url, host)
    outcome = fetch(url, etag=etag, last_modified=last_modified)
    if isinstance(outcome, Unfetchable) and outcome.retry_after:
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


def _robots_of(url: str, host: str, patience: float) -> Robots:
    row = Host.objects.filter(pk=host).first()
    now = timezone.now()
    if row is None or row.robots_fetched_at is None or row.robots_fetched_at < now - ROBOTS_KEPT:
        text, fetched_at = _fetch_robots(url, host, patience)
        Host.objects.update_or_create(
            name=host, defaults={"robots": text, "robots_fetched_at": fetched_at}
        )
    else:
        text = row.robots
    return Robots(_parsed(text))


@lru_cache(maxsize=64)
def _parsed(text: str) -> Protego:
    return Protego.parse(text)


def _fetch_robots(url: str, host: str, patience: float) -> tuple[str, datetime]:
    """What the host allows, and as of when that counts.

    As RFC 9309 has it: a file that is not there allows everything; a server that fails to give it
    allows nothing, until it is asked again soon.
    """
    now = timezone.now()
    _take_turn(host, settings.FETCH_HOST_DELAY, patience)
    scheme, _, _ = url.partition("://")
    outcome = fetch(f"{scheme}://{urlsplit(url).netloc.rpartition('@')[2]}/robots.txt")
    if isinstance(outcome, Fetched):
        text = outcome.content[:MAX_ROBOTS].decode(errors="replace").replace("\x00", "")
        return text, now
    assert isinstance(outcome, Unfetchable)
    if outcome.status is not None and outcome.status < 500 and outcome.status != 429:
        return "", now
    if outcome.why in (Why.CONTENT_TYPE, Why.TOO_LARGE, Why.REDIRECTS):
        return "", now
    if outcome.status is None:
        # The host itself cannot be reached: let the fetch of the page say so.
        return "", now - ROBOTS_KEPT + ROBOTS_RETRIED
    return FORBID_ALL, now - ROBOTS_KEPT + ROBOTS_RETRIED
