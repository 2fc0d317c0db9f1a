"""Telling workers that a row is due. The row is the truth: a lost message costs time, not work."""

from __future__ import annotations

import logging
from typing import Any

from celery import current_app

logger = logging.getLogger(__name__)


def wake(task: str, *args: Any, left: str = "") -> bool:
    """Send `task` by name. False where the broker is unusable, which is no error: rows stay due,
    and a sweep sends them again.

    `left` is what the log calls the work that waits, by default the task. Call on commit; after a
    first False leave the rest to the sweep, so that thousands do not wait for as many time-outs.
    """
    try:
        current_app.send_task(task, args=list(args))
    except Exception as error:  # noqa: BLE001 - kombu raises KeyError and ValueError, too
        logger.warning("broker unusable, %s left to the sweep: %s", left or task, error)
        return False
    return True
