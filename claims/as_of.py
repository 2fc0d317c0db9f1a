"""Claims and ratings as they stood at a moment, from their history."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet

from claims.models import Claim, Rating


def claim_rows(moment: datetime) -> QuerySet[Any]:
    """The last history row of each claim before `moment`; with `claim` the id of its claim."""
    return _last_rows(Claim, moment)


def claims_of(rows: Iterable[Any], moment: datetime) -> list[Claim]:
    """Claims as in these history rows, with speakers as they are and ratings as they were.

    Three queries, whatever the number of rows. The claims are not to be saved.
    """
    claims = [_from_row(Claim, row) for row in rows]
    speakers = _in_bulk("speaker", claims)
    affiliations = _in_bulk("affiliation", claims)
    ratings = ratings_as_of(moment, [one.rating_id for one in claims if one.rating_id])
    for claim in claims:
        claim.speaker = speakers.get(claim.speaker_id) if claim.speaker_id else None
        claim.affiliation = affiliations.get(claim.affiliation_id) if claim.affiliation_id else None
        claim.rating = ratings.get(claim.rating_id) if claim.rating_id else None
    return claims


def ratings_as_of(moment: datetime, keys: Sequence[int]) -> dict[int, Rating]:
    rows = _last_rows(Rating, moment).filter(pgh_obj_id__in=set(keys)) if keys else []
    return {row.pgh_obj_id: _from_row(Rating, row) for row in rows}


def _last_rows(model: Any, moment: datetime) -> QuerySet[Any]:
    """By time, and by key among the rows of one moment."""
    events = model.events.rel.related_model
    later = events.objects.filter(
        Q(pgh_created_at__gt=OuterRef("pgh_created_at"))
        | Q(pgh_created_at=OuterRef("pgh_created_at"), pgh_id__gt=OuterRef("pgh_id")),
        pgh_obj_id=OuterRef("pgh_obj_id"),
        pgh_created_at__lte=moment,
    )
    found: QuerySet[Any] = events.objects.filter(
        ~Exists(later), pgh_created_at__lte=moment
    ).exclude(pgh_label="delete")
    return found


def _from_row(model: Any, row: Any) -> Any:
    values = {
        field.attname: getattr(row, field.attname)
        for field in model._meta.concrete_fields
        if hasattr(row, field.attname) and not field.primary_key
    }
    return model(pk=row.pgh_obj_id, **values)


def _in_bulk(name: str, claims: Iterable[Claim]) -> dict[int, Any]:
    keys = {getattr(claim, f"{name}_id") for claim in claims} - {None}
    model: Any = Claim._meta.get_field(name).related_model
    return dict(model.objects.in_bulk(keys)) if keys else {}
