"""Running an import: what every interface calls."""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta

import pytest
from django.conf import LazySettings
from django.db import OperationalError, connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from newsroom.accounts.models import User
from newsroom.articles.models import Article, Outlet, Revision
from newsroom.articles.services import IncomingArticle
from newsroom.imports import services
from newsroom.imports.items import Accepted, Item, Raw, Refused
from newsroom.imports.models import (
    Delivery,
    ImportRun,
    ImportTrigger,
    Rejection,
    RejectionReason,
)
from newsroom.imports.readers import jsonl
from newsroom.imports.services import ImportReport, dry_run, end_interrupted_runs, run_import
from tests.factories import ImportRunFactory, OutletFactory, UserFactory
from tests.newsroom.imports.reading import line

pytestmark = pytest.mark.django_db


@pytest.fixture
def outlet(db: None) -> Outlet:
    return OutletFactory.create()


def run(outlet: Outlet, items: Iterable[Item], by: User | None = None) -> ImportReport:
    return run_import(
        outlet=outlet, items=items, trigger=ImportTrigger.COMMAND, origin="in.jsonl", by=by
    )


def items(*lines: bytes) -> Iterator[Item]:
    return jsonl.read(io.BytesIO(b"".join(lines)), "in.jsonl")


def good(name: str = "harbour", text: str = "Text.", at: datetime | None = None) -> Accepted:
    article = IncomingArticle(external_id=name, text=text, versioned_at=at)
    return Accepted(article, Raw("in.jsonl", 1, text.encode(), len(text.encode())))


def bad(payload: bytes = b"?") -> Refused:
    return Refused(
        RejectionReason.MALFORMED, "Not JSON.", Raw("in.jsonl", 1, payload, len(payload))
    )


def counts(row: ImportRun | ImportReport) -> dict[str, int]:
    names = ("created", "revised", "updated", "unchanged", "rejected")
    if isinstance(row, ImportReport):
        return {"seen": row.seen, **{name: row.counts[name] for name in names}}
    return {name: getattr(row, name) for name in ("seen", *names)}


NINE, TEN = datetime(2026, 3, 4, 9, tzinfo=UTC), datetime(2026, 3, 4, 10, tzinfo=UTC)

# ----------------------------------------------------------------------------------- counts


def test_a_run_counts_what_became_of_every_item(outlet: Outlet) -> None:
    run(outlet, items(line(external_id="a"), line(external_id="b"), line(external_id="c")))

    report = run(
        outlet,
        items(
            line(external_id="a"),
            line(external_id="b", text="Another."),
            line(external_id="c", headline="Another"),
            line(external_id="d"),
            b"{\n",
            line(external_id="e", text=""),
        ),
    )

    expected = {
        "seen": 6,
        "created": 1,
        "revised": 1,
        "updated": 1,
        "unchanged": 1,
        "rejected": 2,
    }
    row = ImportRun.objects.get(pk=report.run_id)
    assert counts(report) == counts(row) == expected
    assert (row.state, row.error, row.origin, row.trigger) == (
        "finished",
        "",
        "in.jsonl",
        "command",
    )
    assert row.finished_at is not None
    assert row.started_at <= row.progressed_at <= row.finished_at


def test_nothing_to_import_is_a_run_that_saw_nothing(outlet: Outlet) -> None:
    row = ImportRun.objects.get(pk=run(outlet, []).run_id)
    assert (row.state, row.seen) == ("finished", 0)


def test_importing_twice_changes_nothing(outlet: Outlet) -> None:
    source = [line(external_id=str(n), headline="H") for n in range(5)]
    run(outlet, items(*source))
    before = list(Article.objects.values()), list(Revision.objects.values())

    report = run(outlet, items(*source))

    assert counts(report) == {**counts(ImportReport(0)), "seen": 5, "unchanged": 5}
    assert (list(Article.objects.values()), list(Revision.objects.values())) == before
    assert Delivery.objects.filter(run_id=report.run_id).count() == 0


def test_every_revision_names_the_run_that_brought_it(outlet: Outlet) -> None:
    first = run(outlet, [good("a"), good("b")])
    second = run(outlet, [good("a", "New.")])

    assert list(Delivery.objects.order_by("pk").values_list("run_id", flat=True)) == [
        first.run_id,
        first.run_id,
        second.run_id,
    ]


def test_history_names_the_run_and_the_person(outlet: Outlet) -> None:
    user = UserFactory.create(username="ana")
    report = run(outlet, [good()], by=user)

    assert ImportRun.objects.get().started_by == user
    (event,) = Article.objects.get().events.all()  # type: ignore[attr-defined]
    assert event.pgh_context == {"import_run": report.run_id, "user": user.pk, "username": "ana"}


def test_progress_is_told_after_every_chunk(outlet: Outlet, settings: LazySettings) -> None:
    settings.IMPORT_CHUNK_ITEMS = 2
    seen: list[tuple[int, int]] = []

    run_import(
        outlet=outlet,
        items=[good(str(n)) for n in range(5)],
        trigger=ImportTrigger.COMMAND,
        on_progress=lambda report: seen.append((report.seen, ImportRun.objects.get().seen)),
        by=None,
    )

    assert seen == [(2, 2), (4, 4), (5, 5)]


def test_a_chunk_of_many_takes_as_many_queries_as_one_of_few() -> None:
    def queries(count: int) -> int:
        outlet = OutletFactory.create()
        mixed = [item for n in range(count) for item in (good(str(n)), bad())]
        with CaptureQueriesContext(connection) as captured:
            run(outlet, mixed)
        return len(captured)

    assert queries(1) == queries(50)


def test_items_are_not_read_ahead_of_the_database(outlet: Outlet, settings: LazySettings) -> None:
    """A million stories need no more memory than a chunk of them."""
    settings.IMPORT_CHUNK_ITEMS = 10
    taken: list[int] = []

    def many() -> Iterator[Item]:
        for n in range(35):
            taken.append(len(taken) - ImportRun.objects.get().seen)
            yield good(str(n))

    run(outlet, many())
    assert max(taken) == 9


def test_a_chunk_of_large_items_is_closed_early(
    outlet: Outlet, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(services, "CHUNK_BYTES", 250)
    chunks: list[int] = []

    run_import(
        outlet=outlet,
        items=[bad(b"x" * 100) for _ in range(7)],
        trigger=ImportTrigger.COMMAND,
        on_progress=lambda report: chunks.append(report.seen),
        by=None,
    )

    assert chunks == [3, 6, 7]


# ------------------------------------------------------------------------------- rejections


def test_a_rejected_item_is_kept_byte_for_byte(outlet: Outlet) -> None:
    payload = bytes(range(256)) + "ü👩‍🚒".encode()

    report = run(outlet, [bad(payload)])

    row = Rejection.objects.get()
    assert row.run_id == report.run_id
    assert (bytes(row.payload), row.size, row.is_whole) == (payload, len(payload), True)
    assert (row.reason, row.message) == ("malformed", "Not JSON.")
    assert (row.origin, row.position) == ("in.jsonl", 1)


def test_of_an_item_too_large_the_beginning_is_kept_and_the_size(
    outlet: Outlet, settings: LazySettings
) -> None:
    settings.IMPORT_MAX_KEPT_BYTES = 10
    long = line(text="x" * 100)

    run(outlet, items(long))

    row = Rejection.objects.get()
    assert (row.reason, bytes(row.payload), row.size) == ("too_large", long[:10], len(long))
    assert not row.is_whole


def test_an_older_version_is_rejected_and_changes_nothing(outlet: Outlet) -> None:
    run(outlet, [good(text="Two.", at=TEN)])

    report = run(outlet, [good(text="One.", at=NINE)])

    row = Rejection.objects.get()
    assert counts(report)["rejected"] == counts(report)["seen"] == 1
    assert (row.reason, bytes(row.payload)) == ("stale", b"One.")
    assert row.message == "An older version of a story whose newer version is already here."
    assert Revision.objects.get().text == "Two."


def test_a_report_lists_the_first_rejections_without_their_bytes(
    outlet: Outlet, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(services, "REPORTED_REJECTIONS", 3)

    report = run(outlet, [bad(b"x" * 1000) for _ in range(5)])

    assert report.rejected == Rejection.objects.count() == 5
    assert [item.raw.payload for item in report.rejections] == [b""] * 3
    assert [item.raw.size for item in report.rejections] == [1000] * 3
    assert {bytes(row.payload) for row in Rejection.objects.all()} == {b"x" * 1000}


@pytest.fixture
def picky_database(db: None) -> None:
    """A database with a rule of its own, which no reader knows."""
    with connection.cursor() as cursor:
        cursor.execute(
            "ALTER TABLE articles_article ADD CONSTRAINT no_weather CHECK (headline <> 'Weather')"
        )


def test_an_item_that_the_database_refuses_costs_only_itself(
    outlet: Outlet, picky_database: None
) -> None:
    report = run(
        outlet,
        items(
            line(external_id="a"),
            line(external_id="b", headline="Weather"),
            b"{\n",
            line(external_id="c"),
            line(external_id="c", text="A new version."),
        ),
    )

    row = ImportRun.objects.get()
    assert counts(report) == counts(row)
    assert (row.state, row.created, row.revised, row.rejected) == ("finished", 2, 1, 2)
    assert sorted(Article.objects.values_list("external_id", flat=True)) == ["a", "c"]
    refused = Rejection.objects.get(reason="refused")
    assert (refused.position, bytes(refused.payload)) == (
        2,
        line(external_id="b", headline="Weather"),
    )
    assert "no_weather" in refused.message
    assert Rejection.objects.count() == 2
    assert report.rejections[0].reason == "refused"


# --------------------------------------------------------------------------- ends of all kinds


def breaking(error: BaseException, after: int) -> Iterator[Item]:
    for n in range(after):
        yield good(str(n))
    raise error


def test_an_interrupted_run_has_failed_and_keeps_what_it_took_in(
    outlet: Outlet, settings: LazySettings
) -> None:
    settings.IMPORT_CHUNK_ITEMS = 2

    with pytest.raises(KeyboardInterrupt):
        run(outlet, breaking(KeyboardInterrupt(), after=5))

    row = ImportRun.objects.get()
    assert (row.state, row.seen, row.created) == ("failed", 4, 4)
    assert row.finished_at is not None
    assert row.error == "Stopped from outside. Run it again: what it had taken in stays."
    assert Article.objects.count() == 4

    report = run(outlet, [good(str(n)) for n in range(5)])
    assert (report.counts["unchanged"], report.counts["created"]) == (4, 1)


@pytest.mark.parametrize("error", [SystemExit(143), KeyboardInterrupt()])
def test_a_run_that_is_told_to_stop_says_so(outlet: Outlet, error: BaseException) -> None:
    with pytest.raises(type(error)):
        run(outlet, breaking(error, after=0))
    assert ImportRun.objects.get().error.startswith("Stopped from outside.")


def test_an_error_of_our_own_is_written_to_the_run_and_raised(outlet: Outlet) -> None:
    with pytest.raises(ZeroDivisionError):
        run(outlet, breaking(ZeroDivisionError("by zero"), after=1))

    row = ImportRun.objects.get()
    assert (row.state, row.seen) == ("failed", 0)
    assert row.error.startswith("ZeroDivisionError: by zero\n")
    assert not Article.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_a_run_whose_database_went_away_is_left_to_the_sweep() -> None:
    """The server ends the connection: a real one, which the run cannot write its end to."""
    outlet = OutletFactory.create()

    def cut() -> Iterator[Item]:
        yield good("a")
        with pytest.raises(OperationalError), connection.cursor() as cursor:
            cursor.execute("SELECT pg_terminate_backend(pg_backend_pid())")
        yield good("b")

    with pytest.raises(OperationalError):
        run(outlet, cut())

    connection.close()
    row = ImportRun.objects.get()
    assert (row.seen, Article.objects.count()) == (0, 0)
    if row.state == "running":
        ImportRun.objects.update(progressed_at=timezone.now() - timedelta(hours=1))
        assert end_interrupted_runs() == 1
        row.refresh_from_db()
    assert row.state == "failed"


def test_the_sweep_ends_runs_without_progress_and_no_others() -> None:
    long_ago = timezone.now() - services.INTERRUPTED_AFTER - timedelta(seconds=1)
    dead = ImportRunFactory.create(progressed_at=long_ago)
    slow = ImportRunFactory.create(started_at=long_ago, progressed_at=timezone.now())
    finished = ImportRunFactory.create(
        progressed_at=long_ago, state="finished", finished_at=long_ago
    )

    assert end_interrupted_runs() == 1
    assert end_interrupted_runs() == 0

    for row in (dead, slow, finished):
        row.refresh_from_db()
    assert (dead.state, slow.state, finished.state) == ("failed", "running", "finished")
    assert dead.error == (
        "The import was interrupted. Run it again: what it had taken in stays as it is."
    )
    assert dead.finished_at is not None
    assert finished.finished_at == long_ago


def test_a_run_that_was_taken_for_dead_and_lives_finishes_all_the_same(outlet: Outlet) -> None:
    def slowly() -> Iterator[Item]:
        yield good("a")
        ImportRun.objects.update(progressed_at=timezone.now() - timedelta(hours=1))
        assert end_interrupted_runs() == 1
        yield good("b")

    run(outlet, slowly())

    row = ImportRun.objects.get()
    assert (row.state, row.error, row.created) == ("finished", "", 2)


# ---------------------------------------------------------------------------------- dry run


def test_a_dry_run_reports_the_same_and_keeps_nothing(outlet: Outlet) -> None:
    run(outlet, [good("a")])
    before = [model.objects.count() for model in (Article, Revision, ImportRun, Delivery)]
    source = [good("a"), good("a", "New."), good("b"), bad()]

    with dry_run():
        dry = run(outlet, source)

    after = [model.objects.count() for model in (Article, Revision, ImportRun, Delivery)]
    assert after == before
    assert not Rejection.objects.exists()
    assert counts(dry) == counts(run(outlet, source))
