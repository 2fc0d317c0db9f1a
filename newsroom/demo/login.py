"""The login that the demo makes for this installation."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from newsroom.accounts.models import User
from newsroom.runtime.credentials import installation_login
from newsroom.runtime.paths import var_dir


@dataclass(frozen=True, slots=True)
class DemoLogin:
    """`password` is None when the person has changed it since."""

    username: str
    password: str | None
    path: Path


def ensure_login() -> DemoLogin:
    """An administrator with a password of this installation's own, kept in a file of mode 0600."""
    path = var_dir() / "login.json"
    is_new = not path.exists()
    login = installation_login(path)
    user = User.objects.filter(username=login.username).first()
    if user is None:
        user = User.objects.create_superuser(login.username, password=login.password)
    elif is_new:
        user.set_password(login.password)
        user.save(update_fields=["password"])
    known = user.check_password(login.password)
    return DemoLogin(login.username, login.password if known else None, path)
