"""Recognising the same passage in another revision, story or outlet."""

from __future__ import annotations

import hashlib
import re
import unicodedata

_DASHES = str.maketrans(dict.fromkeys("‐‑‒–−", "-"))
# A point, comma, colon, slash or hyphen counts only before a figure and not after a letter: there
# it is part of a number (2.3, 2-3, −5), anywhere else it is punctuation.
_NOISE = re.compile(r"(?:[^\w%‰$€£¥.,:/-]|(?<=[^\W\d])[.,:/-]|[.,:/-](?!\d))+")


def fingerprint(passage: str) -> str:
    """SHA-256 (hex) of the passage without case, punctuation, quotation marks and spacing.

    Words, figures and their order stay, so “2 percent”, “3 percent”, “2-3 percent” and “−2 percent”
    differ, while straight and curly marks, or a line broken elsewhere, do not.
    """
    plain = unicodedata.normalize("NFKC", passage).casefold().translate(_DASHES)
    words = _NOISE.sub(" ", plain).strip()
    return hashlib.sha256(words.encode("utf-8", "surrogatepass")).hexdigest()
