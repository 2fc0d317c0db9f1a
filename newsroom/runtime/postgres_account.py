"""Which account of the machine runs the private PostgreSQL. It refuses to run as root."""

import os
import pwd
import stat
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import TypedDict

from newsroom.runtime.postgres_errors import NoAccount

# The account that the wheel makes, too.
ACCOUNT_NAME = "pgserver"
PASS = stat.S_IXOTH


class SubprocessAccount(TypedDict, total=False):
    user: int
    group: int
    extra_groups: list[int]


@dataclass(frozen=True)
class Account:
    uid: int
    gid: int

    @property
    def is_ours(self) -> bool:
        return self.uid == os.geteuid()

    def for_subprocess(self) -> SubprocessAccount:
        return {} if self.is_ours else {"user": self.uid, "group": self.gid, "extra_groups": []}

    def give(self, path: Path) -> None:
        if not self.is_ours:
            os.chown(path, self.uid, self.gid)


def account_for(data_dir: Path) -> Account:
    """Ourselves. For root: the owner of the data, or of the folder above it, or `pgserver`."""
    if os.geteuid() != 0:
        return Account(os.geteuid(), os.getegid())
    for folder in (data_dir, data_dir.parent):
        if folder.exists() and (owner := folder.stat()).st_uid != 0:
            known = folder == data_dir or _is_known(owner.st_uid)
            if known:
                return Account(owner.st_uid, owner.st_gid)
    try:
        entry = pwd.getpwnam(ACCOUNT_NAME)
    except KeyError:
        entry = _make_account()
    return Account(entry.pw_uid, entry.pw_gid)


def _is_known(uid: int) -> bool:
    # initdb refuses an id without a name.
    try:
        pwd.getpwuid(uid)
    except KeyError:
        return False
    return True


def _make_account() -> pwd.struct_passwd:
    try:
        subprocess.run(
            [
                "/usr/sbin/useradd",
                "--system",
                "--no-create-home",
                "--shell",
                "/bin/false",
                ACCOUNT_NAME,
            ],
            check=True,
            capture_output=True,
        )
        return pwd.getpwnam(ACCOUNT_NAME)
    except (OSError, subprocess.CalledProcessError, KeyError) as error:
        raise NoAccount(
            "PostgreSQL does not run as root, and no account could be made for it "
            f"(useradd {ACCOUNT_NAME}: {error}). Run this as an ordinary user, or set DATABASE_URL."
        ) from error


def make_reachable(account: Account, programs: Path, data_dir: Path) -> None:
    """As root: let the account pass through the folders above its programs and its data.

    Passing only ("x"); nobody can list or read more than before.
    """
    if account.is_ours:
        return
    for folder in {*programs.parents, *data_dir.parents}:
        found = folder.stat()
        if found.st_uid != account.uid and not found.st_mode & PASS:
            folder.chmod(found.st_mode | PASS)
    if (programs / "postgres").stat().st_mode & 0o005 != 0o005:  # installed under a strict umask
        for path in (programs.parent, *programs.parent.rglob("*")):
            if not path.is_symlink():
                mode = path.stat().st_mode
                path.chmod(mode | (0o055 if mode & stat.S_IXUSR else 0o044))
