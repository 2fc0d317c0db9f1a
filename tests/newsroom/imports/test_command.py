"""`manage.py import_articles`, called within the process."""

from __future__ import annotations

import io
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from django.apps import apps
from django.core.management import CommandError, call_command
from django.db import connection

from newsroom.articles.models import Article, Outlet, Revision
from newsroom.imports.management.commands import import_articles
from newsroom.imports.models import ImportRun, Rejection
from tests.factories import OutletFactory
from tests.newsroom.imports.reading import line

pytestmark = pytest.mark.django_db


@dataclass
class Result:
    code: int
    out: str
    err: str

    @property
    def report(self) -> dict[str, Any]:
        report = json.loads(self.out)
        assert isinstance(report, dict)
        return report


Run = Callable[..., Result]


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch) -> Run:
    def run(*arguments: object, stdin: bytes = b"", outlet: str = "Harbour Post") -> Result:
        monkeypatch.setattr("sys.stdin", SimpleNamespace(buffer=io.BytesIO(stdin)))
        out, err, code = io.StringIO(), io.StringIO(), 0
        try:
            call_command(
                "import_articles",
                *map(str, arguments),
                f"--outlet={outlet}",
                stdout=out,
                stderr=err,
                no_color=True,
            )
        except SystemExit as error:
            code = int(error.code or 0)
        return Result(code, out.getvalue(), err.getvalue())

    return run


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    same = "---\nexternal_id: one\n---\n"
    (tmp_path / "a.md").write_text(f"{same}# One\n\nThe harbour was dredged.")
    (tmp_path / "a.v2.md").write_text(f"{same}# One\n\nThe harbour was dredged to 14 metres.")
    (tmp_path / "b.txt").write_text("Two\n\nTraffic rose.")
    return tmp_path


def rows() -> dict[str, int]:
    """How many rows there are in every table of ours, also those of the history."""
    labels = ("articles", "imports", "claims", "sources")
    models = [model for label in labels for model in apps.get_app_config(label).get_models()]
    return {model._meta.db_table: model._default_manager.count() for model in models}


def test_a_folder_is_imported_and_counted(run: Run, folder: Path) -> None:
    result = run(folder)

    row = ImportRun.objects.get()
    assert result == Result(
        0,
        f"Import run {row.pk}: 3 seen, 2 created, 1 revised, 0 updated, 0 unchanged, 0 rejected.\n"
        "It is the first of this outlet.\n",
        "",
    )
    assert (row.outlet.name, row.origin, row.started_by) == ("Harbour Post", str(folder), None)
    assert Article.objects.count() == 2


def test_a_second_import_finds_everything_unchanged(run: Run, folder: Path) -> None:
    run(folder)
    before = list(Article.objects.values()), list(Revision.objects.values())

    result = run(folder)

    assert result.code == 0
    assert result.out.endswith(
        "3 seen, 0 created, 0 revised, 0 updated, 3 unchanged, 0 rejected.\n"
    )
    assert (list(Article.objects.values()), list(Revision.objects.values())) == before


def test_bad_items_are_told_one_a_line_and_end_with_1(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "in.jsonl"
    path.write_bytes(line() + b"{\n" + line(external_id="b", published_at="soon"))

    result = run(path)

    assert result.code == 1
    assert result.err.splitlines() == [
        f"{path}:2: Not JSON: Expecting property name enclosed in double quotes.",
        f"{path}:3: “soon” in “published_at” is not a date such as 2026-03-04T09:30:00+01:00.",
    ]
    counted, first, kept = result.out.splitlines()
    assert counted.endswith("3 seen, 1 created, 0 revised, 0 updated, 0 unchanged, 2 rejected.")
    assert first == "It is the first of this outlet."
    assert kept == "The rejected items are kept, with the reasons, under Rejections."
    assert ImportRun.objects.get().state == "finished"


def test_what_is_printed_moves_no_terminal(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "a\x1b[2J\nb.jsonl"
    path.write_bytes(line(language="\x1b]0;owned\x07"))

    result = run(path)

    assert result.code == 1
    (told,) = result.err.splitlines()
    assert told.isprintable()
    assert "a\\x1b[2J\\nb.jsonl:1: “\\x1b]0;owned\\x07” is not a language tag" in told


def test_standard_input_is_read(run: Run) -> None:
    result = run("-", stdin=line(external_id="a") + line(external_id="b"))

    assert result.code == 0
    assert sorted(Article.objects.values_list("external_id", flat=True)) == ["a", "b"]
    assert ImportRun.objects.get().origin == "-"


def test_a_format_may_be_given(run: Run) -> None:
    assert run("-", "--format=text", stdin=line()).code == 0
    assert Article.objects.get().external_id.startswith("text-")
    with pytest.raises(CommandError, match="invalid choice: 'pdf'"):
        run("-", "--format=pdf")


def test_a_report_for_machines(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "in.jsonl"
    path.write_bytes(line() + b"[]\n")

    result = run(path, "--json")

    assert (result.code, result.err) == (1, "")
    assert result.report == {
        "dry_run": False,
        "run": ImportRun.objects.get().pk,
        "seen": 2,
        "created": 1,
        "revised": 0,
        "updated": 0,
        "unchanged": 0,
        "rejected": 1,
        "rejections": [
            {
                "origin": str(path),
                "position": 2,
                "reason": "malformed",
                "message": 'Not a JSON object: a story is {"external_id": …}.',
            }
        ],
        "rejections_not_listed": 0,
        "passed_over": {},
    }


def test_a_report_lists_no_more_than_some_rejections(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("newsroom.imports.services.REPORTED_REJECTIONS", 3)

    report = run("-", "--format=jsonl", "--json", stdin=b"{\n" * 5).report
    assert (report["rejected"], len(report["rejections"])) == (5, 3)
    assert report["rejections_not_listed"] == 2
    told = run("-", "--format=jsonl", stdin=b"{\n" * 5).err.splitlines()
    assert (len(told), told[-1]) == (4, "… and 2 more.")
    assert Rejection.objects.count() == 10


def test_a_dry_run_reports_the_same_numbers_and_keeps_nothing(run: Run, folder: Path) -> None:
    (folder / "bad.jsonl").write_bytes(b"{\n")
    before = rows()

    dry = run(folder, "--dry-run")
    dry_report = run(folder, "--dry-run", "--json").report

    assert rows() == before
    assert dry.code == 1
    assert dry.out == (
        "Dry run, nothing was kept: 4 seen, 2 created, 1 revised, 0 updated, 0 unchanged, "
        "1 rejected.\n"
    )
    assert (dry_report.pop("dry_run"), dry_report.pop("run")) == (True, None)
    real = run(folder, "--json").report
    assert (real.pop("dry_run"), real.pop("run")) == (False, ImportRun.objects.get().pk)
    assert dry_report == real
    assert Outlet.objects.count() == 1


@pytest.mark.parametrize("name", ["harbour-post", "Harbour Post"])
def test_an_outlet_that_is_here_is_used(run: Run, folder: Path, name: str) -> None:
    outlet = OutletFactory.create(name="Harbour Post", slug="harbour-post")
    run(folder, outlet=name)
    assert Outlet.objects.get() == outlet
    assert Article.objects.filter(outlet=outlet).count() == Article.objects.count()


@pytest.mark.parametrize("name", ["", "x" * 201, "caf\udce9"])
def test_what_is_no_outlet_is_told_and_leaves_nothing(run: Run, folder: Path, name: str) -> None:
    before = rows()

    with pytest.raises(CommandError, match=r"^--outlet: "):
        run(folder, outlet=name)

    assert rows() == before


def test_an_outlet_has_to_be_named(folder: Path) -> None:
    with pytest.raises(CommandError, match="required: --outlet"):
        call_command("import_articles", str(folder))


def test_a_folder_without_stories_is_no_error(run: Run, tmp_path: Path) -> None:
    result = run(tmp_path)
    assert (result.code, ImportRun.objects.get().seen) == (0, 0)
    assert "There are no stories in there" in result.err


def test_files_of_a_folder_that_are_no_stories_are_counted(run: Run, folder: Path) -> None:
    for name in ("scan.PDF", "letter.pdf", "NOTES", ".hidden.pdf"):
        (folder / name).write_bytes(b"%PDF-1.7")

    result = run(folder)

    told = "Passed over, as they do not end like stories: 2 .pdf, 1 without an ending."
    assert told in result.err.splitlines()
    assert result.code == 0


@pytest.fixture
def stopped(monkeypatch: pytest.MonkeyPatch) -> None:
    """Ctrl-C while the first file is read."""

    def read_files(*args: object, **options: object) -> Iterator[None]:
        raise KeyboardInterrupt
        yield

    monkeypatch.setattr(import_articles, "read_files", read_files)


def test_a_stopped_import_says_what_to_do(run: Run, folder: Path, stopped: None) -> None:
    with pytest.raises(CommandError, match="What was taken in stays; the same command") as caught:
        run(folder)
    assert caught.value.returncode == 130
    assert ImportRun.objects.get().state == "failed"


def test_a_stopped_dry_run_keeps_nothing_and_says_so(run: Run, folder: Path, stopped: None) -> None:
    before = rows()

    with pytest.raises(CommandError, match="Nothing was kept, as it was a dry run"):
        run(folder, "--dry-run")

    assert rows() == before


def test_a_database_that_is_not_migrated_is_told_in_a_sentence(run: Run, folder: Path) -> None:
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE imports_importrun RENAME TO elsewhere")

    with pytest.raises(CommandError, match="Is every migration applied"):
        run(folder)


def test_a_database_that_goes_away_is_told_in_a_sentence(
    run: Run, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def cut(**options: object) -> None:
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL statement_timeout = 1")
            cursor.execute("SELECT pg_sleep(5)")

    monkeypatch.setattr(import_articles, "run_import", cut)
    with pytest.raises(CommandError, match=r"^The database does not answer: canceling statement"):
        run(folder)


def test_two_files_of_the_same_name_are_not_taken_for_one_story(run: Run, tmp_path: Path) -> None:
    for day, text in (("mon", "The harbour was dredged."), ("tue", "Traffic rose.")):
        (tmp_path / day).mkdir()
        (tmp_path / day / "story.txt").write_text(text)

    result = run(tmp_path)

    assert result.code == 1
    assert "has the same name" in result.err
    assert Article.objects.count() == Revision.objects.count() == 1


def test_versions_of_one_story_may_say_so_with_an_external_id(run: Run, folder: Path) -> None:
    assert run(folder).code == 0
    assert run(folder).out.count("3 unchanged") == 1


def test_an_outlet_is_found_in_any_case(run: Run, folder: Path) -> None:
    OutletFactory.create(name="HARBOUR POST")

    run(folder)

    assert Outlet.objects.count() == 1
