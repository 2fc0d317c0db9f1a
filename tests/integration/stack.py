"""A tracker that runs as in production: worker, web server and PostgreSQL, each a process."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from newsroom.runtime.broker import WORKER_OPTIONS
from newsroom.runtime.ports import choose_port
from newsroom.runtime.processes import Supervisor

ROOT = Path(__file__).resolve().parents[2]
PATIENCE = 60.0
OUTLET = "harbour-post"

# One process for all of it: starting Django costs more than what it does.
PREPARE = """
import io, json
from django.core.management import call_command
from newsroom.articles.models import Outlet
from newsroom.demo.seeds import load_ratings

def token(name, *arguments):
    out = io.StringIO()
    call_command("api_token", name, *arguments, stdout=out)
    return out.getvalue().strip()

load_ratings()
Outlet.objects.create(slug="harbour-post", name="Harbour Post")
signs = ["--permission", "claims.verify_claim", "--permission", "claims.publish_claim"]
print(json.dumps({
    "desk": token("desk", "--scope", "articles:write", "--scope", "decisions:write"),
    "reporter": token("reporter", "--scope", "verification:write"),
    "chief": token("chief", "--scope", "verification:write", *signs),
    "cms": token("cms", "--scope", "read"),
    "everything": token("everything", "--scope", "admin"),
}))
"""


@dataclass(frozen=True, slots=True)
class Stack:
    """Where it is reached, and the tokens of its service users."""

    url: str
    tokens: dict[str, str]
    folder: Path

    def ask(self, user: str, method: str, path: str, body: Any = None) -> Any:
        """The JSON of the answer. Raises `AssertionError` with the problem where it is one."""
        request = urllib.request.Request(
            self.url + path,
            method=method,
            data=None if body is None else json.dumps(body).encode(),
            headers={
                "Authorization": f"Bearer {self.tokens[user]}",
                "Content-Type": "application/json",
            },
        )
        try:
            with urllib.request.urlopen(request, timeout=PATIENCE) as answer:
                return json.load(answer)
        except urllib.error.HTTPError as error:
            raise AssertionError(f"{method} {path}: {error.read().decode()}") from error

    def logs(self) -> str:
        """What its processes have said."""
        return "\n".join(log.read_text() for log in sorted(self.folder.glob("log/*.log")))


@contextmanager
def running_stack(folder: Path, database: str, *, worker: bool) -> Iterator[Stack]:
    """Start it on a database that is ready, and leave nothing behind.

    Without a worker nothing leaves this machine: webhooks and copies of pages are a worker's.
    """
    port = choose_port(0)
    (folder / "static").mkdir()
    environment = _environment(folder, database)
    done = subprocess.run(
        [sys.executable, "manage.py", "shell", "--no-imports", "--command", PREPARE],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    with Supervisor(folder / "log", grace=2) as supervisor:
        if worker:
            _start_worker(supervisor, environment, folder)
        _start_web(supervisor, port, environment)
        yield Stack(f"http://127.0.0.1:{port}", json.loads(done.stdout), folder)


def _environment(folder: Path, database: str) -> dict[str, str]:
    environment = {
        **os.environ,
        "DATABASE_URL": database,
        "NEWSROOM_VAR": str(folder),
        "STATIC_ROOT": str(folder / "static"),
        "SECRET_KEY": "only for tests",
        "DEBUG": "False",
        "LOG_LEVEL": "WARNING",
        # It is asked as fast as it answers.
        "API_READS_PER_MINUTE": "1000000",
        "API_WRITES_PER_MINUTE": "1000000",
        "API_EXTRACTIONS_PER_MINUTE": "1000000",
        "SWEEP_SECONDS": "5",
    }
    environment.pop("CELERY_BROKER_URL", None)
    return environment


def _start_worker(supervisor: Supervisor, environment: dict[str, str], folder: Path) -> None:
    celery = [sys.executable, "-m", "celery", "--app", "newsroom", "worker", *WORKER_OPTIONS]
    clock = ["--beat", "--schedule", str(folder / "celerybeat-schedule")]
    supervisor.start(
        "worker",
        [*celery, *clock, "--loglevel", "WARNING", "--concurrency", "1"],
        env=environment,
        cwd=ROOT,
    )


def _start_web(supervisor: Supervisor, port: int, environment: dict[str, str]) -> None:
    supervisor.start(
        "web",
        [
            *(sys.executable, "-m", "gunicorn", "newsroom.wsgi", "--no-control-socket"),
            *("--bind", f"127.0.0.1:{port}", "--workers", "1", "--threads", "4"),
        ],
        env=environment,
        cwd=ROOT,
    )
    deadline = time.monotonic() + PATIENCE
    while True:
        supervisor.check()
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/readyz", timeout=5):
                return
        except OSError:
            assert time.monotonic() < deadline, "The web server does not answer."
            time.sleep(0.1)
