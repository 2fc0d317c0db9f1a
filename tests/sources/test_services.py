"""Adding sources and finding the ones that a story names."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.core.exceptions import ValidationError

from newsroom.accounts.models import User
from sources.models import Affiliation, Alias, Source, SourceKind
from sources.services import Role, add_source, resolve_names
from tests.factories import AliasFactory, SourceFactory

pytestmark = pytest.mark.django_db


def names_of(source: Source) -> set[str]:
    return set(source.aliases.values_list("name", flat=True))


def nothing_was_written() -> bool:
    return not (Source.objects.exists() or Alias.objects.exists() or Affiliation.objects.exists())


# -- adding -----------------------------------------------------------------------------------


def test_a_source_is_stored_with_its_names_and_roles(editor: User) -> None:
    source = add_source(
        kind=SourceKind.PERSON,
        name="Ana Lund",
        aliases=["A. Lund", "Minister Lund"],
        roles=[Role(title="Minister", organisation="Port Ministry", start=date(2024, 1, 1))],
        description="Minister of Ports.",
        url="https://example.org/lund",
        by=editor,
    )

    assert names_of(source) == {"Ana Lund", "A. Lund", "Minister Lund"}
    role = source.affiliations.get()
    assert (role.title, role.organisation, role.start, role.end) == (
        "Minister",
        "Port Ministry",
        date(2024, 1, 1),
        None,
    )


def test_who_added_a_source_is_in_its_history(editor: User) -> None:
    source = add_source(kind=SourceKind.PERSON, name="Ana Lund", by=editor)

    added: list[Any] = [source, source.aliases.get()]
    for row in added:
        [event] = row.events.all()
        assert event.pgh_label == "insert"
        assert event.pgh_context["user"] == editor.pk
        assert event.pgh_context["username"] == editor.username


def test_a_name_given_twice_is_stored_once_as_the_source_s_own(editor: User) -> None:
    source = add_source(
        kind=SourceKind.PERSON, name="Ana Núñez", aliases=["ANA NUNEZ", "ana nuñez"], by=editor
    )

    assert names_of(source) == {"Ana Núñez"}


@pytest.mark.parametrize(
    "wrong",
    [
        {"name": ""},
        {"name": "?!"},
        {"name": "x" * 301},
        {"aliases": ["?!"]},
        {"aliases": ["x" * 301]},
        {"kind": SourceKind.UNNAMED},
        {"kind": "ghost"},
        {"url": "javascript:alert(1)"},
        {"roles": [Role()]},
        {"roles": [Role(title="Minister", start=date(2024, 1, 1), end=date(2023, 1, 1))]},
        {"roles": [Role(title="Minister"), Role(title="x" * 201)]},
    ],
)
def test_what_makes_no_sense_is_refused_as_a_whole(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        add_source(**{"kind": SourceKind.PERSON, "name": "Ana Lund", "by": None, **wrong})

    assert nothing_was_written()


# -- finding ----------------------------------------------------------------------------------


def test_a_name_leads_to_the_one_source_that_bears_it() -> None:
    lund = add_source(kind=SourceKind.PERSON, name="Ana Lund", aliases=["A. Lund"], by=None)
    port = add_source(kind=SourceKind.ORGANISATION, name="Port Authority", by=None)

    assert resolve_names(["Ana Lund", "A. Lund", "Port Authority", "Nobody"]) == {
        "Ana Lund": lund,
        "A. Lund": lund,
        "Port Authority": port,
    }


@pytest.mark.parametrize(
    "printed", ["ana núñez", "ANA NUNEZ", "Ana  Nuñez", "Ana Nu\u0301n\u0303ez"]
)
def test_case_accents_and_spacing_make_no_difference(printed: str) -> None:
    source = add_source(kind=SourceKind.PERSON, name="Ana Núñez", by=None)

    assert resolve_names([printed]) == {printed: source}


def test_a_name_that_two_sources_share_is_not_guessed() -> None:
    first, second = SourceFactory.create(), SourceFactory.create()
    for source in (first, second):
        AliasFactory.create(source=source, name="A. Lund")
    AliasFactory.create(source=first, name="Ana Lund")

    assert resolve_names(["A. Lund", "Ana Lund"]) == {"Ana Lund": first}


def test_two_spellings_in_one_story_may_be_one_source() -> None:
    source = add_source(kind=SourceKind.PERSON, name="Ana Núñez", by=None)

    assert resolve_names(["Ana Núñez", "Ana Nunez"]) == {"Ana Núñez": source, "Ana Nunez": source}


@pytest.mark.parametrize("names", [[], [""], ["?!", "…"]])
def test_what_is_no_name_finds_nobody(names: list[str]) -> None:
    SourceFactory.create()

    assert resolve_names(names) == {}


def test_a_source_s_name_alone_does_not_count_without_an_alias() -> None:
    """Names are looked up among the aliases; `add_source` stores the source's own name there."""
    SourceFactory.create(name="Ana Lund")

    assert resolve_names(["Ana Lund"]) == {}


@pytest.mark.parametrize("count", [1, 40])
def test_any_number_of_names_is_one_query(count: int, django_assert_num_queries: Any) -> None:
    for number in range(count):
        AliasFactory.create(name=f"Person {number}")

    with django_assert_num_queries(1):
        found = resolve_names(f"Person {number}" for number in range(count))

    assert len(found) == count
