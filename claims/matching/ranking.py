"""How alike two statements are: features of a pair, and small linear scorers over them.

Pure Python and numpy. The weights are numbers in `model/ranking.json`, learnt by
`training.ranking`; they hold for the encoder named there.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np
import numpy.typing as npt

WEIGHTS = Path(__file__).parent / "model" / "ranking.json"

Table = npt.NDArray[np.float64]

_NUMBER = re.compile(r"\d+(?:[.,]\d+)*")
_NAME = re.compile(r"\b[^\W\d_a-zß-ÿ][\w’'-]+")
_K1, _B, _USUAL = 1.2, 0.75, 16.0
"""BM25's constants, and the number of different words that an entry usually has."""

PAIR = (
    "meaning",
    "direction",
    "words",
    "covers_question",
    "covers_entry",
    "numbers_shared",
    "numbers_missing",
    "names_shared",
    "length",
    "rarest_shared",
)
"""What a pair says by itself."""
PLACE = ("behind_best", "place_by_meaning", "place_by_words", "both_places")
"""What its place among the others says."""


@dataclass(frozen=True, slots=True)
class Question:
    """The statement that is looked for."""

    text: str
    lexemes: frozenset[str]


@dataclass(frozen=True, slots=True)
class Entry:
    """Something that may say the same: its words, and how close its vector is."""

    key: int
    claim: int | None
    other_check: int | None
    text: str
    title: str
    lexemes: frozenset[str]
    inner: float
    cosine: float


Weight = Callable[[str], float]


def pair_features(question: Question, entries: Sequence[Entry], weight: Weight) -> Table:
    """One row for each entry, one column for each name in `PAIR`."""
    weights = {word: weight(word) for word in question.lexemes}
    asked = sum(weights.values()) or 1.0
    numbers, names = _numbers(question.text), _names(question.text)
    rows = []
    for entry in entries:
        shared = [weights[word] for word in question.lexemes & entry.lexemes]
        own = sum(weights[word] if word in weights else weight(word) for word in entry.lexemes)
        length = len(entry.lexemes)
        norm = (_K1 + 1) / (1 + _K1 * (1 - _B + _B * length / _USUAL))
        theirs = _numbers(entry.text)
        their_names = _names(entry.text) | _names(entry.title)
        rows.append(
            (
                entry.inner,
                entry.cosine,
                sum(shared) * norm,
                sum(shared) / asked,
                sum(shared) / (own or 1.0),
                len(numbers & theirs) / len(theirs) if theirs else 0.0,
                len(theirs - numbers) / len(theirs) if theirs else 0.0,
                len(names & their_names) / max(1, len(their_names)),
                math.log1p(length),
                max(shared, default=0.0),
            )
        )
    return np.array(rows, dtype=np.float64).reshape(len(rows), len(PAIR))


def place_features(pairs: Table) -> Table:
    """One row for each entry, one column for each name in `PLACE`."""
    if not len(pairs):
        return np.zeros((0, len(PLACE)))
    meaning, words = pairs[:, PAIR.index("meaning")], pairs[:, PAIR.index("words")]
    near, wordy = 10 / (10 + _places(meaning)), 10 / (10 + _places(words))
    return np.stack([meaning - meaning.max(), near, wordy, near * wordy], axis=1)


@dataclass(frozen=True, slots=True)
class Linear:
    """Weights for standardised features."""

    mean: Table
    scale: Table
    weights: Table
    bias: float

    def scores(self, features: Table) -> Table:
        scores: Table = (features - self.mean) / self.scale @ self.weights + self.bias
        return scores


@dataclass(frozen=True, slots=True)
class Scorer:
    """Orders what was found, says how likely each says the same, and where the thresholds are."""

    version: str
    order: Linear
    same: Linear
    suggest: float
    join: float

    def rank(self, pairs: Table) -> Table:
        """For ordering only: higher is likelier."""
        return self.order.scores(np.concatenate([pairs, place_features(pairs)], axis=1))

    def chance(self, pairs: Table) -> Table:
        """The chance that the two say the same, 0 to 1, whatever else was found."""
        chance: Table = 1 / (1 + np.exp(-self.same.scores(pairs)))
        return chance


@lru_cache(maxsize=1)
def scorer() -> Scorer:
    """The shipped weights."""
    return read_scorer(json.loads(WEIGHTS.read_text(encoding="utf-8")))


def read_scorer(stored: dict[str, object]) -> Scorer:
    """From the JSON of `training.ranking`; refuses weights for other features."""
    if stored["features"] != {"pair": list(PAIR), "place": list(PLACE)}:
        raise ValueError("These weights belong to other features; run training.ranking again.")
    return Scorer(
        version=str(stored["version"]),
        order=_linear(stored["order"]),
        same=_linear(stored["same"]),
        suggest=float(str(stored["suggest"])),
        join=float(str(stored["join"])),
    )


def _linear(stored: object) -> Linear:
    assert isinstance(stored, dict)
    return Linear(
        np.array(stored["mean"]),
        np.array(stored["scale"]),
        np.array(stored["weights"]),
        float(stored["bias"]),
    )


def _places(values: Table) -> Table:
    """0 for the greatest, 1 for the next …; equal ones in the order in which they stand."""
    places = np.empty(len(values))
    places[np.argsort(-values, kind="stable")] = np.arange(len(values))
    return places


def _numbers(text: str) -> frozenset[str]:
    return frozenset(one.replace(",", "") for one in _NUMBER.findall(text))


def _names(text: str) -> frozenset[str]:
    return frozenset(one.casefold() for one in _NAME.findall(text))
