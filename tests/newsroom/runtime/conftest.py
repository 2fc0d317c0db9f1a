import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

import newsroom
from newsroom.runtime.process_table import Row, processes

PROJECT = Path(newsroom.__file__).resolve().parent.parent

StartScript = Callable[..., "subprocess.Popen[str]"]


def rows_mentioning(text: object) -> list[Row]:
    return [row for row in processes() if not row.ended and str(text) in row.command]


@pytest.fixture
def wait_until() -> Callable[..., None]:
    def wait(condition: Callable[[], object], seconds: float = 15.0) -> None:
        deadline = time.monotonic() + seconds
        while not condition():
            assert time.monotonic() < deadline, "waited in vain"
            time.sleep(0.02)

    return wait


@pytest.fixture
def mentioning() -> Callable[[object], list[Row]]:
    """The running processes whose command line holds this text."""
    return rows_mentioning


@pytest.fixture
def start_script(tmp_path: Path) -> Iterator[StartScript]:
    """Runs Python source in a process of its own, which the test may kill."""
    started: list[subprocess.Popen[str]] = []

    def start(source: str, *arguments: object) -> "subprocess.Popen[str]":
        script = tmp_path / f"script{len(started)}.py"
        script.write_text(source)
        process = subprocess.Popen(
            [sys.executable, str(script), *map(str, arguments)],
            stdout=subprocess.PIPE,
            text=True,
            env={**os.environ, "PYTHONPATH": str(PROJECT)},
            start_new_session=True,
        )
        started.append(process)
        return process

    yield start
    for process in started:
        process.kill()
        process.wait()
        assert process.stdout is not None
        process.stdout.close()
