"""How often a program or a person may ask. The counts are `newsroom.api.usage`'s."""

from __future__ import annotations

import time
from typing import Any

from django.conf import settings
from rest_framework.request import Request
from rest_framework.throttling import BaseThrottle

from newsroom.api.access import access_of, bucket_of
from newsroom.api.grants import NOBODY, Grant, grant_of
from newsroom.api.problems import Problem
from newsroom.api.usage import WINDOW, count_use, window_now


class BucketThrottle(BaseThrottle):
    """Raises the problem itself, so that the answer says when to come again."""

    def allow_request(self, request: Request, view: Any) -> bool:
        if access_of(view) is None:
            return True
        bucket = bucket_of(view)
        limit = settings.API_LIMITS[bucket]
        used = _used(request, grant_of(request), bucket)
        wait = WINDOW - int(time.time() % WINDOW)
        headers = {
            "RateLimit-Limit": str(limit),
            "RateLimit-Remaining": str(max(0, limit - used)),
            "RateLimit-Reset": str(wait),
        }
        view.extra_headers.update(headers)
        if used > limit:
            raise Problem(
                "throttled",
                f"More than {limit} requests in a minute ({bucket}); wait {wait} seconds.",
                headers={**headers, "Retry-After": str(wait)},
            )
        return True


def _used(request: Request, grant: Grant, bucket: str) -> int:
    if grant.used is not None:
        return grant.used
    who = grant.key if grant is not NOBODY else f"address:{request.META.get('REMOTE_ADDR', '')}"
    return count_use(key=f"{who}:{bucket}", window=window_now())
