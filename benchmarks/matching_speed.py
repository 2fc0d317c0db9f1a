"""How fast the nearest of very many are found, and how many of the true nearest they are.

Claims are generated: some thousand statements are embedded, each row is one of them with another
number in its words and noise on its vector, so that rows lie in clusters as real claims do. The
yardstick is an exact scan of the same table, asked the same.
"""

from __future__ import annotations

import struct
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import product
from typing import Any

import numpy as np
import numpy.typing as npt
import psycopg

NOISE = 0.6
"""Length of the noise, beside a vector of length 1."""
QUERIES = 200
COMPARED = 40
TOP = 10
PIECE = 50_000
SPEAKERS = 1000

SUBJECTS = (
    "The port authority", "Minister Ana Lund", "The city council", "The fishing union",
    "The ferry company", "The energy regulator", "The health board", "The school district",
    "The farmers' federation", "The national bank",
)  # fmt: skip
DEEDS = (
    "has cut spending on", "promised more money for", "lost {n} jobs in", "closed {n} sites of",
    "doubled the budget of", "received {n} complaints about", "opened {n} new offices for",
    "spent {n} million on", "refused to pay for", "raised fees by {n} percent for",
)  # fmt: skip
THINGS = (
    "the harbour dredging", "winter road repairs", "the cod fishery", "hospital beds",
    "primary schools", "offshore wind parks", "the night ferries", "drinking water",
    "the fire brigade", "asylum housing",
)  # fmt: skip
WHERE = ("in Kellosund", "in North Quay", "on the Meridian islands", "in Harbour South", "abroad")


@dataclass(frozen=True, slots=True)
class Filtered:
    """A kind of question: its name, and the filters that go with it."""

    name: str
    values: dict[str, Any]


def filters() -> list[Filtered]:
    return [
        Filtered("no filter", {}),
        Filtered("language (1 in 10)", {"language": "sv"}),
        Filtered("state (1 in 5)", {"states": ("published",)}),
        Filtered("speaker (1 in 1,000)", {"speaker": 7}),
    ]


def base_statements() -> list[str]:
    return [
        f"{subject} {deed} {thing} {place} this year."
        for subject, deed, thing, place in product(SUBJECTS, DEEDS, THINGS, WHERE)
    ]


def fill(url: str, size: int) -> npt.NDArray[np.float32]:
    """Write `size` claims with their entries, and build the index; returns the base vectors."""
    from claims.matching import words
    from claims.matching.index import install_models, serving

    install_models()
    model = serving()
    texts = base_statements()
    base = np.array(model.embed([text.replace("{n}", "9") for text in texts]))
    with psycopg.connect(url, autocommit=True) as connection:
        run = connection.execute
        (definition,) = run(
            "SELECT indexdef FROM pg_indexes WHERE indexname = 'matchentry_nearest'"
        ).fetchone() or ("",)
        run("DROP INDEX matchentry_nearest")
        run("TRUNCATE claims_claim, claims_othercheck, claims_matchentry CASCADE")
        run("ALTER TABLE claims_claim DISABLE TRIGGER USER")
        run("CREATE TABLE base (id int PRIMARY KEY, text text)")
        with connection.cursor().copy("COPY base FROM STDIN") as copy:
            for number, text in enumerate(texts):
                copy.write_row((number, text))
        run("CREATE UNLOGGED TABLE vectors (id bigint, vector halfvec(384))")
        with connection.cursor().copy("COPY vectors FROM STDIN (FORMAT binary)") as copy:
            for piece in _binary(base, size):
                copy.write(piece)
        _claims(run, size, len(texts))
        # One in five in another state; its signatures do not matter here.
        run("UPDATE claims_claim SET state = 'checking' WHERE (id * 6101) % 1013 < 203")
        run(
            'INSERT INTO claims_matchentry (model_id, claim_id, text, title, language, "open", '
            "speaker_id, attempts, error, vector) SELECT %s, claim.id, statement, '', language, "
            "true, speaker_id, 0, '', vector FROM claims_claim claim JOIN vectors USING (id)",
            [model.key],
        )
        run("DROP TABLE vectors")
        started = time.monotonic()
        run(definition)
        print(f"index over {size:,} vectors in {time.monotonic() - started:.0f} s", flush=True)
        run("VACUUM ANALYZE")
    words.forget()
    return base


def _claims(run: Callable[..., Any], size: int, texts: int) -> None:
    """Claims like the one that Django makes, with another statement, language and speaker."""
    from claims.models import Claim
    from sources.models import Source

    speakers = Source.objects.bulk_create(
        [Source(kind="person", name=f"Person {number}") for number in range(SPEAKERS)]
    )
    first = speakers[0].pk
    example = Claim.objects.create(statement="Example", kind="fact")
    copied = [
        field.column
        for field in Claim._meta.concrete_fields
        if not field.generated and field.column not in ("id", "statement", "language", "speaker_id")
    ]
    columns = ", ".join(copied)
    run(
        f"INSERT INTO claims_claim (id, statement, language, speaker_id, {columns}) "
        "SELECT n, replace(base.text, '{n}', n::text), "
        "CASE WHEN (n * 7919::bigint) %% 1009 < 101 THEN 'sv' ELSE 'en' END, %s + n %% %s, "
        f"{', '.join(f'example.{column}' for column in copied)} "
        "FROM generate_series(1, %s) n JOIN base ON base.id = n %% %s "
        "CROSS JOIN claims_claim example WHERE example.id = %s AND n <> %s",
        [first, SPEAKERS, size, texts, example.pk, example.pk],
    )


def _binary(base: npt.NDArray[np.float32], size: int) -> Iterator[bytes]:
    """Rows as PostgreSQL's binary COPY has them: number, and 384 halves, noise added."""
    row = np.dtype(
        [
            ("fields", ">i2"), ("l1", ">i4"), ("id", ">i8"), ("l2", ">i4"),
            ("dim", ">i2"), ("unused", ">i2"), ("vector", ">f2", (384,)),
        ]
    )  # fmt: skip
    rng = np.random.default_rng(7)
    yield b"PGCOPY\n\xff\r\n\0" + struct.pack(">ii", 0, 0)
    for start in range(1, size + 1, PIECE):
        ids = np.arange(start, min(start + PIECE, size + 1))
        rows = np.zeros(len(ids), dtype=row)
        rows["fields"], rows["l1"], rows["id"] = 2, 8, ids
        rows["l2"], rows["dim"] = 4 + 2 * 384, 384
        rows["vector"] = noisy(base[ids % len(base)], rng)
        yield rows.tobytes()
    yield struct.pack(">h", -1)


def noisy(vectors: npt.NDArray[np.float32], rng: np.random.Generator) -> npt.NDArray[np.float32]:
    """The vectors with noise of a fixed length, and of length 1 again."""
    noise = rng.standard_normal(vectors.shape, dtype=np.float32)
    noise *= NOISE / np.linalg.norm(noise, axis=1, keepdims=True)
    mixed = vectors + noise
    return mixed / np.linalg.norm(mixed, axis=1, keepdims=True)


def nearest(base: npt.NDArray[np.float32]) -> list[dict[str, object]]:
    """Top ten by vector alone: time, and recall against the exact scan; filters included."""
    from django.db import connection, transaction

    from claims.matching.index import as_text, serving
    from claims.matching.search import Filters, conditions_of, nearest_keys

    rng = np.random.default_rng(11)
    picked = noisy(base[rng.integers(0, len(base), QUERIES)], rng)
    model, figures = serving(), []
    for kind in filters():
        values = dict(kind.values)
        if values.get("states"):
            values["states"] = ("checking",)
        conditions, named = conditions_of(model, Filters(**values))
        times, found = [], []
        for vector in picked:
            started = time.perf_counter()
            found.append(nearest_keys(as_text(vector), conditions, named, limit=TOP))
            times.append(time.perf_counter() - started)
        exact_times, hits = [], []
        for vector, keys in zip(picked[:COMPARED], found, strict=False):
            with transaction.atomic(), connection.cursor() as cursor:
                cursor.execute("SET LOCAL enable_indexscan = off")
                started = time.perf_counter()
                cursor.execute(
                    f"SELECT id FROM claims_matchentry WHERE {conditions} "
                    f"ORDER BY vector <=> %(vector)s::halfvec LIMIT {TOP}",
                    {**named, "vector": as_text(vector)},
                )
                exact = {key for (key,) in cursor.fetchall()}
                exact_times.append(time.perf_counter() - started)
            hits.append(len(exact & set(keys)) / max(1, len(exact)))
        figures.append(
            {
                "filter": kind.name,
                **_times(times),
                "exact_p50_ms": round(1000 * float(np.median(exact_times)), 1),
                "recall@10": round(float(np.mean(hits)), 4),
            }
        )
        print(figures[-1], flush=True)
    return figures


def whole_search() -> list[dict[str, object]]:
    """The search as editors use it: embedded, by meaning and by words, ordered."""
    from claims.matching.search import Filters, find

    rng = np.random.default_rng(13)
    texts = base_statements()
    figures = []
    for kind in filters():
        values = dict(kind.values)
        if values.get("states"):
            values["states"] = ("checking",)
        times = []
        for number in rng.integers(0, len(texts), QUERIES):
            text = texts[number].replace("{n}", str(rng.integers(1, 1000)))
            started = time.perf_counter()
            find(f"It is said that {text}", filters=Filters(**values))
            times.append(time.perf_counter() - started)
        figures.append({"filter": kind.name, **_times(times)})
        print("whole search", figures[-1], flush=True)
    return figures


def throughput() -> dict[str, float]:
    """Embedding through the index's function, against the bare encoder on the same pieces."""
    from claims.matching.embedding import embedder

    encoder = embedder()
    texts = [text.replace("{n}", "12") for text in base_statements()[:1500]]
    encoder.embed(texts[:50])
    pieces = [encoder.pieces(text) for text in texts]
    ours, bare = [], []
    for _ in range(3):  # in turns, so that whatever else runs here disturbs both
        started = time.perf_counter()
        encoder.embed(texts)
        ours.append(time.perf_counter() - started)
        started = time.perf_counter()
        for one in pieces:
            encoder.forward(one)
        bare.append(time.perf_counter() - started)
    return {
        "statements_per_second": round(len(texts) / min(ours), 1),
        "bare_per_second": round(len(texts) / min(bare), 1),
        "ratio": round(min(bare) / min(ours), 3),
    }


def _times(times: Sequence[float]) -> dict[str, float]:
    return {
        "p50_ms": round(1000 * float(np.percentile(times, 50)), 2),
        "p95_ms": round(1000 * float(np.percentile(times, 95)), 2),
    }
