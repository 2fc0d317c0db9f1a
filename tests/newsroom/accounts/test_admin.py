"""People in the admin."""

from __future__ import annotations

import pytest
from django.test import Client

from newsroom.accounts.models import User
from tests.factories import SourceFactory, UserFactory

pytestmark = pytest.mark.django_db

USERS = "/admin/accounts/user/"


def test_a_user_is_added_with_a_password(editor_client: Client) -> None:
    page = editor_client.post(
        f"{USERS}add/",
        {
            "username": "mira",
            "usable_password": "true",
            "password1": "correct horse battery",
            "password2": "correct horse battery",
        },
        follow=True,
    )

    assert page.status_code == 200
    assert User.objects.get(username="mira").check_password("correct horse battery")


def test_a_password_is_changed_and_never_shown(editor_client: Client) -> None:
    user = UserFactory.create()
    user.set_password("first secret 1")
    user.save()

    page = editor_client.get(f"{USERS}{user.pk}/change/")
    changed = editor_client.post(
        f"{USERS}{user.pk}/password/",
        {"usable_password": "true", "password1": "next secret 2", "password2": "next secret 2"},
        follow=True,
    )

    assert user.password not in page.text
    assert changed.status_code == 200
    user.refresh_from_db()
    assert user.check_password("next secret 2")


def test_whose_name_is_on_record_is_not_deleted(editor_client: Client) -> None:
    approver = UserFactory.create()
    SourceFactory.create(
        kind="unnamed", name="", descriptor="a European official", approved_by=approver
    )

    page = editor_client.post(f"{USERS}{approver.pk}/delete/", {"post": "yes"})

    assert page.status_code == 200
    assert User.objects.filter(pk=approver.pk).exists()
