"""The contact log: whom we asked about a claim, and what came of it."""

from __future__ import annotations

from datetime import datetime

from django.db import IntegrityError, transaction

from claims.errors import DomainError, NotPermitted
from claims.models import Channel, Claim, Contact, Outcome
from newsroom.accounts.models import User
from newsroom.history import acting
from newsroom.triggers import violation_message

PERMISSION = "claims.check_claim"


def log_contact(
    *,
    claim_id: int,
    whom: str,
    channel: Channel,
    asked_at: datetime,
    question: str = "",
    deadline: datetime | None = None,
    source_id: int | None = None,
    by: User,
) -> Contact:
    """Put on record that somebody was asked. The entry cannot be changed or deleted afterwards.

    Raises `NotPermitted`, `DomainError` for what makes no sense, and `Claim.DoesNotExist`.
    """
    _require(by)
    claim = Claim.objects.only("pk").get(pk=claim_id)
    try:
        with transaction.atomic(), acting(by):
            return Contact.objects.create(
                claim=claim,
                whom=whom.strip(),
                channel=channel,
                question=question.strip(),
                asked_at=asked_at,
                deadline=deadline,
                source_id=source_id,
                asked_by=by,
            )
    except IntegrityError as error:
        raise DomainError(violation_message(error)) from error


def record_outcome(
    *, contact_id: int, outcome: Outcome, answered_at: datetime, answer: str = "", by: User
) -> Contact:
    """Write down how it ended: once, and for good.

    Raises `NotPermitted`, `DomainError` (recorded already, no words), `Contact.DoesNotExist`.
    """
    _require(by)
    try:
        with transaction.atomic(), acting(by):
            contact = Contact.objects.select_for_update(of=("self",)).get(pk=contact_id)
            if contact.outcome:
                raise DomainError("The outcome is on record already; log another contact instead.")
            contact.outcome, contact.answer = outcome, answer.strip()
            contact.answered_at, contact.recorded_by = answered_at, by
            contact.save(update_fields=["outcome", "answer", "answered_at", "recorded_by"])
            return contact
    except IntegrityError as error:
        raise DomainError(violation_message(error)) from error


def _require(by: User) -> None:
    if not by.has_perm(PERMISSION):
        raise NotPermitted("The contact log is written by those who check claims.")
