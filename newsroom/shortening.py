"""A long text where there is little space: cut between words, with a sign that there is more."""

from __future__ import annotations

import re

_LAST_WORD = re.compile(r"\s+\S*$")
"""With what separates it; the separator alone where a word ends just there."""


def shortened(text: str, limit: int = 120) -> str:
    """At most `limit` characters. A word is cut only where it alone would take half of them."""
    if len(text) <= limit:
        return text
    head = text[: limit - 1]
    words = _LAST_WORD.sub("", head)
    return f"{words} …" if limit // 2 <= len(words) < len(head) else f"{head}…"
