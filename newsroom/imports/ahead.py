"""Reading ahead: while the database takes one part in, the next one is read."""

from __future__ import annotations

from collections.abc import Generator
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar

Part = TypeVar("Part")


def read_ahead(parts: Generator[Part, Any, Any]) -> Generator[Part]:
    """The same parts in the same order, each made in a thread while the caller has the one before.

    One part ahead and no more, so that memory stays as it is. What `parts` raises is raised where
    its part would come. When this generator ends or is closed, so is `parts`, and the thread is
    gone: close it where the caller may fail. `parts` has no connection to the database of its
    own there, and must not wait for anybody, since what is being read is waited for.
    """
    end = object()
    try:
        with ThreadPoolExecutor(1, thread_name_prefix="reading-ahead") as reader:
            coming = reader.submit(next, parts, end)
            while (part := coming.result()) is not end:
                coming = reader.submit(next, parts, end)
                yield part  # type: ignore[misc]
    finally:
        parts.close()
