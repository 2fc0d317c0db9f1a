"""A client that speaks JSON and shows its token."""

from __future__ import annotations

import itertools
import json
from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from django.contrib.auth.models import Permission
from django.db.models import Q
from django.test import Client
from django.utils import timezone

from newsroom.accounts.models import User
from newsroom.api.tokens import add_service_user, forget_permissions, issue_token

_numbers = itertools.count(1)
API = "/api/v1"


class ApiClient(Client):
    def __init__(self, secret: str, user: User) -> None:
        super().__init__(headers={"Authorization": f"Bearer {secret}"})
        self.secret = secret
        self.user = user

    def send(self, path: str, body: Any, **headers: str) -> Any:
        """POST as JSON; a `bytes` body goes as it is."""
        data = body if isinstance(body, bytes) else json.dumps(body)
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        kind = named.pop("Content-Type", "application/json")
        return self.post(f"{API}{path}", data, content_type=kind, headers=named)

    def change(self, path: str, body: Any, **headers: str) -> Any:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return self.patch(
            f"{API}{path}", json.dumps(body), content_type="application/json", headers=named
        )

    def read(self, path: str, **headers: str) -> Any:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return self.get(f"{API}{path}", headers=named)


def api_client(*scopes: str, permissions: Iterable[str] = (), grant: bool = True) -> ApiClient:
    """A client with a token of a new service user, who has what the scopes rest on."""
    user = add_service_user(
        username=f"program{next(_numbers)}", scopes=scopes if grant else (), by=None
    )
    wanted = Q(pk__in=[])
    for name in permissions:
        app, codename = name.split(".")
        wanted |= Q(content_type__app_label=app, codename=codename)
    user.user_permissions.add(*Permission.objects.filter(wanted))
    # Each test begins anew, and keys come again once a test is rolled back.
    forget_permissions()
    issued = issue_token(
        user=user,
        name="test",
        scopes=list(scopes),
        expires_at=timezone.now() + timedelta(days=1),
        by=None,
    )
    return ApiClient(issued.secret, user)
