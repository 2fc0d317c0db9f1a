"""Adding evidence to a claim."""

from __future__ import annotations

from datetime import date

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from claims.errors import DomainError, NotPermitted
from claims.models import Claim, Evidence, EvidenceNature, Stance
from newsroom.accounts.models import User
from newsroom.history import acting
from newsroom.triggers import violation_message


def add_evidence(
    *,
    claim_id: int,
    stance: Stance,
    nature: EvidenceNature,
    title: str,
    url: str = "",
    quotation: str = "",
    source_id: int | None = None,
    published_at: date | None = None,
    by: User,
) -> Evidence:
    """Put material for, against or around a claim on record.

    Raises `NotPermitted`, `DomainError` (the claim is signed, a field makes no sense), and
    `Claim.DoesNotExist`.
    """
    if not by.has_perm("claims.add_evidence"):
        raise NotPermitted("Adding evidence needs the permission add_evidence.")
    evidence = Evidence(
        claim=Claim.objects.only("pk").get(pk=claim_id),
        stance=stance,
        nature=nature,
        title=title.strip(),
        url=url.strip(),
        quotation=quotation.strip(),
        source_id=source_id,
        published_at=published_at,
        added_by=by,
    )
    try:
        with transaction.atomic(), acting(by):
            evidence.full_clean(exclude=["claim", "added_by"])
            evidence.save()
    except ValidationError as error:
        raise DomainError(" ".join(error.messages)) from error
    except IntegrityError as error:
        raise DomainError(violation_message(error)) from error
    return evidence
