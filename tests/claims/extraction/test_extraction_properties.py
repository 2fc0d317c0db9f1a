"""What holds for any text whatever."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from claims.extraction import Extraction, Span, extract

VOCABULARY = """
“ ” " ' ‘ ’ « » „ `` '' — – - , . : ; ? ! ( ) …
said says told added according to believes declined comment that who he she they
the a official senator Sen. Mr. Ann Lee Lee's Ministry Council (R-N.C.) U.S. Jan. 6
on condition of anonymity because not authorized to speak quoted as saying and but
BRUSSELS (AP) bridge closed 2% $3 million will should never
"""
WORDS = st.sampled_from([*VOCABULARY.split(), "\n", "\n\n", "\u00a0", "\u202e"])
STORIES = st.lists(WORDS, max_size=60).map(" ".join)
ANY_TEXT = st.text(st.characters(), max_size=300)  # lone surrogates and controls included


def check_span(text: str, start: int, end: int) -> None:
    assert 0 <= start < end <= len(text)
    assert not text[start].isspace()
    assert not text[end - 1].isspace()


def check(text: str, found: Extraction) -> None:
    last_end = 0
    for sentence in found.sentences:
        check_span(text, sentence.start, sentence.end)
        assert sentence.start >= last_end
        assert 0.0 <= sentence.check_worthiness <= 1.0
        last_end = sentence.end
    for attribution in found.attributions:
        for spans in (attribution.source, attribution.cue, attribution.content):
            assert list(spans) == sorted(spans)
            for span in spans:
                check_span(text, *span)
            assert all(left.end <= right.start for left, right in pairwise(spans))
        assert attribution.content
        if attribution.within is not None:
            assert found.attributions[attribution.within].within is None
        assert (attribution.sourcing is None) == (not attribution.speakers)
        assert 0.0 <= attribution.confidence <= 1.0
        for speaker in attribution.speakers:
            assert speaker.name
            check_span(text, *speaker.mention)
    first = [one for one in found.attributions if one.within is None]
    assert found.attributions[: len(first)] == tuple(first)
    said = sorted(span for one in first for span in one.content)
    assert all(left.end <= right.start for left, right in pairwise(said))
    places = [Span(candidate.start, candidate.end) for candidate in found.candidates]
    assert places == sorted(set(places))
    for candidate in found.candidates:
        check_span(text, candidate.start, candidate.end)
        assert candidate.statement.strip()
        assert 0.0 <= candidate.score <= 1.0
        assert "\n" not in candidate.explanation
        numbers = [Span(one.start, one.end) for one in candidate.quantities]
        assert numbers == sorted(set(numbers))
        assert all(candidate.start <= n.start < n.end <= candidate.end for n in numbers)
        if candidate.attribution is not None:
            assert 0 <= candidate.attribution < len(found.attributions)
        assert any(s.start <= candidate.start and candidate.end <= s.end for s in found.sentences)


@settings(deadline=None, max_examples=300)
@given(ANY_TEXT | STORIES)
def test_any_text_gives_valid_and_repeatable_results(text: str) -> None:
    found = extract(text)
    check(text, found)
    assert extract(text) == found


# Making the text is the slow part on a busy machine, not a fault of the test.
@settings(deadline=None, max_examples=4, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(ANY_TEXT | STORIES, min_size=1, max_size=20), st.integers(20_000, 100_000))
def test_long_texts_of_any_characters_are_read_like_short_ones(
    pieces: list[str], length: int
) -> None:
    piece = "\n\n".join(pieces) + " "
    text = (piece * (length // len(piece) + 1))[:length]
    check(text, extract(text))


@settings(deadline=None, max_examples=100)
@given(STORIES, st.text(max_size=30), st.text(max_size=8))
def test_headline_and_language_never_break_it(text: str, headline: str, language: str) -> None:
    check(text, extract(text, headline=headline, language=language))


@settings(deadline=None, max_examples=100)
@given(STORIES)
def test_text_before_a_story_only_shifts_the_sentences(text: str) -> None:
    lead = "The ferry left the harbour at noon.\n\n"
    alone, shifted = extract(text), extract(lead + text)
    expected = [(s.start + len(lead), s.end + len(lead)) for s in alone.sentences]
    assert [(s.start, s.end) for s in shifted.sentences][1:] == expected


@pytest.mark.parametrize(
    "piece",
    [
        "a", ".", "“", '"', "'", " ", "\n", "(", ", ", "A. ", "Ab ", "said ", "— ",
        "“Open it now.\n\n", "He said. ", "‘a ", "the official said ", "Ann Lee, ",
        "former acting deputy ", "on condition of anonymity ", "“Ab c,” said ",
    ],
)  # fmt: skip
def test_long_monotonous_texts_are_read_to_the_end(piece: str) -> None:
    text = piece * (20_000 // len(piece))
    found = extract(text)
    check(text, found)
    assert [0, *(one.end for one in found.sentences)][-1] == len(text.rstrip())
