"""What readers say is wrong: taken in without an account, answered by an editor, never lost."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from claims.errors import DomainError, NotPermitted
from claims.publishing.models import CorrectionRequest, FactCheck, FactCheckState, RequestState
from newsroom.accounts.models import User
from newsroom.history import acting

PERMISSION = "claims.publish_claim"


class TooMany(DomainError):
    """Too many requests from one place within the hour."""


def receive_request(
    *, fact_check: FactCheck, text: str, source: str = "", email: str = "", address: str, by: None
) -> CorrectionRequest:
    """Take in what a reader says is wrong. Raises `TooMany`, and `DomainError` for no words."""
    if fact_check.state == FactCheckState.WITHDRAWN:
        raise DomainError("This check has been withdrawn already.")
    if not text.strip():
        raise DomainError("Say what is wrong.")
    place = place_of(address)
    with transaction.atomic(), acting(by, request="correction"):
        hour = timezone.now() - timedelta(hours=1)
        # One at a time for a check, so that many at once are counted.
        FactCheck.objects.select_for_update().only("pk").get(pk=fact_check.pk)
        recent = CorrectionRequest.objects.filter(created_at__gt=hour)
        if recent.filter(place=place).count() >= settings.SITE_REQUESTS_PER_HOUR:
            raise TooMany("Those were many requests within an hour; please try again later.")
        return CorrectionRequest.objects.create(
            fact_check=fact_check,
            text=text.strip(),
            source=source.strip(),
            email=email.strip(),
            place=place,
            token=secrets.token_urlsafe(24),
        )


def answer_request(
    *, request_id: int, state: RequestState, answer: str = "", by: User
) -> CorrectionRequest:
    """Look at a request, or answer it for good. Raises `NotPermitted`, `DomainError`."""
    if not by.has_perm(PERMISSION):
        raise NotPermitted("Readers are answered by those who may publish.")
    with transaction.atomic(), acting(by):
        request = CorrectionRequest.objects.select_for_update().get(pk=request_id)
        if request.is_answered:
            raise DomainError("This request has its answer already.")
        if state == RequestState.RECEIVED:
            raise DomainError("A request does not go back to being unread.")
        if state in ANSWERED and not answer.strip():
            raise DomainError("An answer needs words: the reader sees it.")
        request.state = state
        if state in ANSWERED:
            request.answer, request.answered_by = answer.strip(), by
            request.answered_at = timezone.now()
        request.save()
    return request


ANSWERED = (RequestState.CORRECTED, RequestState.DECLINED)


def place_of(address: str) -> str:
    """Stands for a network address for the purpose of counting; the address is not kept."""
    today = timezone.localdate().isoformat()
    return hmac.new(
        settings.SECRET_KEY.encode(), f"{today} {address}".encode(), hashlib.sha256
    ).hexdigest()[:32]
