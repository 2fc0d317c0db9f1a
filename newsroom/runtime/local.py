"""What `manage.py` and the demo add to the environment on a machine where nothing is configured."""

import contextlib
import os
import signal
import sys
import threading
from collections.abc import Iterator, Sequence
from pathlib import Path
from types import FrameType

import environ

from newsroom.runtime.credentials import installation_secret_key
from newsroom.runtime.paths import project_root, var_dir
from newsroom.runtime.postgres import PrivatePostgres
from newsroom.runtime.processes import Supervisor

WITHOUT_DATABASE = frozenset(
    {
        "collectstatic",
        "compilemessages",
        "diffsettings",
        "findstatic",
        "help",
        "makemessages",
        "startapp",
        "startproject",
        "version",
    }
)


def postgres_dir() -> Path:
    """The data folder of this installation's private PostgreSQL."""
    return var_dir() / "postgres"


def load_env_file(root: Path | None = None) -> None:
    """`.env` in the project, read as the settings read it: what is set already stays."""
    path = (root or project_root()) / ".env"
    if path.exists():
        environ.Env.read_env(path)


def database_is_configured() -> bool:
    return bool(os.environ.get("DATABASE_URL"))


def needs_database(argv: Sequence[str]) -> bool:
    """Whether this command line of `manage.py` does something with the database."""
    arguments = argv[1:]
    if not arguments or {"-h", "--help", "--version"} & set(arguments):
        return False
    name = arguments[0]
    if name == "check":
        return any(each.startswith("--database") for each in arguments)
    return name not in WITHOUT_DATABASE


@contextlib.contextmanager
def database_url_if_needed(argv: Sequence[str], root: Path | None = None) -> Iterator[None]:
    """For the time of a command: DATABASE_URL of the private server, if none is set.

    Without a DATABASE_URL a missing SECRET_KEY is filled in, too; whoever names a database runs an
    installation for others, and has to name both. Processes that the command starts (the reloader
    of `runserver`) find both in the environment, and start no server of their own.
    """
    load_env_file(root)
    if database_is_configured():
        yield
        return
    if not os.environ.get("SECRET_KEY"):
        os.environ["SECRET_KEY"] = installation_secret_key(var_dir() / "secret_key.json")
    if not needs_database(argv):
        yield
        return
    # The guardian first: a command that is killed while the server starts leaves none behind.
    with _ending_in_order(), Supervisor(var_dir() / "log") as supervisor:
        supervisor.guard_postgres(postgres_dir())
        with PrivatePostgres(postgres_dir()) as url:
            os.environ["DATABASE_URL"] = url
            try:
                yield
            finally:
                os.environ.pop("DATABASE_URL", None)


@contextlib.contextmanager
def _ending_in_order() -> Iterator[None]:
    """Let `kill` and a closed terminal end us as Ctrl-C does, so that the server is released."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return

    def end(number: int, frame: FrameType | None) -> None:
        sys.exit(128 + number)

    numbers = [
        number
        for number in (signal.SIGTERM, signal.SIGHUP)
        if signal.getsignal(number) == signal.SIG_DFL  # `nohup` has it ignored
    ]
    for number in numbers:
        signal.signal(number, end)
    try:
        yield
    finally:
        for number in numbers:
            signal.signal(number, signal.SIG_DFL)
