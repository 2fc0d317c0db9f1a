"""The numbers of a passage with their units, and the words that leave room around it."""

from __future__ import annotations

import re

from claims.extraction.schema import Quantity, Span

_MONTHS = (
    "(?:Jan(?:uary)?|Feb(?:ruary)?|Mar(?:ch)?|Apr(?:il)?|May|June?|July?|Aug(?:ust)?|"
    r"Sept?(?:ember)?|Oct(?:ober)?|Nov(?:ember)?|Dec(?:ember)?)\.?"
)
_DATE = (
    rf"{_MONTHS} \d{{1,2}}(?:, (?:19|20)\d\d)?\b|\b\d{{1,2}} {_MONTHS}(?: (?:19|20)\d\d)?\b"
    rf"|{_MONTHS} (?:19|20)\d\d\b|(?<![\d$£€.,])(?:19|20)\d\d(?![\d,.]\d|\d|%| (?:percent|million))"
    r"|\b(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day\b"
)
_WORDS = {
    "one": 1.0, "two": 2.0, "three": 3.0, "four": 4.0, "five": 5.0, "six": 6.0, "seven": 7.0,
    "eight": 8.0, "nine": 9.0, "ten": 10.0, "eleven": 11.0, "twelve": 12.0, "fifteen": 15.0,
    "twenty": 20.0, "thirty": 30.0, "forty": 40.0, "fifty": 50.0, "sixty": 60.0,
    "seventy": 70.0, "eighty": 80.0, "ninety": 90.0, "half": 0.5, "a third": 1 / 3,
    "two thirds": 2 / 3, "two-thirds": 2 / 3, "a quarter": 0.25, "three quarters": 0.75,
    "three-quarters": 0.75, "a fifth": 0.2, "a tenth": 0.1, "a dozen": 12.0,
}  # fmt: skip
_SCALES = {"thousand": 1e3, "million": 1e6, "bn": 1e9, "billion": 1e9, "trillion": 1e12}
_SPELT = "|".join(sorted(map(re.escape, _WORDS), key=len, reverse=True))
_NUMBER = re.compile(
    rf"(?P<date>{_DATE})"
    r"|(?:(?P<currency>US\$|[$£€])\s?)?"
    rf"(?:(?P<digits>(?<![\w.])\d+(?:,\d{{3}})*(?:\.\d+)?)|(?<![\w-])(?P<spelt>{_SPELT})(?![\w-]))"
    r"(?:[ \u00a0-](?P<scale>thousand|million|bn|billion|trillion)\b)?"
    r"(?:[ \u00a0]?(?P<percent>%|percent\b|per cent\b)"
    r"|[ \u00a0-](?P<unit>(?!of\b|to\b|and\b|or\b|in\b|on\b|at\b|by\b|per\b|the\b|is\b|was\b|has\b"
    r"|had\b|have\b|were\b|are\b|that\b|who\b|when\b|from\b|for\b|with\b|as\b|a\.m|p\.m)[a-z][a-z-]+))?",
    re.IGNORECASE,
)
_HEDGE = re.compile(
    r"\b(?:about|around|roughly|approximately|nearly|almost|some(?= \d)|as (?:many|much|few|little"
    r"|high|low) as|up to|at (?:least|most)|more than|less than|fewer than"
    r"|over(?= \$?\d)|under(?= \$?\d)|an estimated|estimated|reportedly|allegedly|apparently|likely"
    r"|probably|possibly|perhaps|maybe|could|might|(?-i:may)|seems? to|appears? to|suggests?"
    r"|or so|or more|or less)\b",
    re.IGNORECASE,
)
_MOST = 20
"""More numbers than that are a table; the first ones stand for it."""


def quantities_in(text: str, span: Span) -> tuple[Quantity, ...]:
    """The numbers and dates between two places of the text, as printed and as a value."""
    found: list[Quantity] = []
    for match in _NUMBER.finditer(text, *span):
        if len(found) == _MOST:
            break
        start, end = match.span()
        while text[start].isspace():
            start += 1
        found.append(_quantity(match, start, end))
    return tuple(found)


def _quantity(match: re.Match[str], start: int, end: int) -> Quantity:
    if match.group("date"):
        return Quantity(start, end, None, "date")
    digits = match.group("digits")
    value = float(digits.replace(",", "")) if digits else _WORDS[match.group("spelt").lower()]
    scale = match.group("scale")
    value *= _SCALES[scale.lower()] if scale else 1.0
    unit = match.group("currency") or ("%" if match.group("percent") else match.group("unit") or "")
    return Quantity(start, end, value, unit.lower() if unit.isalpha() else unit)


def hedges_in(passage: str) -> tuple[str, ...]:
    """The words by which a passage leaves room, each once, as printed."""
    printed = (match.group().lower() for match in _HEDGE.finditer(passage))
    return tuple(dict.fromkeys(printed))[:_MOST]
