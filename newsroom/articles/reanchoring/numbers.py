"""Figures and number words by their value: “two percent” is “2%”."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation

from newsroom.articles.reanchoring import vocabulary as v
from newsroom.articles.reanchoring.words import Words, is_currency

_TEN = range(20, 100, 10)
_HYPHENS = "-‐‑"


def number_at(text: str, words: Words, at: int) -> tuple[str, int] | None:
    """The value of the figure or number word at `at`, and past which word it ends."""
    key = words.keys[at]
    if key[:1].isdigit():
        figure = _figure(key)
        value, upto = (None, at + 1) if figure is None else _scaled(text, words, at, figure)
        return key if value is None else _written(value), upto
    if key.casefold() in v.DIGITS:
        value, upto = _spelled(text, words, at)
        return _written(value), upto
    return None


def _written(value: Decimal) -> str:
    return f"{value.normalize():f}"


def _scaled(text: str, words: Words, at: int, value: Decimal) -> tuple[Decimal, int]:
    """“1.5 million”, “3bn”. An “m” is metres, unless the figure is a sum of money."""
    money = at > 0 and is_currency(words.keys[at - 1])
    upto = at + 1
    while scale := _scale(text, words, upto):
        if words.keys[upto].casefold() == "m" and not money:
            break
        value *= scale
        upto += 1
    return value, upto


def _spelled(text: str, words: Words, at: int) -> tuple[Decimal, int]:
    """“Two hundred thousand”, “one thousand two hundred”, “twenty-five”."""
    done, (current, upto) = Decimal(0), _small(text, words, at)
    while scale := _scale(text, words, upto):
        if words.keys[upto].casefold() in v.ONLY_AFTER_FIGURES:
            break
        if scale < 1000:
            current *= scale
        elif current:
            done, current = done + current * scale, Decimal(0)
        else:
            done *= scale
        upto += 1
        if _goes_on(text, words, upto) and words.keys[upto].casefold() in v.DIGITS:
            small, upto = _small(text, words, upto)
            current += small
    return done + current, upto


def _small(text: str, words: Words, at: int) -> tuple[Decimal, int]:
    """“Twenty five” is one number; “two three” are two, and so are “twenty five-euro notes”."""
    value = v.DIGITS[words.keys[at].casefold()]
    behind = at + 1
    if value in _TEN and _goes_on(text, words, behind):
        unit = v.DIGITS.get(words.keys[behind].casefold(), 0)
        hyphened = text[words.ends[at]] in _HYPHENS
        bound = text[words.ends[behind] : words.ends[behind] + 1] or " "
        if 0 < unit < 10 and (hyphened or bound not in _HYPHENS):
            return Decimal(value + unit), behind + 1
    return Decimal(value), behind


def _scale(text: str, words: Words, at: int) -> Decimal | None:
    """What the word at `at` multiplies the number before it by."""
    return v.SCALES.get(words.keys[at].casefold()) if _goes_on(text, words, at) else None


def _goes_on(text: str, words: Words, at: int) -> bool:
    """Whether there is a word at `at` with no more than a space or a hyphen before it."""
    if at >= len(words):
        return False
    between = text[words.ends[at - 1] : words.starts[at]]
    return not between or between.isspace() or between in _HYPHENS


def _figure(key: str) -> Decimal | None:
    """None for what is written with figures but has no sure value: a date, a score, “1.500”."""
    whole, point, rest = key.partition(".")
    groups = whole.split(",")
    if len(groups) > 1 and not all(len(group) == 3 for group in groups[1:]):
        return None
    if len(rest) == 3 and rest.endswith("0"):  # thousands, as most of Europe writes them
        return None
    try:
        return Decimal("".join(groups) + point + rest)
    except InvalidOperation:
        return None
