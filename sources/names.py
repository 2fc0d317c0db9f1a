"""The form in which names are compared."""

from __future__ import annotations

import re
import unicodedata

_NOT_WORD = re.compile(r"[^\w]+")


def normalise(name: str) -> str:
    """`name` without case, accents, punctuation and surplus space: “Núñez, J.” → “nunez j”.

    Never shown to anybody, only compared.
    """
    decomposed = unicodedata.normalize("NFKD", name)
    bare = "".join(char for char in decomposed if not unicodedata.combining(char))
    return _NOT_WORD.sub(" ", bare.casefold()).strip()
