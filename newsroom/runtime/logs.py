"""Log files that other programs write to: bounded, and quoted from when something fails."""

import contextlib
import os
from pathlib import Path

SIZE_LIMIT = 10_000_000
TAIL_BYTES = 20_000


def limit(path: Path) -> None:
    """Begin a new file when this one has become large; keep one old file."""
    with contextlib.suppress(FileNotFoundError):
        if path.stat().st_size > SIZE_LIMIT:
            path.replace(path.with_name(f"{path.name}.1"))


def tail(path: Path, lines: int = 20, start: int = 0) -> str:
    """The last lines, of those after the byte `start`."""
    try:
        with path.open("rb") as file:
            end = file.seek(0, os.SEEK_END)
            file.seek(max(start, end - TAIL_BYTES))
            text = file.read().decode(errors="replace")
    except OSError as error:
        return f"({error})"
    return "\n".join(text.splitlines()[-lines:])
