"""Whether two texts are one story: signatures to find, and a comparison to be sure. Pure.

A signature finds texts that may be the same among any number of others; whether they are is always
decided on the words themselves. Boilerplate, forms filled in anew and short notices look alike
without being the same story: they share wording, and not the names and figures in it.
"""

from __future__ import annotations

import struct
import zlib
from collections import Counter
from dataclasses import dataclass

from rapidfuzz.distance import Indel
from rensa import RMinHash

from newsroom.articles.reanchoring.words import words_of

VERSION = "families 1"
"""Of signatures and rules together. Another one compares all stories again."""

BANDS = 64
ROWS = 2
_SEED = 20
_SHINGLE = 3

SHORTEST = 25
"""Words. A shorter text says too little to be told from another one."""
LONGEST = 20_000
"""Words of a text that are looked at."""
SAME = 0.6
"""Likeness word for word from which two texts are one story."""
REARRANGED = 0.55
"""Shared runs of words from which they are one story in whatever order."""
_SOME = 0.06
"""Shared runs of words below which nothing else is looked at."""
PARTICULARS = 0.5
"""Share of names and figures that both must have."""


@dataclass(frozen=True, slots=True)
class Text:
    """The words of a story, ready to be compared."""

    words: list[str]
    shingles: frozenset[tuple[str, ...]]
    particulars: Counter[str]

    @property
    def is_too_short(self) -> bool:
        return len(self.words) < SHORTEST


def read(text: str) -> Text:
    """The words of `text`, without case and punctuation; of a very long one its beginning."""
    keys = words_of(text).keys[:LONGEST]
    words = [key.casefold() for key in keys]
    width = min(_SHINGLE, max(1, len(words)))
    shingles = frozenset(zip(*(words[at:] for at in range(width)), strict=False))
    particulars = Counter(
        key.casefold() for key in keys if key[:1].isdigit() or (len(key) > 1 and key[0].isupper())
    )
    return Text(words, shingles, particulars)


def bands(text: Text) -> list[int]:
    """What near copies have in common with high probability, as 32-bit numbers; none if too short.

    Two texts that share a fifth of their runs of three words share a band nineteen times in twenty;
    two that share a fiftieth, once in forty; two of one topic, hardly ever.
    """
    if text.is_too_short:
        return []
    signature = RMinHash(BANDS * ROWS, _SEED)
    signature.update([" ".join(shingle) for shingle in text.shingles])
    values = signature.digest()
    found = []
    for band in range(BANDS):
        rows = values[band * ROWS : (band + 1) * ROWS]
        packed = zlib.crc32(struct.pack(f"<H{ROWS}I", band, *rows))
        found.append(packed - 2**31)
    return found


def likeness(first: Text, second: Text) -> float | None:
    """How much of two texts is the same, 0 to 1; None where they are not one story."""
    if first.is_too_short or second.is_too_short:
        return None
    if first.words == second.words:
        return 1.0
    shared = len(first.shingles & second.shingles)
    runs = shared / (len(first.shingles) + len(second.shingles) - shared)
    if runs < _SOME:
        return None
    in_order = Indel.normalized_similarity(first.words, second.words)
    if in_order < SAME and runs < REARRANGED:
        return None
    if not _same_particulars(first.particulars, second.particulars):
        return None
    # Never 1 for texts that differ: it would be shown as “100 % the same”.
    return min(0.999, max(in_order, runs))


def _same_particulars(first: Counter[str], second: Counter[str]) -> bool:
    smaller = min(first.total(), second.total())
    if smaller < 4:
        return True
    return (first & second).total() >= PARTICULARS * smaller
