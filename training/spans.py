"""Fit the weights by which spans are believed, and say how well they do on unseen stories.

    python -m training.spans DATA [--out FILE]

They are fitted on the development stories (the encoder knows the training stories by heart, and is
too sure of them), so figures on these stories are given for quarters that were left out.
"""

from __future__ import annotations

import argparse
import hashlib
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from rich.progress import track

from benchmarks.attribution_score import score
from claims.extraction.decoding import KINDS, Array, Found, chain, choose
from claims.extraction.linking import Linker
from claims.extraction.reported import BELIEVED
from claims.extraction.spans import FEATURES, FLOOR, features
from claims.extraction.tagger import SHA256, SPANS, Tagger, sentence_numbers
from training.data import Story, read_stories

STORIES = "attribution/polnear.dev.jsonl.gz"
FOLDS = 4
STRENGTH = 80.0
"""Of the pull to zero."""


@dataclass
class Seen:
    """The spans of one story with what is seen of them, and which are right."""

    story: Story
    spans: dict[str, tuple[list[Found], Array]]
    right: dict[str, Array]


def see(story: Story, model: Tagger) -> Seen:
    """Read a story."""
    encoded = story.encoded
    reading = model.read(encoded)
    linker = Linker(reading.vectors, model.biases, sentence_numbers(encoded), encoded.passage_of)
    read = chain(reading.tags, model.transitions, encoded.passage_of)
    spans = features(read.spans(FLOOR), read, story.row["text"], encoded, linker)
    gold = {
        kind: {encoded.covering(*span) for one in story.row["attributions"] for span in one[kind]}
        for kind in KINDS
    }
    right = {
        kind: np.array([(one.start, one.end) in gold[kind] for one in found], dtype=np.float64)
        for kind, (found, _) in spans.items()
    }
    return Seen(story, spans, right)


def fit(seen: Sequence[Seen], kind: str) -> Array:
    """Logistic regression with a pull to zero, by Newton's method."""
    table = np.concatenate([one.spans[kind][1] for one in seen])
    right = np.concatenate([one.right[kind] for one in seen])
    weights = np.zeros(table.shape[1])
    pull = np.full(len(weights), STRENGTH)
    pull[0] = 1e-3
    for _ in range(50):
        chance = 1 / (1 + np.exp(-table @ weights))
        slope = table.T @ (chance - right) + pull * weights
        bend = (table * (chance * (1 - chance))[:, None]).T @ table + np.diag(pull)
        step = np.linalg.solve(bend, slope)
        weights -= step
        if np.abs(step).max() < 1e-7:
            break
    return weights


def spans_by(one: Seen, weights: dict[str, Array]) -> list[dict[str, list[tuple[int, int]]]]:
    """The believed spans as a row of attributions without links."""
    likely = [
        span._replace(chance=float(chance))
        for kind, (found, table) in one.spans.items()
        for span, chance in zip(found, 1 / (1 + np.exp(-table @ weights[kind])), strict=True)
    ]
    encoded = one.story.encoded
    return [
        {span.kind: [(encoded.starts[span.start], encoded.ends[span.end - 1])]}
        for span in choose(likely, BELIEVED)
    ]


def figures(seen: Sequence[Seen], weights: Iterable[dict[str, Array]]) -> dict[str, float]:
    """Exact F1 of each kind, every story by its own weights."""
    gold = [one.story.row for one in seen]
    rows = [
        {"id": one.story.row["id"], "attributions": spans_by(one, by)}
        for one, by in zip(seen, weights, strict=True)
    ]
    result = score(gold, rows)
    return {kind: round(result[kind]["f1"], 4) for kind in KINDS}


def main() -> None:
    """Write the weights and print their hash."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("data", type=Path)
    parser.add_argument("--out", type=Path, default=SPANS)
    options = parser.parse_args()
    SHA256.clear()  # new weights, whose hash nobody has written down yet
    model = Tagger(spans=None)
    stories = read_stories(options.data / STORIES, model.tokenizer)
    seen = [see(story, model) for story in track(stories, "reading")]
    folds = [
        {
            kind: fit([one for i, one in enumerate(seen) if i % FOLDS != fold], kind)
            for kind in KINDS
        }
        for fold in range(FOLDS)
    ]
    left_out = figures(seen, [folds[i % FOLDS] for i in range(len(seen))])
    print("stories left out of the fit:", left_out)
    final = {kind: fit(seen, kind) for kind in KINDS}
    print("stories fitted on:", figures(seen, [final] * len(seen)))
    named = {
        kind: {
            name: round(float(value), 3)
            for name, value in zip(FEATURES, weights, strict=True)
            if abs(value) >= 0.0005
        }
        for kind, weights in final.items()
    }
    body = json.dumps({**named, "left out": left_out}, indent=1) + "\n"
    options.out.write_text(body, encoding="utf-8")
    print(options.out.name, hashlib.sha256(body.encode()).hexdigest())


if __name__ == "__main__":
    main()
