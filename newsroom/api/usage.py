"""How often somebody asked lately: counted for each who and what, by all web processes together.

In PostgreSQL, in one statement, and not in Django's cache: that of the database counts in several
steps that are not atomic, and another server only to count would be one more thing to run
(docs/adr/0019).
"""

from __future__ import annotations

import time

from django.db import connection

from newsroom.api.models import Usage

WINDOW = 60
"""Seconds."""

ONE_MORE = (
    "ON CONFLICT (key) DO UPDATE SET count = CASE WHEN api_usage.window = EXCLUDED.window "
    "THEN api_usage.count + 1 ELSE 1 END, window = EXCLUDED.window RETURNING count"
).replace("window", '"window"')
"""Ends an INSERT of (key, window, 1) into `api_usage`: there is one more, or this is the first."""
_COUNT = f'INSERT INTO api_usage (key, "window", count) VALUES (%s, %s, 1) {ONE_MORE}'


def window_now() -> int:
    return int(time.time() // WINDOW)


def count_use(*, key: str, window: int) -> int:
    """Count one more; returns how many there were in this window, this one included."""
    with connection.cursor() as cursor:
        cursor.execute(_COUNT, [key, window])
        (count,) = cursor.fetchone()
    return int(count)


def forget_old_usage() -> int:
    """Delete the counts of windows that are over. Used by the sweep."""
    deleted, _ = Usage.objects.filter(window__lt=window_now() - 1).delete()
    return deleted
