"""The logins that the demo makes for this installation."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from django.contrib.auth.models import Group

from newsroom.accounts.models import User
from newsroom.accounts.roles import Role
from newsroom.runtime.credentials import installation_login
from newsroom.runtime.paths import var_dir


@dataclass(frozen=True, slots=True)
class DemoLogin:
    """`password` is None when the person has changed it since."""

    username: str
    may: str
    password: str | None
    path: Path


COLLEAGUES = (
    ("checker", "Noor", "Chaudhary", Role.CHECKER, "checks claims and submits them"),
    ("second", "Sam", "Okafor", Role.EDITOR, "an editor, who verifies what others submitted"),
)
"""One person cannot take a claim all the way: what they submit, somebody else verifies."""


def ensure_logins() -> list[DemoLogin]:
    """An administrator, a checker and an editor. They share one password of this installation's
    own, kept in a file of mode 0600."""
    path = var_dir() / "login.json"
    is_new = not path.exists()
    kept = installation_login(path)
    people = [(_administrator(kept.username), "an administrator, who may do everything")]
    people += [
        (_colleague(username, first, last, role), may)
        for username, first, last, role, may in COLLEAGUES
    ]
    for person, _ in people:
        if is_new or not person.password:
            person.set_password(kept.password)
            person.save(update_fields=["password"])
    return [
        DemoLogin(
            person.get_username(),
            may,
            kept.password if person.check_password(kept.password) else None,
            path,
        )
        for person, may in people
    ]


def _administrator(username: str) -> User:
    user = User.objects.filter(username=username).first()
    return user or User.objects.create(username=username, is_staff=True, is_superuser=True)


def _colleague(username: str, first: str, last: str, role: Role) -> User:
    user = User.objects.filter(username=username).first()
    if user is None:
        user = User.objects.create(
            username=username, first_name=first, last_name=last, is_staff=True
        )
        user.groups.add(Group.objects.get(name=role.value))
    return user
