"""How alike two stretches of words are, and the places where a passage may have gone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from rapidfuzz.distance import LCSseq, Levenshtein

from newsroom.articles.reanchoring.layout import Unit
from newsroom.articles.reanchoring.marks import with_marks_of
from newsroom.articles.reanchoring.vocabulary import words_in
from newsroom.articles.reanchoring.words import Words, words_of
from newsroom.articles.selectors import Anchor

_AROUND = 8
"""Words before and after a passage that tell it from another one of the same wording."""
_REACH = 120
"""Code points in which they are looked for."""
_FEW = 5
_COMMON = words_in(
    "a an the of to in on at by for with from as and or but is are was were be been has have "
    "had that this it its he she they his her their who which said says say will would not"
)
_LIGHT = 0.3
"""What a common word counts; others count 1."""
_OVERLAP = 0.3
_CONTEXT = 0.2
"""The share of what stands around in ranking places; likeness has the rest."""


@dataclass(frozen=True, slots=True)
class Place:
    """A stretch of the new text. `score`: how alike it is; `around`: how alike its surroundings."""

    start: int
    end: int
    score: float
    around: float
    certain: bool = False

    @property
    def rank(self) -> float:
        return (1 - _CONTEXT) * self.score + _CONTEXT * self.around

    def overlaps(self, other: Place) -> bool:
        return self.start < other.end and other.start < self.end


def weight(keys: Sequence[str]) -> float:
    """What the words count together."""
    return sum(_LIGHT if key.lower() in _COMMON else 1.0 for key in keys)


def likeness(first: Sequence[str], second: Sequence[str]) -> float:
    """0 to 1: the share of words that both have in the same order, by their weight."""
    whole = weight(first) + weight(second)
    if not whole:
        return 0.0
    common: list[str] = []
    for block in LCSseq.opcodes(first, second):
        if block.tag == "equal":
            common += first[block.src_start : block.src_end]
    return 2 * weight(common) / whole


def around(old: str, start: int, end: int, new: str, low: int, high: int) -> float:
    """How alike two places are in what stands before and after them, 0 to 1."""
    before = _side(
        words_of(old, max(0, start - _REACH), start).keys[-_AROUND:],
        words_of(new, max(0, low - _REACH), low).keys[-_AROUND:],
    )
    after = _side(
        words_of(old, end, end + _REACH).keys[:_AROUND],
        words_of(new, high, high + _REACH).keys[:_AROUND],
    )
    return (before + after) / 2


def _side(first: Sequence[str], second: Sequence[str]) -> float:
    if not first and not second:
        return 1.0
    return LCSseq.similarity(first, second) / max(len(first), len(second))


def exact_places(
    old: str, anchor: Anchor, new: str, keys: Sequence[str], runs: Sequence[Sequence[Unit]]
) -> list[Place]:
    """Where the very words stand in the given stretches of the new text."""
    found = []
    size = len(keys)
    for run in runs:
        words = _joined(run)
        for at in range(len(words) - size + 1):
            if words.keys[at] == keys[0] and words.keys[at : at + size] == keys:
                start, end = words.starts[at], words.ends[at + size - 1]
                start, end = with_marks_of(anchor, new, start, end)
                fit = around(old, anchor.start, anchor.end, new, start, end)
                found.append(Place(start, end, 1.0, fit))
    return found


def _joined(run: Sequence[Unit]) -> Words:
    if len(run) == 1:
        return run[0].words
    joined = Words([], [], [])
    for unit in run:
        joined.keys.extend(unit.words.keys)
        joined.starts.extend(unit.words.starts)
        joined.ends.extend(unit.words.ends)
    return joined


class _Texts(Protocol):
    """What is needed of a comparison here."""

    old: str
    new: str
    olds: list[Unit]


def like_places(
    texts: _Texts,
    anchor: Anchor,
    units: range,
    words: Words,
    runs: Sequence[Sequence[Unit]],
) -> list[Place]:
    """Where the new text says something like it; of places that overlap only the best."""
    passage = _Passage.of(texts, anchor, units, words)
    wanted = set(words.keys) | set(passage.left) | set(passage.right)
    least = _OVERLAP * weight(list(wanted))
    ranked = sorted(
        (
            (-shared, number, at)
            for number, run in enumerate(runs)
            for at, unit in enumerate(run)
            if (shared := weight(list(wanted.intersection(unit.words.keys)))) >= least
        )
    )
    found: list[Place] = []
    for _, number, at in ranked[:_FEW]:
        place = _best_window(texts, anchor, passage, runs[number], at, len(units))
        if place is not None:
            found.append(place)
    found.sort(key=lambda place: (-place.rank, place.start))
    apart: list[Place] = []
    for place in found:
        if not any(place.overlaps(other) for other in apart):
            apart.append(place)
    return apart


@dataclass(frozen=True, slots=True)
class _Passage:
    """The words of a passage, and the rest of the sentence that it is a part of."""

    keys: list[str]
    left: list[str]
    right: list[str]

    @classmethod
    def of(cls, texts: _Texts, anchor: Anchor, units: range, words: Words) -> _Passage:
        first, last = texts.olds[units[0]], texts.olds[units[-1]]
        left = words_of(texts.old, max(first.start, anchor.start - _REACH), anchor.start)
        right = words_of(texts.old, anchor.end, min(last.end, anchor.end + _REACH))
        return cls(words.keys, left.keys[-_AROUND:], right.keys[:_AROUND])


def _best_window(
    texts: _Texts, anchor: Anchor, passage: _Passage, run: Sequence[Unit], at: int, size: int
) -> Place | None:
    """The best of the stretches of about as many sentences around `run[at]`."""
    best: Place | None = None
    for length in (size, size + 1, size - 1):
        if length < 1 or (best is not None and best.score > 0.9):
            continue
        for low in range(max(0, at - length + 1), min(at, len(run) - length) + 1):
            place = _project(texts, anchor, passage, run[low : low + length])
            if place is not None and (best is None or place.score > best.score):
                best = place
    return best


def _project(
    texts: _Texts, anchor: Anchor, passage: _Passage, window: Sequence[Unit]
) -> Place | None:
    """What the passage has become in these sentences, by aligning word with word."""
    words = _joined(window)
    before = [*passage.left, *passage.keys, *passage.right]
    begin = len(passage.left)
    stop = begin + len(passage.keys)
    low, high = _aligned(before, words.keys, begin, stop)
    low, high = _to_the_borders(passage, window, words, low, high)
    if low >= high:
        return None
    here = words.keys[low:high]
    score = likeness(passage.keys, here)
    if passage.left or passage.right:
        # In a sentence that stayed otherwise, a short passage may have changed wholly.
        near = words.keys[max(0, low - begin) : high + len(passage.right)]
        score = max(score, 0.9 * likeness(before, near))
    start, end = with_marks_of(anchor, texts.new, words.starts[low], words.ends[high - 1])
    fit = around(texts.old, anchor.start, anchor.end, texts.new, start, end)
    return Place(start, end, score, fit)


def _aligned(before: Sequence[str], after: Sequence[str], begin: int, stop: int) -> tuple[int, int]:
    low, high = len(after), 0
    for block in Levenshtein.opcodes(before, after):
        tag = block.tag
        a, b, c, d = block.src_start, block.src_end, block.dest_start, block.dest_end
        if tag == "equal":
            shared_low, shared_high = max(a, begin), min(b, stop)
            if shared_low < shared_high:
                low = min(low, c + shared_low - a)
                high = max(high, c + shared_high - a)
        elif tag == "replace" and max(a, begin) < min(b, stop):
            low = min(low, c + max(a, begin) - a)
            high = max(high, d - (b - min(b, stop)))
        elif tag == "insert" and begin < a < stop:
            low, high = min(low, c), max(high, d)
    return low, high


def _to_the_borders(
    passage: _Passage, window: Sequence[Unit], words: Words, low: int, high: int
) -> tuple[int, int]:
    """A passage that was a whole sentence, or began or ended one, still does.

    So that a “not” or a “so far” put in at its edge is a part of it; many words are not.
    """
    if low >= high:
        return low, high
    allowed = max(3, len(passage.keys) // 3)
    if not passage.left:
        head = next((u for u in reversed(window) if u.start <= words.starts[low]), window[0])
        first = sum(end <= head.start for end in words.ends)
        low = first if low - first <= allowed else low
    if not passage.right:
        tail = next((u for u in window if u.end >= words.ends[high - 1]), window[-1])
        past = sum(start < tail.end for start in words.starts)
        high = past if past - high <= allowed else high
    return low, high
