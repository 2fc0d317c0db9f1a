"""A text as words: what is compared when a passage is looked for in another version.

Marks of punctuation, spaces, and the shape of quotation marks and dashes are no words: a comma does
not make another sentence. A question mark, and the signs that stand with figures (minus, plus,
percent, currencies), are.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

_HIDDEN = "\u00ad\u200b\u200c\u200d\u2060\ufeff"
_CURRENCY = r"[A-Z]{0,3}[$¢-¥֏؋৳฿៛\u20a0-\u20cf﷼＄￠￡￥￦]"
"""A sign, with the letters that tell whose it is: “US$”, “A$”."""
_SUM = rf"(?:{_CURRENCY}\s?)?\d"
_WORD = re.compile(
    rf"{_CURRENCY}|"
    rf"[^\W\d_](?:[^\W_]|[{_HIDDEN}\u0300-\u036f])*"
    rf"(?:['’ʼ][^\W\d_](?:[^\W\d_]|[{_HIDDEN}\u0300-\u036f])*)*"
    r"|\d+(?:[.,:/]\d+)*"
    # A minus or a range, and not the hyphen of “Covid-19”.
    rf"|(?<![^\W\d])[-‐‑–−](?={_SUM})|−(?=\s{_SUM})"
    rf"|[+±<>≤≥≈~](?=\s?{_SUM})|(?<=\d)\+"
    r"|[%‰°?]"
)
_PLAIN = str.maketrans({"’": "'", "ʼ": "'"} | dict.fromkeys("‐‑–−", "-"))
_IS_CURRENCY = re.compile(_CURRENCY)
_INVISIBLE = re.compile(f"[{_HIDDEN}]")


@dataclass(frozen=True, slots=True)
class Words:
    """The words of a stretch of text in order: what they are, and where they start and end."""

    keys: list[str]
    starts: list[int]
    ends: list[int]

    def __len__(self) -> int:
        return len(self.keys)

    def between(self, start: int, end: int) -> Words:
        """The words that lie in `start`–`end`, at least in part."""
        low, high = 0, len(self.keys)
        while low < high and self.ends[low] <= start:
            low += 1
        while high > low and self.starts[high - 1] >= end:
            high -= 1
        return Words(self.keys[low:high], self.starts[low:high], self.ends[low:high])


def words_of(text: str, start: int = 0, end: int | None = None) -> Words:
    """The words of `text[start:end]`; their places are those in the whole text."""
    keys: list[str] = []
    starts: list[int] = []
    ends: list[int] = []
    for match in _WORD.finditer(text, start, len(text) if end is None else end):
        keys.append(match.group())
        starts.append(match.start())
        ends.append(match.end())
    if not text.isascii():
        keys = [key if key.isascii() else _plain(key) for key in keys]
    return Words(keys, starts, ends)


def _plain(key: str) -> str:
    return unicodedata.normalize("NFKC", _INVISIBLE.sub("", key)).translate(_PLAIN)


def is_currency(key: str) -> bool:
    """Whether a word is the sign of a currency."""
    return _IS_CURRENCY.fullmatch(key) is not None
