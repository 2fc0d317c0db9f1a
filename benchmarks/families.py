"""Wire copy found among many stories: precision, recall and rate.

python -m benchmarks.families [--stories 100000] [--originals 2000]

Made-up stories, of which some come again as one to three copies with 0–20 % of their words
replaced, left out or added to, in any order of arrival. Signatures, bands and rules are those of
the application; the look-up is by band in memory instead of by the index of PostgreSQL.
"""

from __future__ import annotations

import argparse
import random
import time
from collections import Counter, defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import combinations

from newsroom.articles.families.likeness import bands, likeness, read

COMPARED = 12
"""As in `newsroom.articles.families.services`, which needs a database."""

SYLLABLES = ("ba", "ke", "lo", "mi", "nu", "ra", "se", "ti", "vo", "wa", "che", "dor", "fen", "gal")
COMMON = ("the", "of", "to", "a", "in", "and", "that", "was", "on", "for", "it", "said", "will")


def vocabulary(chance: random.Random, size: int = 12_000) -> list[str]:
    return ["".join(chance.choices(SYLLABLES, k=chance.randint(2, 4))) for _ in range(size)]


def story(chance: random.Random, words: list[str]) -> str:
    """150–600 words: half of them common ones, the rest by a few topics' own, with figures."""
    topic = chance.sample(words, 60)
    found = []
    for _ in range(chance.randint(150, 600)):
        kind = chance.random()
        if kind < 0.45:
            found.append(chance.choice(COMMON))
        elif kind < 0.75:
            found.append(chance.choice(topic))
        elif kind < 0.82:
            found.append(chance.choice(topic).capitalize())
        elif kind < 0.86:
            found.append(str(chance.randint(2, 2000)))
        else:
            found.append(chance.choice(words))
    return " ".join(found)


def copy(chance: random.Random, text: str, words: list[str]) -> str:
    share = chance.uniform(0, 0.2)
    parts = text.split(" ")
    for at in chance.sample(range(len(parts)), round(share * len(parts))):
        new = chance.choice(words)
        parts[at] = chance.choice((new, "", f"{new} {parts[at]}"))
    return " ".join(filter(None, parts))


@dataclass
class Finder:
    """Takes stories in one after the other, as the application does."""

    text_of: Callable[[int], str]
    by_band: dict[int, list[int]] = field(default_factory=lambda: defaultdict(list))
    family: dict[int, int] = field(default_factory=dict)
    compared: int = 0
    seconds: float = 0.0

    def take(self, at: int) -> None:
        text = self.text_of(at)
        started = time.monotonic()
        here = read(text)
        found = bands(here)
        hits = Counter(first for band in found for first in self.by_band.get(band, ()))
        self.seconds += time.monotonic() - started
        scores = []
        for first, _ in hits.most_common(COMPARED):
            other = self.text_of(first)
            started = time.monotonic()
            score = likeness(read(other), here)
            self.seconds += time.monotonic() - started
            self.compared += 1
            if score is not None:
                scores.append((score, first))
        self.family[at] = max(scores)[1] if scores else at
        if not scores:
            for band in found:
                self.by_band[band].append(at)


def pairs_of(label: dict[int, int]) -> set[tuple[int, int]]:
    groups = defaultdict(list)
    for at, name in label.items():
        groups[name].append(at)
    return {pair for group in groups.values() for pair in combinations(sorted(group), 2)}


def main() -> None:
    options = argparse.ArgumentParser()
    options.add_argument("--stories", type=int, default=100_000)
    options.add_argument("--originals", type=int, default=2000)
    given = options.parse_args()
    chance = random.Random(5)
    words = vocabulary(chance)
    truth: dict[int, int] = {}
    texts: list[str] = []
    for number in range(given.originals):
        text = story(chance, words)
        for one in (text, *(copy(chance, text, words) for _ in range(chance.randint(1, 3)))):
            truth[len(texts)] = number
            texts.append(one)

    def text_of(at: int) -> str:
        # The rest is made anew whenever it is looked at: it need not fit into memory.
        return texts[at] if at < len(texts) else story(random.Random(at), words)

    order = list(range(max(given.stories, len(texts))))
    chance.shuffle(order)
    finder = Finder(text_of)
    for at in order:
        finder.take(at)
    together, wanted = pairs_of(finder.family), pairs_of(truth)
    right = len(together & wanted)
    print(f"stories {len(order):,}, of them copies {len(texts) - given.originals:,}")
    print(f"precision of pairs  {right / max(1, len(together)):.4f}")
    print(f"recall of pairs     {right / len(wanted):.4f}")
    rate = len(order) / finder.seconds
    print(f"stories a second    {rate:,.0f} ({finder.compared:,} compared word by word)")


if __name__ == "__main__":
    main()
