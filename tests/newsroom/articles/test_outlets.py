"""Finding an outlet by what somebody typed, or adding it."""

from __future__ import annotations

import pytest
from django.core.exceptions import ValidationError

from newsroom.articles.models import Outlet
from newsroom.articles.services import find_or_add_outlet
from newsroom.history import acting
from tests.database import at_once, while_uncommitted
from tests.factories import OutletFactory, UserFactory

pytestmark = pytest.mark.django_db


def find_or_add(name: str) -> Outlet:
    return find_or_add_outlet(name=name, by=None)


def test_a_new_name_adds_an_outlet_and_names_who_did_it() -> None:
    user = UserFactory.create(username="ana")

    outlet = find_or_add_outlet(name="Harbour Post", url="https://post.example", by=user)

    assert (outlet.name, outlet.slug, outlet.url) == (
        "Harbour Post",
        "harbour-post",
        "https://post.example",
    )
    (event,) = outlet.events.all()  # type: ignore[attr-defined]
    assert event.pgh_context == {"user": user.pk, "username": "ana"}


@pytest.mark.parametrize("typed", ["Harbour Post", "the-post", "  Harbour Post "])
def test_an_outlet_is_found_by_its_name_or_slug_and_stays_as_it_is(typed: str) -> None:
    known = OutletFactory.create(name="Harbour Post", slug="the-post", url="https://post.example")

    assert find_or_add_outlet(name=typed, url="https://other.example", by=None) == known

    known.refresh_from_db()
    assert known.url == "https://post.example"
    assert Outlet.objects.count() == 1


def test_an_outlet_is_found_by_a_slug_that_was_given_with_another_name() -> None:
    known = OutletFactory.create(name="Harbour Post", slug="post")
    assert find_or_add_outlet(name="The Harbour Post", slug="post", by=None) == known


def test_a_name_in_another_script_has_an_outlet_all_the_same() -> None:
    assert find_or_add("Газета").slug == "outlet"
    assert find_or_add("日報").slug == "outlet-2"
    assert find_or_add("Газета").slug == "outlet"
    assert Outlet.objects.count() == 2


def test_two_names_with_one_slug_are_two_outlets() -> None:
    first, second = find_or_add("The Post"), find_or_add("The Post!")
    assert (first.slug, second.slug) == ("the-post", "the-post-2")


def test_a_long_name_gets_a_slug_that_fits() -> None:
    outlet = find_or_add("Gazette " * 24)
    assert len(outlet.slug) <= 80
    assert not outlet.slug.endswith("-")


@pytest.mark.parametrize("name", ["", "   ", "x" * 201, "a\x00b", "a\nb", "caf\udce9", "a\x1b[31m"])
def test_what_is_no_name_adds_nothing(name: str) -> None:
    with pytest.raises(ValidationError):
        find_or_add(name)
    assert not Outlet.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_two_that_meet_a_new_outlet_at_once_get_the_same_one() -> None:
    outlet = while_uncommitted(
        lambda: OutletFactory.create(name="Harbour Post", slug="harbour-post"),
        lambda: find_or_add("Harbour Post"),
    )

    assert outlet == Outlet.objects.get()


@pytest.mark.django_db(transaction=True)
def test_two_new_outlets_that_want_one_slug_at_once_are_two() -> None:
    outlet = while_uncommitted(lambda: find_or_add("The Post"), lambda: find_or_add("The Post!"))

    assert outlet.slug == "the-post-2"
    assert Outlet.objects.count() == 2


@pytest.mark.django_db(transaction=True)
def test_many_at_once_add_one_outlet() -> None:
    found = at_once(*[lambda: find_or_add("Harbour Post")] * 4)

    assert {outlet.pk for outlet in found} == {Outlet.objects.get().pk}


def test_adding_an_outlet_keeps_the_context_of_the_job() -> None:
    with acting(None, task="import"):
        outlet = find_or_add("Harbour Post")

    (event,) = outlet.events.all()  # type: ignore[attr-defined]
    assert event.pgh_context == {"task": "import"}
