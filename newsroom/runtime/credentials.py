"""Secrets of one installation: made once, kept in a file that only its owner can read."""

import contextlib
import json
import os
import secrets
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

USERNAME = "editor"
# Nothing that is mistaken for something else when it is read from a screen and typed.
LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"


class BrokenSecretFile(RuntimeError):
    """The file is there, but does not hold what it should."""


@dataclass(frozen=True)
class Login:
    username: str
    password: str


def installation_login(path: Path) -> Login:
    """The first user's login, made up on the first call and read from the file afterwards."""
    record = _kept_once(path, lambda: {"username": USERNAME, "password": _typeable_password()})
    return Login(_text(record, "username", path), _text(record, "password", path))


def installation_secret_key(path: Path) -> str:
    """A SECRET_KEY for an installation that was given none."""
    record = _kept_once(path, lambda: {"secret_key": secrets.token_urlsafe(50)})
    return _text(record, "secret_key", path)


def _typeable_password() -> str:
    # 20 letters out of 31: 99 bits.
    return "-".join("".join(secrets.choice(LETTERS) for _ in range(5)) for _ in range(4))


def _kept_once(path: Path, make: Callable[[], dict[str, str]]) -> object:
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        _create(path, json.dumps(make()) + "\n")
    if path.stat().st_mode & 0o077:
        path.chmod(0o600)
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except ValueError as error:
        raise _broken(path) from error


def _create(path: Path, text: str) -> None:
    """Write the file whole and readable by nobody else, unless another process was faster."""
    handle, draft = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)  # made with 0600
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        try:
            # Unlike a rename this fails when the name is taken; unlike O_EXCL on the name itself it
            # leaves no empty file behind when we are killed half-way.
            os.link(draft, path)
        except FileExistsError:
            pass
        except OSError:  # a file system without hard links
            _create_in_place(path, text)
    finally:
        Path(draft).unlink()


def _create_in_place(path: Path, text: str) -> None:
    with contextlib.suppress(FileExistsError):
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(text)


def _text(record: object, key: str, path: Path) -> str:
    value = record.get(key) if isinstance(record, dict) else None
    if not isinstance(value, str) or not value:
        raise _broken(path)
    return value


def _broken(path: Path) -> BrokenSecretFile:
    return BrokenSecretFile(
        f"{path} cannot be read: it is not the JSON that this program wrote. "
        "Restore it from a copy, or delete it to have a new one made."
    )
