"""Which spans to believe: the encoder's chance of each, and what a reader would look at.

The encoder gives every span a chance, but it is too sure of itself, and it does not know
what it has decided elsewhere: a content whose cue is doubtful is doubtful too. A logistic sum
corrects that by the words at both edges, by the doubt around them and by the links. Its weights are
learnt (`training/spans.py`) and belong to one set of encoder weights.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np

from claims.extraction.cues import AUXILIARIES, CUES
from claims.extraction.decoding import KINDS, Array, Chain, Found
from claims.extraction.encoding import CLOSING, OPENING, Encoded
from claims.extraction.linking import Comparison, Linker
from claims.extraction.words import (
    DETERMINERS,
    PREPOSITIONS,
    PRONOUNS,
    SUBORDINATORS,
    TEMPORAL,
    listed,
)

FLOOR = 0.06
"""Spans with less of a chance are not looked at."""

SIGHTS = (
    "edge",
    "opening mark",
    "closing mark",
    "stop",
    "comma",
    "dash",
    "other mark",
    "that",
    "to",
    "question word",
    "auxiliary",
    "cue",
    "pronoun",
    "determiner",
    "preposition",
    "conjunction",
    "time",
    "capital",
    "other",
)
_PLACES = ("before", "first", "last", "after")
_SUMS = ("always", "chance", "length", "left", "right", "link", "source")
FEATURES = (*_SUMS, *(f"{sight} {place}" for place in _PLACES for sight in SIGHTS))

_MARKS = {
    **dict.fromkeys(".?!;…", "stop"),
    ",": "comma",
    **dict.fromkeys("-–—", "dash"),
}
_WORDS: dict[str, str] = {}
for _sight, _listed in (
    ("that", listed("that")),
    ("to", listed("to")),
    ("question word", listed("what how why whether who where when which if")),
    ("auxiliary", AUXILIARIES | {"not"}),
    ("cue", frozenset(CUES)),
    ("pronoun", PRONOUNS),
    ("determiner", DETERMINERS),
    ("preposition", PREPOSITIONS),
    ("conjunction", SUBORDINATORS | {"and", "or"}),
    ("time", TEMPORAL),
):
    for _word in _listed:
        _WORDS.setdefault(_word, _sight)
_NUMBER_OF = {sight: number for number, sight in enumerate(SIGHTS)}

Weights = Mapping[str, Array]


def read_weights(path: Path | None) -> dict[str, Array]:
    """The weights of each kind from their file; without one the encoder is taken at its word."""
    named = {kind: {"chance": 1.0} for kind in KINDS}
    if path is not None:
        named = json.loads(path.read_text(encoding="utf-8"))
    return {kind: np.array([named[kind].get(name, 0.0) for name in FEATURES]) for kind in KINDS}


def rescored(
    found: Sequence[Found],
    chain: Chain,
    text: str,
    encoded: Encoded,
    linker: Linker,
    weights: Weights,
) -> list[Found]:
    """The same spans with better chances."""
    better: list[Found] = []
    for kind, (spans, table) in features(found, chain, text, encoded, linker).items():
        chances = 1 / (1 + np.exp(-table @ weights[kind]))
        better.extend(
            one._replace(chance=chance) for one, chance in zip(spans, chances.tolist(), strict=True)
        )
    return better


def features(
    found: Sequence[Found], chain: Chain, text: str, encoded: Encoded, linker: Linker
) -> dict[str, tuple[list[Found], Array]]:
    """What is to be said for and against each span, by kind."""
    by_kind: dict[str, list[Found]] = {kind: [] for kind in KINDS}
    for one in sorted(found):
        by_kind[one.kind].append(one)
    links, sources = _links(by_kind, linker)
    kinds = chain.kinds()
    sights = _Sights(text, encoded)
    tables: dict[str, tuple[list[Found], Array]] = {}
    for number, (kind, spans) in enumerate(by_kind.items(), start=1):
        table = np.zeros((len(spans), len(FEATURES)))
        tables[kind] = (spans, table)
        if not spans:
            continue
        edges = np.array([(one.start, one.end) for one in spans])
        around = np.concatenate([[0.0], kinds[:, number], [0.0]])
        table[:, 0] = 1.0
        table[:, 1] = _log_odds(np.array([one.chance for one in spans]))
        table[:, 2] = np.log(edges[:, 1] - edges[:, 0])
        table[:, 3] = around[edges[:, 0]]
        table[:, 4] = around[edges[:, 1] + 1]
        table[:, 5] = _log_odds(links[kind])
        table[:, 6] = _log_odds(sources) if kind == "cue" else 0.0
        for place, words in enumerate((edges[:, 0] - 1, edges[:, 0], edges[:, 1] - 1, edges[:, 1])):
            columns = len(_SUMS) + place * len(SIGHTS) + sights.of(words)
            table[np.arange(len(spans)), columns] = 1.0
    return tables


def completed(
    chosen: Sequence[Found], likely: Sequence[Found], linker: Linker, floor: float
) -> list[Found]:
    """The chosen spans with what they lack: a cue without content or source, content without cue.

    What is lacking is there somewhere, so less of a chance is enough for the best that fits.
    """
    held = list(chosen)
    room = _Room(held)
    spare = {
        kind: sorted(o for o in likely if o.kind == kind and o.chance > floor) for kind in KINDS
    }
    for asking, asked, lacking in (
        ("content", "cue", "cue"),
        ("content", "cue", "content"),
        ("cue", "source", "source"),
    ):
        own = {kind: sorted(one for one in held if one.kind == kind) for kind in (asking, asked)}
        compare = linker.cues_of if asking == "content" else linker.sources_of
        ask, answer = _words(own[asking]), _words(own[asked])
        best = compare(ask, answer).best()
        if lacking == asked:
            open_ = [one for one, found in zip(own[asking], best, strict=True) if found is None]
            free = [one for one in spare[asked] if room.is_free(one)]
            for found in compare(_words(open_), _words(free)).best():
                if found is not None and room.is_free(free[found]):
                    room.take(free[found])
                    held.append(free[found])
        else:
            served = {answer[found] for found in best if found is not None}
            free = [one for one in spare[asking] if room.is_free(one)]
            offers = compare(_words(free), answer).best()
            ranked = sorted(zip(free, offers, strict=True), key=lambda pair: -pair[0].chance)
            for one, found in ranked:
                if found is not None and answer[found] not in served and room.is_free(one):
                    served.add(answer[found])
                    room.take(one)
                    held.append(one)
    return held


class _Room:
    """Which words are still free."""

    def __init__(self, spans: Sequence[Found]) -> None:
        self._taken: set[int] = set()
        for one in spans:
            self.take(one)

    def is_free(self, one: Found) -> bool:
        return self._taken.isdisjoint(range(one.start, one.end))

    def take(self, one: Found) -> None:
        self._taken.update(range(one.start, one.end))


def _words(spans: Sequence[Found]) -> list[tuple[int, int]]:
    return [(one.start, one.end) for one in spans]


def _links(by_kind: Mapping[str, list[Found]], linker: Linker) -> tuple[dict[str, Array], Array]:
    """How well each span is tied to the others, and each cue to a source."""
    words = {kind: [(one.start, one.end) for one in spans] for kind, spans in by_kind.items()}
    chance = {kind: np.array([one.chance for one in spans]) for kind, spans in by_kind.items()}
    cues = linker.cues_of(words["content"], words["cue"])
    sources = linker.sources_of(words["cue"], words["source"])
    of_content, of_cue = _sums(cues, chance["content"], chance["cue"])
    with_source, of_source = _sums(sources, chance["cue"], chance["source"])
    return {"content": of_content, "cue": of_cue, "source": of_source}, with_source


def _sums(pairs: Comparison, asking: Array, asked: Array) -> tuple[Array, Array]:
    """For each that asks the best of its answers, for each asked the best that asks."""
    given, _ = pairs.chances()
    mine, theirs = np.zeros(len(asking)), np.zeros(len(asked))
    np.maximum.at(mine, pairs.asking, given * asked[pairs.asked])
    np.maximum.at(theirs, pairs.asked, given * asking[pairs.asking])
    return mine, theirs


def _log_odds(chance: Array) -> Array:
    bounded = np.clip(chance, 1e-3, 1 - 1e-3)
    odds: Array = np.log(bounded / (1 - bounded))
    return odds


class _Sights:
    """What kind of word a reader sees at a place."""

    def __init__(self, text: str, encoded: Encoded) -> None:
        self._text = text
        self._encoded = encoded
        self._known: dict[int, int] = {}

    def of(self, words: Array) -> Array:
        """The number of what is seen at each place."""
        return np.array([self._at(word) for word in words.tolist()], dtype=np.int64)

    def _at(self, word: int) -> int:
        if word not in self._known:
            self._known[word] = _NUMBER_OF[self._sight(word)]
        return self._known[word]

    def _sight(self, word: int) -> str:
        encoded = self._encoded
        if not 0 <= word < encoded.words:
            return "edge"
        printed = self._text[encoded.starts[word] : encoded.ends[word]]
        low = printed.lower()
        quotation = encoded.features[encoded.first[word], 0]
        if quotation == OPENING:
            return "opening mark"
        if quotation == CLOSING:
            return "closing mark"
        if not printed[:1].isalnum():
            return _MARKS.get(printed, "other mark")
        if low in _WORDS:
            return _WORDS[low]
        return "capital" if printed[:1].isupper() else "other"
