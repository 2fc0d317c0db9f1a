"""Cutting a text up for highlighting, and showing what cannot be seen in it."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from claims.review.invisible import pieces, plain
from claims.review.passages import Mark, Paragraph, Segment, segments


def text_of(paragraphs: list[Paragraph]) -> str:
    return "".join(segment.text for paragraph in paragraphs for segment in paragraph.segments)


@st.composite
def marked_texts(draw: st.DrawFn) -> tuple[str, list[Mark]]:
    text = draw(st.text(alphabet=st.sampled_from("ab \n\r\u202eé😀"), min_size=1, max_size=60))
    spans = draw(
        st.lists(
            st.tuples(st.integers(0, len(text) - 1), st.integers(1, len(text))).filter(
                lambda span: span[0] < span[1]
            ),
            max_size=12,
        )
    )
    return text, [Mark(key, start, end) for key, (start, end) in enumerate(spans)]


@given(marked_texts())
def test_the_segments_put_together_are_the_text(marked: tuple[str, list[Mark]]) -> None:
    text, marks = marked
    assert text_of(segments(text, marks)) == text


@given(marked_texts())
def test_every_code_point_is_covered_by_exactly_its_marks(marked: tuple[str, list[Mark]]) -> None:
    text, marks = marked
    for paragraph in segments(text, marks):
        for segment in paragraph.segments:
            for offset in range(segment.start, segment.start + len(segment.text)):
                covering = {mark.key for mark in marks if mark.start <= offset < mark.end}
                assert set(segment.marks) == covering
                assert len(segment.marks) == len(covering)


@given(marked_texts())
def test_every_mark_opens_once_where_it_begins(marked: tuple[str, list[Mark]]) -> None:
    text, marks = marked
    opened = [
        (key, segment.start)
        for paragraph in segments(text, marks)
        for segment in paragraph.segments
        for key in segment.opens
    ]
    assert sorted(opened) == sorted((mark.key, mark.start) for mark in marks)


@given(st.text(max_size=80))
def test_a_paragraph_ends_with_its_line_breaks(text: str) -> None:
    for paragraph in segments(text, []):
        (segment,) = paragraph.segments
        body = segment.text.rstrip("\r\n")
        assert "\n" not in body
        assert "\r" not in body


def test_a_text_without_marks_is_one_segment_for_each_paragraph() -> None:
    assert segments("One.\n\nTwo.", []) == [
        Paragraph((Segment(0, "One.\n\n"),)),
        Paragraph((Segment(6, "Two."),)),
    ]


def test_an_empty_text_has_no_paragraphs() -> None:
    assert segments("", []) == []


def test_overlapping_marks_are_cut_at_each_border() -> None:
    (paragraph,) = segments("abcdef", [Mark(1, 0, 4), Mark(2, 2, 6)])
    assert [(one.text, one.marks, one.opens) for one in paragraph.segments] == [
        ("ab", (1,), (1,)),
        ("cd", (1, 2), (2,)),
        ("ef", (2,), ()),
    ]


def test_the_innermost_mark_comes_last() -> None:
    (paragraph,) = segments("abcd", [Mark(1, 0, 2), Mark(2, 0, 4)])
    assert paragraph.segments[0].marks == (2, 1)


def test_a_mark_across_paragraphs_is_cut_between_them_and_opens_once() -> None:
    first, second = segments("ab\ncd", [Mark(7, 1, 4)])
    assert [(one.text, one.marks) for one in first.segments] == [("a", ()), ("b\n", (7,))]
    assert [(one.text, one.marks) for one in second.segments] == [("c", (7,)), ("d", ())]
    assert second.segments[0].opens == ()


@pytest.mark.parametrize(("start", "end"), [(-1, 2), (2, 2), (3, 2), (0, 4)])
def test_a_mark_that_is_no_passage_is_refused(start: int, end: int) -> None:
    with pytest.raises(ValueError, match="is not a passage"):
        segments("abc", [Mark(1, start, end)])


def test_a_long_text_with_many_marks_is_cut_in_linear_time() -> None:
    # Quadratic, this would be ten thousand million steps: it would not end.
    text = "A sentence of twenty.\n" * 100_000
    marks = [Mark(key, key * 22, key * 22 + 21) for key in range(100_000)]
    assert len(segments(text, marks)) == 100_000


@given(st.text())
def test_the_pieces_put_together_are_the_text(text: str) -> None:
    assert "".join(piece.text for piece in pieces(text)) == text


@given(st.text())
def test_no_plain_piece_holds_a_character_that_cannot_be_seen(text: str) -> None:
    for piece in pieces(text):
        if not piece.name:
            hidden = {one for one in piece.text if unicodedata.category(one) in {"Cc", "Cf"}}
            assert hidden <= {"\t", "\n", "\r"}


@pytest.mark.parametrize(
    ("character", "name", "symbol"),
    [
        ("\u202e", "U+202E RIGHT-TO-LEFT OVERRIDE", "RLO"),
        ("\u2067", "U+2067 RIGHT-TO-LEFT ISOLATE", "RLI"),
        ("\u200b", "U+200B ZERO WIDTH SPACE", "ZWSP"),
        ("\ufeff", "U+FEFF ZERO WIDTH NO-BREAK SPACE", "BOM"),
        ("\x07", "U+0007 CONTROL CHARACTER", "0007"),
        ("\U000e0041", "U+E0041 TAG LATIN CAPITAL LETTER A", "E0041"),
    ],
)
def test_an_unseen_character_is_named(character: str, name: str, symbol: str) -> None:
    before, unseen, after = pieces(f"a{character}b")
    assert (before.text, before.name, after.text) == ("a", "", "b")
    assert (unseen.text, unseen.name, unseen.symbol) == (character, name, symbol)


def test_letters_of_every_script_and_emoji_are_left_alone() -> None:
    text = "Ærø — “quote” قال हिन्दी 数 ❤️\tcafé\n"
    assert [piece.name for piece in pieces(text)] == [""]


def test_plain_text_shows_signs_in_brackets() -> None:
    assert plain("a\u202eb") == "a[RLO]b"
