"""What kind of writing a story is, from what its outlet calls it."""

from __future__ import annotations

import itertools
import re

from django.conf import settings

# "OpinionNewsArticle", "genre:Op-Ed" and "Commentary & analysis" are several words each.
_word = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])|[^\W\d_]+")


def is_opinion(genre: str, section: str = "") -> bool:
    """Whether a story is opinion or analysis rather than news, by the words in its genre.

    Where no genre is stated, as in RSS, the section has to do.
    """
    words = [word.lower() for word in _word.findall(genre or section)]
    pairs = ["".join(pair) for pair in itertools.pairwise(words)]
    return not settings.OPINION_GENRES.isdisjoint([*words, *pairs])
