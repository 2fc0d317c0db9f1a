"""The processes of the demo: one worker with its clock, one web server."""

from __future__ import annotations

import os
import sys
import time
import urllib.request
from pathlib import Path
from urllib.error import URLError

from django.conf import settings

from newsroom.runtime.broker import WORKER_OPTIONS
from newsroom.runtime.local import postgres_dir
from newsroom.runtime.paths import var_dir
from newsroom.runtime.postgres import PrivatePostgres
from newsroom.runtime.processes import Supervisor

HOST = "127.0.0.1"
PATIENCE = 30.0
DEFAULT_SITE_URL = "http://localhost:8000"

WORKER_ENVIRONMENT = {
    # A demo that was killed must not keep the next one waiting.
    "EXTRACTION_LEASE_SECONDS": "20",
    "EXTRACTION_RESEND_SECONDS": "5",
    "SWEEP_SECONDS": "5",
    "FEEDS_SECONDS": "5",
    "FEED_LEASE_SECONDS": "30",
}


class NotServing(RuntimeError):
    """The web server runs but does not answer."""


def guard_private_postgres(supervisor: Supervisor) -> PrivatePostgres | None:
    """Have the private server, if that is in use, outlive the worker and the web server.

    manage.py has started it and has it stopped when we end; the worker still needs it then. Returns
    None where DATABASE_URL names another one.
    """
    private = PrivatePostgres(postgres_dir())
    if not private.is_running():
        return None
    supervisor.guard_postgres(postgres_dir())
    return private


def start_worker(supervisor: Supervisor) -> None:
    celery = [sys.executable, "-m", "celery", "--app", "newsroom"]
    supervisor.start(
        "worker",
        [
            *(*celery, "worker", "--loglevel", "INFO", *WORKER_OPTIONS),
            *("--concurrency", str(min(4, os.cpu_count() or 1))),
            # The clock in the same process: there is one worker here, so there is one clock.
            *("--beat", "--schedule", str(var_dir() / "celerybeat-schedule")),
        ],
        env={**WORKER_ENVIRONMENT, **os.environ},
        cwd=settings.BASE_DIR,
    )


def start_web_server(supervisor: Supervisor, port: int) -> None:
    """Start it and wait until it answers. Raises `NotServing`, `ProcessDied`."""
    # Nothing is collected in a demo, but WhiteNoise warns when there is no such folder.
    Path(settings.STATIC_ROOT).mkdir(parents=True, exist_ok=True)
    supervisor.start(
        "web",
        [
            *(sys.executable, "-m", "gunicorn", "newsroom.wsgi"),
            *("--bind", f"{HOST}:{port}", "--workers", "2", "--threads", "4"),
            *("--access-logfile", "-", "--no-control-socket"),
        ],
        env=_at(port),
        cwd=settings.BASE_DIR,
    )
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        supervisor.check()
        try:
            # A fixed address of our own on this machine, so no scheme can slip in.
            with urllib.request.urlopen(f"http://{HOST}:{port}/readyz", timeout=5):
                return
        except (URLError, OSError):
            time.sleep(0.1)
    raise NotServing(f"The web server does not answer; see {supervisor.log_dir / 'web.log'}.")


def _at(port: int) -> dict[str, str]:
    """Our environment, with the address at which this demo is read, unless one is set."""
    if settings.SITE_URL != DEFAULT_SITE_URL:
        return dict(os.environ)
    return {**os.environ, "SITE_URL": f"http://{HOST}:{port}"}
