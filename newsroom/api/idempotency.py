"""The same request sent twice, with one `Idempotency-Key`, is done once and answered twice."""

from __future__ import annotations

import hashlib
import json
import re
from datetime import timedelta
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response

from newsroom.api.grants import grant_of
from newsroom.api.models import IdempotentRequest
from newsroom.api.problems import Problem, invalid

HEADER = "Idempotency-Key"
_key = re.compile("[!-~]{1,255}")
METHODS = ("POST", "PATCH")
ANSWERED_WITH = ("Location", "ETag")
KEPT = timedelta(days=1)
ABANDONED_AFTER = timedelta(minutes=5)
"""A request without an answer after this time has died on the way, and may be tried again."""


class Replay(Exception):
    """The request was answered before; this is the answer."""

    def __init__(self, response: Response) -> None:
        super().__init__()
        self.response = response


def begin(request: Request) -> IdempotentRequest | None:
    """Take the key of this request, if it has one. Raises `Replay`, or a `Problem`."""
    key = request.headers.get(HEADER)
    if key is None:
        return None
    if not _key.fullmatch(key):
        message = f"{HEADER} has 1 to 255 characters: visible ones of ASCII, without spaces."
        raise invalid(message, parameter=HEADER)
    user = request.user
    assert user.pk is not None
    digest = _digest(request)
    for _ in range(3):
        try:
            with transaction.atomic():
                return IdempotentRequest.objects.create(user_id=user.pk, key=key, digest=digest)
        except IntegrityError:
            earlier = IdempotentRequest.objects.filter(user_id=user.pk, key=key).first()
            if earlier is not None:
                _answer(earlier, digest)
    raise Problem("in-progress", "The same request is being worked on.")


def _answer(earlier: IdempotentRequest, digest: str) -> None:
    """Raises what is to be answered; returns where the earlier request may be forgotten."""
    if earlier.digest != digest:
        raise invalid(f"This {HEADER} was used for another request.", parameter=HEADER)
    if earlier.status is not None:
        headers = {**earlier.headers, "Idempotency-Replayed": "true"}
        raise Replay(Response(earlier.body, status=earlier.status, headers=headers))
    if earlier.started_at > timezone.now() - ABANDONED_AFTER:
        raise Problem("in-progress", "The same request is being worked on.")
    IdempotentRequest.objects.filter(pk=earlier.pk, status=None).delete()


def finish(taken: IdempotentRequest, response: Response) -> None:
    """Keep what was done. What failed has changed nothing and may be tried again."""
    if response.status_code >= 300:
        IdempotentRequest.objects.filter(pk=taken.pk).delete()
        return
    body: Any = json.loads(JSONRenderer().render(response.data) or b"null")
    headers = {name: response[name] for name in ANSWERED_WITH if response.has_header(name)}
    IdempotentRequest.objects.filter(pk=taken.pk).update(
        status=response.status_code, body=body, headers=headers
    )


def forget_old_requests() -> int:
    """Used by the sweep."""
    old = IdempotentRequest.objects.filter(started_at__lt=timezone.now() - KEPT)
    return old.delete()[0]


def _digest(request: Request) -> str:
    """Of what is asked and by what right: another token of theirs may see less of the answer."""
    _ = request.data  # read, so that the bytes are there
    raw: bytes = getattr(request, "raw_body", b"")
    scopes = ",".join(sorted(grant_of(request).scopes))
    what = f"{request.method} {request.get_full_path()}\n{scopes}\n".encode() + raw
    return hashlib.sha256(what).hexdigest()
