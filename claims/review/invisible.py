"""Characters that cannot be seen, and what they could hide from an editor.

A story is foreign text: a right-to-left override can make a quotation read differently on screen
than in the text that is stored and published, and zero-width characters can hide words. Whoever
decides on a passage has to see that they are there.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

# Control and format characters (categories Cc and Cf) except tab and line breaks, the line and
# paragraph separators, and letters and marks that are drawn as nothing.
_UNSEEN = (
    r"\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f"
    r"\u00ad\u034f\u0600-\u0605\u061c\u06dd\u070f\u0890\u0891\u08e2"
    r"\u115f\u1160\u17b4\u17b5\u180b-\u180f"
    r"\u200b-\u200f\u2028-\u202e\u2060-\u206f\u2800\u3164"
    r"\ufe00-\ufe0e\ufeff\uffa0\ufff9-\ufffb"
    r"\U000110bd\U000110cd\U00013430-\U0001343f\U0001bca0-\U0001bca3\U0001d173-\U0001d17a"
    r"\U000e0000-\U000e0fff"
)
_PARTS = re.compile(f"([{_UNSEEN}])")

_SHORT = {
    0x00AD: "SHY",
    0x061C: "ALM",
    0x200B: "ZWSP",
    0x200C: "ZWNJ",
    0x200D: "ZWJ",
    0x200E: "LRM",
    0x200F: "RLM",
    0x2028: "LSEP",
    0x2029: "PSEP",
    0x202A: "LRE",
    0x202B: "RLE",
    0x202C: "PDF",
    0x202D: "LRO",
    0x202E: "RLO",
    0x2060: "WJ",
    0x2066: "LRI",
    0x2067: "RLI",
    0x2068: "FSI",
    0x2069: "PDI",
    0xFEFF: "BOM",
}


@dataclass(frozen=True, slots=True)
class Piece:
    """Plain text, or (where `name` is not empty) one unseen character with what to show for it."""

    text: str
    name: str = ""

    @property
    def symbol(self) -> str:
        return _SHORT.get(ord(self.text), f"{ord(self.text):04X}") if self.name else ""


def pieces(text: str) -> Iterator[Piece]:
    """Cut the unseen characters out of a text; the pieces' texts together are the text."""
    for index, part in enumerate(_PARTS.split(text)):
        if index % 2:
            yield Piece(part, name=_name(part))
        elif part:
            yield Piece(part)


def hides_something(text: str) -> bool:
    """Whether there are characters in it that cannot be seen. Nearly no text has any."""
    return _PARTS.search(text) is not None


def plain(text: str) -> str:
    """The text with signs in brackets for its unseen characters, for where there is no markup."""
    return "".join(f"[{piece.symbol}]" if piece.name else piece.text for piece in pieces(text))


def _name(character: str) -> str:
    return f"U+{ord(character):04X} {unicodedata.name(character, 'CONTROL CHARACTER')}"
