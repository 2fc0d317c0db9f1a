"""Measure the matching: what it finds, what it refuses to join, how fast it is.

    python -m benchmarks.matching --data DATA        quality on the public collections
    python -m benchmarks.matching --guard            10,000 pairs that differ in one thing
    python -m benchmarks.matching --size 200000      nearest of so many, against an exact scan
    python -m benchmarks.matching --throughput       embedding against the bare encoder

Without an option, all that needs no data and 200,000 entries. The database is thrown away.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path

from benchmarks.matching_data import asked, load, quality
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
    parser.add_argument("--data", type=Path)
    arguments = parser.parse_args()
    with scratch_database():
        if arguments.data:
            print(json.dumps(found_by_search(arguments.data), indent=1))


if __name__ == "__main__":
    main()
