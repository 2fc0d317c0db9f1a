"""The head of the chain, once a day in a file: to print, to mail, to keep elsewhere.

Whoever could rewrite the whole chain could not rewrite what is on paper.
"""

from __future__ import annotations

from datetime import date
from pathlib import Path

from newsroom.ledger.models import Seal


def write_head(*, path: Path, today: date) -> bool:
    """Add today's line, unless it is there or nothing has been sealed yet."""
    head = Seal.objects.order_by("-number").only("number", "hash").first()
    if head is None:
        return False
    written = path.read_text(encoding="ascii") if path.exists() else ""
    if any(line.startswith(f"{today} ") for line in written.splitlines()):
        return False
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a", encoding="ascii") as file:
        file.write(f"{today} {head.number} {bytes(head.hash).hex()}\n")
    return True
