"""The feed of the demo: a news site on this machine, polled by beat and worker like any other."""

from __future__ import annotations

import os
import sys

from django.conf import settings
from django.utils import timezone

from newsroom.articles.services import find_or_add_outlet
from newsroom.demo.feed_server import FEED, HOST
from newsroom.imports.feeds.models import Feed, FeedState
from newsroom.runtime.ports import choose_port
from newsroom.runtime.processes import Supervisor

NAME = "Brakehaven Herald (demo)"
PREFERRED_PORT = 8100


def start_feed(supervisor: Supervisor) -> Feed:
    """Serve the feed, and have it polled every minute. Before the worker starts, which is told of
    the one address of this machine that it may fetch from.
    """
    port = choose_port(PREFERRED_PORT)
    host = f"{HOST}:{port}"
    os.environ["FETCH_ALLOWED_HOSTS"] = ",".join([*settings.FETCH_ALLOWED_HOSTS, host])
    supervisor.start(
        "feed",
        [sys.executable, "-m", "newsroom.demo.feed_server", "--port", str(port)],
        cwd=settings.BASE_DIR,
    )
    outlet = find_or_add_outlet(
        name="Brakehaven Herald",
        slug="brakehaven-herald",
        url="https://brakehaven-herald.example",
        by=None,
    )
    url = f"http://{host}{FEED}"
    feed, is_new = Feed.objects.get_or_create(
        name=NAME,
        defaults={"outlet": outlet, "url": url, "every_minutes": 1, "jitter_percent": 0},
    )
    if not is_new and feed.state == FeedState.ACTIVE:
        # The port may be another one than last time, and the site has been away in between.
        Feed.objects.filter(pk=feed.pk).update(url=url, next_at=timezone.now(), failures=0)
    return feed
