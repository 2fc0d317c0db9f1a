"""From the encoder's scores to spans of words: the best legal sequence of tags."""

from __future__ import annotations

from typing import Any

import numpy as np

Array = np.ndarray[Any, np.dtype[Any]]

KINDS = ("source", "cue", "content")
TAGS = ("O", *(f"{place}-{kind}" for kind in KINDS for place in "BIES"))


def best_path(emissions: Array, transitions: Array) -> Array:
    """Viterbi: the tags with the highest total score."""
    steps, count = emissions.shape
    back = np.zeros((steps, count), dtype=np.int8)
    score = emissions[0].copy()
    for step in range(1, steps):
        total = score[:, None] + transitions
        best = total.argmax(axis=0)
        back[step] = best
        score = total[best, np.arange(count)] + emissions[step]
    path = np.zeros(steps, dtype=np.int64)
    path[-1] = int(score.argmax())
    for step in range(steps - 1, 0, -1):
        path[step - 1] = back[step, path[step]]
    return path


def spans_of(path: Array) -> dict[str, list[tuple[int, int]]]:
    """The spans that a sequence of tags describes, as word ranges."""
    found: dict[str, list[tuple[int, int]]] = {kind: [] for kind in KINDS}
    start: int | None = None
    before = "O"
    for word, number in enumerate([*path, 0]):
        tag = TAGS[number]
        opens = tag[0] in "BS" or (tag != "O" and start is None)
        if start is not None and (tag == "O" or opens or tag[2:] != before[2:]):
            found[before[2:]].append((start, word))
            start = None
        if tag != "O" and start is None:
            start = word
        before = tag
    return found
