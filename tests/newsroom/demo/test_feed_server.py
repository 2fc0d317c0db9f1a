"""The demo's own news site: a feed as from anywhere, in which a correction arrives."""

from __future__ import annotations

import io
import threading
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import LazySettings

from newsroom.articles.models import Article, Revision
from newsroom.demo.feed_server import SEEDS, Site, feed
from newsroom.imports.feeds.models import Feed
from newsroom.imports.feeds.services import import_feed
from newsroom.imports.files import read_stream
from newsroom.imports.items import Accepted
from newsroom.imports.models import ImportTrigger
from tests.factories import FeedFactory


@pytest.fixture
def site(settings: LazySettings) -> Iterator[Site]:
    site = Site(0, folder=SEEDS, correct_after=3600)
    settings.FETCH_ALLOWED_HOSTS = [f"127.0.0.1:{site.server_port}"]
    threading.Thread(target=site.serve_forever, daemon=True).start()
    yield site
    site.shutdown()
    site.server_close()


def stories(*, corrected: bool) -> dict[str, Accepted]:
    items = list(read_stream(io.BytesIO(feed(SEEDS, corrected=corrected)), "feed.xml"))
    assert all(isinstance(item, Accepted) for item in items)
    return {item.article.external_id: item for item in items if isinstance(item, Accepted)}


def test_the_corrected_story_is_the_same_one_with_another_text_and_a_later_date() -> None:
    before, after = stories(corrected=False), stories(corrected=True)

    assert after.keys() - before.keys() == {"bh-2026-0523-party-day"}, "it repeats a checked claim"
    assert not before.keys() - after.keys()
    changed = {name for name in before if before[name].article.text != after[name].article.text}
    assert changed == {"bh-2026-0310-school-buses"}
    old, new = (one["bh-2026-0310-school-buses"].article for one in (before, after))
    assert "all 84 of its school buses" in old.text
    assert "all 48 of its school buses" in new.text
    assert old.versioned_at is not None
    assert new.versioned_at is not None
    assert old.versioned_at < new.versioned_at


@pytest.mark.django_db
def test_polled_it_brings_stories_then_nothing_then_the_correction(
    site: Site, settings: LazySettings
) -> None:
    row: Feed = FeedFactory.create(url=f"http://127.0.0.1:{site.server_port}/feed.xml")

    settings.FETCH_HOST_DELAY = timedelta()

    def poll() -> tuple[int, int, str]:
        run = import_feed(feed_id=row.pk, trigger=ImportTrigger.SCHEDULE, by=None)
        return run.created, run.revised, run.note

    assert poll() == (3, 0, "")
    assert poll() == (0, 0, "Not changed since the last time.")
    site._correct_after = 0
    assert poll() == (1, 1, "")
    assert Article.objects.count() == 4
    assert Revision.objects.get(number=2).article.headline.startswith("Council to replace all 48")


def test_the_seeds_of_the_feed_are_where_they_should_be() -> None:
    assert Path(SEEDS, "01-school-buses.v2.md").exists()
