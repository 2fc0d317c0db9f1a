"""What the tagger finds, as attributions by unit.

Its spans are words; here they become stretches of the text that respect what is exact: a
content never cuts a quotation, and never runs from one unit into the next.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Sequence

import numpy as np

from claims.extraction.anonymity import gives_reason
from claims.extraction.cues import CUES, NO_COMMENT
from claims.extraction.decoding import TAGS, Array, best_path, spans_of
from claims.extraction.linking import Link, Words, link
from claims.extraction.passage import Raw
from claims.extraction.quotes import Quote
from claims.extraction.schema import Span
from claims.extraction.sentences import trimmed
from claims.extraction.tagger import Reading, Tagger, sentence_numbers
from claims.extraction.units import Atom, Unit

_SIGNS = frozenset({":", "—", "–"})
_COMMENT_REACH = 60
_WITHOUT_SOURCE = 0.6
_EMPTY = frozenset({"which", "that", "what", "who"})
_WORD = re.compile(r"\w")


def reported(
    text: str, units: Sequence[Unit], quotes: Sequence[Quote], tagger: Tagger, reading: Reading
) -> dict[int, list[Raw]]:
    """The attributions the tagger finds, by the unit of their cue."""
    encoded = reading.encoded
    if not encoded.words or not units:
        return {}
    path = best_path(reading.tags, tagger.transitions)
    spans = spans_of(path)
    found: dict[int, list[Raw]] = {}
    places = _Places(text, units, quotes, reading)
    sure = _certainty(reading.tags, path)
    numbers = sentence_numbers(encoded)
    for one in link(spans, reading.vectors, tagger.biases, numbers, encoded.passage_of):
        if not one.content and one.cue:
            one.content.extend(places.clause_before(one, path))
        raw = places.raw(one, sure)
        if raw is not None:
            found.setdefault(raw.unit, []).append(raw)
    return found


def _certainty(tags: Array, path: Array) -> Array:
    """How sure the tagger is of the kind of each word it tagged."""
    powers = np.exp(tags - tags.max(axis=1, keepdims=True))
    powers /= powers.sum(axis=1, keepdims=True)
    kinds = np.array([0, *[1 + (i - 1) // 4 for i in range(1, len(TAGS))]])
    by_kind = np.stack([powers[:, kinds == kind].sum(axis=1) for kind in range(4)], axis=1)
    certainty: Array = by_kind[np.arange(len(path)), kinds[path]]
    return certainty


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
        if not content or unit is None or gives_reason(self._text, cue.start):
            return None
        source = self._chars(one.source) if one.source else None
        source_unit = self._unit_at(source.start) if source else None
        if source_unit is None:
            source = None
        certainty = min(float(sure[a:b].mean()) for a, b in (*one.content, one.cue))
        if source is None and certainty < _WITHOUT_SOURCE:
            return None
        return Raw(
            unit=unit,
            source=source,
            cue=cue,
            content=sorted(content),
            lemma=self._lemma(cue),
            confidence=round(certainty, 3),
            atoms=self._atoms(source, source_unit) if source and source_unit is not None else (),
        )

    def clause_before(self, one: Link, path: Array) -> list[Words]:
        """The clause that "…, the mayor said" reports, where the tagger left it out."""
        if one.source is None or one.cue is None:
            return []
        comma = min(one.source[0], one.cue[0]) - 1
        number = bisect_right(self._sentence_starts, comma) - 1
        low = self._encoded.sentences[number][0]
        if comma <= low + 1 or self._text[self._encoded.starts[comma]] != ",":
            return []
        return [(low, comma)] if not path[low:comma].any() else []

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
            says_something = self._text[piece.start : piece.end].lower() not in _EMPTY
            if says_something and _WORD.search(self._text, *piece):
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
