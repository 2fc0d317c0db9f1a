"""Recognising the same passage in another revision, story or outlet."""

from __future__ import annotations

import hashlib
import re
import unicodedata

_NOT_WORD = re.compile(r"[^\w%$€£]+")


def fingerprint(passage: str) -> str:
    """SHA-256 (hex) of the passage without case, punctuation, quotation marks and spacing.

    Words, figures and their order stay, so “2 percent” and “3 percent” differ, while straight and
    curly marks, or a line broken elsewhere, do not.
    """
    words = _NOT_WORD.sub(" ", unicodedata.normalize("NFKC", passage).casefold()).strip()
    return hashlib.sha256(words.encode("utf-8", "surrogatepass")).hexdigest()
