"""Learn the weights of `claims.matching.ranking` from queries with their answers.

python -m training.ranking DATA [--out claims/matching/model/ranking.json]

Order: a linear score, softmax over what the search found for a query (CheckThat! 2020 task 2,
train). Chance: logistic regression over single pairs of the same queries. The search is the real
one, in a scratch PostgreSQL. Figures of the development split and of the Known-Lie queries, which
nothing is learnt from, come from `benchmarks.matching`.
"""

from __future__ import annotations

import argparse
import json
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from scipy.optimize import minimize

from benchmarks.matching_data import asked, load
from benchmarks.scratch import scratch_database
from claims.matching.embedding import MODEL
from claims.matching.ranking import PAIR, PLACE, WEIGHTS, Table, place_features

SUGGEST, JOIN = 0.3, 0.9
"""Chances from which a pair is suggested, and joined where nothing differs."""
DECAY = 0.001


@dataclass(frozen=True, slots=True)
class Group:
    """What was found for one query: features, and which of it answers."""

    pairs: Table
    answers: Table


def groups(data: Path, docs: str, queries: str) -> list[Group]:
    """The features of all that the search finds for each query."""
    from claims.matching.search import pool

    ids = load(data, docs)
    found = []
    for query in asked(data, queries):
        _, entries, pairs = pool(query.text)
        answers = [ids[entry.other_check or 0] in query.relevant for entry in entries]
        found.append(Group(pairs, np.array(answers, dtype=float)))
    return found


def learn_order(found: list[Group]) -> dict[str, object]:
    """Weights that put the answer above all else that was found."""
    tables = [np.concatenate([one.pairs, place_features(one.pairs)], axis=1) for one in found]
    mean, scale = _standard(np.concatenate(tables))
    standard = [
        ((table - mean) / scale, one.answers) for table, one in zip(tables, found, strict=True)
    ]
    standard = [(table, answers) for table, answers in standard if answers.any()]

    def loss(weights: Table) -> tuple[float, Table]:
        total, slope = 0.0, np.zeros_like(weights)
        for table, answers in standard:
            scores = table @ weights
            powers = np.exp(scores - scores.max())
            chances = powers / powers.sum()
            wanted = answers / answers.sum()
            total -= float(wanted @ np.log(chances + 1e-12))
            slope += table.T @ (chances - wanted)
        count = len(standard)
        return total / count + DECAY * float(weights @ weights), slope / count + 2 * DECAY * weights

    best = minimize(loss, np.zeros(tables[0].shape[1]), jac=True, method="L-BFGS-B")
    return _stored(mean, scale, best.x, 0.0)


def learn_same(found: list[Group]) -> dict[str, object]:
    """Weights that say how likely a pair says the same."""
    table = np.concatenate([one.pairs for one in found])
    answers = np.concatenate([one.answers for one in found])
    mean, scale = _standard(table)
    standard = np.concatenate([(table - mean) / scale, np.ones((len(table), 1))], axis=1)

    def loss(weights: Table) -> tuple[float, Table]:
        scores = standard @ weights
        # The last weight, the bias, is free.
        held = np.append(weights[:-1], 0.0)
        total = float((np.logaddexp(0, scores) - answers * scores).sum() + held @ held / 2)
        return total, standard.T @ (1 / (1 + np.exp(-scores)) - answers) + held

    best = minimize(loss, np.zeros(standard.shape[1]), jac=True, method="L-BFGS-B").x
    return _stored(mean, scale, best[:-1], float(best[-1]))


def _standard(table: Table) -> tuple[Table, Table]:
    return table.mean(axis=0), table.std(axis=0) + 1e-9


def _stored(mean: Table, scale: Table, weights: Table, bias: float) -> dict[str, object]:
    return {
        "mean": [round(float(one), 6) for one in mean],
        "scale": [round(float(one), 6) for one in scale],
        "weights": [round(float(one), 5) for one in weights],
        "bias": round(bias, 5),
    }


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("data", type=Path)
    parser.add_argument("--out", type=Path, default=WEIGHTS)
    arguments = parser.parse_args()
    with scratch_database():
        found = groups(arguments.data, "ct20t2.docs", "ct20t2.train")
    stored = {
        "version": "1",
        "encoder": MODEL,
        "features": {"pair": PAIR, "place": PLACE},
        "order": learn_order(found),
        "same": learn_same(found),
        "suggest": SUGGEST,
        "join": JOIN,
    }
    arguments.out.write_text(json.dumps(stored, indent=1) + "\n", encoding="utf-8")
    for name in ("order", "same"):
        print(name, dict(zip((*PAIR, *PLACE), stored[name]["weights"], strict=False)))  # type: ignore[index]


if __name__ == "__main__":
    main()
