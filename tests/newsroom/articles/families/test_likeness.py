"""Whether two texts are one story."""

from __future__ import annotations

import pytest

from newsroom.articles.families.likeness import BANDS, bands, likeness, read
from tests.newsroom.articles.families.texts import OTHER, WIRE, edited


def test_a_copy_is_wholly_the_same_whatever_its_case_and_punctuation() -> None:
    assert likeness(read(WIRE), read(WIRE.replace(",", "").replace("\n\n", " ").upper())) == 1.0


def test_a_changed_copy_is_never_called_wholly_the_same() -> None:
    changed = likeness(read(WIRE * 20), read(WIRE * 20 + " Indeed."))

    assert changed is not None
    assert 0.99 < changed < 1.0


@pytest.mark.parametrize("seed", range(10))
def test_a_fifth_of_the_words_may_be_edited(seed: int) -> None:
    found = likeness(read(WIRE), read(edited(WIRE, 0.2, seed=seed)))

    assert found is not None
    assert 0.7 <= found < 0.95


def test_paragraphs_in_another_order_are_the_same_story() -> None:
    turned = "\n\n".join(reversed(WIRE.split("\n\n")))

    assert likeness(read(WIRE), read(turned)) is not None


def test_another_story_is_none() -> None:
    assert likeness(read(WIRE), read(OTHER)) is None


def test_a_form_filled_in_anew_is_another_story() -> None:
    form = (
        "{a} reported a profit of {n} million euros for the {q} quarter on Tuesday, up from {m} "
        "million in the same period of the year before. Chief executive {b} said the company was "
        "pleased with how its customers had taken to the new products. Shares of {a} were up "
        "{p} percent in early trading. Analysts polled by {c} had expected {o} million."
    )
    first = form.format(a="Norvik", n=12, q="first", m=9, b="Lena Holt", c="Datapoint", o=11, p=3)
    second = form.format(a="Aldane", n=87, q="third", m=90, b="Piet Vos", c="Marktek", o=95, p=1)

    assert likeness(read(first), read(second)) is None


def test_a_shared_footer_does_not_make_one_story() -> None:
    footer = (
        " Subscribe to our newsletter for more stories like this one, every morning at six." * 3
    )

    assert likeness(read(WIRE + footer), read(OTHER + footer)) is None


def test_a_notice_of_a_few_words_says_too_little() -> None:
    short = read("The minister resigned on Monday. More follows.")

    assert likeness(short, short) is None
    assert bands(short) == []


def test_signatures_are_the_same_everywhere_and_fit_the_column() -> None:
    found = bands(read(WIRE))

    assert found == bands(read(WIRE))
    assert len(found) == BANDS
    assert all(-(2**31) <= band < 2**31 for band in found)
    # Stored signatures are compared with later ones: if this changes, so must VERSION.
    assert found[:2] == FIRST_BANDS


FIRST_BANDS = [49511048, -794830734]


def test_near_copies_share_a_band_and_other_stories_none() -> None:
    original = set(bands(read(WIRE)))
    hits = [bool(original & set(bands(read(edited(WIRE, 0.15, seed=n))))) for n in range(40)]

    assert sum(hits) >= 38
    assert not original & set(bands(read(OTHER)))


def test_a_text_without_end_is_cut_and_not_choked_on() -> None:
    assert len(read("word " * 300_000).words) == 20_000
    assert read("").is_too_short
