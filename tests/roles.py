"""People of each role, for tests."""

from __future__ import annotations

from typing import Any

from django.apps import apps
from django.contrib.auth.models import Group

from newsroom.accounts.models import User
from newsroom.accounts.roles import ROLES, grant
from tests.factories import UserFactory


def member_of(role: str, **fields: Any) -> User:
    """Somebody of that role who may sign in to the admin."""
    if not Group.objects.exists():
        # A test that empties all tables at its end takes what migrations wrote with it.
        grant(apps, ROLES)
    user: User = UserFactory.create(is_staff=True, **fields)
    user.groups.add(Group.objects.get(name=str(role)))
    return user
