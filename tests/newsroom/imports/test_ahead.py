"""Reading ahead in a thread, and imports that do."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Generator, Iterator
from contextlib import closing
from pathlib import Path

import pytest
from django.conf import LazySettings
from django.db import IntegrityError, connection

from newsroom.articles.models import Article, Outlet
from newsroom.articles.services import IncomingArticle
from newsroom.imports.ahead import read_ahead
from newsroom.imports.files import find_files, wait_for_nobody
from newsroom.imports.items import Accepted, Item, Raw
from newsroom.imports.models import ImportRun, ImportTrigger
from newsroom.imports.services import ImportReport, run_import
from tests.factories import OutletFactory

PATIENCE = 30


class Source:
    """Numbers, and what is known of who made them."""

    def __init__(self, count: int, error: BaseException | None = None) -> None:
        self.begun = 0
        self.is_closed = False
        self.threads: set[threading.Thread] = set()
        self.third_is_made = threading.Event()
        self._count, self._error = count, error

    def parts(self) -> Generator[int]:
        try:
            for number in range(self._count):
                self.begun += 1
                self.threads.add(threading.current_thread())
                if number == 2:
                    self.third_is_made.set()
                yield number
            if self._error:
                raise self._error
        finally:
            self.is_closed = True


def assert_is_over(source: Source) -> None:
    assert source.is_closed
    assert threading.current_thread() not in source.threads
    assert not any(thread.is_alive() for thread in source.threads)


@pytest.mark.parametrize("count", [0, 1, 2, 50])
def test_parts_come_in_their_order_and_leave_no_thread(count: int) -> None:
    source = Source(count)
    assert list(read_ahead(source.parts())) == list(range(count))
    assert_is_over(source)


def test_one_part_is_made_meanwhile_and_no_more() -> None:
    source = Source(50)
    with closing(read_ahead(source.parts())) as parts:
        assert (next(parts), next(parts)) == (0, 1)
        assert source.third_is_made.wait(PATIENCE)
        for number in range(2, 50):
            assert next(parts) == number
            assert source.begun <= number + 2
    assert_is_over(source)


@pytest.mark.parametrize("error", [ZeroDivisionError("by zero"), KeyboardInterrupt()])
def test_an_error_of_the_reader_comes_after_the_parts_before_it(error: BaseException) -> None:
    source, taken = Source(3, error), list[int]()

    with pytest.raises(type(error)):
        taken.extend(read_ahead(source.parts()))

    assert taken == [0, 1, 2]
    assert_is_over(source)


def test_an_error_of_the_caller_ends_the_reader() -> None:
    source = Source(50)

    def fail() -> None:
        with closing(read_ahead(source.parts())) as parts:
            for _ in parts:
                raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()

    assert source.begun <= 2
    assert_is_over(source)


# ----------------------------------------------------------------------------- whole imports


@pytest.fixture
def outlet(db: None) -> Outlet:
    return OutletFactory.create()


def good(number: int) -> Accepted:
    article = IncomingArticle(external_id=str(number), text=f"Text {number}.")
    return Accepted(article, Raw("in.jsonl", number, b"{}", 2))


def run(
    outlet: Outlet,
    items: Iterator[Item],
    on_progress: Callable[[ImportReport], None] = lambda report: None,
) -> ImportReport:
    return run_import(
        outlet=outlet,
        items=items,
        trigger=ImportTrigger.COMMAND,
        on_progress=on_progress,
        keep_results=True,
        ahead=True,
        by=None,
    )


def test_an_import_that_reads_ahead_does_what_any_does(
    outlet: Outlet, settings: LazySettings
) -> None:
    settings.IMPORT_CHUNK_ITEMS = 3
    told: list[tuple[int, int]] = []

    report = run(
        outlet,
        map(good, range(1, 11)),
        lambda report: told.append((report.seen, ImportRun.objects.get().seen)),
    )

    assert told == [(3, 3), (6, 6), (9, 9), (10, 10)]
    assert report.results is not None
    assert [(one.position, one.outcome) for one in report.results] == [
        (number, "created") for number in range(1, 11)
    ]
    assert ImportRun.objects.get().state == "finished"


def test_what_was_read_and_not_written_is_not_counted(
    outlet: Outlet, settings: LazySettings
) -> None:
    """The same import again takes it, and nothing twice."""
    settings.IMPORT_CHUNK_ITEMS = 2

    def stop(report: ImportReport) -> None:
        if report.seen == 4:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        run(outlet, map(good, range(10)), stop)

    row = ImportRun.objects.get()
    assert (row.state, row.seen, Article.objects.count()) == ("failed", 4, 4)
    counts = run(outlet, map(good, range(10))).counts
    assert (counts["unchanged"], counts["created"]) == (4, 6)


def test_an_error_while_reading_ends_the_run_with_what_came_before(
    outlet: Outlet, settings: LazySettings
) -> None:
    settings.IMPORT_CHUNK_ITEMS = 2

    def breaking() -> Iterator[Item]:
        yield from map(good, range(5))
        raise ZeroDivisionError("by zero")

    with pytest.raises(ZeroDivisionError):
        run(outlet, breaking())

    row = ImportRun.objects.get()
    assert (row.state, row.seen, Article.objects.count()) == ("failed", 4, 4)
    assert row.error.startswith("ZeroDivisionError: by zero\n")


def test_a_database_that_refuses_ends_the_reader(outlet: Outlet, settings: LazySettings) -> None:
    settings.IMPORT_CHUNK_ITEMS = 2
    source = Source(50)
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE imports_importrun ADD CHECK (seen < 4)")

    with pytest.raises(IntegrityError, match="importrun_seen_check"):
        run(outlet, map(good, source.parts()))

    assert source.begun <= 8
    assert not any(thread.is_alive() for thread in source.threads)


def test_only_what_waits_for_nobody_is_read_ahead(tmp_path: Path) -> None:
    file, pipe = tmp_path / "in.jsonl", tmp_path / "pipe.jsonl"
    file.write_text("")
    os.mkfifo(pipe)
    assert wait_for_nobody(find_files([str(file)]))
    for waiting in ("-", str(pipe)):
        assert not wait_for_nobody(find_files([str(file), waiting]))
