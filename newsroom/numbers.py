"""Numbers that others have written: in addresses, forms and parameters."""

from __future__ import annotations

LONGEST_KEY = 18
"""Digits. Every number of so many fits the database's integer, and no table has more rows."""


def number_in(text: str, *, digits: int = LONGEST_KEY) -> int | None:
    """The whole number that `text` is; None for anything else, and for more than so many digits."""
    plain = text.isascii() and text.isdecimal() and len(text) <= digits
    return int(text) if plain else None
