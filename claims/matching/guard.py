"""What keeps two statements from being one, however alike they look. Pure Python.

Two statements may be joined only if, written out alike (figures for number words, no marks, no
articles), they are the same words in the same order; a part that moved from the end to the front
does not count. All else is a difference, and the kinds that change what is true have names: a
number, a unit, a negation, a date, a place or name, the speaker. A wrong join hides a claim; a
missed one costs an editor one key.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise

from sources.names import normalise

FEWEST_WORDS = 8


class Kind(StrEnum):
    NUMBER = "number"
    UNIT = "unit"
    NEGATION = "negation"
    DATE = "date"
    NAME = "name or place"
    SPEAKER = "speaker"
    WORDS = "wording"
    SHORT = "too short"
    TIME = "said long apart"


TRUTH = frozenset({Kind.NUMBER, Kind.UNIT, Kind.NEGATION, Kind.DATE, Kind.NAME, Kind.SPEAKER})
"""Differences that can make the one true and the other false."""


@dataclass(frozen=True, slots=True)
class Said:
    """A statement, and whose it is: the known source, and the name as printed."""

    text: str
    speaker: int | None = None
    speaker_name: str = ""


@dataclass(frozen=True, slots=True)
class Difference:
    kind: Kind
    detail: str = ""

    def __str__(self) -> str:
        return f"{self.kind}: {self.detail}" if self.detail else str(self.kind)


_TOKEN = re.compile(
    r"(?<![\w.])[-−–](?=\d)|\d+(?:[.,:/]\d+)*|[^\W\d_]\.(?:[^\W\d_]\.)+|[^\W\d_]+(?:['’][^\W\d_]+)*|[%‰$€£¥°]"
)


def _listed(words: str) -> frozenset[str]:
    return frozenset(words.split())


_ARTICLES = _listed("a an the")
_NEGATIONS = _listed(
    "not no never none nobody nothing neither nor without nowhere hardly barely scarcely"
)
_DATES = _listed(
    "january february march april may june july august september october november december "
    "jan feb mar apr jun jul aug sep sept oct nov dec monday tuesday wednesday thursday friday "
    "saturday sunday today yesterday tomorrow tonight spring summer autumn winter "
    "day week weekend month quarter year decade century days weeks months years decades "
    "annual monthly weekly daily"
)
_UNITS = _listed(
    "percent point points euro euros dollar dollars pound pounds cent cents crown crowns kroner "
    "yen metre metres meter meters kilometre kilometres kilometer kilometers mile miles foot feet "
    "hectare hectares acre acres ton tons tonne tonnes kilo kilos kilogram kilograms gram grams "
    "litre litres liter liters barrel barrels hour hours minute minutes second seconds degree "
    "degrees megawatt megawatts gigawatt gigawatts kilowatt kilowatts"
)
_SIGNS = {"%": "percent", "$": "dollars", "€": "euros", "£": "pounds", "¥": "yen", "°": "degrees"}
_ONES = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen "
    "fifteen sixteen seventeen eighteen nineteen twenty"
)
_TENS = {"thirty": 30, "forty": 40, "fifty": 50, "sixty": 60, "seventy": 70, "eighty": 80}
_NUMBERS = {word: value for value, word in enumerate(_ONES.split(" "))} | _TENS | {"ninety": 90}
_POWERS = {"hundred": 100, "thousand": 10**3, "million": 10**6, "billion": 10**9}
_AMOUNTS = _listed(
    "half third quarter twice double triple dozen dozens hundreds thousands millions billions "
    "trillion first second third fourth fifth sixth seventh eighth ninth tenth all every most few "
    "many several some each both more less fewer"
)
_SHORT_FORMS = {"can't": ["can", "not"], "cannot": ["can", "not"], "won't": ["will", "not"]}
_ORDINARY = _listed(
    "i he she it we they you his her its our their this that these those there here who what when "
    "where why how if in on at of to for from by with as and or but is are was were be been has "
    "have had do does did will would can could should may might must says said after before while "
    "since about over under more less most many some all every each because than"
)


@dataclass(frozen=True, slots=True)
class _Word:
    text: str  # the form that is compared
    printed: str
    opens: bool  # a sentence


def differences(one: Said, other: Said) -> list[Difference]:
    """All that keeps the two apart; empty when they say the same in the same words."""
    ours, theirs = _words(one.text), _words(other.text)
    found = list(_speakers(one, other))
    if min(_count(one.text), _count(other.text)) < FEWEST_WORDS:
        found.append(Difference(Kind.SHORT, f"under {FEWEST_WORDS} words"))
    forms, their_forms = [word.text for word in ours], [word.text for word in theirs]
    if forms == their_forms:
        return found
    names = _names(ours, theirs)
    missing, extra = Counter(forms) - Counter(their_forms), Counter(their_forms) - Counter(forms)
    by_kind: dict[Kind, tuple[list[str], list[str]]] = {}
    for side, bag in enumerate((missing, extra)):
        for form in bag.elements():
            by_kind.setdefault(_kind(form, names), ([], []))[side].append(form)
    found += [Difference(kind, _versus(*by_kind[kind])) for kind in Kind if kind in by_kind]
    if not by_kind and not _moved(forms, their_forms, names):
        found.append(Difference(Kind.WORDS, "the same words in another order"))
    return found


def _kind(form: str, names: frozenset[str]) -> Kind:
    if form in _NEGATIONS:
        return Kind.NEGATION
    if re.fullmatch(r"(?:19|20)\d\d", form) or (form in _DATES and form != "second"):
        return Kind.DATE
    if form[:1].isdigit() or form[:1] == "-" or form in _AMOUNTS:
        return Kind.NUMBER
    if form in _UNITS:
        return Kind.UNIT
    return Kind.NAME if form in names else Kind.WORDS


def _moved(ours: list[str], theirs: list[str], names: frozenset[str]) -> bool:
    """Whether only a part went from the end to the front, past nobody's name and no number."""

    def steady(forms: list[str]) -> list[str]:
        return [one for one in forms if _kind(one, names) in (Kind.NAME, Kind.NUMBER)]

    turns = (theirs[at:] + theirs[:at] for at in range(len(theirs)))
    return steady(ours) == steady(theirs) and any(ours == turn for turn in turns)


def _names(*statements: Sequence[_Word]) -> frozenset[str]:
    """Capitalised words that are not simply the first of their sentence."""
    lower = {word.text for words in statements for word in words if word.printed.islower()}
    found = set()
    for words in statements:
        for word in words:
            named = word.printed[:1].isupper() and word.text not in _ORDINARY
            if named and not (word.opens and word.text in lower):
                found.add(word.text)
    return frozenset(found)


def _words(text: str) -> list[_Word]:
    tokens: list[_Word] = []
    end = 0
    for match in _TOKEN.finditer(text):
        printed = match[0]
        opens = not tokens or bool(re.search(r"[.!?:]\s*[\"“]?$", text[end : match.start()]))
        end = match.end()
        tokens += [_Word(form, printed, opens) for form in _forms(printed)]
    return _figures([word for word in tokens if word.text not in _ARTICLES])


def _forms(printed: str) -> Iterable[str]:
    form = printed.casefold().replace("’", "'").removesuffix("'s").rstrip("'")
    if form in ("-", "−", "–"):
        return ["-"]
    if form in _SIGNS:
        return [_SIGNS[form]]
    if form in _SHORT_FORMS:
        return _SHORT_FORMS[form]
    if form.endswith("n't"):
        return [form[:-3], "not"]
    if form[:1].isdigit():
        return [_plain(form)]
    return [form.replace(".", "")]


def _plain(figure: str) -> str:
    """“1,500.0” → “1500”."""
    bare = re.sub(r",(?=\d{3}(?:\D|$))", "", figure)
    return re.sub(r"\.0+$", "", bare)


def _figures(words: list[_Word]) -> list[_Word]:
    """Number words as figures, powers multiplied, signs put to their number, “per cent” as one."""
    done: list[_Word] = []
    for word in words:
        form = word.text
        last = done[-1].text if done else ""
        if form == "cent" and last == "per":
            done[-1] = _Word("percent", "percent", False)
        elif form in _NUMBERS:
            value = _NUMBERS[form]
            if last.isdigit() and int(last) in range(20, 100, 10) and 0 < value < 10:
                done[-1] = _Word(str(int(last) + value), last, done[-1].opens)
            else:
                done.append(_Word(str(value), form, word.opens))
        elif form in _POWERS and re.fullmatch(r"-?\d+(?:\.\d+)?", last):
            done[-1] = _Word(f"{float(last) * _POWERS[form]:.10g}", last, done[-1].opens)
        elif last == "-" and form[:1].isdigit():
            done[-1] = _Word(f"-{form}", form, done[-1].opens)
        else:
            done.append(word)
    # “$5” and “5 dollars” put the unit on different sides.
    for at, (first, second) in enumerate(pairwise(done)):
        if (
            first.text in _SIGNS.values()
            and second.text[:1].isdigit()
            and not first.printed.isalpha()
        ):
            done[at], done[at + 1] = second, first
    return done


def _speakers(one: Said, other: Said) -> Iterable[Difference]:
    if one.speaker is not None and other.speaker is not None:
        if one.speaker != other.speaker:
            yield Difference(Kind.SPEAKER)
    elif one.speaker is not None or other.speaker is not None:
        yield Difference(Kind.SPEAKER, "known on one side only")
    elif normalise(one.speaker_name) != normalise(other.speaker_name):
        yield Difference(Kind.SPEAKER)


def _count(text: str) -> int:
    return sum(1 for word in text.split() if any(char.isalnum() for char in word))


def _versus(ours: list[str], theirs: list[str]) -> str:
    def side(words: list[str]) -> str:
        shown = ", ".join(words[:4])
        return f"{shown} …" if len(words) > 4 else shown or "–"

    return f"{side(ours)} / {side(theirs)}"
