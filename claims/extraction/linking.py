"""Which cue a content belongs to, and whose cue it is: learnt vectors, compared.

The encoder gives every word a few short vectors. A content asks for its cue and a cue for
its source; either may answer that there is none.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
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


def link_scores(
    kind: str,
    asking: Words,
    candidates: Sequence[Words],
    vectors: Array,
    biases: LinkBiases,
    sentence_of: Sequence[int] | Array,
) -> Array:
    """A score for each candidate and, last, for none of them.

    ``vectors`` has the shape (words, parts, LINK); ``kind`` is "cue" (asked by a content) or
    "source" (asked by a cue).
    """
    query = _query(kind, asking, vectors)
    if kind == "cue":
        by_distance, by_sentence = biases.content_cue, biases.content_cue_sentence
        nobody = biases.nobody_cue
    else:
        by_distance, by_sentence = biases.cue_source, biases.cue_source_sentence
        nobody = biases.nobody_source
    scores = []
    for candidate in candidates:
        steps = sentence_bucket(int(sentence_of[asking[0]]), int(sentence_of[candidate[0]]))
        bias = by_distance[distance_bucket(asking, candidate)] + by_sentence[steps]
        scores.append(float(query @ _key(kind, candidate, vectors)) / LINK**0.5 + float(bias))
    scores.append(float(query @ nobody) / LINK**0.5)
    return np.array(scores)


def _query(kind: str, words: Words, vectors: Array) -> Array:
    """What a content asks of cues, or a cue of sources."""
    if kind == "source":
        return _mean(vectors, words, "cue")
    first, last = (
        _at(vectors, words[0], "content_first"),
        _at(vectors, words[1] - 1, "content_last"),
    )
    asked: Array = first + last + _mean(vectors, words, "content_mean")
    return asked


def _key(kind: str, words: Words, vectors: Array) -> Array:
    """What a cue answers to contents, or a source to cues."""
    if kind == "cue":
        return _mean(vectors, words, "cue_of_content")
    answer: Array = _at(vectors, words[0], "source_first") + _at(
        vectors, words[1] - 1, "source_last"
    )
    return answer


def _mean(vectors: Array, words: Words, part: str) -> Array:
    mean: Array = vectors[words[0] : words[1], _PART[part]].mean(axis=0, dtype=np.float32)
    return mean


def _at(vectors: Array, word: int, part: str) -> Array:
    vector: Array = vectors[word, _PART[part]].astype(np.float32)
    return vector


@dataclass(slots=True)
class Link:
    """A cue with the words it reports, if any, and whoever it belongs to, as word ranges."""

    cue: Words | None
    source: Words | None
    content: list[Words]


def link(
    spans: dict[str, list[Words]],
    vectors: Array,
    biases: LinkBiases,
    sentence_of: Sequence[int] | Array,
    passage_of: Sequence[int] | Array,
) -> list[Link]:
    """Tie every content to its cue and every cue to its source, in the order of the cues.

    No link leads out of a paragraph, or out of those that a quotation or a colon joins.
    """
    cues, sources = spans["cue"], spans["source"]
    found: dict[Words, Link] = {}
    for cue in cues:
        around = _near(cue, sources)
        scores = link_scores("source", cue, around, vectors, biases, sentence_of)
        best = int(scores.argmax())
        found[cue] = Link(cue, around[best] if best < len(around) else None, [])
    loose: list[Link] = []
    for content in spans["content"]:
        here = passage_of[content[0]]
        around = [cue for cue in _near(content, cues) if passage_of[cue[0]] == here]
        scores = link_scores("cue", content, around, vectors, biases, sentence_of)
        best = int(scores.argmax())
        if best < len(around):
            found[around[best]].content.append(content)
        else:
            loose.append(Link(None, None, [content]))
    return [*found.values(), *loose]


def _near(span: Words, others: Sequence[Words]) -> Sequence[Words]:
    """Those of the sorted ``others`` within reach."""
    low = bisect_left(others, span[0] - _REACH, key=lambda other: other[1])
    return others[low : bisect_left(others, span[1] + _REACH, key=lambda other: other[0])]
