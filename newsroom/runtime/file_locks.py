"""Advisory locks on files, released by the kernel when their holder ends in whatever way."""

import contextlib
import fcntl
import os
import time
from collections.abc import Iterator
from pathlib import Path


class LockTimeout(RuntimeError):
    """Somebody else has held the lock for longer than it may take."""


class FileLock:
    """One lock in one process. Children started with `subprocess` do not inherit it."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._handle: int | None = None

    @property
    def held(self) -> bool:
        return self._handle is not None

    def try_to_take(self, *, shared: bool) -> bool:
        """Whether the lock was free (or this object had it already)."""
        if self._handle is not None:
            return True
        handle = os.open(self.path, os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(handle, (fcntl.LOCK_SH if shared else fcntl.LOCK_EX) | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(handle)
            return False
        except BaseException:
            os.close(handle)
            raise
        self._handle = handle
        return True

    def drop(self) -> None:
        handle, self._handle = self._handle, None
        if handle is not None:
            os.close(handle)


@contextlib.contextmanager
def exclusive(path: Path, patience: float) -> Iterator[None]:
    lock = FileLock(path)
    deadline = time.monotonic() + patience
    while not lock.try_to_take(shared=False):
        if time.monotonic() > deadline:
            raise LockTimeout(f"Another process has been holding {path} for {patience:.0f} s.")
        time.sleep(0.02)
    try:
        yield
    finally:
        lock.drop()
