"""Whether two wordings say the same: the guard against look-alikes.

A wording is reduced to what its truth hangs on: figures by their value (“two percent” is “2%”),
negations, names, dates, modal verbs, units, comparatives, quantifiers, and all other words except
the few that carry nothing. Where that differs, the meaning may have changed, and a person looks.
"""

from __future__ import annotations

import enum
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from rapidfuzz.distance import Levenshtein

from newsroom.articles.reanchoring import vocabulary as v
from newsroom.articles.reanchoring.numbers import number_at
from newsroom.articles.reanchoring.words import Words, is_currency


class Bearing(enum.StrEnum):
    """What a word contributes; the earlier one names a change that touches several."""

    NUMBER = "number"
    NEGATION = "negation"
    NAME = "name"
    DATE = "date"
    MODAL = "modal verb"
    UNIT = "unit"
    COMPARATIVE = "comparative"
    QUANTIFIER = "quantifier"
    QUESTION = "question"
    WORD = "word"
    ORDER = "order of words"


_RANK = {bearing: rank for rank, bearing in enumerate(Bearing)}


class Atom(NamedTuple):
    """One meaning-bearing word or figure, in a form that different spellings share."""

    bearing: Bearing
    value: str


@dataclass(frozen=True, slots=True)
class Change:
    """What is said differently: the words of the old text and those of the new one."""

    bearing: Bearing
    old: str
    new: str


def changes(old: str, old_words: Words, new: str, new_words: Words) -> tuple[Change, ...]:
    """The differences in meaning between two passages, in the order of the text."""
    before, after = placed(old, old_words), placed(new, new_words)
    first, second = [one.atom for one in before], [one.atom for one in after]
    _settle_first_word(first, second)
    _settle_first_word(second, first)
    if first == second:
        return ()
    if Counter(first) == Counter(second):
        return (Change(Bearing.ORDER, _shown(old, before), _shown(new, after)),)
    found = []
    for block in Levenshtein.opcodes(first, second):
        if block.tag != "equal":
            gone = before[block.src_start : block.src_end]
            come = after[block.dest_start : block.dest_end]
            bearing = min((one.atom.bearing for one in [*gone, *come]), key=_RANK.__getitem__)
            found.append(Change(bearing, _shown(old, gone), _shown(new, come)))
    return tuple(found)


def atoms(text: str, words: Words) -> list[Atom]:
    """What the meaning of these words of `text` hangs on, in their order."""
    return [one.atom for one in placed(text, words)]


def _settle_first_word(atoms: list[Atom], others: Sequence[Atom]) -> None:
    """A capital at the beginning is no name where the other wording has the word in small."""
    if atoms and atoms[0].bearing == Bearing.NAME:
        word = Atom(Bearing.WORD, atoms[0].value)
        if word in others and atoms[0] not in others:
            atoms[0] = word


class Placed(NamedTuple):
    """An atom, and where it stands."""

    atom: Atom
    start: int
    end: int


def _shown(text: str, found: Sequence[Placed]) -> str:
    return text[found[0].start : found[-1].end] if found else ""


def placed(text: str, words: Words, *, light: frozenset[str] = v.LIGHT) -> list[Placed]:
    """The atoms of `text` with their places; all words count except those that are `light`."""
    found: list[Placed] = []
    at = 0
    keys = words.keys
    while at < len(keys):
        number = number_at(text, words, at)
        if number is not None:
            value, upto = number
            found.append(
                Placed(Atom(Bearing.NUMBER, value), words.starts[at], words.ends[upto - 1])
            )
        else:
            upto = at + 1
            if keys[at].casefold() == "per" and keys[upto : upto + 1] == ["cent"]:
                atoms_here: Iterator[Atom] = iter([Atom(Bearing.UNIT, "percent")])
                upto += 1
            else:
                atoms_here = _atoms(keys[at], light, first=_opens(text, words, at))
            found += [Placed(atom, words.starts[at], words.ends[upto - 1]) for atom in atoms_here]
        at = upto
    return _units_behind(found)


def _opens(text: str, words: Words, at: int) -> bool:
    """Whether this word begins a sentence or a quotation, and has its capital from that."""
    return at == 0 or not _OPENING.isdisjoint(text[words.ends[at - 1] : words.starts[at]])


_OPENING = frozenset('.!?…:\n"“„‘‚«‹')


def _units_behind(found: list[Placed]) -> list[Placed]:
    """“$5 million” as “5 million dollars”: a currency before its figure counts as behind it."""
    for at in range(len(found) - 1):
        here, there = found[at], found[at + 1]
        bearings = (here.atom.bearing, there.atom.bearing)
        if bearings == (Bearing.UNIT, Bearing.NUMBER) and here.end == there.start:
            found[at], found[at + 1] = there, here
    return found


def _atoms(key: str, light: frozenset[str], *, first: bool) -> Iterator[Atom]:
    low = key.casefold()
    parts = v.CONTRACTIONS.get(low)
    if parts is None:
        for ending, meant in v.ENDINGS.items():
            if low.endswith(ending) and len(low) > len(ending):
                parts = (low[: -len(ending)], meant)
                break
    if parts is not None:
        for part in parts:
            yield from _atoms(part, light, first=first)
        return
    atom = _atom(key, low, light, first=first)
    if atom is not None:
        yield atom


def _atom(key: str, low: str, light: frozenset[str], *, first: bool) -> Atom | None:
    if key == "?":
        return Atom(Bearing.QUESTION, key)
    if key in v.NUMBER_SIGNS:
        return Atom(Bearing.NUMBER, key)
    capital = key[:1].isupper()
    if low in v.DATES and (capital or low in v.SEASONS) and not (first and low == "may"):
        return Atom(Bearing.DATE, v.MONTHS.get(low, low))
    if low in v.UNITS:
        return Atom(Bearing.UNIT, v.UNITS[low])
    if is_currency(key):
        return Atom(Bearing.UNIT, key)
    # Words in capitals are names (US, IT), and so are capitals inside a sentence.
    if capital and ((len(key) > 1 and key.isupper()) or not first):
        return Atom(Bearing.NAME, low.removesuffix("'s"))
    for bearing, known in _KNOWN:
        if low in known:
            return Atom(bearing, low)
    if low in light:
        return None
    return Atom(Bearing.NAME if capital else Bearing.WORD, low)


_KNOWN = (
    (Bearing.NEGATION, v.NEGATIONS),
    (Bearing.MODAL, v.MODALS),
    (Bearing.COMPARATIVE, v.COMPARATIVES),
    (Bearing.QUANTIFIER, v.QUANTIFIERS),
    (Bearing.DATE, v.DAYS),
)
