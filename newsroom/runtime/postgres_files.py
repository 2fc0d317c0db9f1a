"""What the private PostgreSQL keeps in files: its version, its process id, its socket."""

import contextlib
import hashlib
import os
import shlex
import stat
import tempfile
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote, urlencode

from newsroom.runtime.postgres_account import Account
from newsroom.runtime.postgres_errors import PrivatePostgresError
from newsroom.runtime.postgres_programs import VERSION

PORT = 5432  # only a part of the socket's name
# The kernel's limit for the path of a socket is 107 bytes on Linux and 103 on macOS.
SOCKET_PATH_LIMIT = 103
# Above every process id: Linux has fewer than 2^22, macOS fewer than 10^5.
NOBODY = 2**22 + 1


@dataclass(frozen=True)
class PidFile:
    pid: int
    socket_dir: Path | None


def refuse_unusable_name(data_dir: Path) -> None:
    # pg_ctl puts the name between double quotes into a shell's command line.
    if set(str(data_dir)) & set('"$`\\\n'):
        raise PrivatePostgresError(
            f"PostgreSQL cannot be started in a folder with one of these in its name: "
            f'" $ ` \\ ({data_dir}). Set NEWSROOM_VAR to another folder.'
        )


def shell_option(name: str, value: str) -> str:
    return shlex.join(["-c", f"{name}={value}"])


def is_initialised(data_dir: Path) -> bool:
    try:
        version = (data_dir / "PG_VERSION").read_text().strip()
    except FileNotFoundError:
        if data_dir.exists() and any(data_dir.iterdir()):
            raise PrivatePostgresError(
                f"{data_dir} holds something, but no database. Move it away, and start again."
            ) from None
        return False
    if version != str(VERSION):
        raise PrivatePostgresError(
            f"{data_dir} was made by PostgreSQL {version}, and {VERSION} is installed. "
            f"Dump it with version {version} and load the dump, or move the folder away."
        )
    return True


def read_pid_file(data_dir: Path) -> PidFile | None:
    """The first five lines of `postmaster.pid`: id, data folder, start, port, socket's folder."""
    try:
        lines = (data_dir / "postmaster.pid").read_text().splitlines()
    except FileNotFoundError:
        return None
    lines += [""] * (5 - len(lines))
    if not lines[0].strip().isdigit():
        return None
    return PidFile(
        pid=int(lines[0]),
        socket_dir=Path(lines[4]) if lines[4] else None,
    )


def forget_dead_server(data_dir: Path, socket_dir: Path) -> None:
    """Undo what a killed server leaves behind and the next one would stumble over.

    PostgreSQL itself copes with the id of a process that is gone. It refuses to start when the id
    has been given to another process meanwhile (usual after a restart of the machine), or when the
    file is empty. The caller knows that no server is running here.
    """
    (socket_dir / f".s.PGSQL.{PORT}.lock").unlink(missing_ok=True)
    path = data_dir / "postmaster.pid"
    server = read_pid_file(data_dir)
    if server is None:
        path.unlink(missing_ok=True)
        return
    # The rest stays: by it PostgreSQL finds out whether parts of the dead server are still at work.
    rest = path.read_text().partition("\n")[2]
    path.write_text(f"{NOBODY}\n{rest}")


def socket_dir_for(data_dir: Path, account: Account) -> Path:
    """The data folder, or a private one with a shorter name if the kernel cannot take that."""
    if _socket_fits(data_dir):
        return data_dir
    name = f"newsroom-{hashlib.sha256(os.fsencode(data_dir)).hexdigest()[:16]}"
    for parent in (Path(tempfile.gettempdir()).resolve(), Path("/tmp")):  # noqa: S108  (checked below)
        folder = parent / name
        if not _socket_fits(folder):
            continue
        with contextlib.suppress(FileExistsError):
            folder.mkdir(mode=0o700)
        if folder.lstat().st_uid == os.geteuid() and not folder.is_symlink():
            account.give(folder)
        # The name can be guessed, and everybody may make folders there.
        found = folder.lstat()
        if not stat.S_ISDIR(found.st_mode) or found.st_uid != account.uid or found.st_mode & 0o077:
            raise PrivatePostgresError(f"{folder} belongs to somebody else. Remove it first.")
        return folder
    raise PrivatePostgresError(f"No folder with a name short enough for a socket ({data_dir}).")


def _socket_fits(folder: Path) -> bool:
    # Commas separate folders in the setting.
    path = folder / f".s.PGSQL.{PORT}"
    return len(os.fsencode(path)) <= SOCKET_PATH_LIMIT and "," not in str(folder)


def database_url(user: str, database: str, socket_dir: Path) -> str:
    """In the form that libpq reads, too. django-environ makes OPTIONS["host"] of the query."""
    query = urlencode({"host": str(socket_dir)}, quote_via=quote, safe="/")
    return f"postgresql://{user}@/{quote(database, safe='')}?{query}"
