"""From the encoder's scores to spans of words, each with the chance that it is one.

A linear chain over begin, inside, end and single tags. What counts is whole spans, so what is
computed is the chance of every whole span, not the best sequence of tags: of two readings that
differ in one comma the better is then seen for what it is. Paragraphs are read side by side,
which is what makes it fast.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np

Array = np.ndarray[Any, np.dtype[Any]]

KINDS = ("source", "cue", "content")
TAGS = ("O", *(f"{place}-{kind}" for kind in KINDS for place in "BIES"))
_MAY_OPEN = np.array([tag[0] in "OBS" for tag in TAGS])
_MAY_CLOSE = np.array([tag[0] in "OES" for tag in TAGS])
_TINY = 1e-30
_LARGEST_BATCH = 20_000  # words, with what they are filled up to
_LONGEST_SPAN = 600


class Found(NamedTuple):
    """Words that may be a span of a kind; ``chance`` is of exactly this one."""

    start: int
    end: int
    kind: str
    chance: float


@dataclass(frozen=True, slots=True)
class Chain:
    """Forward and backward sums of a text, and what follows from them."""

    forward: Array  # (words, tags), each word's summing to 1
    backward: Array
    emitted: Array  # what a word gives to each tag, over what it gives to all
    moves: Array  # (tags, tags)
    group: Array  # the paragraph of each word

    @property
    def tags(self) -> Array:
        """The chance of each tag at each word."""
        chances: Array = self.forward * self.backward
        return chances

    def kinds(self) -> Array:
        """The chance of each kind at each word: none, then ``KINDS``."""
        tags = self.tags
        spoken = tags[:, 1:].reshape(len(tags), len(KINDS), 4).sum(axis=2)
        return np.concatenate([tags[:, :1], spoken], axis=1)

    def spans(self, floor: float) -> list[Found]:
        """Every span whose chance is above ``floor``, in no order."""
        found: list[Found] = []
        tags = self.tags
        for number, kind in enumerate(KINDS):
            begin, inside, end, single = range(1 + 4 * number, 5 + 4 * number)
            found.extend(
                Found(word, word + 1, kind, float(tags[word, single]))
                for word in np.nonzero(tags[:, single] > floor)[0].tolist()
            )
            first = np.nonzero(tags[:, begin] > floor)[0]
            last = np.nonzero(tags[:, end] > floor)[0]
            starts, ends = self._pairs(first, last)
            chances = self._whole(starts, ends, begin, inside, end)
            kept = chances > floor
            found.extend(
                Found(*row)
                for row in zip(
                    starts[kept].tolist(),
                    (ends[kept] + 1).tolist(),
                    [kind] * int(kept.sum()),
                    chances[kept].tolist(),
                    strict=True,
                )
            )
        return found

    def _pairs(self, first: Array, last: Array) -> tuple[Array, Array]:
        """Each first word with each last word behind it in the same paragraph."""
        low = np.searchsorted(last, first, side="right")
        stop = np.searchsorted(self.group, self.group[first], side="right")
        high = np.searchsorted(last, np.minimum(stop, first + _LONGEST_SPAN))
        count = np.maximum(high - low, 0)
        starts = np.repeat(first, count)
        offset = np.arange(len(starts)) - np.repeat(np.cumsum(count) - count, count)
        return starts, last[np.repeat(low, count) + offset] if len(starts) else starts

    def _whole(self, starts: Array, ends: Array, begin: int, inside: int, end: int) -> Array:
        """The chance that a span begins at one word, goes on to and ends at another."""
        if not len(starts):
            return np.zeros(0)
        moves = np.log(np.maximum(self.moves, _TINY))
        going_on = np.log(np.maximum(self.emitted[:, inside], _TINY))
        total = np.concatenate([[0.0], np.cumsum(going_on)])
        between = ends - starts - 1
        way = np.where(
            between == 0,
            moves[begin, end],
            moves[begin, inside]
            + moves[inside, end]
            + np.maximum(between - 1, 0) * moves[inside, inside]
            + total[ends]
            - total[starts + 1],
        )
        before = np.log(np.maximum(self.forward[starts, begin], _TINY))
        after = self.emitted[ends, end] * self.backward[ends, end]
        chances: Array = np.exp(before + way + np.log(np.maximum(after, _TINY)))
        return chances


def chain(emissions: Array, transitions: Array, group: Array) -> Chain:
    """Read a text's tag scores; no span leads from one ``group`` of words into the next."""
    words, count = emissions.shape
    moves = np.exp(np.maximum(transitions.astype(np.float64), -60.0))
    moves[transitions < -1000] = 0.0
    top = emissions.max(axis=1, keepdims=True)
    given = np.exp(emissions.astype(np.float64) - top)
    forward, backward = np.zeros((words, count)), np.zeros((words, count))
    scale = np.ones(words)
    for places in _batches(group):
        _both_ways(given, moves, places, forward, backward, scale)
    return Chain(forward, backward, given / scale[:, None], moves, group)


def _batches(group: Array) -> Iterator[Array]:
    """Paragraphs of like length side by side: word numbers by (step, paragraph), -1 past an end."""
    if not len(group):
        return
    edges = np.nonzero(np.diff(group, prepend=group[0] - 1, append=group[-1] + 1))[0]
    lengths = np.diff(edges)
    order = np.argsort(-lengths, kind="stable")
    at = 0
    while at < len(order):
        longest = int(lengths[order[at]])
        some = order[at : at + max(1, _LARGEST_BATCH // longest)]
        steps = np.arange(longest)[:, None]
        places = edges[some][None] + steps
        yield np.where(steps < lengths[some][None], places, -1)
        at += len(some)


def _both_ways(
    given: Array, moves: Array, places: Array, forward: Array, backward: Array, scale: Array
) -> None:
    """Sum over all readings of some paragraphs, left to right and back."""
    inside = places >= 0
    gifts = given[places]  # of -1: some word's, never used
    width = places.shape[1]
    alphas = np.empty((len(places), width, len(TAGS)))
    sums = np.ones((len(places), width))
    alpha = gifts[0] * _MAY_OPEN
    for step in range(len(places)):
        if step:
            alpha = (alpha @ moves) * gifts[step]
        total = alpha.sum(axis=1)
        total[total <= 0.0] = _TINY
        alpha /= total[:, None]
        alphas[step], sums[step] = alpha, total
    betas = np.empty_like(alphas)
    closed = _MAY_CLOSE.astype(np.float64)
    beta = np.tile(closed, (width, 1))
    back = moves.T.copy()
    for step in range(len(places) - 1, -1, -1):
        if step + 1 < len(places):
            ahead = (beta * gifts[step + 1]) @ back / sums[step + 1][:, None]
            beta = np.where(inside[step + 1][:, None], ahead, closed)
        betas[step] = beta
    # An open reading at the end of a paragraph has no chance, so what is left sums to less than 1.
    mass = np.maximum((alphas * betas).sum(axis=2, keepdims=True), _TINY)
    betas /= mass
    forward[places[inside]] = alphas[inside]
    backward[places[inside]] = betas[inside]
    scale[places[inside]] = sums[inside]


def choose(spans: Sequence[Found], threshold: float) -> list[Found]:
    """Those spans without overlap whose chances over ``threshold`` add up to most, in order."""
    ranked = sorted(
        (one for one in spans if one.chance > threshold), key=lambda one: (one.end, one.start)
    )
    ends = np.array([one.end for one in ranked])
    before = np.searchsorted(ends, [one.start for one in ranked], side="right").tolist()
    best = [0.0]
    taken: list[bool] = []
    for number, one in enumerate(ranked):
        with_it = best[min(before[number], number)] + one.chance - threshold
        taken.append(with_it > best[-1])
        best.append(max(with_it, best[-1]))
    chosen: list[Found] = []
    number = len(ranked)
    while number:
        if taken[number - 1]:
            chosen.append(ranked[number - 1])
            number = before[number - 1]
        else:
            number -= 1
    return chosen[::-1]


def by_kind(spans: Sequence[Found]) -> dict[str, list[tuple[int, int]]]:
    """The word ranges of each kind, in order."""
    found: dict[str, list[tuple[int, int]]] = {kind: [] for kind in KINDS}
    for one in sorted(spans):
        found[one.kind].append((one.start, one.end))
    return found
