"""Changing what a claim says and adding to what supports it, while nobody has signed it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from claims.errors import ChangedMeanwhile, DomainError, GateClosed, NotPermitted
from claims.models import Claim, Evidence, EvidenceNature, Stance
from newsroom.accounts.models import User
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
ADD_EVIDENCE = "claims.add_evidence"


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
        raise NotPermitted("Editing a claim needs the permission to change claims.")
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
                claim.save(update_fields=list(news))
                claim.refresh_from_db()
            return claim
    except IntegrityError as error:
        raise GateClosed(violation_message(error)) from error


def _fields_but(names: Mapping[str, Any]) -> set[str]:
    return {field.name for field in Claim._meta.fields if field.attname not in names}


def add_evidence(
    *,
    claim_id: int,
    stance: Stance,
    nature: EvidenceNature,
    title: str,
    source_id: int | None = None,
    url: str = "",
    quotation: str = "",
    published_at: date | None = None,
    by: User,
) -> Evidence:
    """Put a piece of evidence on a claim. Raises as `edit_claim` does."""
    if not by.has_perm(ADD_EVIDENCE):
        raise NotPermitted("Adding evidence needs the permission to add evidence.")
    evidence = Evidence(
        claim_id=claim_id,
        stance=stance,
        nature=nature,
        title=title.strip(),
        source_id=source_id,
        url=url,
        quotation=quotation,
        published_at=published_at,
        added_by=by,
    )
    if not Claim.objects.filter(pk=claim_id).exists():
        raise Claim.DoesNotExist
    # The database fills in what is left out.
    evidence.clean_fields(exclude={"claim", "accessed_at", "created_at"})
    try:
        with transaction.atomic(), acting(by):
            evidence.save()
            evidence.refresh_from_db()
    except ValidationError:
        raise
    except IntegrityError as error:
        raise GateClosed(violation_message(error)) from error
    return evidence
