"""`manage.py import_feed` and `import_due`."""

from __future__ import annotations

import io
from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from newsroom.imports.feeds.models import Feed
from newsroom.imports.models import ImportRun
from tests.factories import FeedFactory
from tests.newsroom.imports.feeds.conftest import answer, item
from tests.newsroom.imports.http.conftest import Server, response

pytestmark = pytest.mark.django_db


def command(*arguments: str) -> tuple[str, int]:
    """What it printed, and its exit code."""
    out = io.StringIO()
    try:
        call_command(*arguments, stdout=out, stderr=out)
    except SystemExit as ended:
        return out.getvalue(), int(ended.code or 0)
    return out.getvalue(), 0


def test_a_feed_is_named_by_name_or_number(site: Server, feed: Feed) -> None:
    site.says("/feed", answer(item("a")))
    named = command("import_feed", feed.name.upper())
    numbered = command("import_feed", str(feed.pk))

    counted = "1 seen, 1 created, 0 revised, 0 updated, 0 unchanged, 0 rejected"
    assert named == (f"{feed.name}: finished; {counted}.\n", 0)
    assert "1 unchanged" in numbered[0]
    assert set(ImportRun.objects.values_list("trigger", flat=True)) == {"command"}


def test_an_unknown_feed_is_an_error_that_names_the_known_ones(feed: Feed) -> None:
    with pytest.raises(CommandError, match=f"{feed.pk}: {feed.name}"):
        command("import_feed", "nonsense")


def test_a_failure_or_a_rejection_ends_with_one(site: Server, feed: Feed) -> None:
    site.says("/feed", response(status="500 Oops"))
    assert command("import_feed", feed.name)[1] == 1
    site.says("/feed", answer(item("a"), item("b", text="")))
    assert command("import_feed", feed.name)[1] == 1


def test_a_busy_feed_is_said_to_be_busy(feed: Feed) -> None:
    run = ImportRun.objects.create(outlet=feed.outlet, feed=feed, trigger="schedule")
    with pytest.raises(CommandError, match=f"import run {run.pk}"):
        command("import_feed", feed.name)


def test_for_cron_everything_due_is_asked_once(site: Server, feed: Feed) -> None:
    other = FeedFactory.create(url=site.url("/other"))
    FeedFactory.create(next_at=timezone.now() + timedelta(hours=1))
    site.says("/feed", answer(item("a")))
    site.says("/other", response(status="500 Oops"))

    said, code = command("import_due")

    assert code == 1
    assert f"{feed.name}: finished; 1 seen" in said
    assert f"{other.name}: failed" in said
    assert ImportRun.objects.count() == 2
    assert command("import_due") == ("Nothing is due.\n", 0)
