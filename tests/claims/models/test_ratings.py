"""The verdict vocabulary."""

from __future__ import annotations

from typing import Any

import pytest
from django.db.models import ProtectedError

from claims.models import Rating, RatingScale
from tests.claims.states import ready_claim
from tests.database import refused_by
from tests.factories import RatingFactory

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("value", [1, 3, 5, None])
def test_a_value_lies_on_its_scale_or_on_no_line(value: int | None) -> None:
    assert RatingFactory.create(value=value).value == value


@pytest.mark.parametrize(
    ("fields", "constraint"),
    [
        ({"value": 0}, "rating_inside_scale"),
        ({"value": 6}, "rating_inside_scale"),
        ({"best": 1, "worst": 1, "value": 1}, "rating_best_above_worst"),
        ({"best": 1, "worst": 5, "value": None}, "rating_best_above_worst"),
        ({"colour": "red"}, "rating_colour_is_hex"),
        ({"colour": "#FF0000"}, "rating_colour_is_hex"),
        ({"colour": "#ff00"}, "rating_colour_is_hex"),
    ],
)
def test_a_rating_that_makes_no_sense_is_refused(fields: dict[str, Any], constraint: str) -> None:
    RatingFactory.create()

    with refused_by(constraint):
        Rating.objects.update(**fields)


@pytest.mark.parametrize("colour", ["", "#ff0000"])
def test_a_colour_is_hex_or_none(colour: str) -> None:
    assert RatingFactory.create(colour=colour).colour == colour


def test_a_rating_is_once_on_its_scale_and_may_be_on_another() -> None:
    rating = RatingFactory.create(slug="false")

    with refused_by("rating_once_per_scale"):
        RatingFactory.create(scale=rating.scale, slug="false")
    RatingFactory.create(slug="false")

    assert Rating.objects.filter(slug="false").count() == 2


def test_a_rating_in_use_is_not_deleted() -> None:
    rating = RatingFactory.create()
    ready_claim(rating=rating)

    with pytest.raises(ProtectedError):
        rating.delete()


def test_ratings_and_scales_are_shown_by_what_readers_see() -> None:
    assert str(Rating(label="Mostly false")) == "Mostly false"
    assert str(RatingScale(name="Five steps")) == "Five steps"
