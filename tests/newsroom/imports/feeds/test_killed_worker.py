"""A real worker process, killed between the fetch and the commit."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import connection, transaction
from django.utils import timezone

from newsroom.articles.models import Article, Revision
from newsroom.imports.feeds.schedule import send_due
from newsroom.imports.models import Delivery, ImportRun
from tests.factories import FeedFactory
from tests.newsroom.imports.feeds.conftest import answer, item, requests_for
from tests.newsroom.imports.http.conftest import Server
from tests.newsroom.imports.test_command_process import database_url

ROOT = Path(__file__).resolve().parents[4]
PATIENCE = 60.0

pytestmark = pytest.mark.django_db(transaction=True)


@contextmanager
def worker(site: Server, var: Path) -> Iterator[subprocess.Popen[bytes]]:
    """A worker on this test's database and broker."""
    environment = {
        **os.environ,
        "DATABASE_URL": database_url(),
        "SECRET_KEY": "only for this test",
        "NEWSROOM_VAR": str(var),
        "FETCH_ALLOWED_HOSTS": site.host,
        "FETCH_HOST_DELAY_MS": "0",
        "FEED_LEASE_SECONDS": "1",
    }
    environment.pop("CELERY_BROKER_URL", None)
    options = ["--pool", "solo", "--without-gossip", "--without-mingle", "--without-heartbeat"]
    process = subprocess.Popen(
        [sys.executable, "-m", "celery", "-A", "newsroom", "worker", "-Q", "imports", *options],
        cwd=ROOT,
        env=environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        yield process
    finally:
        process.kill()
        process.wait()


def until(true: Callable[[], object]) -> None:
    deadline = time.monotonic() + PATIENCE
    while not true():
        assert time.monotonic() < deadline, "it took too long"
        time.sleep(0.05)


def somebody_waits_to_write() -> bool:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_locks JOIN pg_class ON pg_class.oid = relation "
            "WHERE NOT granted AND relname = 'articles_article'"
        )
        return bool(cursor.fetchone()[0])


def test_killed_between_fetch_and_commit_nothing_is_lost_and_nothing_doubled(
    site: Server, tmp_path_factory: pytest.TempPathFactory
) -> None:
    var = tmp_path_factory.getbasetemp()  # where the tests' broker is
    feed = FeedFactory.create(url=site.url("/feed"))
    site.says("/feed", answer(*[item(f"story-{n}", f"Text {n}.") for n in range(20)], etag="v1"))

    assert send_due() == 1
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("LOCK TABLE articles_article IN SHARE ROW EXCLUSIVE MODE")
        with worker(site, var) as first:
            until(lambda: requests_for(site, "/feed") and somebody_waits_to_write())
            first.kill()
            first.wait()
    feed.refresh_from_db()
    assert Article.objects.count() == Revision.objects.count() == 0
    assert ImportRun.objects.get().state == "running"
    assert feed.etag == ""  # so that the next one is given everything

    # The next look finds the run dead, and sends the feed again.
    ImportRun.objects.update(progressed_at=timezone.now() - timedelta(hours=1))
    assert send_due() == 1
    with worker(site, var):
        until(lambda: ImportRun.objects.filter(state="finished").exists())

    feed.refresh_from_db()
    assert Article.objects.count() == Revision.objects.count() == Delivery.objects.count() == 20
    assert sorted(ImportRun.objects.values_list("state", "created")) == [
        ("failed", 0),
        ("finished", 20),
    ]
    assert (feed.etag, feed.failures) == ('"v1"', 0)
