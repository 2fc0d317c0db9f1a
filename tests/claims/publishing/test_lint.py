"""What the lint finds in a ClaimReview."""

from __future__ import annotations

from typing import Any

import pytest

from claims.publishing.lint import lint

LABELS = ["True", "Half true", "Mostly false", "Unproven"]
GOOD: dict[str, Any] = {
    "url": "https://checks.example.org/checks/traffic/",
    "headline": "Did traffic rise?",
    "claimReviewed": "Traffic rose by 9 percent",
    "author": {"name": "Newsroom", "url": "https://checks.example.org/"},
    "reviewRating": {
        "alternateName": "Half true",
        "ratingValue": 3,
        "bestRating": 5,
        "worstRating": 1,
    },
}


def found(said: str = "", **changes: Any) -> list[str]:
    findings = lint(
        {**GOOD, **changes}, site_url="https://example.org", verdicts=LABELS, said=[said]
    )
    return [finding.field or finding.message for finding in findings]


def test_a_good_one_has_no_findings() -> None:
    assert found() == []


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"url": ""}, "slug"),
        ({"url": "https://elsewhere.org/checks/traffic/"}, "slug"),
        ({"url": "https://notexample.org/checks/traffic/"}, "slug"),
        ({"url": "ftp://example.org/x"}, "slug"),
        ({"headline": ""}, "headline"),
        ({"headline": "x" * 75}, "headline"),
        ({"claimReviewed": " "}, "short_claim"),
        ({"claimReviewed": "x" * 75}, "short_claim"),
        ({"claimReviewed": "Half true: traffic rose"}, "short_claim"),
        ({"claimReviewed": "It is FALSE that traffic rose"}, "short_claim"),
        ({"claimReviewed": "Unproven rise of traffic"}, "short_claim"),
    ],
)
def test_each_defect_names_its_field(changes: dict[str, Any], field: str) -> None:
    assert found(**changes) == [field]


def test_74_characters_are_fine() -> None:
    assert found(headline="x" * 74, claimReviewed="y" * 74) == []


def test_part_of_a_word_is_no_verdict() -> None:
    assert found(claimReviewed="Untruehaven and Trueman grew") == []


def test_the_speaker_s_own_words_are_no_verdict_of_ours() -> None:
    claim = "False alarms rose by 9 percent"
    assert found(claimReviewed=claim) == ["short_claim"]
    assert found(said="“False alarms rose,” she said.", claimReviewed=claim) == []


RATINGS: dict[str, dict[str, Any]] = {
    "There is no rating with a name.": {"ratingValue": 3, "bestRating": 5, "worstRating": 1},
    "The value 6 of “Good” is not inside its scale.": {
        "alternateName": "Good",
        "ratingValue": 6,
        "bestRating": 5,
        "worstRating": 1,
    },
    "The value 3 of “Good” is not inside its scale.": {"alternateName": "Good", "ratingValue": 3},
    "“Good” lies on no line, and yet names the ends of one.": {
        "alternateName": "Good",
        "bestRating": 5,
    },
}


@pytest.mark.parametrize("message", RATINGS)
def test_a_rating_is_inside_its_scale_or_has_no_number(message: str) -> None:
    assert found(reviewRating=RATINGS[message]) == [message]


def test_a_verdict_on_no_line_has_no_number_and_no_finding() -> None:
    assert found(reviewRating={"alternateName": "Unproven"}) == []
