"""Find the temperature at which the chances of check-worthiness come true.

    python -m training.calibrate DATA FOLDER

Half of the held-out debates decide, the other half says how well it went.
"""

from __future__ import annotations

import argparse
import json
import random
from pathlib import Path

import numpy as np

from benchmarks.measures import calibration_error, class_figures, class_scores, softmax
from training.base import base_tokenizer
from training.data import cut_debates
from training.evaluate import forward_of
from training.export import load

CLAIMS = "checkworthiness/claimbuster.train.jsonl.gz"


def main() -> None:
    """Write calibration.json next to the weights."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("data", type=Path)
    parser.add_argument("folder", type=Path)
    arguments = parser.parse_args()
    model = load(arguments.folder / "averaged.pt")
    rng = random.Random(1)  # noqa: S311
    runs = cut_debates(arguments.data / CLAIMS, base_tokenizer(), held=True, rng=rng, single=0.5)
    rng.shuffle(runs)
    half = len(runs) // 2
    gold, scores = class_scores(forward_of(model), runs[:half])
    steps = np.linspace(0.5, 2.5, 41)

    def loss(temperature: float) -> float:
        chances = softmax(scores / temperature)
        return float(-np.log(chances[np.arange(len(gold)), gold]).mean())

    best = min(steps, key=loss)
    gold, scores = class_scores(forward_of(model), runs[half:])
    before = calibration_error(gold == 2, softmax(scores)[:, 2])
    figures = class_figures(gold, softmax(scores / best))
    print(f"temperature {best:.2f}; error before {before:.3f}; other half: {figures}")
    (arguments.folder / "calibration.json").write_text(
        json.dumps({"temperature": float(best), **figures}), encoding="utf-8"
    )


if __name__ == "__main__":
    main()
