"""Storing other publishers' checks: their own records, found by the matching like our claims."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from enum import StrEnum

from django.db import transaction

from claims.matching.claim_review import Review
from claims.models import OtherCheck, OtherRating
from claims.models.other_checks import rating_key
from newsroom.accounts.models import User
from newsroom.history import acting


class Receipt(StrEnum):
    CREATED = "created"
    UPDATED = "updated"
    UNCHANGED = "unchanged"


FIELDS = (
    "publisher",
    "publisher_host",
    "claim_reviewed",
    "title",
    "claimant",
    "claimed_on",
    "published_on",
    "language",
    "appearances",
    "rating_label",
    "rating_value",
    "rating_best",
    "rating_worst",
    "other_rating_id",
    "notes",
)


@transaction.atomic
def receive_checks(
    *,
    reviews: Sequence[tuple[Review, Mapping[str, object]]],
    run_id: int | None = None,
    by: User | None,
) -> list[Receipt]:
    """Store reviews with the markup that each came as; a known one is brought up to date.

    One and the same address and claim is one record. A verdict that nobody has mapped to a rating
    of ours gets a row in the map, unmapped.
    """
    with acting(by, import_run=run_id):
        keys = [url_key(review) for review, _ in reviews]
        known = {
            row.url_key: row
            for row in OtherCheck.objects.select_for_update().filter(url_key__in=keys)
        }
        ratings = _ratings([review for review, _ in reviews])
        receipts: list[Receipt] = []
        added: dict[str, OtherCheck] = {}
        for key, (review, raw) in zip(keys, reviews, strict=True):
            rating = ratings.get((review.publisher_host, rating_key(review.rating_label)))
            values = _values(review, rating)
            row = known.get(key) or added.get(key)
            if row is None:
                added[key] = OtherCheck(
                    url=review.url, url_key=key, raw=raw, import_run_id=run_id, **values
                )
                receipts.append(Receipt.CREATED)
            elif any(getattr(row, name) != value for name, value in values.items()):
                for name, value in values.items():
                    setattr(row, name, value)
                row.raw = raw
                if row.pk:
                    row.save(update_fields=[*FIELDS_TO_SAVE, "raw"])
                receipts.append(Receipt.UPDATED)
            else:
                receipts.append(Receipt.UNCHANGED)
        OtherCheck.objects.bulk_create(added.values())
    return receipts


FIELDS_TO_SAVE = [name.removesuffix("_id") for name in FIELDS]


def url_key(review: Review) -> str:
    """One page may hold several checks."""
    claim = " ".join(review.claim_reviewed.casefold().split())
    return hashlib.sha256(f"{review.url}\n{claim}".encode()).hexdigest()


def _values(review: Review, rating: OtherRating | None) -> dict[str, object]:
    given = asdict(review)
    given["appearances"] = list(review.appearances)
    given["notes"] = "\n".join(review.notes)
    given["other_rating_id"] = rating.pk if rating else None
    return {name: given[name] for name in FIELDS}


def _ratings(reviews: Sequence[Review]) -> dict[tuple[str, str], OtherRating]:
    """The row of the map for each verdict: the publisher's own, that of all, or a new one."""
    wanted = {
        (review.publisher_host, rating_key(review.rating_label)): review
        for review in reviews
        if rating_key(review.rating_label)
    }
    rows = OtherRating.objects.filter(key__in=[key for _, key in wanted])
    known = {(row.publisher, row.key): row for row in rows}
    missing = [
        OtherRating(publisher=host, label=review.rating_label, key=key)
        for (host, key), review in wanted.items()
        if (host, key) not in known and ("", key) not in known
    ]
    if missing:
        # Another import may add the same at the same moment.
        OtherRating.objects.bulk_create(missing, ignore_conflicts=True)
        rows = OtherRating.objects.filter(key__in=[key for _, key in wanted])
        known = {(row.publisher, row.key): row for row in rows}
    return {(host, key): known.get((host, key)) or known[("", key)] for host, key in wanted}
