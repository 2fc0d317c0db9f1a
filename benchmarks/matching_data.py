"""The public collections for finding earlier checks, loaded as other publishers' checks.

CheckThat! 2020 task 2 (a tweet and the claim that answers it) and the Known-Lie queries (a sentence
of a debate and the check of it). Call with Django set up and a database of the measurement's own.
"""

from __future__ import annotations

import gzip
import hashlib
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np


@dataclass(frozen=True, slots=True)
class Asked:
    """A query with the documents that answer it."""

    text: str
    relevant: frozenset[str]


def read(data: Path, name: str) -> list[dict[str, Any]]:
    with gzip.open(data / "matching" / f"{name}.jsonl.gz", "rt", encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]


def asked(data: Path, name: str) -> list[Asked]:
    return [Asked(row["text"], frozenset(row["relevant"])) for row in read(data, name)]


def load(data: Path, name: str) -> dict[int, str]:
    """Put the documents into the empty table of checks, and embed them; by key, their ids."""
    from django.db import connection

    from claims.matching import words
    from claims.matching.index import embed_due, install_models
    from claims.models import OtherCheck

    install_models()
    with connection.cursor() as cursor:
        cursor.execute("TRUNCATE claims_othercheck, claims_matchentry CASCADE")
    rows = read(data, name)
    checks = OtherCheck.objects.bulk_create(
        (
            OtherCheck(
                url=f"https://checks.example/{row['id']}",
                url_key=hashlib.sha256(row["id"].encode()).hexdigest(),
                publisher=name,
                publisher_host="checks.example",
                claim_reviewed=row["text"] or row["title"],
                title=row["title"],
                raw={},
            )
            for row in rows
        ),
        batch_size=2000,
    )
    while embed_due(limit=1000):
        pass
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE claims_matchentry")
    words.forget()
    return {check.pk: row["id"] for check, row in zip(checks, rows, strict=True)}


def quality(queries: Sequence[Asked], search: Callable[[str], list[str]]) -> dict[str, float]:
    """MAP@5 and recall@20 of a search that returns ids, best first."""
    precision, recall = [], []
    for query in queries:
        found = search(query.text)[:20]
        hits, total = 0, 0.0
        for place, one in enumerate(found[:5], start=1):
            if one in query.relevant:
                hits += 1
                total += hits / place
        precision.append(total / min(5, len(query.relevant)))
        recall.append(len(query.relevant & set(found)) / len(query.relevant))
    return {
        "queries": len(queries),
        "map@5": round(float(np.mean(precision)), 4),
        "recall@20": round(float(np.mean(recall)), 4),
    }
