"""`manage.py import_articles` as somebody runs it: a process with real files, streams and codes."""

from __future__ import annotations

import gzip
import io
import json
import os
import signal
import subprocess
import sys
import time
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import call_command
from django.db import connection

from newsroom.articles.models import Article
from newsroom.imports.models import ImportRun, Rejection
from tests.database import database_url
from tests.newsroom.imports.reading import line

pytestmark = pytest.mark.django_db(transaction=True)

Command = Callable[..., "subprocess.Popen[bytes]"]


@pytest.fixture
def command(tmp_path_factory: pytest.TempPathFactory) -> Command:
    environment = {
        **os.environ,
        "DATABASE_URL": database_url(),
        "SECRET_KEY": "only for this test",
        "NEWSROOM_VAR": str(tmp_path_factory.mktemp("var")),
        "PYTHONWARNINGS": "error::ResourceWarning",
    }
    environment.pop("CELERY_BROKER_URL", None)

    def start(*arguments: object, **options: object) -> subprocess.Popen[bytes]:
        return subprocess.Popen(
            [
                sys.executable,
                "manage.py",
                "import_articles",
                "--outlet=Harbour Post",
                *[each if isinstance(each, bytes) else str(each) for each in arguments],
            ],
            cwd=settings.BASE_DIR,
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            **options,  # type: ignore[call-overload]
        )

    return start


def result(process: subprocess.Popen[bytes], stdin: bytes | None = None) -> tuple[int, str, str]:
    out, err = process.communicate(stdin, timeout=60)
    assert b"Traceback" not in err, err.decode()
    return process.returncode, out.decode(), err.decode()


NASTY: dict[bytes, tuple[bytes, list[str]]] = {
    b"empty.txt": (b"", ["empty"]),
    b"blank.md": (b" \n\t\n", ["empty"]),
    b"mark.txt": (b"\xef\xbb\xbf", ["empty"]),
    b"nul.md": (b"Story\x00", ["malformed"]),
    b"latin1.txt": ("Übermut".encode("latin-1"), ["not_utf8"]),
    b"utf16.txt": ("Story".encode("utf-16"), ["not_utf8"]),
    b"binary.txt": (bytes(range(256)) * 40, ["not_utf8"]),
    b"gzip.txt": (gzip.compress(b"Story. " * 100), ["not_utf8"]),
    b"unclosed.md": (b"---\nheadline: H\n", ["malformed"]),
    b"list.md": (b"---\n- a\n---\nBody.", ["malformed"]),
    b"evil.md": (b'---\n!!python/object/apply:os.system ["exit"]\n---\nBody.', ["malformed"]),
    b"beyond.md": (b'---\nheadline: "\\UFFFFFFFF"\n---\nBody.', ["malformed"]),
    b"deep.md": (b"---\na: " + b"[" * 9000 + b"\n---\nBody.", ["malformed"]),
    b"nested.md": (b"---\nbyline: {a: b}\n---\nBody.", ["bad_value"]),
    b"alias.md": (b"---\na: &a [*a]\n---\nBody.", ["malformed"]),
    b"huge.txt": (b"x" * 3_000_000, ["too_large"]),
    b"long.jsonl": (b'{"external_id": "' + b"x" * 9_000_000 + b'"}\n', ["too_large"]),
    b"caf\xe9.md": (b"", ["empty"]),
    b"new\nline.md": (b"\xff", ["not_utf8"]),
    b"lines.jsonl": (
        b"\n".join(
            [
                b"{",
                b"[]",
                b"null",
                b"[" * 100_000,
                b'{"external_id": ' + b"1" * 5000 + b"}",
                b'{"external_id": "a", "text": "\\ud800"}',
                b'{"external_id": "a", "text": "\\u0000"}',
                b'{"external_id": "a", "text": "\xff"}',
                b'{"external_id": "a"}',
                b'{"text": "a"}',
                b'{"external_id": 7, "text": "a"}',
                b'{"external_id": "a", "text": "a", "published_at": "soon"}',
                b'{"external_id": "a", "text": "a", "published_at": "0001-01-01T00:00:00+14:00"}',
                b'{"external_id": "a", "text": "a", "url": "javascript:alert(1)"}',
                b'{"external_id": "a", "text": "a", "url": "https://[::1"}',
                b'{"external_id": "a", "text": "a", "language": "\\u001b[2J"}',
                b'{"external_id": "a", "text": "a", "headline": "' + b"x" * 1001 + b'"}',
            ]
        ),
        ["malformed"] * 5
        + ["not_utf8", "bad_value", "not_utf8"]
        + ["missing_field"] * 2
        + ["bad_value", "bad_date", "bad_date"]
        + ["bad_value"] * 4,
    ),
}


def zipped() -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr(zipfile.ZipInfo("story.txt"), "Story.")  # of 1980, always
    return buffer.getvalue()


def test_no_file_is_so_nasty_that_it_stops_the_import(command: Command, tmp_path: Path) -> None:
    expected: dict[str, list[str]] = {"missing.md": ["unreadable"], "zip.txt": ["not_utf8"]}
    for name, (content, reasons) in NASTY.items():
        with open(os.fsencode(tmp_path) + b"/" + name, "wb") as file:  # noqa: PTH123
            file.write(content)
        expected[name.decode(errors="backslashreplace")] = reasons
    (tmp_path / "zip.txt").write_bytes(zipped())
    (tmp_path / "good.md").write_text("# Good\n\nA story among them.")
    (tmp_path / "a-folder.md").mkdir()

    code, out, err = result(command(tmp_path, tmp_path / "missing.md"))

    told: dict[str, list[str]] = {}
    for rejection in Rejection.objects.order_by("pk"):
        told.setdefault(rejection.origin.removeprefix(f"{tmp_path}/"), []).append(rejection.reason)
    assert told == expected
    assert code == 1
    bad = sum(map(len, expected.values()))
    row = ImportRun.objects.get()
    assert (row.state, row.created, row.rejected) == ("finished", 1, bad)
    assert out.startswith(f"Import run {row.pk}: {bad + 1} seen, 1 created,")
    assert len(err.splitlines()) == bad
    assert "\x1b" not in err
    kept = {row.origin: row for row in Rejection.objects.all()}
    assert bytes(kept[f"{tmp_path}/gzip.txt"].payload) == NASTY[b"gzip.txt"][0]
    assert f"{tmp_path}/caf\\xe9.md" in kept
    assert kept[f"{tmp_path}/long.jsonl"].size == len(NASTY[b"long.jsonl"][0])
    assert Article.objects.get().headline == "Good"


def test_a_good_import_ends_with_0_and_a_report_that_is_json(command: Command) -> None:
    process = command("-", "--json", stdin=subprocess.PIPE)
    code, out, err = result(process, line() + line(external_id="ü👩‍🚒"))

    assert (code, err) == (0, "")
    assert json.loads(out)["created"] == 2
    assert Article.objects.filter(external_id="ü👩‍🚒").exists()


def test_arguments_that_are_no_names_are_told(command: Command) -> None:
    code, _, err = result(command(b"caf\xe9.md", "x" * 300, ""))
    assert code == 1
    assert "caf\\xe9.md:1: Cannot be read: No such file" in err
    assert "File name too long" in err
    assert ImportRun.objects.get().rejected == 3


def test_a_closed_standard_input_matters_only_if_it_is_wanted(
    command: Command, tmp_path: Path
) -> None:
    """As under some schedulers. Python then has no sys.stdin at all."""
    (tmp_path / "x.md").write_text("Story.")

    code, _, err = result(command(tmp_path, "-", preexec_fn=lambda: os.close(0)))

    assert code == 1
    assert err == "-:1: Cannot be read: standard input is closed.\n"
    assert ImportRun.objects.get().created == 1


def test_ctrl_c_ends_the_run_and_says_what_to_do(command: Command) -> None:
    process = command("-", "--format=jsonl", stdin=subprocess.PIPE)
    assert process.stdin is not None
    process.stdin.write(line())
    process.stdin.flush()
    deadline = time.monotonic() + 30
    while not ImportRun.objects.exists():
        assert time.monotonic() < deadline, "the import has not begun"
        time.sleep(0.02)

    process.send_signal(signal.SIGINT)
    code, _, err = result(process)

    assert code == 130
    assert "Stopped. What was taken in stays; the same command does the rest" in err
    row = ImportRun.objects.get()
    assert (row.state, row.seen) == ("failed", 0)
    assert row.error.startswith("Stopped from outside.")


def test_a_database_that_is_not_there_is_told_in_a_sentence(
    tmp_path: Path,
) -> None:
    process = subprocess.Popen(
        [sys.executable, "manage.py", "import_articles", str(tmp_path), "--outlet=X"],
        cwd=settings.BASE_DIR,
        env={**os.environ, "DATABASE_URL": "postgresql://127.0.0.1:9/none", "SECRET_KEY": "x"},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    code, _, err = result(process)
    assert code == 1
    assert "CommandError: The database does not answer: connection" in err


def test_a_dry_run_waits_for_a_pipe_before_it_opens_its_transaction(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    class Pipe(io.BytesIO):
        def read(self, size: int | None = -1) -> bytes:
            assert not connection.in_atomic_block
            return super().read(size)

    pipe = io.TextIOWrapper(Pipe(line(external_id="a")))
    monkeypatch.setattr(sys, "stdin", pipe)
    out = io.StringIO()

    call_command("import_articles", "-", "--outlet", "X", "--dry-run", stdout=out)

    assert "Dry run, nothing was kept: 1 seen, 1 created" in out.getvalue()
    assert not Article.objects.exists()
    pipe.close()
