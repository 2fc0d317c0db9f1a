"""How often a token may ask: counted for each token and kind of use, by all web processes together.

In PostgreSQL, in one statement, and not in Django's cache: that of the database counts in several
steps that are not atomic, and another server only to count would be one more thing to run
(docs/adr/0019).
"""

from __future__ import annotations

import time
from typing import Any

from django.conf import settings
from django.db import connection
from rest_framework.request import Request
from rest_framework.throttling import BaseThrottle

from newsroom.api.access import access_of
from newsroom.api.grants import NOBODY, grant_of
from newsroom.api.models import Usage
from newsroom.api.problems import Problem

WINDOW = 60

_COUNT = (
    "INSERT INTO api_usage (key, window, count) VALUES (%s, %s, 1) "
    "ON CONFLICT (key) DO UPDATE SET count = CASE WHEN api_usage.window = EXCLUDED.window "
    "THEN api_usage.count + 1 ELSE 1 END, window = EXCLUDED.window RETURNING count"
).replace("window", '"window"')


class BucketThrottle(BaseThrottle):
    """Raises the problem itself, so that the answer says when to come again."""

    def allow_request(self, request: Request, view: Any) -> bool:
        access = access_of(view)
        if access is None:
            return True
        limit = settings.API_LIMITS[access.bucket]
        now = time.time()
        used = count_use(key=f"{_who(request)}:{access.bucket}", window=int(now // WINDOW))
        wait = WINDOW - int(now % WINDOW)
        headers = {
            "RateLimit-Limit": str(limit),
            "RateLimit-Remaining": str(max(0, limit - used)),
            "RateLimit-Reset": str(wait),
        }
        view.extra_headers.update(headers)
        if used > limit:
            raise Problem(
                "throttled",
                f"More than {limit} requests in a minute ({access.bucket}); wait {wait} seconds.",
                headers={**headers, "Retry-After": str(wait)},
            )
        return True


def count_use(*, key: str, window: int) -> int:
    """Count one more; returns how many there were in this window, this one included."""
    with connection.cursor() as cursor:
        cursor.execute(_COUNT, [key, window])
        (count,) = cursor.fetchone()
    return int(count)


def forget_old_usage() -> int:
    """Delete the counts of windows that are over. Used by the sweep."""
    deleted, _ = Usage.objects.filter(window__lt=int(time.time() // WINDOW) - 1).delete()
    return deleted


def _who(request: Request) -> str:
    grant = grant_of(request)
    if grant is not NOBODY:
        return grant.key
    return f"address:{request.META.get('REMOTE_ADDR', '')}"
