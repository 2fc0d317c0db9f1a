"""`manage.py demo`: everything running on this machine, with stories to look at."""

from __future__ import annotations

import signal
import time
from argparse import ArgumentParser
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from types import FrameType
from typing import IO, Any, cast

from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError, OperationalError
from django.db.models import QuerySet
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

from newsroom.accounts.models import User
from newsroom.articles.models import ExtractionState, Revision
from newsroom.demo import board
from newsroom.demo.board import open_claims
from newsroom.demo.changes import publish_before_correction
from newsroom.demo.checks import publish_checks
from newsroom.demo.feed import start_feed
from newsroom.demo.login import DemoLogin, ensure_logins
from newsroom.demo.processes import (
    HOST,
    NotServing,
    guard_private_postgres,
    start_web_server,
    start_worker,
)
from newsroom.demo.seeds import read_seed
from newsroom.demo.stories import (
    WorkerStuck,
    import_own,
    import_seeds,
    wait_for_extraction,
    with_candidates,
)
from newsroom.demo.tables import story_table
from newsroom.imports.services import ImportReport
from newsroom.runtime.credentials import BrokenSecretFile
from newsroom.runtime.paths import var_dir
from newsroom.runtime.ports import choose_port
from newsroom.runtime.postgres import PrivatePostgres
from newsroom.runtime.processes import ProcessDied, Supervisor

PLAIN_WIDTH = 120
SEED_ROWS = 6


class Stopped(Exception):
    """Somebody asked the demo to end."""


class Command(BaseCommand):
    help = (
        "Run the whole tracker on this machine: database, worker and web server, with the demo "
        "stories or your own. Ctrl-C stops everything that it started."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "stories", nargs="*", metavar="STORY", help="your own stories instead of the seeds"
        )
        parser.add_argument(
            "--once", action="store_true", help="end after the tables, serve nothing"
        )
        parser.add_argument(
            "--outlet", default="My stories", help="outlet of your own stories (%(default)s)"
        )
        parser.add_argument("--port", type=int, default=8000, help="preferred port (%(default)s)")
        parser.add_argument(
            "--all", action="store_true", help=f"whole tables, not the best {SEED_ROWS} of each"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        self.console = Console(file=cast("IO[str]", self.stdout), highlight=False)
        if not self.console.is_terminal:
            self.console.width = PLAIN_WIDTH
        try:
            with _stop_signals(), Supervisor(var_dir() / "log") as supervisor:
                private = guard_private_postgres(supervisor)
                self._run(supervisor, private, options)
        except Stopped:
            self.console.print("Stopped.")
        except (ProcessDied, NotServing, WorkerStuck, BrokenSecretFile) as error:
            raise CommandError(str(error)) from error
        except DatabaseError as error:
            raise CommandError(f"The database: {str(error).strip()}") from error

    def _run(
        self, supervisor: Supervisor, private: PrivatePostgres | None, options: dict[str, Any]
    ) -> None:
        self._step("Preparing the database …")
        call_command("migrate", verbosity=0, interactive=False)
        logins = ensure_logins()
        own: Sequence[str] = options["stories"]
        feed = None if own or options["once"] else start_feed(supervisor)
        start_worker(supervisor)
        self._step("Importing stories …")
        reports, revisions = import_own(own, options["outlet"]) if own else import_seeds()
        self._tell_imports(reports)
        self._wait(supervisor, revisions)
        news = any(report.counts["created"] or report.counts["revised"] for report in reports)
        if news or own or options["once"] or options["all"]:
            self._print_tables(revisions, at_most=None if own or options["all"] else SEED_ROWS)
        if not own and (published := publish_checks(read_seed("checks.json"))):
            self._step(f"\nPublished {published} checks from the stories.")
            editor = User.objects.get(username=logins[0].username)
            open_claims(read_seed(board.SEED), editor=editor)
        rejected = sum(report.rejected for report in reports)
        if not options["once"]:
            port = choose_port(options["port"])
            if options["port"] and port != options["port"]:
                self._step(f"Port {options['port']} is taken; using {port} instead.")
            start_web_server(supervisor, port)
            self._step(f"\nReaders:  http://{HOST}:{port}/")
            self._step(f"Admin:    http://{HOST}:{port}/admin/")
            self._tell_logins(logins)
            if feed is not None:
                self._step(
                    f"Feed:     “{feed.name}” is polled every minute. Within two minutes of the "
                    "first time, a story in it is corrected, which sends a published check back "
                    "to be checked, and a new one repeats what was rated false."
                )
            self._step("Ctrl-C stops everything.")
            _sleep_while_running(supervisor, private)
        if rejected:
            raise CommandError(f"{rejected} of the stories could not be taken in (see above).")
        if revisions.filter(extraction_state=ExtractionState.FAILED).exists():
            raise CommandError("The extraction of some stories failed (see above).")

    def _step(self, text: str) -> None:
        self.console.print(text, markup=False, soft_wrap=True)

    def _tell_logins(self, logins: Sequence[DemoLogin]) -> None:
        first, *others = logins
        self._step(f"Login:    {first.username}")
        self._step(f"Password: {first.password or 'the one you set'}   (kept in {first.path})")
        for one in others:
            password = "the same password" if one.password else "the password you set"
            self._step(f"Also:     {one.username} ({one.may}), {password}")

    def _tell_imports(self, reports: Sequence[ImportReport]) -> None:
        for report in reports:
            for refused in report.rejections:
                self.stderr.write(f"{refused.raw.origin}:{refused.raw.position}: {refused.message}")
        names = ("created", "revised", "updated", "unchanged", "rejected")
        counts = {name: sum(report.counts[name] for report in reports) for name in names}
        self._step(", ".join(f"{count} {name}" for name, count in counts.items() if count) + ".")

    def _wait(self, supervisor: Supervisor, revisions: QuerySet[Revision]) -> None:
        with Progress(
            TextColumn("{task.description}"),
            BarColumn(),
            MofNCompleteColumn(),
            console=self.console,
            disable=not self.console.is_terminal,
            transient=True,
        ) as progress:
            bar = progress.add_task("Extracting candidates", total=None)
            told = _Milestones(self._step if not self.console.is_terminal else None)

            def on_progress(finished: int, total: int) -> None:
                progress.update(bar, completed=finished, total=total)
                told.note(finished, total)

            wait_for_extraction(revisions, on_progress=on_progress, check=supervisor.check)

    def _print_tables(self, revisions: QuerySet[Revision], *, at_most: int | None) -> None:
        for revision in with_candidates(revisions):
            self.console.print()
            self.console.print(
                story_table(revision, list(revision.candidates.all()), at_most=at_most)
            )


class _Milestones:
    """Progress for a log file: a line now and then instead of a moving bar."""

    def __init__(self, tell: Any) -> None:
        self._tell = tell
        self._next = 0.0

    def note(self, finished: int, total: int) -> None:
        now = time.monotonic()
        if self._tell is not None and (now >= self._next or finished == total):
            self._tell(f"Extracting candidates: {finished} of {total} stories")
            self._next = now + 2


@contextmanager
def _stop_signals() -> Iterator[None]:
    """Ctrl-C, `kill` and a closed terminal all end the demo in order, as `Stopped`."""

    def stop(number: int, frame: FrameType | None) -> None:
        raise Stopped

    numbers = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
    before = {number: signal.signal(number, stop) for number in numbers}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _sleep_while_running(supervisor: Supervisor, private: PrivatePostgres | None) -> None:
    published = False
    while True:
        supervisor.check()
        if private is not None and not private.is_running():
            raise NotServing("PostgreSQL has ended. Run make demo again: nothing is lost.")
        try:
            published = published or publish_before_correction()
        except OperationalError:
            if private is None or private.is_running():
                raise
            continue  # it ended in between, which is said in a moment
        time.sleep(1)
