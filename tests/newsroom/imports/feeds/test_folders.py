"""A watched folder: whole files are taken in and put away; nothing else is touched."""

from __future__ import annotations

import os
from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import LazySettings
from django.core.exceptions import ValidationError

from newsroom.articles.models import Article
from newsroom.imports.feeds.folders import check_folder
from newsroom.imports.feeds.models import Feed
from newsroom.imports.feeds.services import import_feed
from newsroom.imports.models import ImportRun, ImportTrigger, Rejection
from tests.factories import FeedFactory
from tests.newsroom.imports.feeds.conftest import counts, item, rss
from tests.newsroom.imports.reading import line

pytestmark = pytest.mark.django_db


@pytest.fixture
def drop(tmp_path: Path, settings: LazySettings) -> Path:
    settings.FEED_FOLDERS_ROOT = tmp_path / "drop"
    settings.FEED_FILE_SETTLE = timedelta()
    folder = tmp_path / "drop" / "wire"
    folder.mkdir(parents=True)
    return folder


@pytest.fixture
def feed(drop: Path) -> Feed:
    return FeedFactory.create(kind="folder", url="", folder="wire")


def look(feed: Feed) -> ImportRun:
    run = import_feed(feed_id=feed.pk, trigger=ImportTrigger.SCHEDULE, by=None)
    feed.refresh_from_db()
    return run


def names(folder: Path) -> list[str]:
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if not path.is_dir())


def test_files_of_any_format_are_taken_in_and_put_away(feed: Feed, drop: Path) -> None:
    (drop / "a.jsonl").write_bytes(line(external_id="a") + line(external_id="b"))
    (drop / "b.xml").write_bytes(rss(item("x")))
    (drop / "c.txt").write_text("Headline\n\nA story.\n")

    run = look(feed)

    assert counts(run) == (4, 4, 0, 0, 0)
    assert names(drop) == ["done/a.jsonl", "done/b.xml", "done/c.txt"]
    assert {one.external_id for one in Article.objects.all()} == {"a", "b", "c", "x"}


def test_a_file_of_which_nothing_could_be_taken_in_is_put_under_failed(
    feed: Feed, drop: Path
) -> None:
    (drop / "bad.jsonl").write_bytes(b"{\n")
    (drop / "half.jsonl").write_bytes(b"{\n" + line(external_id="a"))

    run = look(feed)

    assert counts(run) == (3, 1, 0, 0, 2)
    assert names(drop) == ["done/half.jsonl", "failed/bad.jsonl"]
    assert Rejection.objects.filter(origin="wire/bad.jsonl").exists()


def test_the_same_name_again_replaces_nothing(feed: Feed, drop: Path) -> None:
    for text in ("One.", "Two."):
        (drop / "a.txt").write_text(text)
        look(feed)
    kept = names(drop)
    assert len(kept) == 2
    assert (drop / "done/a.txt").read_text() == "One."


def test_what_is_still_being_written_is_left(
    feed: Feed, drop: Path, settings: LazySettings
) -> None:
    for name in (".hidden.txt", "a.txt.part", "b.tmp", "c.filepart"):
        (drop / name).write_text("Half a sto")
    settings.FEED_FILE_SETTLE = timedelta(hours=1)
    (drop / "d.txt").write_text("Half a sto")
    os.utime(drop / "d.txt", (0, 0))  # an old date, as `cp -p` gives

    run = look(feed)

    assert counts(run) == (0, 0, 0, 0, 0)
    assert len(names(drop)) == 5
    assert run.note == "1 files are still being written."


@pytest.mark.parametrize("kind", ["file", "folder", "pipe"])
def test_links_and_pipes_are_refused_and_what_they_lead_to_is_not_read(
    feed: Feed, drop: Path, tmp_path: Path, kind: str
) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text("A secret.")
    if kind == "pipe":
        os.mkfifo(drop / "a.txt")
    else:
        (drop / "a.txt").symlink_to(secret if kind == "file" else tmp_path)

    run = look(feed)

    assert counts(run) == (1, 0, 0, 0, 1)
    assert secret.read_text() == "A secret."
    assert not Article.objects.exists()
    assert (drop / "failed" / "a.txt").is_symlink() or kind == "pipe"


def test_a_folder_that_is_a_link_is_not_followed(
    drop: Path, tmp_path: Path, settings: LazySettings
) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "a.txt").write_text("A secret.")
    (settings.FEED_FOLDERS_ROOT / "link").symlink_to(outside)
    feed = FeedFactory.create(kind="folder", url="", folder="link")

    run = look(feed)

    assert run.state == "failed"
    assert "cannot be read" in run.error
    assert names(outside) == ["a.txt"]


def test_done_as_a_link_does_not_lead_files_elsewhere(
    feed: Feed, drop: Path, tmp_path: Path
) -> None:
    (drop / "done").symlink_to(tmp_path)
    (drop / "a.txt").write_text("A story.")

    run = look(feed)

    assert run.state == "failed"
    assert "a.txt" in names(drop)
    assert not (tmp_path / "a.txt").exists()


@pytest.mark.parametrize(
    "folder", ["", "/etc", "..", "a/../../b", "wire/done", ".git", "a\x00b", "."]
)
def test_a_folder_lies_below_the_root(folder: str) -> None:
    with pytest.raises(ValidationError):
        check_folder(folder)


def test_a_folder_that_is_not_there_is_a_failure_of_the_feed(drop: Path) -> None:
    feed = FeedFactory.create(kind="folder", url="", folder="gone")
    run = look(feed)
    assert (run.state, feed.failures) == ("failed", 1)
    assert "No such file" in run.error


def test_read_again_after_a_kill_nothing_is_doubled(feed: Feed, drop: Path) -> None:
    (drop / "a.jsonl").write_bytes(line(external_id="a"))
    look(feed)
    (drop / "done/a.jsonl").rename(drop / "a.jsonl")  # as if we had died before putting it away

    assert counts(look(feed)) == (1, 0, 0, 1, 0)
    assert names(drop) == ["done/a.jsonl"]
