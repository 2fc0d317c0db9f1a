"""A text as the encoder sees it: words, their pieces, what the letters hide, and windows.

Words are the tokenizer's own (runs of letters and digits, single marks). Tags are given to
words, so the first piece of each stands for it.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from typing import Any

import numpy as np
from tokenizers import Tokenizer

from claims.extraction.quotes import Quote
from claims.extraction.schema import Span

FEATURE_SIZES = (5, 3, 3, 3)
"""How many values each input feature has: quotation, capitals, paragraph, sentence."""

_OUTSIDE, _INSIDE, OPENING, CLOSING, _OTHER_MARK = range(5)
_MARKS = frozenset("\"“”„«»‘’'`‹›")

_NUMBER = re.compile(r"[0-9]+")

Array = np.ndarray[Any, np.dtype[Any]]


def _same_numbers(text: str) -> str:
    """The text with every number replaced by one like it.

    A number corrected in a later version of a story must not change how the rest is read.
    """
    return _NUMBER.sub(_like, text)


def _like(match: re.Match[str]) -> str:
    digits = match.group()
    if len(digits) == 4 and digits[:2] in {"19", "20"}:
        return "2016"
    return "5" + "0" * (len(digits) - 1)


class Encoded:
    """One text in pieces. ``first[w]`` is the first piece of word ``w``."""

    def __init__(
        self,
        text: str,
        sentences: Sequence[Span],
        parts: Sequence[Span],
        quotes: Sequence[Quote],
        tokenizer: Tokenizer,
    ) -> None:
        ids: list[int] = []
        first: list[int] = []
        starts: list[int] = []
        ends: list[int] = []
        self.sentences: list[tuple[int, int]] = []
        """Words of each sentence, first and past the last."""
        texts = [text[span.start : span.end] for span in sentences]
        clean = [_same_numbers(piece).encode("utf-8", "replace").decode("utf-8") for piece in texts]
        for span, one in zip(
            sentences, tokenizer.encode_batch(clean, add_special_tokens=False), strict=True
        ):
            begin = len(first)
            word = None
            for piece, number, (start, end) in zip(one.ids, one.word_ids, one.offsets, strict=True):
                if number != word:
                    word = number
                    first.append(len(ids))
                    starts.append(span.start + start)
                    ends.append(span.start + end)
                else:
                    ends[-1] = span.start + end
                ids.append(piece)
            self.sentences.append((begin, len(first)))
        self.ids = np.array(ids, dtype=np.int64)
        self.first = np.array(first, dtype=np.int64)
        self.starts = starts
        self.ends = ends
        self.words = len(first)
        self.features = self._features(text, parts, quotes)
        self.passage_of = self._passages(text, parts, quotes)

    def _features(self, text: str, parts: Sequence[Span], quotes: Sequence[Quote]) -> Array:
        """Four small numbers a word, repeated for its pieces."""
        table = np.zeros((self.words, len(FEATURE_SIZES)), dtype=np.int64)
        for quote in quotes:
            low, high = self.inside(quote.start, quote.end)
            if low == high:
                continue
            table[low:high, 0] = _INSIDE
            table[low, 0] = OPENING
            if quote.closed:
                table[high - 1, 0] = CLOSING
        for word, (start, end) in enumerate(zip(self.starts, self.ends, strict=True)):
            letters = text[start:end]
            if table[word, 0] == _OUTSIDE and letters in _MARKS:
                table[word, 0] = _OTHER_MARK
            if letters[:1].isupper():
                table[word, 1] = 2 if len(letters) > 1 and letters.isupper() else 1
        for part in parts:
            low, high = self.inside(part.start, part.end)
            if low < high:
                table[high - 1, 2] = 2
                table[low, 2] = 1
        for low, high in self.sentences:
            if low < high:
                table[high - 1, 3] = 2
                table[low, 3] = 1
        if not self.words:
            return table
        lengths = np.diff(np.append(self.first, len(self.ids)))
        return np.repeat(table, lengths, axis=0)

    def _passages(self, text: str, parts: Sequence[Span], quotes: Sequence[Quote]) -> Array:
        """The paragraph of each word; those that one quotation or a colon joins count as one."""
        chained = {quote.start for quote in quotes if quote.chained}
        found = np.zeros(self.words, dtype=np.int64)
        number = 0
        leads = False
        for part in parts:
            low, high = self.inside(part.start, part.end)
            number += not leads and part.start not in chained
            found[low:high] = number
            leads = text[part.end - 1] == ":"
        return found

    def inside(self, start: int, end: int) -> tuple[int, int]:
        """The words that lie inside a stretch of the text."""
        low = bisect_left(self.starts, start)
        return low, max(low, bisect_right(self.ends, end))

    def covering(self, start: int, end: int) -> tuple[int, int]:
        """The words that share a character with a stretch of the text."""
        low = bisect_right(self.ends, start)
        return low, max(low, bisect_left(self.starts, end))

    def pieces(self, word: int) -> int:
        """Where the pieces of a word begin; the number of pieces past the last word."""
        return int(self.first[word]) if word < self.words else len(self.ids)

    def windows(self, size: int, overlap: int) -> list[tuple[int, int]]:
        """Word ranges of at most ``size`` pieces that begin with a sentence where they can.

        Each window begins about ``overlap`` pieces before the end of the one before.
        """
        found: list[tuple[int, int]] = []
        heads = [low for low, high in self.sentences if low < high]
        start = 0
        while start < self.words:
            limit = self.pieces(start) + size
            end = self._last_fitting(limit)
            if end < self.words:
                cut = heads[bisect_right(heads, end) - 1]
                if cut > start:
                    end = cut
            end = max(end, start + 1)
            found.append((start, end))
            if end >= self.words:
                break
            back = int(np.searchsorted(self.first, self.pieces(end) - overlap))
            again = heads[bisect_left(heads, back)] if back <= heads[-1] else end
            start = min(end, again) if again > start else end
        return found

    def _last_fitting(self, limit: int) -> int:
        """Past the last word whose pieces all come before ``limit``."""
        if len(self.ids) <= limit:
            return self.words
        return int(np.searchsorted(self.first, limit, side="right")) - 1
