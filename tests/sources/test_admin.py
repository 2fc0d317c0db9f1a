"""Sources in the admin."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from sources.models import Source
from tests.factories import AffiliationFactory, AliasFactory, SourceFactory

pytestmark = pytest.mark.django_db

SOURCES = "/admin/sources/source/"


def form(**fields: Any) -> dict[str, Any]:
    inlines = {
        f"{prefix}-{key}": 0
        for prefix in ("aliases", "affiliations")
        for key in ("TOTAL_FORMS", "INITIAL_FORMS")
    }
    return {"kind": "person", "name": "Ana Lund", **inlines, **fields}


def test_a_source_is_added_with_the_names_and_roles_it_has_in_print(
    editor_client: Client,
) -> None:
    page = editor_client.post(
        f"{SOURCES}add/",
        form(
            **{
                "aliases-TOTAL_FORMS": 1,
                "aliases-0-name": "A. Lund",
                "affiliations-TOTAL_FORMS": 1,
                "affiliations-0-title": "Minister",
            }
        ),
        follow=True,
    )

    assert page.status_code == 200
    source = Source.objects.get(name="Ana Lund")
    assert [alias.name for alias in source.aliases.all()] == ["A. Lund"]
    assert [str(role) for role in source.affiliations.all()] == ["Minister"]


def test_an_unnamed_source_with_a_name_is_refused_in_a_sentence(editor_client: Client) -> None:
    page = editor_client.post(
        f"{SOURCES}add/", form(kind="unnamed", descriptor="a European official")
    )

    assert page.status_code == 200
    assert "An unnamed source has a descriptor and no name" in page.text
    assert not Source.objects.exists()


def test_two_aliases_that_read_the_same_are_a_message(editor_client: Client) -> None:
    """Only the database knows: the form compares names as typed, not as they are normalised."""
    page = editor_client.post(
        f"{SOURCES}add/",
        form(
            **{
                "aliases-TOTAL_FORMS": 2,
                "aliases-0-name": "Ana Lund",
                "aliases-1-name": "ANA  LUND",
            }
        ),
    )

    assert page.status_code == 200
    assert "alias_once_per_source" in page.text
    assert 'value="ANA  LUND"' in page.text
    assert not Source.objects.exists()


def test_the_list_tells_the_present_role_and_the_other_names(editor_client: Client) -> None:
    source = SourceFactory.create(name="Ana Lund")
    AliasFactory.create(source=source, name="Ana Lund")
    AliasFactory.create(source=source, name="A. Lund")
    AffiliationFactory.create(source=source, title="Minister", start="2024-01-01")
    AffiliationFactory.create(source=source, title="Mayor", start="2020-01-01", end="2023-12-31")

    page = editor_client.get(SOURCES)

    assert "A. Lund" in page.text
    assert "Minister" in page.text
    assert "Mayor" not in page.text


def test_a_source_is_found_by_any_of_its_names_once(editor_client: Client) -> None:
    source = SourceFactory.create(name="Ana Lund")
    AliasFactory.create(source=source, name="Lund, Ana")
    AliasFactory.create(source=source, name="Minister Lund")
    SourceFactory.create(name="Somebody else")

    page = editor_client.get(SOURCES, {"q": "lund"})

    assert [one.pk for one in page.context["cl"].result_list] == [source.pk]
