"""Which cue a content belongs to, and whose cue it is: learnt vectors, compared.

The encoder gives every word a few short vectors. A content asks for its cue and a cue for
its source; either may answer that there is none.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np

Array = np.ndarray[Any, np.dtype[Any]]
Words = tuple[int, int]
"""A stretch of words, first and past the last."""

LINK = 64
LINK_PARTS = (
    "content_first",
    "content_last",
    "content_mean",
    "cue_of_content",
    "cue",
    "source_first",
    "source_last",
)
_THRESHOLDS = (1, 2, 3, 4, 6, 8, 12, 16, 24, 32, 64, 128)
_PART = {name: index for index, name in enumerate(LINK_PARTS)}
DISTANCES = 2 * len(_THRESHOLDS) + 1
SENTENCE_STEPS = 7
_REACH = 60  # words; farther links are hardly ever right


class LinkBiases(NamedTuple):
    """What the distance adds, and the vectors that stand for "none"."""

    content_cue: Array
    cue_source: Array
    content_cue_sentence: Array
    cue_source_sentence: Array
    nobody_cue: Array
    nobody_source: Array


def distance_bucket(asking: Words, asked: Words) -> int:
    """Where ``asked`` stands seen from ``asking``, on a rough signed scale."""
    middle = len(_THRESHOLDS)
    if asked[0] >= asking[1]:
        return middle + bisect_right(_THRESHOLDS, asked[0] - asking[1])
    return middle - bisect_right(_THRESHOLDS, max(0, asking[0] - asked[1]))


def sentence_bucket(asking: int, asked: int) -> int:
    """The same in sentences."""
    middle = SENTENCE_STEPS // 2
    return middle + max(-middle, min(middle, asked - asking))


@dataclass(frozen=True, slots=True)
class Comparison:
    """Every pair within reach with its score, and the score of "none" for each that asks."""

    asking: Array
    asked: Array
    score: Array
    none: Array

    def chances(self) -> tuple[Array, Array]:
        """Of each pair, and of "none"."""
        top = self.none.copy()
        np.maximum.at(top, self.asking, self.score)
        powers, alone = np.exp(self.score - top[self.asking]), np.exp(self.none - top)
        total = alone.copy()
        np.add.at(total, self.asking, powers)
        return powers / total[self.asking], alone / total

    def best(self) -> list[int | None]:
        """Whom each that asks belongs to, None for nobody."""
        found: list[int | None] = [None] * len(self.none)
        top = self.none.tolist()
        pairs = zip(self.asking.tolist(), self.asked.tolist(), self.score.tolist(), strict=True)
        for asking, asked, score in pairs:
            if score > top[asking]:
                top[asking], found[asking] = score, asked
        return found


class Linker:
    """The vectors of one text, ready to be asked."""

    def __init__(
        self,
        vectors: Array,
        biases: LinkBiases,
        sentence_of: Sequence[int] | Array,
        passage_of: Sequence[int] | Array,
    ) -> None:
        """``vectors`` has the shape (words, parts, LINK)."""
        self._vectors = vectors
        self._biases = biases
        self._sentence_of = np.asarray(sentence_of)
        self._passage_of = np.asarray(passage_of)

    def cues_of(self, contents: Sequence[Words], cues: Sequence[Words]) -> Comparison:
        """Whose words each content may be; no link leads out of a paragraph."""
        biases = self._biases
        pairs = _near(contents, cues)
        here, there = _table(contents)[pairs[0], 0], _table(cues)[pairs[1], 0]
        same = self._passage_of[here] == self._passage_of[there]
        return self._compare(
            contents,
            cues,
            (pairs[0][same], pairs[1][same]),
            (
                self._at(contents, "content_first")
                + self._at(contents, "content_last", last=True)
                + self._mean(contents, "content_mean")
            ),
            self._mean(cues, "cue_of_content"),
            (biases.content_cue, biases.content_cue_sentence, biases.nobody_cue),
        )

    def sources_of(self, cues: Sequence[Words], sources: Sequence[Words]) -> Comparison:
        """Who each cue may be said by."""
        biases = self._biases
        return self._compare(
            cues,
            sources,
            _near(cues, sources),
            self._mean(cues, "cue"),
            self._at(sources, "source_first") + self._at(sources, "source_last", last=True),
            (biases.cue_source, biases.cue_source_sentence, biases.nobody_source),
        )

    def _compare(
        self,
        asking: Sequence[Words],
        asked: Sequence[Words],
        pairs: tuple[Array, Array],
        queries: Array,
        keys: Array,
        biases: tuple[Array, Array, Array],
    ) -> Comparison:
        by_distance, by_sentence, nobody = biases
        one, other = pairs
        first, second = _table(asking)[one], _table(asked)[other]
        middle = len(_THRESHOLDS)
        ahead = np.searchsorted(_THRESHOLDS, second[:, 0] - first[:, 1], side="right")
        behind = np.searchsorted(
            _THRESHOLDS, np.maximum(0, first[:, 0] - second[:, 1]), side="right"
        )
        distance = np.where(second[:, 0] >= first[:, 1], middle + ahead, middle - behind)
        half = SENTENCE_STEPS // 2
        steps = self._sentence_of[second[:, 0]] - self._sentence_of[first[:, 0]]
        dots = np.einsum("ij,ij->i", queries[one], keys[other]) / LINK**0.5
        score = dots + by_distance[distance] + by_sentence[half + np.clip(steps, -half, half)]
        return Comparison(one, other, score, queries @ nobody / LINK**0.5)

    def _at(self, spans: Sequence[Words], part: str, *, last: bool = False) -> Array:
        places = np.array([end - 1 if last else start for start, end in spans], dtype=np.int64)
        vectors: Array = self._vectors[places, _PART[part]].astype(np.float32)
        return vectors

    def _mean(self, spans: Sequence[Words], part: str) -> Array:
        if not spans:
            return np.zeros((0, LINK), dtype=np.float32)
        own = self._vectors[:, _PART[part]]
        means = [own[start:end].mean(axis=0, dtype=np.float32) for start, end in spans]
        return np.stack(means)


def _table(spans: Sequence[Words]) -> Array:
    return np.array(spans, dtype=np.int64).reshape(-1, 2)


def _near(asking: Sequence[Words], asked: Sequence[Words]) -> tuple[Array, Array]:
    """Pairs of places in two sorted lists that are within reach of each other."""
    nothing = np.zeros(0, dtype=np.int64)
    if not asking or not asked:
        return nothing, nothing
    here, there = _table(asking), _table(asked)
    longest = int((there[:, 1] - there[:, 0]).max())
    low = np.searchsorted(there[:, 0], here[:, 0] - _REACH - longest)
    high = np.searchsorted(there[:, 0], here[:, 1] + _REACH)
    count = high - low
    one = np.repeat(np.arange(len(here)), count)
    offset = np.arange(len(one)) - np.repeat(np.cumsum(count) - count, count)
    other = np.repeat(low, count) + offset
    near = there[other, 1] >= here[one, 0] - _REACH
    return one[near], other[near]


@dataclass(slots=True)
class Link:
    """A cue with the words it reports, if any, and whoever it belongs to, as word ranges."""

    cue: Words | None
    source: Words | None
    content: list[Words]


def link(spans: dict[str, list[Words]], linker: Linker) -> list[Link]:
    """Tie every content to its cue and every cue to its source, in the order of the cues."""
    cues, sources, contents = spans["cue"], spans["source"], spans["content"]
    found = [Link(cue, None, []) for cue in cues]
    for one, best in zip(found, linker.sources_of(cues, sources).best(), strict=True):
        one.source = None if best is None else sources[best]
    loose: list[Link] = []
    for content, best in zip(contents, linker.cues_of(contents, cues).best(), strict=True):
        if best is None:
            loose.append(Link(None, None, [content]))
        else:
            found[best].content.append(content)
    return [*found, *loose]
