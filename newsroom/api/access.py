"""What each endpoint asks of who calls it: declared in one place, asked before anything is done."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from rest_framework import exceptions
from rest_framework.permissions import BasePermission
from rest_framework.request import Request

from newsroom.accounts.roles import who_may
from newsroom.api.grants import grant_of
from newsroom.api.problems import Problem
from newsroom.api.scopes import ANY, Scope


@dataclass(frozen=True, slots=True)
class Access:
    """One of `scopes`, the user's `permission`, and the bucket in which requests are counted."""

    scopes: tuple[Scope, ...] = ANY
    permission: str = ""
    bucket: str = "read"


def action_of(view: Any) -> str:
    """The action that is asked for, or the method; HEAD is GET without the body."""
    name = getattr(view, "action", None) or (view.request.method or "").lower()
    return "get" if name == "head" else str(name)


def access_of(view: Any) -> Access | None:
    """None for a method that the endpoint does not know."""
    found = view.access.get(action_of(view))
    return found if isinstance(found, Access) else None


def bucket_of(view: Any) -> str:
    """Where the request is counted; one that will be refused as unknown is counted as well."""
    return (access_of(view) or Access()).bucket


class HasAccess(BasePermission):
    def has_permission(self, request: Request, view: Any) -> bool:
        access = access_of(view)
        if access is None:
            # Refused here, and not left to the dispatch: what is not declared is not served.
            raise exceptions.MethodNotAllowed(request.method or "")
        if not request.user.is_authenticated:
            raise exceptions.NotAuthenticated("Send “Authorization: Bearer TOKEN”.")
        missing: dict[str, Any] = {}
        if not grant_of(request).has_any(access.scopes):
            missing["scope"] = [scope.value for scope in access.scopes]
        if access.permission and not request.user.has_perm(access.permission):
            missing["permission"] = access.permission
        if missing:
            raise not_permitted(missing)
        return True


def not_permitted(missing: dict[str, Any]) -> Problem:
    parts = []
    if scopes := missing.get("scope"):
        parts.append("a token with the scope " + " or ".join(scopes))
    if permission := missing.get("permission"):
        parts.append(f"a user with the rights of {who_may(permission)}")
    return Problem("not-permitted", f"This needs {' and '.join(parts)}.", missing=missing)
