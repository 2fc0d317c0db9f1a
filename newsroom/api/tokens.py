"""Making, finding and revoking tokens."""

from __future__ import annotations

import hashlib
import re
import secrets
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.contrib.auth.models import Permission
from django.core.exceptions import ValidationError
from django.db import connection, transaction
from django.db.models import Q
from django.utils import timezone

from newsroom.accounts.models import User
from newsroom.api.models import ApiToken
from newsroom.api.scopes import Scope, permissions_for
from newsroom.api.usage import ONE_MORE, window_now
from newsroom.history import acting

LONGEST = timedelta(days=400)
"""A year and a month: a token that nobody thinks of any more should end by itself."""
NOTED_EVERY = timedelta(minutes=5)

_token = re.compile(r"nft_[A-Za-z0-9]{8}_[A-Za-z0-9_-]{43}")


@dataclass(frozen=True, slots=True)
class IssuedToken:
    """A new token with its secret, which is nowhere else."""

    token: ApiToken
    secret: str


@dataclass(frozen=True, slots=True)
class FoundToken:
    """A valid token, and how often it was used within the minute, this time included."""

    token: ApiToken
    used: int


@transaction.atomic
def issue_token(
    *, user: User, name: str, scopes: Sequence[str], expires_at: datetime, by: User | None
) -> IssuedToken:
    """Make a token. Raises `ValidationError` for a person's account, or one switched off."""
    if not user.is_service:
        raise ValidationError({"user": "A token belongs to a service user, not to a person."})
    if not user.is_active:
        raise ValidationError({"user": "This user is switched off."})
    now = timezone.now()
    if not now < expires_at <= now + LONGEST:
        raise ValidationError(
            {"expires_at": f"A token expires within {LONGEST.days} days, and not in the past."}
        )
    prefix = secrets.token_hex(4)
    secret = f"nft_{prefix}_{secrets.token_urlsafe(32)}"
    token = ApiToken(
        user=user,
        name=name,
        prefix=prefix,
        digest=_digest(secret),
        scopes=sorted(set(scopes)),
        expires_at=expires_at,
        created_by=by,
        created_at=now,
    )
    token.full_clean()
    with acting(by):
        token.save(force_insert=True)
    return IssuedToken(token, secret)


@transaction.atomic
def revoke_token(*, token_id: int, by: User | None) -> ApiToken:
    """End a token at once, for good. One that is revoked already is left as it is."""
    with acting(by):
        token = ApiToken.objects.select_for_update().get(pk=token_id)
        if token.revoked_at is None:
            token.revoked_at, token.revoked_by = timezone.now(), by
            token.save(update_fields=["revoked_at", "revoked_by"])
    return token


@transaction.atomic
def add_service_user(*, username: str, scopes: Sequence[str] = (), by: User | None) -> User:
    """A user for a program, with the permissions that these scopes rest on.

    One that is here already gets what it lacks. Raises `ValidationError` if it is a person.
    """
    with acting(by):
        user = User.objects.filter(username=username).first()
        if user is None:
            user = User(username=username, is_service=True)
            user.set_unusable_password()
            user.full_clean(exclude=["password"])
            user.save()
        elif not user.is_service:
            raise ValidationError({"username": f"“{username}” is a person's account."})
        names = [name.split(".") for name in permissions_for(list(scopes))] if scopes else []
        wanted = Q(pk__in=[])
        for app, codename in names:
            wanted |= Q(content_type__app_label=app, codename=codename)
        user.user_permissions.add(*Permission.objects.filter(wanted))
    forget_permissions()
    return user


def find_token(secret: str, *, bucket: str) -> FoundToken | None:
    """The valid token with this secret, with its user, and one more use of it counted.

    None where there is none, or where it has expired, was revoked, or its user is switched off.
    One statement, since each request pays for it; now and then another one.
    """
    if not _token.fullmatch(secret):
        return None
    now = timezone.now()
    with connection.cursor() as cursor:
        cursor.execute(_FIND, [_digest(secret), now, f":{bucket}", window_now()])
        row = cursor.fetchone()
    if row is None:
        return None
    *row, used = row
    token = ApiToken.from_db(connection.alias, _TOKEN, row[: len(_TOKEN)])
    user = User.from_db(connection.alias, _USER, row[len(_TOKEN) :])
    token.user = user
    names = _permissions_of(user)
    # Where Django's own backend keeps them, and looks first.
    for cache in ("_perm_cache", "_user_perm_cache", "_group_perm_cache"):
        setattr(user, cache, names)
    _note_use(token, now)
    return FoundToken(token, used)


# In the order of the model, by which Django reads a row. What no request needs is left out.
_TOKEN = [
    field.attname
    for field in ApiToken._meta.concrete_fields
    if field.name in ("id", "user", "name", "prefix", "scopes", "expires_at", "last_used_at")
]
_USER = [
    field.attname
    for field in User._meta.concrete_fields
    if field.name not in ("password", "email", "last_login", "date_joined")
]
_COLUMNS = [*(f"t.{name} AS t_{name}" for name in _TOKEN), *(f"u.{name}" for name in _USER)]
# In SQL: composing it anew takes longer than asking it. The key is the one of `Grant`.
_FIND = (
    f"WITH found AS (SELECT {', '.join(_COLUMNS)} "
    "FROM api_apitoken t JOIN accounts_user u ON u.id = t.user_id "
    "WHERE t.digest = %s AND t.revoked_at IS NULL AND t.expires_at > %s AND u.is_active), "
    'counted AS (INSERT INTO api_usage (key, "window", count) '
    f"SELECT 'token:' || t_id || %s, %s, 1 FROM found {ONE_MORE}) "
    "SELECT found.*, counted.count FROM found, counted"
)

REMEMBERED = 10.0
"""Seconds for which a process remembers what a service user may do. A revoked token or a user who
is switched off is refused at once; a permission that is taken away works for so long."""
_remembered: dict[int, tuple[float, set[str]]] = {}


def _permissions_of(user: User) -> set[str]:
    known = _remembered.get(user.pk)
    if known is not None and time.monotonic() < known[0]:
        return known[1]
    if len(_remembered) > 1000:
        _remembered.clear()
    names = set(user.get_all_permissions())
    _remembered[user.pk] = (time.monotonic() + REMEMBERED, names)
    return names


def forget_permissions() -> None:
    """Ask anew at the next request of this process."""
    _remembered.clear()


def _note_use(token: ApiToken, now: datetime) -> None:
    """One write in five minutes: that a token is in use, not how often."""
    if token.last_used_at is None or token.last_used_at < now - NOTED_EVERY:
        ApiToken.objects.filter(pk=token.pk).filter(
            Q(last_used_at=None) | Q(last_used_at__lt=now - NOTED_EVERY)
        ).update(last_used_at=now)


def _digest(secret: str) -> str:
    # Not a password hash: 256 random bits cannot be guessed, and each request pays for this.
    return hashlib.sha256(secret.encode()).hexdigest()


def scopes_of(token: ApiToken) -> frozenset[Scope]:
    return frozenset(Scope(one) for one in token.scopes)
