"""What stands at the side of the admin's pages."""

from __future__ import annotations

import re

import pytest
from django.contrib.auth.models import Permission
from django.test import Client
from django.urls import reverse

from newsroom.sidebar import GROUPS
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db


def side(client: Client, address: str) -> str:
    html = client.get(address).text
    found = re.search(r'<div id="nav-sidebar-apps".*?(?=<div id="main")', html, re.DOTALL)
    assert found
    return found[0]


def links(html: str) -> list[str]:
    return re.findall(r'href="([^"]+)"', html)


def staff(*permissions: str) -> Client:
    person = UserFactory.create(is_staff=True)
    for name in permissions:
        person.user_permissions.add(Permission.objects.get(codename=name))
    client = Client()
    client.force_login(person)
    return client


def test_each_person_is_shown_what_they_may_open_whoever_looked_before(
    editor_client: Client,
) -> None:
    everything = [reverse(page.name) for pages in GROUPS.values() for page in pages]
    reader = staff("view_claim")
    for _ in range(2):
        seen = side(editor_client, "/admin/")
        assert [one for one in links(seen) if one in everything] == everything
        mine = side(reader, "/admin/")
        claims = reverse("admin:claims_claim_changelist")
        assert [one for one in links(mine) if one in everything] == [
            reverse("admin:index"),
            reverse("board"),
            claims,
        ]
        assert "Imports" not in mine
        assert "Others’ checks" not in mine


@pytest.mark.parametrize(
    ("address", "title"),
    [("/admin/", "Dashboard"), ("/admin/board/", "Board"), ("/admin/claims/claim/add/", "Claims")],
)
def test_the_page_that_one_is_on_is_marked_and_no_other(
    address: str, title: str, editor_client: Client
) -> None:
    marked = re.findall(r'<a [^>]*\bactive".*?</a>', side(editor_client, address), re.DOTALL)

    (one,) = marked
    assert f"<span>{title}</span>" in one


def test_an_app_lists_its_models_for_whoever_may_view_them(editor_client: Client) -> None:
    address = reverse("admin:app_list", args=["claims"])

    html = editor_client.get(address).text

    assert reverse("admin:claims_ratingscale_changelist") in html.partition('id="main"')[2]
    assert staff().get(address).status_code == 404
