"""The index of all that can be found again: which model serves, and what is still to be embedded.

    row written by the database, without a vector → taken by a worker (lease) → embedded
                                                     ↑______ after an error, with a growing pause

The rows are the queue's truth, as in the extraction: a worker that dies leaves a row that is due
again. What has failed too often stays without a vector, with its error, until somebody asks for it
again (`retry_given_up`). When the shipped model changes, the rows of the new one are filled in
beside those of the old one, which goes on serving until the last is there; then they change places
in one statement.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from django.conf import settings
from django.db import connection, transaction
from django.db.models import QuerySet
from django.utils import timezone

from claims.matching.embedding import MODEL, Vector, embedder
from claims.models import EmbeddingModel, MatchEntry, ModelState
from newsroom.attempts import LAPSED, pause_after, told
from newsroom.waking import wake

EMBED_TASK = "claims.embed_entries"
BATCH = 200
"""Entries that a worker takes at a time: half a second of work."""
RETIRED_AT_ONCE = 5000
FEW = 10

Embed = Callable[[Sequence[str]], Sequence[Vector]]

MODELS: dict[str, Embed] = {MODEL: lambda texts: embedder().embed(texts)}
"""What this version of the tracker can embed with, the newest last. While a new model is filled in,
the one before it is kept here, so that what is stored and what is asked stay comparable."""

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Serving:
    """The model that answers, by its row and by what embeds for it."""

    key: int
    name: str
    embed: Embed


def serving() -> Serving:
    """The model in use; or, where its weights are gone, the newest that this version has."""
    rows = {row.name: row for row in EmbeddingModel.objects.exclude(state=ModelState.RETIRED)}
    current = next((row for row in rows.values() if row.state == ModelState.SERVING), None)
    if current is None or current.name not in MODELS:
        name = next(reversed(MODELS))
        current = rows.get(name) or install_models()
    return Serving(current.pk, current.name, MODELS[current.name])


def install_models() -> EmbeddingModel:
    """See that the newest model has its row, and with it, by trigger, its entries."""
    newest = next(reversed(MODELS))
    with transaction.atomic():
        # Of two processes that start at once, one waits here and then finds the row.
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(hashtext('claims.matching.models'))")
        row, _ = EmbeddingModel.objects.get_or_create(name=newest)
        if row.state == ModelState.RETIRED:  # an upgrade was taken back
            row.delete()
            row = EmbeddingModel.objects.create(name=newest)
        if not EmbeddingModel.objects.filter(state=ModelState.SERVING).exists():
            _serve(row)
    return row


def promote() -> EmbeddingModel | None:
    """Put a model that has been filled in its place; returns it, or None if there is none."""
    with transaction.atomic():
        ready = (
            EmbeddingModel.objects.select_for_update()
            .filter(state=ModelState.BUILDING, name__in=MODELS)
            .exclude(pk__in=_waiting().values("model"))
            .order_by("-pk")
            .first()
        )
        if ready is not None:
            _serve(ready)
    return ready


def _serve(row: EmbeddingModel) -> None:
    others = EmbeddingModel.objects.exclude(pk=row.pk)
    others.filter(pk__lt=row.pk).update(state=ModelState.RETIRED)
    others.filter(state=ModelState.SERVING).update(state=ModelState.RETIRED)
    row.state, row.served_at = ModelState.SERVING, timezone.now()
    row.save(update_fields=["state", "served_at"])


def clear_retired(*, limit: int = RETIRED_AT_ONCE) -> int:
    """Delete entries of retired models, a bounded number at a time; returns how many."""
    old = MatchEntry.objects.filter(model__state=ModelState.RETIRED).order_by("pk")[:limit]
    deleted, _ = MatchEntry.objects.filter(pk__in=list(old.values_list("pk", flat=True))).delete()
    return deleted


def embed_due(*, limit: int = BATCH) -> int:
    """Embed up to `limit` entries that are due; returns how many were taken.

    Safe to run at any time and in any number of workers. The encoder runs outside a transaction,
    and a result is written only where the statement is still the one that was read. One that was
    tried before is tried alone: should it take the worker down, it takes no other with it.
    """
    return _embed(_take(limit, attempts=0) or _take(1))


def _embed(taken: Sequence[MatchEntry]) -> int:
    done: list[tuple[MatchEntry, Vector]] = []
    for entry in taken:
        try:
            (vector,) = vectors_of(MODELS[entry.model.name], [(entry.text, entry.title)])
            done.append((entry, vector))
        except Exception as error:  # one statement must not keep the others; the row says why
            logger.exception("entry %d could not be embedded", entry.pk)
            _fail(entry, told(error))
    if done:
        _write(done)
    return len(taken)


def vectors_of(embed: Embed, texts: Iterable[tuple[str, str]]) -> list[Vector]:
    """One vector for each statement and its headline: halfway between the two where both are given.

    It is not stretched to length 1 again: where headline and statement speak of different things it
    stays shorter, and what is close to it less alike.
    """
    pairs = list(texts)
    titled = [number for number, (_, title) in enumerate(pairs) if title.strip()]
    flat = [text for text, _ in pairs] + [pairs[number][1] for number in titled]
    found = embed(flat)
    vectors: list[Vector] = [np.asarray(vector) for vector in found[: len(pairs)]]
    for number, vector in zip(titled, found[len(pairs) :], strict=True):
        vectors[number] = ((vectors[number] + vector) / 2).astype(np.float32)
    return vectors


def _waiting() -> QuerySet[MatchEntry]:
    return MatchEntry.objects.filter(vector__isnull=True, next_attempt_at__isnull=False)


def _due() -> QuerySet[MatchEntry]:
    return _waiting().filter(
        next_attempt_at__lte=timezone.now(), attempts__lt=settings.EXTRACTION_MAX_ATTEMPTS
    )


def _take(limit: int, **conditions: int) -> list[MatchEntry]:
    now = timezone.now()
    with transaction.atomic():
        entries = list(
            _due()
            .filter(model__name__in=MODELS, **conditions)
            .select_related("model")
            .defer("words", "vector")
            .order_by("next_attempt_at")
            .select_for_update(skip_locked=True, of=("self",))[:limit]
        )
        until = now + settings.EXTRACTION_LEASE
        for entry in entries:
            entry.attempts += 1
            entry.next_attempt_at = until
        MatchEntry.objects.bulk_update(entries, ["attempts", "next_attempt_at"])
    return entries


def _write(done: list[tuple[MatchEntry, Vector]]) -> None:
    """A row whose words changed meanwhile stays due."""
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE claims_matchentry entry "
            "SET vector = new.vector::halfvec, next_attempt_at = NULL, error = '' "
            "FROM unnest(%s::bigint[], %s::text[], %s::text[], %s::text[]) "
            "AS new(id, text, title, vector) WHERE entry.id = new.id AND entry.vector IS NULL "
            "AND entry.text = new.text AND entry.title = new.title",
            [
                [entry.pk for entry, _ in done],
                [entry.text for entry, _ in done],
                [entry.title for entry, _ in done],
                [as_text(vector) for _, vector in done],
            ],
        )


def _fail(entry: MatchEntry, error: str) -> None:
    given_up = entry.attempts >= settings.EXTRACTION_MAX_ATTEMPTS
    MatchEntry.objects.filter(pk=entry.pk, vector__isnull=True).update(
        error=error,
        next_attempt_at=None if given_up else timezone.now() + pause_after(entry.attempts),
    )


def as_text(vector: Vector) -> str:
    """The vector as pgvector reads it."""
    return "[" + ",".join(f"{value:.5f}" for value in vector.tolist()) + "]"


def catch_up() -> int:
    """Embed the little that has just come in, without waiting for a worker.

    So that a claim that was accepted a moment ago is found by the next candidate on the desk.
    """
    return _embed(_take(FEW, attempts=0))


def given_up() -> QuerySet[MatchEntry]:
    """Entries that nobody embeds any more, because it has failed too often."""
    return MatchEntry.objects.filter(vector__isnull=True, next_attempt_at__isnull=True)


def retry_given_up() -> int:
    """Have what was given up tried again; returns how many."""
    return given_up().update(attempts=0, error="", next_attempt_at=timezone.now())


def give_up_lapsed() -> int:
    """Give up what took down each worker that tried it; returns how many."""
    return (
        _waiting()
        .filter(next_attempt_at__lte=timezone.now(), attempts__gte=settings.EXTRACTION_MAX_ATTEMPTS)
        .update(next_attempt_at=None, error=LAPSED)
    )


def sweep() -> None:
    """Wake a worker if anything is due, finish a change of models, and clear away the old one."""
    install_models()
    give_up_lapsed()
    promote()
    clear_retired()
    if _due().exists():
        announce()


def announce() -> None:
    """Tell the workers that something is to be embedded. The sweep repeats a lost message."""
    wake(EMBED_TASK)


def progress() -> list[dict[str, object]]:
    """How far each model is: for the command and the dashboard."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT model.name, model.state, count(entry.vector), count(entry.id), "
            "count(*) FILTER (WHERE entry.error <> '' AND entry.next_attempt_at IS NULL) "
            "FROM claims_embeddingmodel model LEFT JOIN claims_matchentry entry "
            "ON entry.model_id = model.id GROUP BY model.id ORDER BY model.id"
        )
        names = ("model", "state", "embedded", "entries", "failed")
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
