"""What the extractor's figures are made of. Needs numpy, not PyTorch."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from benchmarks.attribution_score import score
from claims.extraction.decoding import Array, by_kind, chain, choose
from claims.extraction.linking import LinkBiases, Linker, link
from claims.extraction.tagger import Forward, Reading, read, sentence_numbers
from training.data import Sentences, Story

F1_NAMES = ("source", "cue", "content", "token", "linked")
CHECK_WORTHY = 2
_LIKELY = 0.3


def as_row(reading: Reading, table: Array, biases: LinkBiases) -> list[dict[str, Any]]:
    """The encoder's own spans and links of a text, the way PolNeAR's rows have them."""
    encoded = reading.encoded
    if not encoded.words:
        return []
    read = chain(reading.tags, table, encoded.passage_of)
    spans = by_kind(choose(read.spans(_LIKELY), _LIKELY))
    linker = Linker(reading.vectors, biases, sentence_numbers(encoded), encoded.passage_of)

    def chars(words: tuple[int, int]) -> list[int]:
        return [encoded.starts[words[0]], encoded.ends[words[1] - 1]]

    return [
        {
            "source": [chars(one.source)] if one.source else [],
            "cue": [chars(one.cue)] if one.cue else [],
            "content": [chars(piece) for piece in one.content],
        }
        for one in link(spans, linker)
        if one.content
    ]


def f1_of(gold: Sequence[dict[str, Any]], rows: Sequence[dict[str, Any]]) -> dict[str, float]:
    """Exact, token and linked F1."""
    result = score(gold, rows)
    return {name: round(result[name]["f1"], 4) for name in F1_NAMES}


def tagger_figures(
    stories: Sequence[Story], forward: Forward, table: Array, biases: LinkBiases
) -> dict[str, float]:
    """Exact, token and linked F1 of any forward function."""
    rows = [
        {"id": one.row["id"], "attributions": as_row(read(one.encoded, forward), table, biases)}
        for one in stories
    ]
    return f1_of([one.row for one in stories], rows)


def class_figures(gold: Array, chances: Array) -> dict[str, float]:
    """F1 of the check-worthy class and average precision over the ranking."""
    worth = gold == CHECK_WORTHY
    guess = chances.argmax(axis=1) == CHECK_WORTHY
    hit = int((guess & worth).sum())
    f1 = 2 * hit / max(1, int(guess.sum()) + int(worth.sum()))
    return {
        "cfs_f1": round(f1, 4),
        "cfs_ap": round(average_precision(worth, chances[:, CHECK_WORTHY]), 4),
        "accuracy": round(float((chances.argmax(axis=1) == gold).mean()), 4),
        "ece": round(calibration_error(worth, chances[:, CHECK_WORTHY]), 4),
    }


def average_precision(relevant: Array, scores: Array) -> float:
    """Mean precision at each relevant place of the ranking."""
    ranked = relevant[np.argsort(-scores, kind="stable")]
    precision = np.cumsum(ranked) / np.arange(1, len(ranked) + 1)
    return float(precision[ranked].mean()) if ranked.any() else 0.0


def calibration_error(happened: Array, chance: Array, bins: int = 10) -> float:
    """Expected calibration error: how far chances are from what happens, in ten steps."""
    step = np.minimum((chance * bins).astype(int), bins - 1)
    error = 0.0
    for number in range(bins):
        here = step == number
        if here.any():
            error += float(here.mean() * abs(chance[here].mean() - happened[here].mean()))
    return error


def class_scores(forward: Forward, runs: Sequence[Sentences]) -> tuple[Array, Array]:
    """Labels and class scores of debate sentences."""
    gold: list[int] = []
    rows: list[Array] = []
    for run in runs:
        reading = read(run.encoded, forward)
        for (low, high), label in zip(run.encoded.sentences, run.labels, strict=True):
            if low < high:
                begin, end = run.encoded.pieces(low), run.encoded.pieces(high)
                rows.append(reading.classes[begin:end].mean(axis=0))
                gold.append(label)
    return np.array(gold), np.array(rows)


def softmax(scores: Array) -> Array:
    """Chances from scores, row by row."""
    powers: Array = np.exp(scores - scores.max(axis=-1, keepdims=True))
    return powers / powers.sum(axis=-1, keepdims=True)
