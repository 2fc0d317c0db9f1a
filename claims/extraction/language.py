"""Whether a text is in a language the rules can read."""

from __future__ import annotations

import re
from collections import Counter

_STOP_WORDS = {
    "en": "the of and to in a is that for it was on with as be at by he this are said from have",
    "de": "der die das und ist nicht ein eine mit auf für von dem den zu sich auch werden sagte",
    "fr": "le la les des et est une dans que pour qui sur pas au avec plus par il elle ont",
    "es": "el la los las y que en un una por con para se del es no su al más como",
    "it": "il la di che e un una per con non è del della sono nel ha gli alla più",
    "nl": "de het een en van is dat op te niet met zijn voor aan er ook maar door",
    "pt": "o a os as que e do da em um uma para com não por mais dos das se foi",
}
_WORDS = {code: frozenset(words.split()) for code, words in _STOP_WORDS.items()}
_WORD = re.compile(r"[^\W\d_]+")
_SAMPLE = 6000
_ENOUGH = 20


def recognise(text: str) -> str | None:
    """A language code by the share of its commonest words; None where it is not clear."""
    words = Counter(word.lower() for word in _WORD.findall(text[:_SAMPLE]))
    total = sum(words.values())
    if total < _ENOUGH:
        return None
    shares = {
        code: sum(words[word] for word in stop_words) / total for code, stop_words in _WORDS.items()
    }
    best = max(shares, key=lambda code: (shares[code], code))
    if shares[best] < 0.08:
        return None if shares["en"] >= 0.03 else "und"
    return best if shares[best] > shares["en"] * 1.4 or best == "en" else "en"
