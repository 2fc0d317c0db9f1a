"""A feed on a real server of this machine."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from html import escape

import pytest
from django.conf import LazySettings

from newsroom.imports.feeds.models import Feed
from newsroom.imports.feeds.services import import_feed
from newsroom.imports.models import ImportRun, ImportTrigger
from tests.factories import FeedFactory
from tests.newsroom.imports.http.conftest import Server, response, server

__all__ = ["server"]

RSS = "application/rss+xml"


def item(name: str, text: str = "A story.", *, link: str = "", whole: bool = True) -> str:
    tag = "content:encoded" if whole else "description"
    where = f"<link>{link}</link>" if link else ""
    body = escape(text)
    return (
        f"<item><guid isPermaLink='false'>{name}</guid><title>{name}</title>{where}"
        f"<{tag}>{body}</{tag}></item>"
    )


def rss(*items: str) -> bytes:
    space = "http://purl.org/rss/1.0/modules/content/"
    return (
        f'<rss version="2.0" xmlns:content="{space}"><channel><title>T</title>{"".join(items)}'
        "</channel></rss>"
    ).encode()


def answer(*items: str, etag: str = "") -> bytes:
    headers = [f'ETag: "{etag}"'] if etag else []
    return response(rss(*items), *headers, content_type=RSS)


def page(text: str, *, canonical: str = "", head: str = "") -> bytes:
    link = f'<link rel="canonical" href="{canonical}">' if canonical else ""
    paragraphs = "".join(f"<p>{escape(one)}</p>" for one in text.split("\n\n"))
    html = f"<html><head><title>Page</title>{link}{head}</head><body><article>{paragraphs}"
    return response(f"{html}</article></body></html>".encode())


LONG = (
    "The harbour was dredged to fourteen metres in the spring, the port authority said on Monday, "
    "and larger ships have come in since.\n\n"
    "Traffic rose by nine percent in a year, according to figures that the ministry published."
)

NOT_FOUND = response(b"", status="404 Not Found")


@pytest.fixture
def site(server: Server, settings: LazySettings) -> Server:
    """Polite without a wait; its robots.txt is not there."""
    settings.FETCH_HOST_DELAY = timedelta()
    server.says("/robots.txt", NOT_FOUND)
    return server


@pytest.fixture
def feed(db: None, site: Server) -> Feed:
    return FeedFactory.create(url=site.url("/feed"))


Poll = Callable[..., ImportRun]


@pytest.fixture
def poll(feed: Feed) -> Poll:
    """Ask the feed once; returns the run. The feed's row is read again."""

    def poll(trigger: ImportTrigger = ImportTrigger.SCHEDULE, of: Feed = feed) -> ImportRun:
        run = import_feed(feed_id=of.pk, trigger=trigger, by=None)
        of.refresh_from_db()
        return run

    return poll


def counts(run: ImportRun) -> tuple[int, int, int, int, int]:
    """Seen, created, revised, unchanged, rejected."""
    return run.seen, run.created, run.revised, run.unchanged, run.rejected


def requests_for(server: Server, path: str) -> list[str]:
    return [one for one in server.requests if one.split(" ")[1] == path]
