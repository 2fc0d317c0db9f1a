"""What the queues of rows share: how long to wait after a failure, and how it is told."""

from __future__ import annotations

from datetime import timedelta

LAPSED = "The worker did not report back in time."
"""The error of what was taken and neither finished nor failed."""


def pause_after(attempts: int) -> timedelta:
    """How long to leave alone what has failed so often: a minute, and each time twice as long."""
    return timedelta(seconds=30 * 2**attempts)


def told(error: BaseException) -> str:
    """An error in one line: a database error goes on with the whole row."""
    return storable(f"{type(error).__name__}: {error}".partition("\n")[0])


def storable(text: str) -> str:
    """Whatever a library put into its message, the failure has to be recorded."""
    return text.replace("\x00", "").encode(errors="replace").decode()
