"""The numbers of a passage with their units, and the words that leave room around it."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace

from claims.extraction.schema import Quantity, Span

_MONTHS = (
    "(?:Jan(?:uary)?|Feb(?:ruary)?|Mar(?:ch)?|Apr(?:il)?|May|June?|July?|Aug(?:ust)?|"
    r"Sept?(?:ember)?|Oct(?:ober)?|Nov(?:ember)?|Dec(?:ember)?)\.?"
)
_DATE = (
    rf"{_MONTHS} \d{{1,2}}(?:, (?:19|20)\d\d)?\b|\b\d{{1,2}} {_MONTHS}(?: (?:19|20)\d\d)?\b"
    rf"|{_MONTHS} (?:19|20)\d\d\b|(?<![\d$£€.,])(?:19|20)\d\d(?:[-–/](?:19|20)?\d\d)?"
    r"(?![\d,.]\d|\d|%| (?:percent|million))"
    r"|\b(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day\b"
)
_CLOCK = (
    r"(?<![\w.,:])\d{1,2}(?:[:.][0-5]\d)?[ \u00a0]?[ap]\.?m\b\.?"
    r"|(?<![\w.,:])(?:[01]?\d|2[0-3]):[0-5]\d(?![\w:])"
    r"|(?<![\w.,:])(?:[01]\d|2[0-3])[0-5]\d(?=[ \u00a0](?:GMT|UTC|hours)\b)"
)
_WORDS = {
    "one": 1.0, "two": 2.0, "three": 3.0, "four": 4.0, "five": 5.0, "six": 6.0, "seven": 7.0,
    "eight": 8.0, "nine": 9.0, "ten": 10.0, "eleven": 11.0, "twelve": 12.0, "thirteen": 13.0,
    "fourteen": 14.0, "fifteen": 15.0, "sixteen": 16.0, "seventeen": 17.0, "eighteen": 18.0,
    "nineteen": 19.0, "twenty": 20.0, "thirty": 30.0, "forty": 40.0, "fifty": 50.0,
    "sixty": 60.0, "seventy": 70.0, "eighty": 80.0, "ninety": 90.0, "half": 0.5,
    "one third": 1 / 3, "one-third": 1 / 3, "one quarter": 0.25, "one-quarter": 0.25,
    "one fifth": 0.2, "one-fifth": 0.2, "two fifths": 0.4, "two-fifths": 0.4, "one half": 0.5,
    "two thirds": 2 / 3, "two-thirds": 2 / 3, "three quarters": 0.75, "three-quarters": 0.75,
    "a third": 1 / 3, "a quarter": 0.25, "a fifth": 0.2, "a tenth": 0.1, "a dozen": 12.0,
}  # fmt: skip
_BEFORE_SCALE = {"a": 1.0, "half a": 0.5, "a quarter of a": 0.25, "three quarters of a": 0.75}
_SCALES = {
    "hundred": 1e2, "thousand": 1e3, "lakh": 1e5, "million": 1e6, "mn": 1e6, "crore": 1e7,
    "billion": 1e9, "bn": 1e9, "trillion": 1e12, "tn": 1e12, "m": 1e6, "k": 1e3,
}  # fmt: skip
_MONEY_ONLY = frozenset({"m", "k"})  # £3m is millions; 3m alone is metres
_TENS = "twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety"
_ONES = "one|two|three|four|five|six|seven|eight|nine"


def _any_of(words: Iterable[str]) -> str:
    return "|".join(sorted(map(re.escape, words), key=len, reverse=True))


_LARGE = _any_of(_SCALES.keys() - _MONEY_ONLY)
_DIGITS = r"\d{1,2}(?:,\d\d)+,\d{3}|\d+(?:,\d{3})*(?:\.\d+)?"
_CURRENCY = (
    r"(?:(?<![A-Za-z])(?:US|NZ|HK|C|A|R|S))?\$|[£€¥₹₩₺₴₪₽₦₱]"
    r"|(?<![A-Za-z])(?:CHF|S[Ff]r|EUR|USD|GBP|JPY|CNY|INR|AUD|CAD|NZD|ZAR|SEK|NOK|DKK|PLN|Rs\.?"
    r"|R(?=\d))"
)
_NUMBER = re.compile(
    rf"(?P<date>{_DATE})|(?P<clock>{_CLOCK})|(?P<name>\bNo\.?[ \u00a0]\d+)"
    r"|(?:(?P<minus>(?<=[ \u00a0(“\"])[-−](?=\S)|(?<!or )\bminus[ \u00a0]))?"
    rf"(?:(?P<currency>(?-i:{_CURRENCY}))[ \u00a0]?(?=\d)|(?<![\w.])(?=\d))"
    rf"(?P<digits>{_DIGITS})(?!\d|(?:st|nd|rd|th)\b)"
    rf"|(?<![\w-])(?:(?P<tens>{_TENS})-(?P<ones>{_ONES})"
    rf"|(?P<part>{_any_of(_BEFORE_SCALE)})(?=[ \u00a0-](?:{_LARGE})\b)"
    rf"|(?P<spelt>{_any_of(_WORDS)})(?!-?\w))",
    re.IGNORECASE,
)
_SCALE = re.compile(rf"[ \u00a0-]?(?P<scale>{_LARGE}|(?-i:[mk])(?!/))\b", re.IGNORECASE)
_ROUND = r"two|three|four|five|six|seven|eight|nine|ten|[2-9]|10|12|20|100|1,?000|10,?000|100,?000"
# Two in 10 adults; not two in 10 days.
_OUT_OF = re.compile(
    rf"[ \u00a0](?:in|out of)(?: every)?[ \u00a0](?P<whole>{_ROUND})\b(?![.,:]?\d|-|[ \u00a0]?%)"
    r"(?![ \u00a0](?:minutes|hours|days|weeks|months|years|decades|games|matches|starts)\b)",
    re.IGNORECASE,
)
_POINTS = re.compile(
    r"[ \u00a0-](?P<unit>(?:percentage|percent|per cent|basis) points?"
    r"|degrees (?:celsius|fahrenheit)"
    r"|(?:square|cubic|sq\.?) [a-z]+)\b",
    re.IGNORECASE,
)
_PERCENT = re.compile(r"[ \u00a0]?(?:%|percent\b|per cent\b|pct\b|pc\b)", re.IGNORECASE)
_SYMBOL = re.compile(
    r"(?:(?=in\b)|[ \u00a0]?(?!in\b))(?P<unit>in|km/h|kmh|mph|km|kg|mm|cm|mg|ml|m|g"
    r"|kWh|MWh|GWh|kW|MW|GW|ha|ft|lb|p|°C|°F"
    r"|°|C|F)(?![\w/'’-])"
)
_NO_UNIT = (
    "of|to|and|or|in|on|at|by|per|the|is|was|has|had|have|were|are|that|who|when|from|for|with|as"
    "|this|an|next|last|until|since|after|before|than|more|less|fewer|each|every|into|over|under"
    "|but|if|so|while|because|will|would|could|can|may|might|up|down|off|out|not|now|then|there"
    "|early|late|earlier|later|worse|better|a|he|she|it|they|we|you|who|which"
)
_WORD = re.compile(rf"[ \u00a0-](?P<unit>(?!(?:{_NO_UNIT})\b)[a-z][a-z-]+)", re.IGNORECASE)
_COUNTED = frozenset({"injured", "killed", "wounded", "displaced", "infected", "arrested"})
_PERIOD_BEFORE = re.compile(r"\b(?:first|second|latter|other|final)[ \u00a0]$", re.IGNORECASE)
_SHARE_BEFORE = re.compile(
    r"\b(?:by|than|nearly|almost|about|roughly|over|around|least|most|to|up|down)[ \u00a0]$",
    re.IGNORECASE,
)
_SHARE_AFTER = re.compile(r"[ \u00a0](?:of|more|less|higher|lower|fewer)\b|[.,;:]|$")
_HEDGE = re.compile(
    r"\b(?:(?:about|around)(?= (?:[^\w\s]?\d|[A-Z]{0,3}[$£€]|half\b|midnight|noon|mid"
    rf"|(?:{_ONES}|ten|{_TENS})\b|a (?:third|quarter|half|day|week|month|year|dozen|hundred"
    r"|thousand|million|billion)))|roughly|approximately|nearly|almost|some(?= \d)"
    r"|as (?:many|much|few|little|high|low) as|up to|at (?:least|most)|(?:more|less|fewer) than"
    r"|over(?= \$?\d)|under(?= \$?\d)|an estimated|estimated|reportedly|allegedly|apparently|likely"
    r"|probably|possibly|perhaps|maybe|could|might|(?-i:may)|seems? to|appears? to|suggests?"
    r"|or so|or more|or less)\b",
    re.IGNORECASE,
)
_PRICED = re.compile(rf"(?:[-−]|minus[ \u00a0])?(?:{_CURRENCY})")
_LEAST_SCALE = 1000
_MOST = 20
"""More numbers than that are a table; the first ones stand for it."""


def quantities_in(text: str, span: Span) -> tuple[Quantity, ...]:
    """The numbers and dates between two places of the text, as printed and as a value."""
    found: list[Quantity] = []
    position = span.start
    while len(found) < _MOST and (match := _NUMBER.search(text, position, span.end)):
        position = match.end()
        if match.group("name") or not _counts(text, match, span.end):
            continue
        one = _quantity(text, match, span.end)
        position = one.end
        if found and one.start == found[-1].end + 1 and text[found[-1].end] in "-–":
            printed = float((match.group("digits") or "0").replace(",", ""))
            priced = _PRICED.match(text, found[-1].start) is not None
            found[-1], one = _range(found[-1], one, printed, priced=priced)
        found.append(one)
    return tuple(found)


def _range(
    low: Quantity, high: Quantity, printed: float, *, priced: bool
) -> tuple[Quantity, Quantity]:
    """$1.2-1.5 billion: the sign of the first and the scale and unit of the second are for both."""
    if low.value is None or high.value is None or not printed:
        return low, high
    if low.unit and not priced:
        return low, high
    scale = high.value / printed if low.value < _LEAST_SCALE else 1.0
    unit = low.unit or high.unit
    return (
        replace(low, value=round(low.value * scale, 3), unit=unit),
        replace(high, unit=unit if low.unit else high.unit),
    )


def _counts(text: str, match: re.Match[str], end: int) -> bool:
    """Whether it measures: not the second half of a game, nor a third goal."""
    spelt = (match.group("spelt") or "").lower()
    before = text[max(0, match.start() - 12) : match.start()]
    if spelt == "half":
        return _PERIOD_BEFORE.search(before) is None
    if spelt in {"a third", "a quarter", "a fifth", "a tenth"}:
        after = _SHARE_AFTER.match(text, match.end(), end)
        return after is not None or _SHARE_BEFORE.search(before) is not None
    return True


def _quantity(text: str, match: re.Match[str], limit: int) -> Quantity:
    start, end = match.span()
    if match.group("date") or match.group("clock"):
        return Quantity(start, end, None, "date" if match.group("date") else "time")
    currency = match.group("currency") or ""
    value = _printed_value(match)
    whole = None if currency else _OUT_OF.match(text, end, limit)
    if whole is not None:
        value, end = value / _number(whole.group("whole")), whole.end()
    while scale := _SCALE.match(text, end, limit):
        word = scale.group("scale").lower()
        if word in _MONEY_ONLY and not currency:
            break
        value, end = round(value * _SCALES[word], 3), scale.end()
    unit, end = (currency, end) if currency else _unit(text, end, limit)
    return Quantity(start, end, -value if match.group("minus") else value, unit)


def _printed_value(match: re.Match[str]) -> float:
    if match.group("tens"):
        return _WORDS[match.group("tens").lower()] + _WORDS[match.group("ones").lower()]
    if match.group("part"):
        return _BEFORE_SCALE[match.group("part").lower()]
    return _number(match.group("digits") or match.group("spelt"))


def _number(printed: str) -> float:
    known = _WORDS.get(printed.lower())
    return float(printed.replace(",", "")) if known is None else known


def _unit(text: str, position: int, limit: int) -> tuple[str, int]:
    """What a number counts, and where the words for it end."""
    if match := _PERCENT.match(text, position, limit):
        points = _POINTS.match(text, position, limit)
        return (points.group("unit").lower(), points.end()) if points else ("%", match.end())
    for pattern in (_POINTS, _SYMBOL, _WORD):
        match = pattern.match(text, position, limit)
        if match is not None:
            unit = match.group("unit")
            if unit.endswith("ed") and unit not in _COUNTED:
                break  # a Boeing 737 operated by …
            return (unit if pattern is _SYMBOL else unit.lower()), match.end()
    return "", position


def hedges_in(passage: str) -> tuple[str, ...]:
    """The words by which a passage leaves room, each once, as printed."""
    printed = (match.group().lower() for match in _HEDGE.finditer(passage))
    return tuple(dict.fromkeys(printed))[:_MOST]
