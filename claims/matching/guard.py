"""What keeps two statements from being one, however alike they look. Pure Python.

Two statements may be joined only if, written out alike (figures for number words, no marks, no
articles), they are the same words in the same order; a part that moved from the end to the front
does not count. All else is a difference, and the kinds that change what is true have names. What
the words are and what each contributes is the same here as when a passage is followed through the
versions of its story (`newsroom.articles.reanchoring`), except that here no word is too light to
count. A wrong join hides a claim; a missed one costs an editor one key.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from newsroom.articles.reanchoring import vocabulary
from newsroom.articles.reanchoring.meaning import Bearing, Placed, placed
from newsroom.articles.reanchoring.words import words_of
from sources.names import normalise

FEWEST_WORDS = 8


class Kind(StrEnum):
    NUMBER = "number"
    UNIT = "unit"
    NEGATION = "negation"
    COMPARISON = "comparison"
    MODAL = "modal verb"
    QUESTION = "question"
    DATE = "date"
    NAME = "name or place"
    SPEAKER = "speaker"
    WORDS = "wording"
    SHORT = "too short"
    TIME = "said long apart"


TRUTH = frozenset(Kind) - {Kind.WORDS, Kind.SHORT, Kind.TIME}
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


_ORDINARY = vocabulary.words_in(
    "i he she it we they you his her its our their this that these those there here who what when "
    "where why how in on at of to for from by with as and or but is are was were be been has have "
    "had do does did says said while about because"
)
"""Words that are no name, though they begin a sentence."""
_YEAR = re.compile(r"(?:19|20)\d\d")
_KINDS = {
    Bearing.NUMBER: Kind.NUMBER,
    Bearing.QUANTIFIER: Kind.NUMBER,
    Bearing.UNIT: Kind.UNIT,
    Bearing.NEGATION: Kind.NEGATION,
    Bearing.COMPARATIVE: Kind.COMPARISON,
    Bearing.MODAL: Kind.MODAL,
    Bearing.QUESTION: Kind.QUESTION,
    Bearing.DATE: Kind.DATE,
    Bearing.NAME: Kind.NAME,
}
"""All else is wording."""
_STEADY = TRUTH - {Kind.DATE}
"""What must not change places; a date may stand at either end."""
_LEADS = vocabulary.words_in(
    "in on at since after before during until under for with by from as when while because within"
)
"""What a part that stands as well at the front as at the end begins with."""
_CALENDAR = vocabulary.DATES - vocabulary.SEASONS


@dataclass(frozen=True, slots=True)
class _Word:
    form: str  # what is compared
    kind: Kind


def differences(one: Said, other: Said) -> list[Difference]:
    """All that keeps the two apart; empty when they say the same in the same words."""
    ours, theirs = _words(one.text), _words(other.text)
    found = list(_speakers(one, other))
    if min(_count(one.text), _count(other.text)) < FEWEST_WORDS:
        found.append(Difference(Kind.SHORT, f"under {FEWEST_WORDS} words"))
    forms, their_forms = [word.form for word in ours], [word.form for word in theirs]
    if forms == their_forms:
        return found
    kinds = _kinds(ours, theirs)
    counts, their_counts = Counter(forms), Counter(their_forms)
    by_kind: dict[Kind, tuple[list[str], list[str]]] = {}
    for side, bag in enumerate((counts - their_counts, their_counts - counts)):
        for form in bag.elements():
            by_kind.setdefault(kinds[form], ([], []))[side].append(form)
    found += [Difference(kind, _versus(*by_kind[kind])) for kind in Kind if kind in by_kind]
    if not by_kind and not _moved(forms, their_forms, kinds):
        found.append(Difference(Kind.WORDS, "the same words in another order"))
    return found


def _moved(ours: list[str], theirs: list[str], kinds: dict[str, Kind]) -> bool:
    """Whether only a part went from one end to the other, past nothing that the truth hangs on."""

    def steady(forms: list[str]) -> list[str]:
        return [one for one in forms if kinds[one] in _STEADY]

    return steady(ours) == steady(theirs) and any(
        ours == theirs[at:] + theirs[:at] and not _LEADS.isdisjoint((theirs[0], theirs[at]))
        for at in range(1, len(theirs))
    )


def _kinds(*statements: Sequence[_Word]) -> dict[str, Kind]:
    """The kind of each form. A capital that only opens a sentence makes no name."""
    kinds: dict[str, Kind] = {}
    for word in (word for words in statements for word in words):
        if kinds.get(word.form, Kind.NAME) is Kind.NAME:
            kinds[word.form] = word.kind
    return kinds


def _words(text: str) -> list[_Word]:
    if not any(char.islower() for char in text):
        text = text.lower()
    found = placed(text, words_of(text), light=vocabulary.ARTICLES)
    return [_word(one, text[one.start : one.end]) for one in found]


def _word(one: Placed, printed: str) -> _Word:
    bearing, form = one.atom
    kind = _KINDS.get(bearing, Kind.WORDS)
    if bearing == Bearing.NUMBER:
        return _Word(form, Kind.DATE if _YEAR.fullmatch(form) else kind)
    if form in vocabulary.APPROXIMATIONS or (bearing == Bearing.NAME and form in _ORDINARY):
        kind = Kind.WORDS
    # “US” is not “us”, “mW” not “MW”, and “May” not “may”.
    capitals = printed.isupper() and bearing == Bearing.NAME and len(printed) > 1
    if capitals or printed not in (printed.lower(), printed.upper(), printed.capitalize()):
        return _Word(printed, Kind.NAME if capitals else kind)
    if bearing == Bearing.DATE and form in _CALENDAR:
        form = form.capitalize()
    elif bearing == Bearing.NAME and printed.endswith(("'s", "’s")):
        form += "'s"
    return _Word(form, kind)


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
