"""Who asks, and what for: what a request may see and do."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from rest_framework.request import Request

from newsroom.api.scopes import CONFIDENTIAL, HELD_STORIES, UNPUBLISHED, Scope

EVERYTHING = frozenset(Scope)


@dataclass(frozen=True, slots=True)
class Grant:
    """What came with the request: a token's scopes, or all of them for a person who signed in.

    A person is limited by their permissions alone; a token's user by permissions and scopes both.
    """

    key: str
    """Names the holder where requests are counted."""
    scopes: frozenset[Scope]
    token_id: int | None = None
    token_name: str = ""
    expires_at: datetime | None = None
    used: int | None = None
    """How often the token asked lately, this time included; None where nobody has counted yet."""

    def has_any(self, scopes: tuple[Scope, ...]) -> bool:
        return Scope.ADMIN in self.scopes or not self.scopes.isdisjoint(scopes)


NOBODY = Grant("nobody", frozenset())


def grant_of(request: Request) -> Grant:
    return request.auth if isinstance(request.auth, Grant) else NOBODY


def sees_unpublished(request: Request) -> bool:
    return grant_of(request).has_any(UNPUBLISHED)


def sees_held_stories(request: Request) -> bool:
    return grant_of(request).has_any(HELD_STORIES)


def sees_confidential(request: Request) -> bool:
    return grant_of(request).has_any(CONFIDENTIAL)
