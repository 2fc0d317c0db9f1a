"""What the tagger finds, as attributions by unit.

Its spans are words; here they become stretches of the text that respect what is exact: a
content never cuts a quotation, and never runs from one unit into the next.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Sequence

import numpy as np

from claims.extraction.anonymity import lies_in_reason, whose_reason
from claims.extraction.cues import CUES, NO_COMMENT
from claims.extraction.decoding import KINDS, Array, Found, by_kind, chain, choose
from claims.extraction.linking import Link, Linker, Words, link
from claims.extraction.passage import Raw
from claims.extraction.quotes import Quote
from claims.extraction.schema import Span
from claims.extraction.sentences import trimmed
from claims.extraction.spans import FLOOR, completed, rescored
from claims.extraction.tagger import Reading, Tagger, sentence_numbers
from claims.extraction.units import Atom, Unit

_SIGNS = frozenset({":", "—", "–"})
_COMMENT_REACH = 60
_WITHOUT_SOURCE = 0.7
WANTED = 0.15
BELIEVED = 0.33  # above it a span is right often enough to be worth having (F1)
_APPOSED = re.compile(
    r",[ \u00a0](?P<name>[A-Z][\w.’'-]+(?:[ \u00a0][A-Z][\w.’'-]*){1,4}),[ \u00a0]"
)
_SOMEBODY = re.compile(r"he|she|him|they|them|who", re.IGNORECASE)  # "he was contradicted by"
_WORD = re.compile(r"\w")
_LEMMAS = frozenset(cue.lemma for cue in CUES.values()) | {"no comment", "according"}


def _is_known(lemma: str) -> bool:
    """Whether a cue is a word or sign that reports what somebody said or thought."""
    return lemma in _LEMMAS or lemma in _SIGNS


def reported(
    text: str, units: Sequence[Unit], quotes: Sequence[Quote], tagger: Tagger, reading: Reading
) -> dict[int, list[Raw]]:
    """The attributions the tagger finds, by the unit of their cue."""
    encoded = reading.encoded
    if not encoded.words or not units:
        return {}
    linker = Linker(reading.vectors, tagger.biases, sentence_numbers(encoded), encoded.passage_of)
    read = chain(reading.tags, tagger.transitions, encoded.passage_of)
    likely = rescored(read.spans(FLOOR), read, text, encoded, linker, tagger.spans)
    spans = completed(choose(likely, BELIEVED), likely, linker, WANTED)
    taken = _taken(spans, encoded.words)
    found: dict[int, list[Raw]] = {}
    places = _Places(text, units, quotes, reading)
    kinds = read.kinds()
    sure = kinds[np.arange(len(taken)), taken]
    for one in link(by_kind(spans), linker):
        if not one.content and one.cue:
            one.content.extend(places.clause_before(one, taken))
        raw = places.raw(one, sure)
        if raw is not None:
            found.setdefault(raw.unit, []).append(raw)
    return found


def _taken(spans: Sequence[Found], words: int) -> Array:
    """The kind of span each word lies in: 0 for none, else its place in ``KINDS`` and one."""
    taken = np.zeros(words, dtype=np.int64)
    for one in spans:
        taken[one.start : one.end] = 1 + KINDS.index(one.kind)
    return taken


class _Places:
    """Finds the units, quotations and atoms that word ranges fall on."""

    def __init__(
        self, text: str, units: Sequence[Unit], quotes: Sequence[Quote], reading: Reading
    ) -> None:
        self._text = text
        self._units = units
        self._quotes = quotes
        self._encoded = reading.encoded
        self._sentence_starts = [low for low, _ in self._encoded.sentences]
        self._unit_starts = [unit.start for unit in units]
        self._quote_starts = [quote.start for quote in quotes]

    def raw(self, one: Link, sure: Array) -> Raw | None:
        """The attribution of a link; None where it has no cue or lies outside the story."""
        if one.cue is None:
            return None  # a quotation without a cue is for the rules of running on
        cue = self._chars(one.cue)
        content = [piece for words in one.content for piece in self._content(words)]
        unit = self._unit_at(cue.start)
        if not content or unit is None:
            return None
        number = bisect_right(self._sentence_starts, one.cue[0]) - 1
        sentence = self._encoded.starts[self._encoded.sentences[number][0]]
        if lies_in_reason(self._text, cue.start, sentence):
            return None
        source = self._source(one.source, sentence, cue) if one.source else None
        source_unit = self._unit_at(source.start) if source else None
        if source_unit is None:
            source = None
        certainty = min(float(sure[a:b].mean()) for a, b in (*one.content, one.cue))
        lemma = self._lemma(cue)
        if source is None and (certainty < _WITHOUT_SOURCE or not _is_known(lemma)):
            return None  # "the march was banned": an act, and nobody's words
        return Raw(
            unit=unit,
            source=source,
            cue=cue,
            content=sorted(content),
            lemma=lemma,
            confidence=round(certainty, 3),
            atoms=self._atoms(source, source_unit) if source and source_unit is not None else (),
        )

    def _source(self, words: Words, sentence: int, cue: Span) -> Span | None:
        """A source with the name in commas behind it, and never out of a reason for anonymity."""
        source = self._chars(words)
        if lies_in_reason(self._text, source.start, sentence):
            return whose_reason(self._text, source.start, sentence)
        apposed = _APPOSED.fullmatch(self._text, source.end, max(source.end, cue.start))
        return Span(source.start, apposed.end("name")) if apposed else source

    def clause_before(self, one: Link, taken: Array) -> list[Words]:
        """The clause that "…, the mayor said" reports, where the tagger left it out."""
        if one.source is None or one.cue is None:
            return []
        comma = min(one.source[0], one.cue[0]) - 1
        number = bisect_right(self._sentence_starts, comma) - 1
        low = self._encoded.sentences[number][0]
        if comma <= low + 1 or self._text[self._encoded.starts[comma]] != ",":
            return []
        return [(low, comma)] if not taken[low:comma].any() else []

    def _chars(self, words: Words) -> Span:
        return Span(self._encoded.starts[words[0]], self._encoded.ends[words[1] - 1])

    def _unit_at(self, position: int) -> int | None:
        number = bisect_right(self._unit_starts, position) - 1
        if number < 0 or position >= self._units[number].end:
            return None
        return number

    def _content(self, words: Words) -> list[Span]:
        """A content snapped to quotation marks and cut where a unit ends."""
        start, end = self._chars(words)
        begin = bisect_left(self._quote_starts, start)
        if begin and self._quotes[begin - 1].end > start:
            start = self._edge(self._quotes[begin - 1], start, end, opening=True)
        last = bisect_left(self._quote_starts, end) - 1
        if last >= 0 and self._quotes[last].end > end:
            end = self._edge(self._quotes[last], end, start, opening=False)
        if start >= end:
            return []
        pieces = []
        number = max(0, bisect_right(self._unit_starts, start) - 1)
        while number < len(self._units) and self._units[number].start < end:
            unit = self._units[number]
            piece = trimmed(self._text, max(start, unit.start), min(end, unit.end))
            if _WORD.search(self._text, *piece) and not _SOMEBODY.fullmatch(self._text, *piece):
                pieces.append(piece)
            number += 1
        return pieces

    @staticmethod
    def _edge(quote: Quote, edge: int, other: int, *, opening: bool) -> int:
        """Move an edge that falls into a quotation to the mark that it means."""
        if opening:
            inside = min(quote.end, other) - edge
            return quote.start if 2 * inside >= quote.end - quote.start else quote.end
        inside = edge - max(quote.start, other)
        return quote.end if 2 * inside >= quote.end - quote.start else quote.start

    def _atoms(self, source: Span, unit: int) -> Sequence[Atom]:
        return tuple(
            atom
            for atom in self._units[unit].atoms
            if source.start <= atom.start and atom.end <= source.end
        )

    def _lemma(self, cue: Span) -> str:
        """The base form of the cue's verb."""
        printed = self._text[cue.start : cue.end]
        low = printed.lower().replace("’", "'")
        reach = self._text[cue.start : cue.end + _COMMENT_REACH]
        if NO_COMMENT.match(reach) and "comment" in reach.lower():
            return "no comment"
        words = low.split()
        if "according" in words:
            return "according"
        if low in _SIGNS:
            return "—" if low == "–" else low
        for word in reversed(words):
            if word in CUES:
                return CUES[word].lemma
        return low
