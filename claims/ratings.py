"""Loading a rating scale."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.db import transaction

from claims.models import Rating, RatingScale
from newsroom.accounts.models import User
from newsroom.history import acting


@transaction.atomic
def add_rating_scale(
    *, name: str, description: str, ratings: Sequence[Mapping[str, Any]], by: User | None
) -> RatingScale:
    """A scale with its ratings in order; what is there already stays as it is.

    Each rating has slug, label, description, value (None: not on the line), best, worst and
    colour. Raises `ValidationError`.
    """
    with acting(by):
        scale, _ = RatingScale.objects.get_or_create(
            name=name, defaults={"description": description}
        )
        known = set(scale.ratings.values_list("slug", flat=True))
        for position, fields in enumerate(ratings, start=1):
            if fields["slug"] not in known:
                rating = Rating(scale=scale, position=position, **fields)
                rating.full_clean()
                rating.save()
    return scale
