"""Where the noun phrase that names a speaker begins and ends.

There is no parser underneath: a phrase ends where a closed-class word, a verb form or a mark
says that something else begins. When nothing says so within a bounded window there is no
phrase, and the passage stays unattributed.
"""

from __future__ import annotations

from collections.abc import Sequence

from claims.extraction.cues import ADVERBS, AUXILIARIES, CUES
from claims.extraction.units import Atom, AtomKind
from claims.extraction.words import (
    DETERMINERS,
    MEDIA,
    OPENERS,
    PREPOSITIONS,
    PRONOUNS,
    SUBORDINATORS,
    TEMPORAL,
    listed,
)

Range = tuple[int, int]
_REACH = 40
_LONGEST_NAME = 14
_PHRASE_ENDS = listed("who whose which when while as because if where that he she they we i")
_BREAKS = frozenset(";:—–?!") | {"--", "...", "…"}
_NOT_SUBJECT = listed("there what that which this not to of and or as than be been") | {
    "it's",
    "that's",
}
_LEADS = OPENERS | {"that", "because", "while", "as"}
_ASIDE = PREPOSITIONS | {"who", "which"}
_NAMED_BY = DETERMINERS | PRONOUNS
_LY_NOUNS = listed("early family elderly only italy july assembly ally")
_OCCASION = listed("in on at during after before via through by with from")
_ALWAYS_OCCASION = listed("during after before via")
_TIME_OR_NAME = listed("may last late early next this")
_NO_APPOSITIVE = listed("who which whose where and or nor he she they it we")


def is_verb(atoms: Sequence[Atom], index: int) -> bool:
    """Whether the atom is a finite verb as far as its form and neighbours tell."""
    atom = atoms[index]
    if atom.kind is not AtomKind.WORD or atom.is_cap:
        return False
    if atom.low in AUXILIARIES or atom.low.endswith("n't"):
        return True
    previous = atoms[index - 1] if index else None
    after_determiner = previous is not None and previous.low in DETERMINERS
    cue = CUES.get(atom.low)
    if cue is not None and cue.finite and not after_determiner:
        return not (atom.low.endswith("s") and _nounish(atoms, index))
    return False


def _nounish(atoms: Sequence[Atom], index: int) -> bool:
    """Whether an -s form is a plural noun: claims of, plans to, reports about."""
    following = atoms[index + 1].low if index + 1 < len(atoms) else ""
    return atoms[index].low != "says" and following in {"of", "about", "by", "from", "and"}


def _is_break(atoms: Sequence[Atom], index: int, floor: int) -> bool:
    atom = atoms[index]
    if atom.kind is AtomKind.QUOTE:
        return not _is_nickname(atoms, index)
    if atom.kind is AtomKind.PUNCT:
        spaced = atom.text == "-" and index > floor and atoms[index - 1].end < atom.start
        return atom.text in _BREAKS or spaced
    return False


def _is_nickname(atoms: Sequence[Atom], index: int) -> bool:
    """James “Jim” Smith: the quotation is part of a name."""
    quote = atoms[index].quote
    if quote is None or not 0 < index < len(atoms) - 1:
        return False
    short = quote.inner.end - quote.inner.start <= 14
    return short and atoms[index - 1].is_cap and atoms[index + 1].is_cap


def _segments(atoms: Sequence[Atom], start: int, end: int) -> list[Range]:
    """The comma-separated pieces of atoms[start:end]."""
    pieces: list[Range] = []
    begin = start
    for index in range(start, end):
        if atoms[index].text == ",":
            pieces.append((begin, index))
            begin = index + 1
    pieces.append((begin, end))
    return [piece for piece in pieces if piece[0] < piece[1]]


def _has_verb(atoms: Sequence[Atom], piece: Range) -> bool:
    return any(is_verb(atoms, index) for index in range(*piece))


def _strip_lead(atoms: Sequence[Atom], start: int, end: int) -> int:
    """The start of the phrase after "Still", "But in the meantime" and their like."""
    while start < end - 1 and atoms[start].low in _LEADS:
        start += 1
    if start < end and atoms[start].low in PREPOSITIONS:
        for index in range(end - 1, start, -1):
            if atoms[index].low in TEMPORAL and index + 1 < end:
                return index + 1
        for index in range(end - 1, start, -1):
            if atoms[index].low in DETERMINERS and atoms[index - 1].low not in PREPOSITIONS:
                return index
    return start


def _plausible(atoms: Sequence[Atom], start: int, end: int) -> bool:
    if start >= end or atoms[start].kind is not AtomKind.WORD:
        return False
    first = atoms[start]
    if first.low in PRONOUNS and first.low != "it" and end - start == 1:
        return True
    if end - start == 1 and (first.low in _NOT_SUBJECT or first.low in ADVERBS):
        return False
    return not (first.low in PREPOSITIONS or first.low in SUBORDINATORS or _is_adverb(first))


def _is_adverb(atom: Atom) -> bool:
    return atom.low.endswith("ly") and atom.low not in _LY_NOUNS


def _trim_tail(atoms: Sequence[Atom], start: int, end: int) -> int:
    """The end of the phrase without "barely" or "on Tuesday" behind it."""
    stop = end
    while stop > start + 1 and (
        atoms[stop - 1].low in TEMPORAL
        or atoms[stop - 1].low in ADVERBS
        or _is_adverb(atoms[stop - 1])
    ):
        stop -= 1
    if stop > start + 1 and atoms[stop - 1].low in {"on", "in", "at", "by"}:
        stop -= 1
    return stop


def subject_before(atoms: Sequence[Atom], verb: int) -> Range | None:
    """The noun phrase that ends just before ``verb`` (auxiliaries already passed)."""
    end = verb
    appositive = end > 0 and atoms[end - 1].text == ","
    floor = max(0, end - _REACH)
    start = end - (1 if appositive else 0)
    while start > floor:
        index = start - 1
        atom = atoms[index]
        if _is_break(atoms, index, floor):
            break
        if not appositive:
            if atom.low in SUBORDINATORS or is_verb(atoms, index):
                who = _relative_before(atoms, index, floor)
                if who is None:
                    break
                index = who
            elif atom.low in ("who", "which") and index + 1 < end:
                break
        start = index
    if appositive:
        return _appositive_subject(atoms, start, end - 1)
    pieces = _segments(atoms, start, end)
    if not pieces:
        return None
    begin, end = pieces[-1]
    begin = _joined(atoms, start, begin, end)
    begin = _strip_lead(atoms, begin, end)
    end = _trim_tail(atoms, begin, end)
    return (begin, end) if _plausible(atoms, begin, end) else None


def _relative_before(atoms: Sequence[Atom], verb: int, floor: int) -> int | None:
    """Where "who" stands in "an aide who was not allowed to speak said"."""
    for index in range(verb - 1, max(floor, verb - 12), -1):
        atom = atoms[index]
        if atom.low in ("who", "whose"):
            headed = atoms[index - 1].kind is AtomKind.WORD and not is_verb(atoms, index - 1)
            return index if headed else None
        if atom.kind is not AtomKind.WORD:
            return None
    return None


def _joined(atoms: Sequence[Atom], start: int, begin: int, end: int) -> int:
    """Where "A and B" starts; after a verb only B can be the subject."""
    after_verb = start > 0 and is_verb(atoms, start - 1)
    for index in range(end - 1, begin, -1):
        if atoms[index].low == "and":
            left = atoms[index - 1]
            if after_verb or not (
                left.is_cap or left.kind is AtomKind.PAREN or left.low.endswith("s")
            ):
                return index + 1
            break
    return begin


def _appositive_subject(atoms: Sequence[Atom], start: int, end: int) -> Range | None:
    """The phrase in "Hale, the mayor of Alder, said", which ends before the last comma."""
    pieces = _segments(atoms, start, end)
    for number, piece in enumerate(pieces[:-1]):
        begin = _name_start(atoms, piece)
        after_verb = number > 0 and _has_verb(atoms, pieces[number - 1])
        if begin is None or after_verb:
            continue
        following = atoms[pieces[number + 1][0]]
        aside = following.low in _ASIDE or following.text.isdigit()
        if aside or following.low.endswith("ing"):
            return begin, piece[1]
        return begin, end + 1  # with the comma that closes the appositive
    return None


def _name_start(atoms: Sequence[Atom], piece: Range) -> int | None:
    """Where the name stands in what comes before an appositive; None where there is none."""
    begin, stop = piece
    if atoms[begin].low.endswith("ing") and begin + 1 < stop and not atoms[begin + 1].is_cap:
        return None  # Speaking on the radio, …
    if atoms[begin].low in SUBORDINATORS and atoms[begin].low not in OPENERS:
        begin += 1
    begin = _strip_lead(atoms, begin, stop)
    for index in range(begin, stop):
        if is_verb(atoms, index) or atoms[index].low in SUBORDINATORS:
            begin = index + 1
    if stop - begin > _LONGEST_NAME or not _plausible(atoms, begin, stop):
        return None
    named = atoms[begin].is_cap or atoms[begin].low in _NAMED_BY
    return begin if named else None


def _ends_phrase(atoms: Sequence[Atom], index: int, start: int) -> bool:
    """Whether a word after the verb starts something other than the speaker's name."""
    atom = atoms[index]
    low = atom.low
    if index == start:
        return False
    if low in _OCCASION:
        window = [a.low for a in atoms[index + 1 : index + 6]]
        for word in window:
            if word in {",", "."}:
                break
            if word in MEDIA or word in TEMPORAL:
                return True
        return low in _ALWAYS_OCCASION
    if low in TEMPORAL and not atom.is_cap:
        return low not in _TIME_OR_NAME or _temporal_run(atoms, index)
    if low in TEMPORAL:
        return True
    if low == "to" and index + 1 < len(atoms) and atoms[index + 1].low in {"reporters", "cheers"}:
        return True
    if low in _PHRASE_ENDS:
        return True
    return is_verb(atoms, index) or (low.endswith("ing") and low in CUES)


def _temporal_run(atoms: Sequence[Atom], index: int) -> bool:
    return index + 1 < len(atoms) and atoms[index + 1].low in TEMPORAL


def phrase_after(atoms: Sequence[Atom], start: int, *, appositive: bool = True) -> Range | None:
    """The noun phrase that starts at ``start``, with its appositive where there is one."""
    limit = min(len(atoms), start + _REACH)
    end = start
    while end < limit:
        atom = atoms[end]
        if (
            _is_break(atoms, end, start)
            or atom.text in {".", ","}
            or _ends_phrase(atoms, end, start)
        ):
            break
        end += 1
    if end == start or not _plausible(atoms, start, end):
        return None
    if appositive:
        end = _with_appositives(atoms, end, limit)
    return start, end


def _with_appositives(atoms: Sequence[Atom], end: int, limit: int) -> int:
    """Take in ", co-chair of the group" and further pieces of the same sort."""
    while end + 1 < limit and atoms[end].text == "," and _starts_appositive(atoms, end + 1):
        begin = end + 1
        end = begin + 1
        while end < limit and not _ends_appositive(atoms, end, begin):
            end += 1
    return end


def _ends_appositive(atoms: Sequence[Atom], index: int, start: int) -> bool:
    atom = atoms[index]
    if _is_break(atoms, index, start) or atom.text in {".", ","}:
        return True
    return atom.low not in ("who", "that") and _ends_phrase(atoms, index, start)


def _starts_appositive(atoms: Sequence[Atom], index: int) -> bool:
    atom = atoms[index]
    if atom.kind is not AtomKind.WORD or atom.low.endswith("ing"):
        return False
    return not (
        atom.low in _NO_APPOSITIVE
        or atom.low in PREPOSITIONS
        or atom.low in SUBORDINATORS
        or atom.low in ADVERBS
        or atom.low in TEMPORAL
        or is_verb(atoms, index)
        or (atom.low in CUES and not atom.is_cap)
    )
