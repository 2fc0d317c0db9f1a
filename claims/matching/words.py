"""How much a word says, from what PostgreSQL keeps on the words of the index anyway.

`ANALYZE` (autovacuum runs it) counts the lexemes of a column of type tsvector. A word that it does
not list is rarer than all that it lists. No table of our own has to be kept up to date for this.
"""

from __future__ import annotations

import math
import time
from dataclasses import dataclass, field

from django.db import connection

FRESH = 600.0
"""Seconds for which the numbers are kept in a process."""
RARE = 1e-5
FEW = 1000
"""So many entries are assumed at least: among ten, no word is rare."""


@dataclass(frozen=True, slots=True)
class WordCounts:
    """In which share of the entries a word stands."""

    entries: float
    shares: dict[str, float] = field(default_factory=dict)

    def documents(self, word: str) -> float:
        """In about how many entries the word stands."""
        return max(1.0, self.entries * self.shares.get(word, self.rarest))

    @property
    def rarest(self) -> float:
        """The share to assume of a word that is not listed."""
        return min(self.shares.values(), default=RARE) / 4

    def weight(self, word: str) -> float:
        """Inverse document frequency, as BM25 has it, as a share of the most that it can be."""
        total = max(self.entries, FEW)
        n = self.documents(word) if self.entries else 1.0
        most = math.log(1 + (total - 0.5) / 1.5)
        return math.log(1 + max(0.0, total - n + 0.5) / (n + 0.5)) / most


_kept: tuple[float, WordCounts] | None = None


def word_counts() -> WordCounts:
    """The numbers, read again when they are old."""
    global _kept  # noqa: PLW0603 - a cache of this process
    now = time.monotonic()
    if _kept is None or now - _kept[0] > FRESH:
        _kept = (now, _read())
    return _kept[1]


def forget() -> None:
    """Read the numbers again at the next question: after a bulk load."""
    global _kept  # noqa: PLW0603
    _kept = None


def _read() -> WordCounts:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT greatest(reltuples, 0)::float FROM pg_class "
            "WHERE oid = 'claims_matchentry'::regclass"
        )
        (entries,) = cursor.fetchone()
        cursor.execute(
            "SELECT most_common_elems::text::text[], most_common_elem_freqs FROM pg_stats "
            "WHERE tablename = 'claims_matchentry' AND attname = 'words' "
            "AND schemaname = ANY (current_schemas(false))"
        )
        row = cursor.fetchone()
    if row is None or row[0] is None:
        return WordCounts(entries)
    # The frequencies are followed by their least and their greatest.
    return WordCounts(entries, dict(zip(row[0], row[1][: len(row[0])], strict=True)))
