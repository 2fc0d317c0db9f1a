"""Recognising the same passage elsewhere."""

from __future__ import annotations

import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from claims.fingerprints import fingerprint

ANY_TEXT = st.text(st.characters())  # also what is no text at all: lone surrogates, NUL
LETTERS = st.text(string.ascii_letters, min_size=1)


@given(ANY_TEXT)
def test_every_passage_has_a_fingerprint(passage: str) -> None:
    digest = fingerprint(passage)

    assert len(digest) == 64
    assert set(digest) <= set("0123456789abcdef")
    assert digest == fingerprint(passage)


@pytest.mark.parametrize(
    "copy",
    [
        '"Traffic rose by 9 percent," the minister\'s office said.',
        "‘Traffic rose by 9 percent’, the minister’s office said.",
        "“Traffic rose by 9 percent,” the minister’s office said",
        "«Traffic rose by 9 percent», the minister’s office said.",
        "“Traffic rose by 9\npercent,”\u00a0the   minister’s office said.",
        "“TRAFFIC rose by 9 percent,” the Minister’s office said.",
        " “Traffic rose by 9 percent” — the minister’s office said…",
        "- “Traffic rose by 9 percent,” the minister’s office said.",
    ],
)
def test_another_house_s_marks_and_spacing_make_no_difference(copy: str) -> None:
    assert fingerprint(copy) == fingerprint(
        "“Traffic rose by 9 percent,” the minister’s office said."
    )


@given(st.lists(LETTERS, min_size=1), st.sampled_from([" ", "  ", "\n", "\t", "\u00a0", " \r\n"]))
def test_spacing_and_case_make_no_difference(words: list[str], space: str) -> None:
    plain = fingerprint(" ".join(words))

    assert fingerprint(space.join(words)) == plain
    assert fingerprint(" ".join(words).swapcase()) == plain
    assert fingerprint(f"“{' '.join(words)}.”") == plain


@given(st.integers(0, 10**9), st.integers(0, 10**9))
def test_figures_make_a_difference(one: int, other: int) -> None:
    same = fingerprint(f"Traffic rose by {one} percent.") == fingerprint(
        f"Traffic rose by {other} percent."
    )

    assert same == (one == other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("rose by 2 percent", "rose by 3 percent"),
        ("rose by 2.3 percent", "rose by 23 percent"),
        ("rose by 2.3 percent", "rose by 2-3 percent"),
        ("rose by 2.3 percent", "rose by 2, 3 percent"),
        ("changed by 2 percent", "changed by -2 percent"),
        ("changed by 2 percent", "changed by −2 percent"),
        ("paid $5", "paid €5"),
        ("paid $5", "paid 5"),
        ("rose 5%", "rose 5"),
        ("1:2", "12"),
        ("won in 2023/24", "won in 2023, 24"),
        ("did not rise", "did rise"),
        ("Ann beat Bob", "Bob beat Ann"),
    ],
)
def test_what_means_something_else_has_another_fingerprint(one: str, other: str) -> None:
    assert fingerprint(one) != fingerprint(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("fell by −2 percent", "fell by -2 percent"),
        ("2–3 percent", "2-3 percent"),
        ("Covid-19 spread", "Covid 19 spread"),
        ("a 9-percent rise", "a 9 percent rise"),
        ("in 2024. Then", "in 2024, then"),
        ("ﬁve ships", "five ships"),
        ("１４ metres", "14 metres"),
    ],
)
def test_the_same_written_differently_has_the_same_fingerprint(one: str, other: str) -> None:
    assert fingerprint(one) == fingerprint(other)
