"""A blind second rating: asking for it, giving it, and settling a disagreement.

The first rating and its rationale are kept from whoever was asked until theirs is on record:
`blind_claims` says which claims that concerns, for every page, list and endpoint that shows one.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.db.models.expressions import Combinable
from django.utils import timezone

from claims.errors import DomainError, GateClosed, NotPermitted
from claims.models import Claim, Rating, SecondRating
from newsroom.accounts.models import User
from newsroom.accounts.roles import who_may
from newsroom.history import acting
from newsroom.triggers import violation_message

HIDDEN = frozenset({"rating", "rationale", "method"})
"""The fields of a claim that the second rater does not see before theirs is given."""


def blind_claims(user: User | Combinable) -> QuerySet[SecondRating, int]:
    """The keys of the claims whose rating this person must not see yet; usually none."""
    return SecondRating.objects.filter(
        rater=user, rated_at__isnull=True, cancelled_at__isnull=True
    ).values_list("claim_id", flat=True)


def is_blind(*, claim_id: int, user: User) -> bool:
    return blind_claims(user).filter(claim_id=claim_id).exists()


def ask_second_rating(*, claim_id: int, rater_id: int, by: User) -> SecondRating:
    """Ask somebody to rate a claim in review without seeing its rating.

    Raises `NotPermitted`, `DomainError` (not in review, asked already, their own submission).
    """
    _may_check(by)
    claim = Claim.objects.only("pk").get(pk=claim_id)
    rater = User.objects.filter(pk=rater_id, is_active=True).first()
    if rater is None or not rater.has_perm("claims.check_claim"):
        raise DomainError("Ask somebody who may check claims.")
    with _in_words(), transaction.atomic(), acting(by, step="ask for a second rating"):
        return SecondRating.objects.create(claim=claim, rater=rater, requested_by=by)


def give_second_rating(
    *, second_rating_id: int, rating_id: int, rationale: str, by: User
) -> SecondRating:
    """The rating of whoever was asked. It stands; from now on they see the first."""
    with _in_words(), transaction.atomic(), acting(by, step="rate blind"):
        second = _locked(second_rating_id)
        if second.rater_id != by.pk:
            raise NotPermitted(f"{second.rater} was asked, and nobody else can answer.")
        if not second.is_open:
            raise DomainError("This second rating is given already, or was cancelled.")
        if not rationale.strip():
            raise GateClosed("A second rating needs a rationale.")
        second.rating, second.rationale = _rating(rating_id), rationale.strip()
        second.rated_at = timezone.now()
        # The database writes what it is at this moment, whatever was read before.
        second.first_rating = second.claim.rating
        second.save(update_fields=["rating", "rationale", "rated_at", "first_rating"])
        second.refresh_from_db()
        return second


def resolve_second_rating(
    *, second_rating_id: int, rating_id: int, resolution: str, by: User
) -> SecondRating:
    """A third person says which rating holds, and why. Both ratings stay on record.

    Where it is not the claim's, the claim has to be returned and rated so before it is verified.
    """
    if not by.has_perm("claims.verify_claim"):
        raise NotPermitted(f"Settling two ratings is for {who_may('claims.verify_claim')}.")
    with _in_words(), transaction.atomic(), acting(by, step="settle two ratings"):
        second = _locked(second_rating_id)
        if not second.disagrees or second.resolved_at is not None:
            raise DomainError("There are no two ratings here that differ and are not settled.")
        if not resolution.strip():
            raise GateClosed("Say why this rating holds.")
        second.resolved_rating, second.resolution = _rating(rating_id), resolution.strip()
        second.resolved_by, second.resolved_at = by, timezone.now()
        second.save(update_fields=["resolved_rating", "resolution", "resolved_by", "resolved_at"])
        return second


def cancel_second_rating(*, second_rating_id: int, by: User) -> SecondRating:
    """Do without it after all: by who asked, who was asked, or who verifies."""
    with _in_words(), transaction.atomic(), acting(by, step="cancel a second rating"):
        second = _locked(second_rating_id)
        if by.pk not in (second.rater_id, second.requested_by_id) and not by.has_perm(
            "claims.verify_claim"
        ):
            raise NotPermitted("Only who asked, who was asked, or who verifies may cancel it.")
        if not second.is_open:
            raise DomainError("This second rating is given already, or was cancelled.")
        second.cancelled_by, second.cancelled_at = by, timezone.now()
        second.save(update_fields=["cancelled_by", "cancelled_at"])
        return second


def _may_check(by: User) -> None:
    if not (by.has_perm("claims.check_claim") or by.has_perm("claims.verify_claim")):
        raise NotPermitted("A second rating is asked for by those who check or verify claims.")


def _locked(second_rating_id: int) -> SecondRating:
    """The row with its claim, the claim locked first: as every other step does it."""
    claim_id = SecondRating.objects.values_list("claim_id", flat=True).get(pk=second_rating_id)
    Claim.objects.select_for_update(of=("self",)).get(pk=claim_id)
    return (
        SecondRating.objects.select_for_update(of=("self",))
        .select_related("claim__rating", "rater")
        .get(pk=second_rating_id)
    )


def _rating(rating_id: int) -> Rating:
    rating = Rating.objects.filter(pk=rating_id).first()
    if rating is None:
        raise DomainError("There is no such rating.")
    return rating


@contextmanager
def _in_words() -> Iterator[None]:
    try:
        yield
    except IntegrityError as error:
        raise DomainError(violation_message(error)) from error
