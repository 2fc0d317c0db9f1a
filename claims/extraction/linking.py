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
DISTANCES = 2 * len(_THRESHOLDS) + 1
SENTENCE_STEPS = 7


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
    part = {name: index for index, name in enumerate(LINK_PARTS)}
    low, high = asking
    if kind == "cue":
        query = (
            vectors[low, part["content_first"]]
            + vectors[high - 1, part["content_last"]]
            + vectors[low:high, part["content_mean"]].mean(axis=0)
        )
        by_distance, by_sentence = biases.content_cue, biases.content_cue_sentence
        nobody = biases.nobody_cue
    else:
        query = vectors[low:high, part["cue"]].mean(axis=0)
        by_distance, by_sentence = biases.cue_source, biases.cue_source_sentence
        nobody = biases.nobody_source
    scores = []
    for a, b in candidates:
        if kind == "cue":
            key = vectors[a:b, part["cue_of_content"]].mean(axis=0)
        else:
            key = vectors[a, part["source_first"]] + vectors[b - 1, part["source_last"]]
        steps = sentence_bucket(int(sentence_of[low]), int(sentence_of[a]))
        bias = by_distance[distance_bucket(asking, (a, b))] + by_sentence[steps]
        scores.append(float(query @ key) / LINK**0.5 + float(bias))
    scores.append(float(query @ nobody) / LINK**0.5)
    return np.array(scores)


_REACH = 200


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
) -> list[Link]:
    """Tie every content to its cue and every cue to its source, in the order of the cues."""
    cues, sources = spans["cue"], spans["source"]
    found: dict[Words, Link] = {}
    for cue in cues:
        around = _near(cue, sources)
        scores = link_scores("source", cue, around, vectors, biases, sentence_of)
        best = int(scores.argmax())
        found[cue] = Link(cue, around[best] if best < len(around) else None, [])
    loose: list[Link] = []
    for content in spans["content"]:
        around = _near(content, cues)
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
