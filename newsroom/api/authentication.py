"""Signing in: a token in the header, or the session of somebody who is signed in to the admin."""

from __future__ import annotations

from typing import Any

import pghistory
from rest_framework import exceptions
from rest_framework.authentication import BaseAuthentication, SessionAuthentication
from rest_framework.request import Request

from newsroom.accounts.models import User
from newsroom.api.access import bucket_of
from newsroom.api.grants import EVERYTHING, Grant
from newsroom.api.tokens import find_token, scopes_of


class TokenAuthentication(BaseAuthentication):
    """`Authorization: Bearer TOKEN`."""

    def authenticate(self, request: Request) -> tuple[User, Grant] | None:
        secret = self.secret_in(request)
        return None if secret is None else _admitted(secret, request.parser_context["view"])

    def authenticate_header(self, request: Request) -> str:
        return 'Bearer realm="newsroom"'

    def secret_in(self, request: Request) -> str | None:
        scheme, _, secret = request.headers.get("Authorization", "").partition(" ")
        return secret.strip() if scheme.lower() == "bearer" else None


class KeyHeader(TokenAuthentication):
    """`x-api-key: TOKEN`, as clients of ClaimBuster send it."""

    def secret_in(self, request: Request) -> str | None:
        return request.headers.get("x-api-key")


class KeyParameter(TokenAuthentication):
    """`?key=TOKEN`, as clients of Google's API send it."""

    def secret_in(self, request: Request) -> str | None:
        return request.query_params.get("key")


class SessionLogin(SessionAuthentication):
    """For the browsable pages: a person, with what their permissions allow."""

    def authenticate(self, request: Request) -> tuple[User, Any] | None:
        found = super().authenticate(request)
        if found is None:
            return None
        user = found[0]
        return user, Grant(key=f"user:{user.pk}", scopes=EVERYTHING)


def _admitted(secret: str, view: Any) -> tuple[User, Grant]:
    found = find_token(secret, bucket=bucket_of(view))
    if found is None:
        raise exceptions.AuthenticationFailed(
            "The token is unknown, has expired or was revoked. Ask whoever runs the tracker."
        )
    token, user = found.token, found.token.user
    grant = Grant(
        key=f"token:{token.pk}",
        scopes=scopes_of(token),
        token_id=token.pk,
        token_name=token.name,
        expires_at=token.expires_at,
        used=found.used,
    )
    # What the history rows of this request say, beside the address that the middleware gives.
    pghistory.context(user=user.pk, username=user.username, api_token=token.prefix)
    return user, grant
