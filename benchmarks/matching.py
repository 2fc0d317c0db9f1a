"""Measure the matching: what it finds, what it refuses to join, how fast it is.

    python -m benchmarks.matching                     pairs, throughput, nearest of 200,000
    python -m benchmarks.matching --data DATA         and the quality on the public collections
    python -m benchmarks.matching --size 1000000 --only nearest

The database is a scratch one, thrown away afterwards. Times are of one connection on this machine,
and the exact scan they are compared with is of the same table in the same run.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path

from benchmarks import matching_speed
from benchmarks.matching_data import asked, load, quality
from benchmarks.matching_pairs import PAIRS, measure
from benchmarks.scratch import scratch_database

COLLECTIONS = (
    ("CheckThat! 2020 T2, dev", "ct20t2.docs", "ct20t2.dev"),
    ("Known-Lie, all queries", "knownlie.docs", "knownlie.queries"),
)


def found_by_search(data: Path) -> dict[str, dict[str, float]]:
    """Quality of the search as editors use it."""
    from claims.matching.search import find

    figures = {}
    for title, docs, queries in COLLECTIONS:
        ids = load(data, docs)

        def search(text: str, ids: dict[int, str] = ids) -> list[str]:
            return [ids[one.entry.other_check or 0] for one in find(text, limit=20)]

        figures[title] = quality(asked(data, queries), search)
        print(title, figures[title], flush=True)
    return figures


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, help="folder with matching/")
    parser.add_argument("--size", type=int, default=200_000, help="entries of the speed test")
    parser.add_argument("--pairs", type=int, default=PAIRS)
    parser.add_argument("--only", choices=["quality", "pairs", "throughput", "nearest"])
    parser.add_argument("--json", type=Path, help="write the figures there, too")
    arguments = parser.parse_args()
    figures: dict[str, object] = {}

    def wanted(part: str) -> bool:
        return arguments.only in (None, part)

    with scratch_database() as url:
        if arguments.data and wanted("quality"):
            figures["quality"] = found_by_search(arguments.data)
        if wanted("throughput"):
            figures["throughput"] = matching_speed.throughput()
        if wanted("pairs"):
            figures["pairs"] = measure(arguments.pairs)
        if wanted("nearest"):
            base = matching_speed.fill(url, arguments.size)
            figures["nearest"] = {
                "entries": arguments.size,
                "by_vector": matching_speed.nearest(base),
                "whole_search": matching_speed.whole_search(),
            }
    print(json.dumps(figures, indent=1))
    if arguments.json:
        arguments.json.write_text(json.dumps(figures, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
