"""Real processes, killed for real. The same run as `make bench-recovery`, with fewer stories."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

from benchmarks.recovery import run

STORIES = 60


@pytest.mark.xdist_group("recovery-filesystem")
def test_killing_worker_and_database_loses_and_doubles_nothing_on_the_file_broker(
    tmp_path: Path,
) -> None:
    _check(broker="filesystem", folder=tmp_path)


@pytest.mark.redis
@pytest.mark.xdist_group("recovery-redis")
def test_killing_worker_broker_and_database_loses_and_doubles_nothing_on_redis(
    tmp_path: Path,
) -> None:
    if shutil.which("redis-server") is None:
        if os.environ.get("CI"):
            pytest.fail("redis-server is missing; CI installs it")
        pytest.skip("there is no redis-server on this machine")
    _check(broker="redis", folder=tmp_path)


def _check(*, broker: str, folder: Path) -> None:
    outcome = run(stories=STORIES, broker=broker, folder=folder)

    assert outcome.import_exit_codes == [1, 0]  # the first lost its database, the second did all
    assert outcome.running_when_killed > 0
    assert outcome.second_attempts > 0  # what was running when the worker died was done again
    assert (outcome.articles, outcome.revisions, outcome.done) == (STORIES, STORIES, STORIES)
    assert outcome.candidates == outcome.expected_candidates
