"""Finding what says the same: by meaning and by words, then put in order.

Two queries: the nearest vectors (HNSW, scanned on until the filters have let enough through), and
the entries with the rarest words of the question (GIN). What either finds is scored together.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from django.db import connection, transaction

from claims.matching.embedding import Vector
from claims.matching.index import MODELS, Serving, as_text, serving
from claims.matching.ranking import Entry, Question, Scorer, Table, pair_features, scorer
from claims.matching.words import WordCounts, word_counts

NEAREST = 50
WORDIEST = 50
EF_SEARCH = 160
"""How many neighbours HNSW keeps in sight while it looks; more finds more, and takes longer."""
READ = 3000
"""Rows that the search by words may visit: it takes the rarest words that fit."""
LONGEST = 2000
"""Characters of a question that are read."""

_ADDRESS = re.compile(r"https?://\S*|\bpic\.twitter\.com/\S*")


@dataclass(frozen=True, slots=True)
class Filters:
    """What an answer must be. The default is every claim that is not gone, and every check."""

    claims: bool = True
    other_checks: bool = True
    open_only: bool = True
    language: str = ""
    speaker: int | None = None
    states: tuple[str, ...] = ()
    rated: bool = False
    without_claim: int | None = None


@dataclass(frozen=True, slots=True)
class Found:
    """An entry with the chance that it says the same."""

    entry: Entry
    score: float


EVERYTHING = Filters()


def find(
    text: str,
    *,
    filters: Filters = EVERYTHING,
    limit: int = 10,
    model: Serving | None = None,
) -> list[Found]:
    """What says the same as `text`, likeliest first."""
    question, entries, pairs = pool(text, filters=filters, model=model)
    return ranked(entries, pairs, scorer())[:limit] if question.text else []


def pool(
    text: str, *, filters: Filters = EVERYTHING, model: Serving | None = None
) -> tuple[Question, list[Entry], Table]:
    """All that is worth a closer look, with the features of each."""
    text = asked(text)
    model, counts = model or serving(), word_counts()
    if not text:
        return Question("", frozenset()), [], pair_features(Question("", frozenset()), [], len)
    vector = as_text(embedded(model.name, text))
    question = Question(text, frozenset(_lexemes(text)))
    conditions, values = conditions_of(model, filters)
    rows = _nearest(vector, conditions, values)
    rows |= _with_words(question, counts, vector, conditions, values)
    entries = list(rows.values())
    return question, entries, pair_features(question, entries, counts.weight)


def asked(text: str) -> str:
    """What is read of a question: no addresses, and not without end."""
    return _ADDRESS.sub(" ", text)[:LONGEST].strip()


def ranked(entries: Sequence[Entry], pairs: Table, by: Scorer) -> list[Found]:
    """In order of how likely each says the same."""
    if not entries:
        return []
    order, chances = by.rank(pairs), by.chance(pairs)
    best = sorted(range(len(entries)), key=lambda at: (-order[at], entries[at].key))
    return [Found(entries[at], float(chances[at])) for at in best]


def score_of(text: str, claim_id: int | None, other_check_id: int | None = None) -> float:
    """The chance that `text` says what one claim, or one check, says."""
    text, model = asked(text), serving()
    if not text:
        return 0.0
    vector = as_text(embedded(model.name, text))
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT {_COLUMNS} FROM claims_matchentry WHERE model_id = %(model)s AND "
            "(claim_id = %(claim)s OR other_check_id = %(check)s)",
            {"vector": vector, "model": model.key, "claim": claim_id, "check": other_check_id},
        )
        entries = list(_entries(cursor.fetchall()).values())
    if not entries:
        return 0.0
    question = Question(text, frozenset(_lexemes(text)))
    pairs = pair_features(question, entries, word_counts().weight)
    return float(scorer().chance(pairs)[0])


@lru_cache(maxsize=1000)
def embedded(model: str, text: str) -> Vector:
    """The vector of a question; the desk asks for the same ones again."""
    return MODELS[model]([text])[0]


def _lexemes(text: str) -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT tsvector_to_array(to_tsvector('english', %s))", [text])
        return list(cursor.fetchone()[0])


_COLUMNS = (
    "id, claim_id, other_check_id, text, title, tsvector_to_array(words), "
    "coalesce(-(vector <#> %(vector)s::halfvec), 0), "
    "coalesce(1 - (vector <=> %(vector)s::halfvec), 0)"
)


def nearest_keys(vector: str, conditions: str, values: dict[str, Any], *, limit: int) -> list[int]:
    """The keys of the nearest entries: what the benchmark compares with an exact scan."""
    # As many as a search looks at: a scan that goes on past filters is only nearly in order.
    found = _nearest(vector, conditions, values).values()
    return [one.key for one in sorted(found, key=lambda one: -one.cosine)[:limit]]


def _nearest(vector: str, conditions: str, values: dict[str, Any]) -> dict[int, Entry]:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            "SELECT set_config('hnsw.ef_search', %s, true), "
            "set_config('hnsw.iterative_scan', 'relaxed_order', true)",
            [str(EF_SEARCH)],
        )
        cursor.execute(
            f"SELECT {_COLUMNS} FROM claims_matchentry WHERE {conditions} "
            "ORDER BY vector <=> %(vector)s::halfvec LIMIT %(limit)s",
            {**values, "vector": vector, "limit": NEAREST},
        )
        return _entries(cursor.fetchall())


def _with_words(
    question: Question,
    counts: WordCounts,
    vector: str,
    conditions: str,
    values: dict[str, Any],
) -> dict[int, Entry]:
    words = _rarest(question, counts)
    if not words:
        return {}
    branch = (
        "SELECT id, {weight}::float8 / (0.55 + 0.05 * length(words)) AS part "
        "FROM claims_matchentry WHERE words @@ %(word{n})s::tsquery AND " + conditions
    )
    branches, named = [], dict(values)
    for number, word in enumerate(words):
        branches.append(branch.format(weight=f"%(weight{number})s", n=number))
        named[f"word{number}"], named[f"weight{number}"] = _quoted(word), counts.weight(word)
    with connection.cursor() as cursor:
        cursor.execute(
            f"WITH best AS (SELECT id, sum(part) AS score FROM ({' UNION ALL '.join(branches)}) "
            "parts GROUP BY id ORDER BY score DESC, id LIMIT %(limit)s) "
            f"SELECT {_COLUMNS} FROM claims_matchentry JOIN best USING (id)",
            {**named, "vector": vector, "limit": WORDIEST},
        )
        return _entries(cursor.fetchall())


def _rarest(question: Question, counts: WordCounts) -> list[str]:
    """The words to look up, rarest first, until as many rows would be read as may be."""
    words, rows = [], 0.0
    for word in sorted(question.lexemes, key=lambda one: (counts.documents(one), one)):
        rows += counts.documents(word)
        if rows > READ:
            break
        words.append(word)
    return words


def conditions_of(model: Serving, filters: Filters) -> tuple[str, dict[str, Any]]:
    """The filters as a condition of SQL, and its values."""
    parts = ["model_id = %(model)s"]
    named: dict[str, Any] = {"model": model.key}
    if not filters.other_checks:
        parts.append("claim_id IS NOT NULL")
    if not filters.claims:
        parts.append("other_check_id IS NOT NULL")
    if filters.open_only:
        parts.append('"open"')
    if filters.language:
        # Many checks do not say theirs.
        parts.append("language IN (%(language)s, '')")
        named["language"] = filters.language.lower().partition("-")[0]
    if filters.speaker is not None:
        parts.append("speaker_id = %(speaker)s")
        named["speaker"] = filters.speaker
    if filters.without_claim is not None:
        parts.append("claim_id IS DISTINCT FROM %(without_claim)s")
        named["without_claim"] = filters.without_claim
    if filters.states or filters.rated:
        of_claim = ["claim.id = claim_id"]
        if filters.states:
            of_claim.append("claim.state = ANY(%(states)s)")
            named["states"] = list(filters.states)
        if filters.rated:
            of_claim.append("claim.rating_id IS NOT NULL")
        parts.append(f"EXISTS (SELECT 1 FROM claims_claim claim WHERE {' AND '.join(of_claim)})")
    return " AND ".join(parts), named


def _entries(rows: Sequence[tuple[Any, ...]]) -> dict[int, Entry]:
    found: dict[int, Entry] = {}
    for key, claim, check, text, title, lexemes, inner, cosine in rows:
        found[key] = Entry(
            key, claim, check, text, title, frozenset(lexemes or ()), float(inner), float(cosine)
        )
    return found


def _quoted(word: str) -> str:
    """A lexeme as it stands in a tsquery."""
    return "'" + word.replace("\\", "\\\\").replace("'", "''") + "'"
