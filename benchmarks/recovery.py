"""Kill the worker, the broker and the database while stories come in, and count what is left.

    python -m benchmarks.recovery                      1,000 stories, on files and on Redis
    python -m benchmarks.recovery --stories 200 --broker filesystem

An import reads stories from a pipe. On the way, by SIGKILL, die: the worker with all its processes
in the middle of extractions; the broker (Redis only: files have no process); the database. Then all
are started again, the import is run again from the start, and every story must be there once and
extracted once: as many candidates as one extraction of its text gives, none missing, none twice.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import psycopg

from benchmarks.stories import story
from claims.extraction import extract
from newsroom.runtime import postgres_files
from newsroom.runtime.broker import WORKER_OPTIONS
from newsroom.runtime.ports import choose_port
from newsroom.runtime.postgres import PrivatePostgres
from newsroom.runtime.processes import Process, Supervisor

ROOT = Path(__file__).resolve().parent.parent
BROKERS = ("filesystem", "redis")
CHUNK = 10
PATIENCE = 600.0


@dataclass
class Outcome:
    """What was killed, and what was there in the end."""

    broker: str
    stories: int
    seconds: float = 0.0
    running_when_killed: int = 0
    taken_in_before_the_last_kill: int = 0
    import_exit_codes: list[int] = field(default_factory=list)
    articles: int = 0
    revisions: int = 0
    done: int = 0
    candidates: int = 0
    expected_candidates: int = 0
    second_attempts: int = 0

    @property
    def is_right(self) -> bool:
        return (
            self.articles == self.revisions == self.done == self.stories
            and self.candidates == self.expected_candidates
        )


class Installation:
    """Database, broker and worker of one run, each of which can be killed and started again."""

    def __init__(self, folder: Path, broker: str, supervisor: Supervisor) -> None:
        self.folder = folder
        self.broker = broker
        self.supervisor = supervisor
        self.postgres = PrivatePostgres(folder / "postgres")
        self.url = self.postgres.acquire()
        self.redis_port = choose_port(0)
        self.redis: Process | None = None
        self.worker: Process | None = None

    @property
    def environment(self) -> dict[str, str]:
        environment = {
            **os.environ,
            "NEWSROOM_VAR": str(self.folder),
            "DATABASE_URL": self.url,
            "SECRET_KEY": "recovery",
            "LOG_LEVEL": "WARNING",
            "EXTRACTION_LEASE_SECONDS": "4",
            "EXTRACTION_RESEND_SECONDS": "3",
            "SWEEP_SECONDS": "1",
            "IMPORT_CHUNK_ITEMS": str(CHUNK),
        }
        environment.pop("CELERY_BROKER_URL", None)
        if self.broker == "redis":
            environment["CELERY_BROKER_URL"] = f"redis://127.0.0.1:{self.redis_port}/0"
        return environment

    def manage(self, *arguments: str) -> list[str]:
        return [sys.executable, str(ROOT / "manage.py"), *arguments]

    def start_broker(self) -> None:
        if self.broker != "redis":
            return
        self.redis = self.supervisor.start(
            "redis",
            [
                *("redis-server", "--port", str(self.redis_port), "--bind", "127.0.0.1"),
                *("--save", "", "--appendonly", "no", "--dir", str(self.folder)),
            ],
        )

    def start_worker(self) -> None:
        self.worker = self.supervisor.start(
            "worker",
            [
                *(sys.executable, "-m", "celery", "--app", "newsroom", "worker"),
                *("--loglevel", "WARNING", "--concurrency", "2", *WORKER_OPTIONS),
                *("--beat", "--schedule", str(self.folder / "celerybeat-schedule")),
            ],
            env=self.environment,
            cwd=ROOT,
        )

    def kill_worker(self) -> None:
        self._kill(self.worker)
        self.worker = None

    def kill_broker(self) -> None:
        self._kill(self.redis)
        self.redis = None

    def kill_database(self) -> None:
        server = postgres_files.read_pid_file(self.postgres.data_dir)
        if server is not None:
            os.kill(server.pid, signal.SIGKILL)

    def restart_database(self) -> None:
        self.postgres.release()
        self.url = self.postgres.acquire()

    def release(self) -> None:
        self.postgres.release()

    def count(self, sql: str) -> int:
        with psycopg.connect(self.url) as connection:
            row = connection.execute(sql).fetchone()  # type: ignore[call-overload]
        return int(row[0]) if row else 0

    def _kill(self, process: Process | None) -> None:
        if process is not None:
            os.killpg(process.pid, signal.SIGKILL)
            process.popen.wait()
            self.supervisor.stop(process)


@contextmanager
def installation(folder: Path, broker: str) -> Iterator[Installation]:
    with ExitStack() as stack:
        supervisor = stack.enter_context(Supervisor(folder / "log", grace=2))
        supervisor.guard_postgres(folder / "postgres")
        here = Installation(folder, broker, supervisor)
        stack.callback(here.release)
        yield here


class Feeding:
    """An import that reads from a pipe, so that it can be stopped anywhere."""

    def __init__(self, here: Installation, lines: list[bytes]) -> None:
        self._lines = lines
        self._sent = 0
        self.process = subprocess.Popen(
            here.manage("import_articles", "-", "--outlet", "Recovery", "--format", "jsonl"),
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            env=here.environment,
            cwd=ROOT,
        )

    def send_until(self, count: int) -> None:
        assert self.process.stdin is not None
        try:
            for line in self._lines[self._sent : count]:
                self.process.stdin.write(line)
            self.process.stdin.flush()
        except BrokenPipeError:
            pass  # it has ended with an error, as it should without a database
        self._sent = count

    def end(self) -> tuple[int, str]:
        _, complaint = self.process.communicate(timeout=PATIENCE)
        return self.process.returncode, complaint.decode(errors="replace")


def wait_until(what: str, condition: Callable[[], bool], patience: float = PATIENCE) -> None:
    deadline = time.monotonic() + patience
    while not condition():
        if time.monotonic() > deadline:
            raise TimeoutError(f"waited {patience:.0f} s for: {what}")
        time.sleep(0.05)


def run(*, stories: int, broker: str, folder: Path, paragraphs: int = 12) -> Outcome:
    """The whole story; see the head of this module. Raises when an import ends with a traceback."""
    outcome = Outcome(broker=broker, stories=stories)
    texts = [story(number, paragraphs=paragraphs) for number in range(stories)]
    lines = [json.dumps(one).encode() + b"\n" for one in texts]
    started = time.monotonic()
    with installation(folder, broker) as here:
        subprocess.run(here.manage("migrate", "--verbosity", "0"), env=here.environment, check=True)
        here.start_broker()
        here.start_worker()
        _import_among_disasters(here, lines, outcome)
        here.restart_database()
        here.start_broker()
        here.start_worker()
        again = Feeding(here, lines)
        again.send_until(stories)
        outcome.import_exit_codes.append(_clean(again))
        wait_until(
            "every revision to be finished",
            lambda: (
                not here.count(
                    "SELECT count(*) FROM articles_revision "
                    "WHERE extraction_state IN ('pending', 'running')"
                )
            ),
        )
        outcome.seconds = time.monotonic() - started
        _take_stock(here, outcome)
    outcome.expected_candidates = sum(
        len(extract(one["text"], headline=one["headline"]).candidates) for one in texts
    )
    return outcome


def _import_among_disasters(here: Installation, lines: list[bytes], outcome: Outcome) -> None:
    quarter = len(lines) // 4
    feeding = Feeding(here, lines)
    feeding.send_until(quarter)
    wait_until(
        "an extraction to be under way",
        lambda: (
            here.count("SELECT count(*) FROM articles_revision WHERE extraction_state = 'running'")
            > 0
        ),
    )
    here.kill_worker()
    outcome.running_when_killed = here.count(
        "SELECT count(*) FROM articles_revision WHERE extraction_state = 'running'"
    )
    here.start_worker()
    feeding.send_until(2 * quarter)
    wait_until("half of it", lambda: _articles(here) >= 2 * quarter - CHUNK)
    here.kill_broker()
    feeding.send_until(3 * quarter)
    wait_until("stories taken in without a broker", lambda: _articles(here) >= 3 * quarter - CHUNK)
    outcome.taken_in_before_the_last_kill = _articles(here)
    here.kill_database()
    feeding.send_until(len(lines))
    outcome.import_exit_codes.append(_clean(feeding))
    here.kill_worker()


def _articles(here: Installation) -> int:
    return here.count("SELECT count(*) FROM articles_article")


def _clean(feeding: Feeding) -> int:
    code, complaint = feeding.end()
    if "Traceback" in complaint:
        raise AssertionError(complaint)
    return code


def _take_stock(here: Installation, outcome: Outcome) -> None:
    outcome.articles = _articles(here)
    outcome.revisions = here.count("SELECT count(*) FROM articles_revision")
    outcome.done = here.count(
        "SELECT count(*) FROM articles_revision WHERE extraction_state = 'done'"
    )
    outcome.candidates = here.count("SELECT count(*) FROM claims_candidate")
    outcome.second_attempts = here.count(
        "SELECT count(*) FROM articles_revision WHERE extraction_attempts > 1"
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--stories", type=int, default=1000)
    parser.add_argument("--paragraphs", type=int, default=4, help="of each story (%(default)s)")
    parser.add_argument("--broker", choices=BROKERS, action="append")
    options = parser.parse_args()
    failed = False
    for broker in options.broker or BROKERS:
        if broker == "redis" and shutil.which("redis-server") is None:
            print("redis: skipped, there is no redis-server on this machine")
            continue
        with tempfile.TemporaryDirectory(prefix="recovery-") as folder:
            outcome = run(
                stories=options.stories,
                broker=broker,
                folder=Path(folder),
                paragraphs=options.paragraphs,
            )
        failed = failed or not outcome.is_right
        print(f"{broker}: {'right' if outcome.is_right else 'WRONG'}")
        for name, value in vars(outcome).items():
            print(f"  {name.replace('_', ' '):32s}{value if name != 'seconds' else f'{value:.1f}'}")
    sys.exit(failed)


if __name__ == "__main__":
    main()
