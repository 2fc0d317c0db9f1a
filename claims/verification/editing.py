"""Changing what a claim says, while nobody has signed it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from claims.errors import ChangedMeanwhile, DomainError, GateClosed, NotPermitted
from claims.models import Claim
from claims.models.roles import OF_SOMEBODY_ELSE
from newsroom.accounts.models import User
from newsroom.accounts.roles import who_may
from newsroom.history import acting
from newsroom.triggers import violation_message

EDITABLE = frozenset(
    (
        "statement",
        "kind",
        "speaker_id",
        "affiliation_id",
        "as_of",
        "rating_id",
        "rationale",
        "method",
        "due",
    )
)
CHANGE = "claims.change_claim"


def edit_claim(
    *, claim_id: int, changes: Mapping[str, Any], expected_version: int | None = None, by: User
) -> Claim:
    """Change fields of `EDITABLE`. `expected_version` is the version the person saw.

    Raises `NotPermitted`, `ChangedMeanwhile`, `GateClosed` for a claim that is in review or signed,
    `DomainError` for what there is not, `ValidationError`, `Claim.DoesNotExist`.
    """
    if unknown := sorted(set(changes) - EDITABLE):
        raise DomainError(f"“{unknown[0]}” is not changed by hand.")
    if not by.has_perm(CHANGE):
        raise NotPermitted(f"Editing a claim is for {who_may(CHANGE)}.")
    try:
        with transaction.atomic(), acting(by):
            claim = Claim.objects.select_for_update(of=("self",)).get(pk=claim_id)
            if expected_version is not None and claim.version != expected_version:
                raise ChangedMeanwhile(
                    "Somebody changed this claim meanwhile; read it again first."
                )
            news = {name: value for name, value in changes.items() if getattr(claim, name) != value}
            for name, value in news.items():
                setattr(claim, name, value)
            if news:
                claim.clean_fields(exclude=_fields_but(news))
                _check_role(claim)
                claim.save(update_fields=list(news))
                claim.refresh_from_db()
            return claim
    except IntegrityError as error:
        raise GateClosed(violation_message(error)) from error


def _check_role(claim: Claim) -> None:
    """The database refuses it as well, but does not say which field is meant."""
    if claim.affiliation is not None and not claim.affiliation.is_of(claim.speaker):
        raise ValidationError({"affiliation": OF_SOMEBODY_ELSE})


def _fields_but(names: Mapping[str, Any]) -> set[str]:
    return {field.name for field in Claim._meta.fields if field.attname not in names}
