"""The form in which names are compared."""

from __future__ import annotations

import re
import unicodedata

_NOT_WORD = re.compile(r"[^\w]+")


def normalise(name: str) -> str:
    """`name` without case, accents, punctuation, surplus space and a leading “the”.

    “Núñez, J.” → “nunez j”, “The North Seas Commission” → “north seas commission”.

    Never shown to anybody, only compared.
    """
    decomposed = unicodedata.normalize("NFKD", name)
    bare = "".join(char for char in decomposed if not unicodedata.combining(char))
    words = _NOT_WORD.sub(" ", bare.casefold()).split()
    while len(words) > 1 and words[0] == "the":
        del words[0]
    return " ".join(words)
