"""The command line of the extractor."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]
STORY = (
    "“The bridge carried 4,000 cars a day,” said Sen. Maria Delgado (D-N.M.). "
    "It closed in 2019, a city official who was not authorized to speak said.\n"
)


def run(*arguments: str, stdin: bytes = b"") -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(
        [sys.executable, "-m", "claims.extraction", *arguments],
        input=stdin,
        capture_output=True,
        cwd=ROOT,
        check=False,
        env={"PYTHONIOENCODING": "utf-8", "PATH": ""},
    )


@pytest.fixture
def story(tmp_path: Path) -> str:
    path = tmp_path / "story.txt"
    path.write_text(STORY, encoding="utf-8")
    return str(path)


def test_table_names_speaker_kind_and_reason(story: str) -> None:
    done = run(story)
    out = done.stdout.decode()
    assert done.returncode == 0
    assert "Maria Delgado" in out
    assert "quantity" in out
    assert "* a city official: not authorized to speak" in out


def test_json_holds_everything(story: str) -> None:
    found = json.loads(run("--json", story).stdout)
    assert found["extractor"] == "tagger"
    assert found["attributions"][0]["speakers"][0]["party"] == "D"
    assert len(found["sentences"]) == 2


def test_standard_input_is_read() -> None:
    assert b"Maria Delgado" in run("-", stdin=STORY.encode()).stdout


def test_jsonl_answers_a_line_with_a_line() -> None:
    rows = [{"id": "a", "text": STORY}, {"id": 2, "text": ""}]
    done = run("--jsonl", stdin="\n".join(json.dumps(row) for row in rows).encode())
    first, second = (json.loads(line) for line in done.stdout.splitlines())
    assert (first["id"], second["id"]) == ("a", 2)
    one = first["attributions"][0]
    assert one["speaker"] == "Maria Delgado"
    assert [STORY[start:end] for start, end in one["content"]] == [
        "“The bridge carried 4,000 cars a day,”"
    ]
    assert first["candidates"][0]["attribution"] == 0
    assert second["candidates"] == []


def test_lone_surrogates_survive_the_way_out() -> None:
    done = run("--jsonl", stdin=b'{"id": 1, "text": "The bridge \\ud800 closed in 2019."}')
    assert done.returncode == 0
    assert json.loads(done.stdout)["candidates"]


@pytest.mark.parametrize(
    ("arguments", "stdin", "message"),
    [
        (["no-such-file.txt"], b"", "cannot read no-such-file.txt"),
        ([], b"", "name a file"),
        (["-"], b"\xff\xfe\xff", "not UTF-8"),
        (["--jsonl"], b"{nonsense", "line 1 is not JSON"),
        (["--jsonl"], b'{"id": 1}', "line 1: expected"),
        (["--jsonl"], b"[" * 100_000, "line 1 is not JSON"),
    ],
)
def test_bad_input_is_named_without_a_traceback(
    arguments: list[str], stdin: bytes, message: str
) -> None:
    done = run(*arguments, stdin=stdin)
    assert done.returncode == 1
    assert message in done.stderr.decode()
    assert "Traceback" not in done.stderr.decode()
