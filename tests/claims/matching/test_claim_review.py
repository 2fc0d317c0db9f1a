"""Other publishers' markup, in every shape it comes in."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from claims.matching.claim_review import Unusable, parse, reviews_in

NEW: dict[str, Any] = {
    "@context": "https://schema.org",
    "@type": "ClaimReview",
    "url": "https://www.checks.example/harbour",
    "claimReviewed": "The harbour was <b>dredged</b> to 14&nbsp;metres.",
    "datePublished": "2026-02-03T10:00:00Z",
    "author": {"@type": "Organization", "name": "Checks", "url": "https://checks.example"},
    "itemReviewed": {
        "@type": "Claim",
        "datePublished": "2026-02-01",
        "author": [{"@type": "Person", "name": "Ana Lund"}, {"name": "Per Moe"}],
        "firstAppearance": {"@type": "CreativeWork", "url": "https://wire.example/a1"},
        "appearance": ["https://wire.example/a1", {"url": "https://wire.example/a2"}, None],
    },
    "reviewRating": {"alternateName": "Mostly true", "ratingValue": 4},
}


def test_the_present_shape_is_read() -> None:
    review = parse(NEW)

    assert review.claim_reviewed == "The harbour was dredged to 14 metres."
    assert (review.publisher, review.publisher_host) == ("Checks", "checks.example")
    assert review.claimant == "Ana Lund, Per Moe"
    assert (review.claimed_on, review.published_on) == (date(2026, 2, 1), date(2026, 2, 3))
    assert review.appearances == ("https://wire.example/a1", "https://wire.example/a2")
    assert (review.rating_label, review.rating_value) == ("Mostly true", 4)
    assert (review.rating_worst, review.rating_best) == (1, 5)
    assert review.notes == ()


def test_the_old_shape_is_read() -> None:
    old = {
        **NEW,
        "author": "Checks",
        "itemReviewed": {
            "@type": "CreativeWork",
            "author": "Ana Lund",
            "sameAs": "https://w.example/1",
        },
        "reviewRating": [{"name": "Pants on fire", "ratingValue": "1", "bestRating": "6"}],
    }

    review = parse(old)

    assert (review.publisher, review.publisher_host) == ("Checks", "checks.example")
    assert (review.claimant, review.appearances) == ("Ana Lund", ("https://w.example/1",))
    assert (review.rating_label, review.rating_value, review.rating_best) == ("Pants on fire", 1, 6)


@pytest.mark.parametrize(
    "rating",
    [
        {"ratingValue": 7, "bestRating": 5, "worstRating": 1},
        {"ratingValue": 2, "bestRating": 1, "worstRating": 5},
        {"ratingValue": -1},
    ],
)
def test_a_number_off_its_scale_is_left_out_and_told(rating: dict[str, Any]) -> None:
    review = parse({**NEW, "reviewRating": {"alternateName": "False", **rating}})

    assert (review.rating_label, review.rating_value, review.rating_best) == ("False", None, None)
    assert "off its scale" in review.notes[0]


@pytest.mark.parametrize("rating", [None, [], {}, {"ratingValue": None}, {"ratingValue": "n/a"}])
def test_a_missing_rating_costs_nothing_else(rating: Any) -> None:
    review = parse({**NEW, "reviewRating": rating})

    assert review.rating_value is None
    assert review.claim_reviewed


@pytest.mark.parametrize(
    "node",
    [
        {**NEW, "claimReviewed": None},
        {**NEW, "url": "javascript:alert(1)"},
        {**NEW, "url": None},
        {**NEW, "url": "https://[broken"},
    ],
)
def test_what_nothing_can_be_made_of_says_why(node: dict[str, Any]) -> None:
    with pytest.raises(Unusable):
        parse(node)


def test_reviews_are_found_in_feeds_graphs_and_lists() -> None:
    feed = {
        "@type": "DataFeed",
        "dataFeedElement": [
            {"@type": "DataFeedItem", "item": [NEW, None]},
            None,
            {"item": {**NEW, "@type": ["Thing", "http://schema.org/ClaimReview"]}},
            {"item": None},
            "a text",
        ],
    }
    page = [{"@graph": [{"@type": "WebPage"}, NEW]}, [[NEW]]]

    assert len(list(reviews_in(feed))) == 2
    assert len(list(reviews_in(page))) == 2


_json = st.recursive(
    st.none() | st.booleans() | st.floats() | st.text(max_size=20) | st.just("ClaimReview"),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.sampled_from([*NEW, "name", "ratingValue", "@graph"]), inner, max_size=6
        )
    ),
    max_leaves=20,
)


# Making the markup is the slow part on a busy machine, not a fault of the test.
@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.dictionaries(st.sampled_from([*NEW]), _json))
def test_no_markup_breaks_the_reader(values: dict[str, Any]) -> None:
    nodes = list(reviews_in({**NEW, **values, "@type": "ClaimReview"}))
    assert len(nodes) == 1
    for node in nodes:
        try:
            review = parse(node)
        except Unusable:
            continue
        assert review.url.startswith("http")
        assert review.claim_reviewed
