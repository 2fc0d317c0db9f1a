"""One claim for an answer, with all that it names, in one statement."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

from django.db import DEFAULT_DB_ALIAS
from django.db.models import JSONField, QuerySet, prefetch_related_objects
from django.db.models.expressions import RawSQL

from claims.api.loading import PEOPLE, parts_of, set_people, validator_of
from claims.api.visibility import claims_open_to
from claims.models import Claim, Rating
from newsroom.accounts.models import User
from newsroom.api.composed import Statement, composed, given
from newsroom.api.conditions import etag_of
from newsroom.api.shapes import Shape
from sources.models import Affiliation, Source


@dataclass(frozen=True, slots=True)
class FoundClaim:
    claim: Claim
    etag: str


def find_claim(shape: Shape, *, reader: User, key: int) -> FoundClaim | None:
    """The claim with what this shape shows of it. None where this reader may not see it."""
    row = _whole(replace(shape, fields=None)).first(reader=reader.pk, key=key)
    if row is None:
        return None
    claim = Claim.from_db(DEFAULT_DB_ALIAS, _COLUMNS, row[: len(_COLUMNS)])
    speaker, affiliation, rating, people, validator = row[len(_COLUMNS) :]
    claim.speaker = Source(**speaker) if speaker else None
    claim.affiliation = Affiliation(**affiliation) if affiliation else None
    claim.rating = Rating(**rating) if rating else None
    if shape.unpublished:
        named = (people or {}).items()
        set_people(claim, {int(key): User(id=int(key), username=name) for key, name in named})
    prefetch_related_objects([claim], *parts_of(shape))
    return FoundClaim(claim, etag_of(claim.version, validator, shape=shape))


def find_etag(shape: Shape, *, reader: User, key: int) -> str | None:
    """Its ETag alone, for whoever has the rest. None where this reader may not see the claim."""
    row = _version(replace(shape, fields=None)).first(reader=reader.pk, key=key)
    return None if row is None else etag_of(*row, shape=shape)


@lru_cache(maxsize=128)
def _version(shape: Shape) -> Statement:
    return composed(_visible(shape), "version", "validator")


@lru_cache(maxsize=128)
def _whole(shape: Shape) -> Statement:
    queryset = _visible(shape).annotate(
        speaker_row=_row_of(Source, "speaker_id"),
        affiliation_row=_row_of(Affiliation, "affiliation_id"),
        rating_row=_row_of(Rating, "rating_id"),
        people=_json(_NAMES if shape.unpublished else "NULL::json"),
    )
    rows = ("speaker_row", "affiliation_row", "rating_row", "people", "validator")
    return composed(queryset, *_COLUMNS, *rows)


def _visible(shape: Shape) -> QuerySet[Any]:
    found = claims_open_to(shape, given("reader")).filter(pk=given("key"))
    return found.annotate(validator=validator_of(shape)).order_by()


def _row_of(model: Any, key: str) -> RawSQL:
    """A row as JSON, by its key: a join costs the planner more than all the rest."""
    table = model._meta.db_table
    return _json(f"(SELECT row_to_json(t) FROM {table} t WHERE t.id = claims_claim.{key})")


def _json(sql: str) -> RawSQL:
    return RawSQL(sql, (), output_field=JSONField())  # noqa: S611 - put together from constants


_COLUMNS = [field.attname for field in Claim._meta.concrete_fields if field.name != "search"]
_NAMES = (
    "(SELECT json_object_agg(id, username) FROM accounts_user WHERE id IN ("
    + ", ".join(f"claims_claim.{name}_id" for name in PEOPLE)
    + "))"
)
