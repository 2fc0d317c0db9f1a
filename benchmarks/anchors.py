"""Whether passages are found again as they should be, and how fast.

    python -m benchmarks.anchors                 10,000 edits of known kind
    python -m benchmarks.anchors --edits 1300    fewer

Each edit is made to a story of about 1,000 words, put together from paragraphs of the demo stories.
Ends with 1 if fewer than 99.5 % have the right outcome, if anything was carried over to what only
looks like the passage, or if a revision takes more than 5 ms (median, processor time).
"""

from __future__ import annotations

import argparse
import statistics
import sys
import time
from collections import Counter

from benchmarks.edits import cases
from newsroom.articles.reanchoring import reanchor

RIGHT = 0.995
MILLISECONDS = 5.0


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--edits", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    tried: Counter[str] = Counter()
    right: Counter[str] = Counter()
    silent = 0
    took: list[float] = []
    words: list[int] = []
    for case in cases(arguments.edits, seed=arguments.seed):
        begin = time.process_time()
        [found] = reanchor(case.old, case.new, [case.anchor])
        took.append(1000 * (time.process_time() - begin))
        words.append(len(case.old.split()))
        tried[case.kind] += 1
        right[case.kind] += case.is_right(found)
        silent += case.is_silent_look_alike(found)
    for kind, count in tried.items():
        print(f"{kind:28} {right[kind]:>6,} of {count:>6,}  {right[kind] / count:7.2%}")
    share = sum(right.values()) / sum(tried.values())
    typical = statistics.median(took)
    print(f"{'right outcome':28} {share:.3%} of {sum(tried.values()):,} (at least {RIGHT:.1%})")
    print(f"{'silent look-alikes':28} {silent} (none)")
    print(
        f"{'a revision':28} {typical:.2f} ms median, {_percentile(took, 99):.2f} ms at the 99th "
        f"percentile, {statistics.mean(words):,.0f} words (at most {MILLISECONDS:.0f} ms)"
    )
    return int(share < RIGHT or silent > 0 or typical > MILLISECONDS)


def _percentile(values: list[float], percent: int) -> float:
    return sorted(values)[min(len(values) - 1, len(values) * percent // 100)]


if __name__ == "__main__":
    sys.exit(main())
