"""Figures of a model on the development data."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import torch

from benchmarks.attribution_score import score
from claims.extraction.decoding import Array, best_path, spans_of
from claims.extraction.linking import LinkBiases, link
from claims.extraction.tagger import Forward, Reading, read, sentence_numbers
from training.data import Sentences, Story
from training.model import Tagger


def forward_of(model: Tagger) -> Forward:
    """The model as a function of arrays."""

    def forward(ids: Array, features: Array) -> tuple[Array, Array, Array]:
        with torch.no_grad(), torch.autocast("cpu", dtype=torch.bfloat16):
            found = model(torch.from_numpy(ids), torch.from_numpy(features))
        tags, classes, links = (one.float().numpy() for one in found)
        return tags, classes, links

    return forward


def biases_of(model: Tagger) -> LinkBiases:
    """The link biases as arrays."""
    return LinkBiases(*(getattr(model, name).detach().numpy() for name in LinkBiases._fields))


def as_row(reading: Reading, table: Array, biases: LinkBiases) -> list[dict[str, Any]]:
    """The bare spans and links of a text, the way PolNeAR's rows have them."""
    encoded = reading.encoded
    if not encoded.words:
        return []
    spans = spans_of(best_path(reading.tags, table))

    def chars(words: tuple[int, int]) -> list[int]:
        return [encoded.starts[words[0]], encoded.ends[words[1] - 1]]

    return [
        {
            "source": [chars(one.source)] if one.source else [],
            "cue": [chars(one.cue)] if one.cue else [],
            "content": [chars(piece) for piece in one.content],
        }
        for one in link(spans, reading.vectors, biases, sentence_numbers(encoded))
    ]


def evaluate_stories(model: Tagger, stories: Sequence[Story]) -> dict[str, float]:
    """Exact, token and linked F1."""
    model.eval()
    table = (model.transitions + model.allowed).detach().numpy()
    return figures(stories, forward_of(model), table, biases_of(model))


def figures(
    stories: Sequence[Story], forward: Forward, table: Array, biases: LinkBiases
) -> dict[str, float]:
    """Exact, token and linked F1 of any forward function."""
    rows = [
        {"id": one.row["id"], "attributions": as_row(read(one.encoded, forward), table, biases)}
        for one in stories
    ]
    result = score([one.row for one in stories], rows)
    names = ("source", "cue", "content", "token", "linked")
    return {name: round(result[name]["f1"], 4) for name in names}


def class_figures(gold: Array, chances: Array) -> dict[str, float]:
    """F1 of the check-worthy class and average precision over the ranking."""
    guess = chances.argmax(axis=1)
    hit = int(((guess == 2) & (gold == 2)).sum())
    f1 = 2 * hit / max(1, int((guess == 2).sum()) + int((gold == 2).sum()))
    order = np.argsort(-chances[:, 2], kind="stable")
    relevant = gold[order] == 2
    precision = np.cumsum(relevant) / np.arange(1, len(relevant) + 1)
    return {
        "cfs_f1": round(f1, 4),
        "cfs_ap": round(float(precision[relevant].mean()), 4),
        "accuracy": round(float((guess == gold).mean()), 4),
    }


def calibration_error(gold: Array, chance: Array, bins: int = 10) -> float:
    """Expected calibration error: how far chances are from what happens, in ten steps."""
    step = np.minimum((chance * bins).astype(int), bins - 1)
    error = 0.0
    for number in range(bins):
        here = step == number
        if here.any():
            error += here.mean() * abs(chance[here].mean() - gold[here].mean())
    return float(error)


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


def evaluate_classes(model: Tagger, runs: Sequence[Sentences]) -> dict[str, float]:
    """How well held-out debate sentences are told apart."""
    model.eval()
    gold, scores = class_scores(forward_of(model), runs)
    return class_figures(gold, softmax(scores))
