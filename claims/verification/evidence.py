"""Adding evidence to a claim."""

from __future__ import annotations

from datetime import date

from django.db import IntegrityError, transaction

from claims.errors import GateClosed, NotPermitted
from claims.models import Claim, Evidence, EvidenceNature, Stance
from newsroom.accounts.models import User
from newsroom.accounts.roles import who_may
from newsroom.history import acting
from newsroom.triggers import violation_message

ADD = "claims.add_evidence"


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

    Raises `NotPermitted`, `GateClosed` for a claim that is in review or signed, `ValidationError`
    for a field that makes no sense, and `Claim.DoesNotExist`.
    """
    if not by.has_perm(ADD):
        raise NotPermitted(f"Adding evidence is for {who_may(ADD)}.")
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
    # The database fills in what is left out.
    evidence.full_clean(exclude=["claim", "added_by", "accessed_at", "created_at"])
    try:
        with transaction.atomic(), acting(by):
            evidence.save()
            evidence.refresh_from_db()
    except IntegrityError as error:
        raise GateClosed(violation_message(error)) from error
    return evidence
