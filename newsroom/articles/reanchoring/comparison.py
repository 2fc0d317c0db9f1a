"""Two versions of a text, laid side by side: what stayed, and what is left to search in."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Hashable, Sequence
from functools import cached_property

from newsroom.articles.reanchoring.layout import Unit, paragraphs, sentences
from newsroom.articles.reanchoring.likeness import Place, around, likeness
from newsroom.articles.reanchoring.marks import with_marks_before, with_marks_behind
from newsroom.articles.reanchoring.pairing import pair
from newsroom.articles.reanchoring.words import Words, words_of
from newsroom.articles.selectors import Anchor

_TELLING = 5
"""Words from which a sentence is recognised wherever it stands."""
_LONG = 40
"""The same for a paragraph, in characters."""


class Comparison:
    """The units of both texts (paragraphs that stayed, sentences of the others) and their pairs."""

    def __init__(self, old: str, new: str) -> None:
        self.old, self.new = old, new
        olds, news = paragraphs(old), paragraphs(new)
        whole = pair(
            [one.raw for one in olds],
            [one.raw for one in news],
            [one.end - one.start >= _LONG for one in olds],
        )
        self.olds, old_keys = _units(olds, set(whole), {i: i for i in whole})
        self.news, new_keys = _units(news, set(whole.values()), {j: i for i, j in whole.items()})
        telling = [not isinstance(key, tuple) or len(key) >= _TELLING for key in old_keys]
        self.pairs = pair(old_keys, new_keys, telling)
        self._starts = [unit.start for unit in self.olds]
        self._new_starts = [unit.start for unit in self.news]
        self._taken = set(self.pairs.values())

    def old_units_of(self, start: int, end: int) -> range:
        """The units that a passage of the old text touches."""
        return _touched(self._starts, start, end)

    def words_within(self, units: range, start: int, end: int) -> Words:
        if len(units) == 1:
            return self.olds[units[0]].words.between(start, end)
        return words_of(self.old, start, end)

    def follow(self, units: range, start: int, end: int) -> tuple[int, int] | None:
        """Where the passage is if all of its units stayed, and stayed together."""
        first = self.pairs.get(units[0])
        if first is None or any(self.pairs.get(i) != first + i - units[0] for i in units):
            return None
        low = _carried(self.olds[units[0]], self.news[first], start, at_end=False)
        last = self.news[first + len(units) - 1]
        high = _carried(self.olds[units[-1]], last, end, at_end=True)
        if low is None or high is None or low >= high:
            return None
        return low, high

    def free_runs(self, units: range) -> list[list[Unit]]:
        """What is new, in stretches; and what the passage's own units became."""
        own = {self.pairs[i] for i in units if i in self.pairs}
        return self._runs(own) if own else self._all_free

    @cached_property
    def _all_free(self) -> list[list[Unit]]:
        return self._runs(set())

    def _runs(self, own: set[int]) -> list[list[Unit]]:
        runs: list[list[Unit]] = [[]]
        for j, unit in enumerate(self.news):
            if j in self._taken and j not in own:
                runs.append([])
            else:
                runs[-1].append(unit)
        return [run for run in runs if run]

    @cached_property
    def _free_olds(self) -> list[int]:
        return [i for i in range(len(self.olds)) if i not in self.pairs]

    def rivals(self, units: range, words: Words, best: Place) -> list[Place]:
        """Other passages of the old text with the same words, and how well the place suits them."""
        found = []
        for i in self._free_olds:
            if i in units or len(self.olds[i].words) < len(words):
                continue
            here = self.olds[i].words
            for at in _occurrences(here.keys, words.keys):
                start, end = here.starts[at], here.ends[at + len(words) - 1]
                fit = around(self.old, start, end, self.new, best.start, best.end)
                found.append(Place(best.start, best.end, 1.0, fit))
        return found

    def better_claim(self, units: range, best: Place) -> float:
        """How well the place suits the best of the other sentences that are looking for one."""
        there = words_of(self.new, best.start, best.end).keys
        return max(
            (
                likeness(self.olds[i].words.keys, there) * 0.8
                + 0.2
                * around(
                    self.old,
                    self.olds[i].start,
                    self.olds[i].end,
                    self.new,
                    best.start,
                    best.end,
                )
                for i in self._free_olds
                if i not in units and self._may_resemble(i, there)
            ),
            default=0.0,
        )

    def _may_resemble(self, i: int, keys: Sequence[str]) -> bool:
        return 2 * len(set(self.olds[i].words.keys) & set(keys)) >= len(set(keys))

    def rest_of_old(self, units: range, anchor: Anchor) -> tuple[Words, Words]:
        """The words of the passage's sentence before and after it."""
        first, last = self.olds[units[0]], self.olds[units[-1]]
        return (
            _before(self.old, first, anchor.start),
            _after(self.old, last, anchor.end),
        )

    def rest_of_new(self, place: Place) -> tuple[Words, Words]:
        touched = _touched(self._new_starts, place.start, place.end)
        first, last = self.news[touched[0]], self.news[touched[-1]]
        return _before(self.new, first, place.start), _after(self.new, last, place.end)


def _before(text: str, unit: Unit, start: int) -> Words:
    sentence = _sentence_at(unit, start)
    return words_of(text, sentence.start, max(sentence.start, start))


def _after(text: str, unit: Unit, end: int) -> Words:
    sentence = _sentence_at(unit, end - 1)
    return words_of(text, min(end, sentence.end), sentence.end)


def _sentence_at(unit: Unit, place: int) -> Unit:
    for sentence in sentences(unit):
        if place < sentence.end:
            return sentence
    return unit


def _units(
    found: Sequence[Unit], stayed: set[int], names: dict[int, int]
) -> tuple[list[Unit], list[Hashable]]:
    """Paragraphs that stayed as they are, the others as sentences; with the keys to pair them by.

    A paragraph that stayed is a number that both texts share.
    """
    units: list[Unit] = []
    keys: list[Hashable] = []
    for index, paragraph in enumerate(found):
        if index in stayed:
            units.append(paragraph)
            keys.append(names[index])
            continue
        for sentence in sentences(paragraph):
            units.append(sentence)
            keys.append(tuple(sentence.words.keys) or (sentence.raw,))
    return units, keys


def _touched(starts: Sequence[int], start: int, end: int) -> range:
    low = max(0, bisect_right(starts, start) - 1)
    return range(low, max(low + 1, bisect_left(starts, end)))


def _carried(old: Unit, new: Unit, place: int, *, at_end: bool) -> int | None:
    """A place in a unit that stayed, in what it became."""
    if old.end - old.start == new.end - new.start and old.raw == new.raw:
        return min(max(place, old.start), old.end) - old.start + new.start
    # The same words with other marks between them: by the word that begins or ends there.
    if not old.words.keys or len(old.words) != len(new.words):
        return None
    if at_end:
        at = max(0, bisect_left(old.words.starts, place) - 1)
        return with_marks_behind(old.text[old.words.ends[at] : place], new.text, new.words.ends[at])
    at = min(bisect_right(old.words.ends, place), len(old.words) - 1)
    return with_marks_before(old.text[place : old.words.starts[at]], new.text, new.words.starts[at])


def _occurrences(keys: Sequence[str], wanted: Sequence[str]) -> list[int]:
    if not wanted:
        return []
    first, size = wanted[0], len(wanted)
    return [
        at
        for at in range(len(keys) - size + 1)
        if keys[at] == first and list(keys[at : at + size]) == list(wanted)
    ]
