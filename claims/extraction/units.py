"""Sentences cut into atoms, with every quotation kept whole.

Attribution is read off the words around a quotation, never off the words inside it, so a
quotation is one opaque atom here; so is a short parenthesis such as "(R-N.C.)".
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum

from claims.extraction.quotes import Quote
from claims.extraction.schema import Span

_MAX_ATOMS = 400
_ATOM = re.compile(
    r"(?P<paren>\([^()\n]{1,80}\)|\[[^\[\]\n]{1,80}\])"
    r"|(?P<word>(?:[A-Za-z]\.){2,}|[A-Z]\.(?=\s[A-Z])"
    r"|(?:Sens?|Reps?|Govs?|Gens?|Lt|Col|Maj|Capt|Sgt|Cmdr|Adm|Drs?|Mr|Mrs|Ms|Prof|Rev|Fr|Cllrs?|Hon|St|Amb|"
    r"Jr|Sr|Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept?|Oct|Nov|Dec|No)\."
    r"|[$£€]?\w+(?:[.'’&/-]\w+|,\d{3})*%?)"
    r"|(?P<punct>--+|\.\.\.|[^\w\s])"
)


class AtomKind(StrEnum):
    """What an atom is."""

    WORD = "word"
    PUNCT = "punct"
    QUOTE = "quote"
    PAREN = "paren"


@dataclass(frozen=True, slots=True)
class Atom:
    """A word, a punctuation mark, a quotation or a parenthesis."""

    start: int
    end: int
    text: str
    low: str
    kind: AtomKind
    quote: Quote | None = None

    @property
    def is_cap(self) -> bool:
        """Whether it is a word that starts with a capital letter."""
        name = self.text.removeprefix("al-").removeprefix("el-")  # al-Ansari
        return self.kind is AtomKind.WORD and name[:1].isupper()


@dataclass(frozen=True, slots=True)
class Unit:
    """Consecutive sentences held together by quotations that run across their boundary."""

    start: int
    end: int
    sentences: tuple[Span, ...]
    atoms: tuple[Atom, ...]
    paragraph: int

    @property
    def quotes(self) -> list[Quote]:
        """The quotations in it, in order."""
        return [atom.quote for atom in self.atoms if atom.quote is not None]


def atoms_of(text: str, start: int, end: int, quotes: list[Quote]) -> tuple[Atom, ...]:
    """The atoms of a stretch of the text, given the quotations in it."""
    atoms: list[Atom] = []
    position = start
    pending = iter([*quotes, None])
    quote = next(pending)
    while position < end and len(atoms) < _MAX_ATOMS:
        limit = end if quote is None else max(quote.start, position)
        for match in _ATOM.finditer(text, position, limit):
            kind = AtomKind(match.lastgroup or "punct")
            word = match.group()
            low = word.lower().replace("’", "'")
            atoms.append(Atom(match.start(), match.end(), word, low, kind))
            if len(atoms) >= _MAX_ATOMS:
                break
        if quote is None:
            break
        passage = text[quote.start : min(quote.end, quote.start + 60)]
        atoms.append(Atom(quote.start, quote.end, passage, passage, AtomKind.QUOTE, quote))
        position = quote.end
        quote = next(pending)
    return tuple(atoms)


def units_of(text: str, paragraph: int, sentences: list[Span], quotes: list[Quote]) -> list[Unit]:
    """The units of one paragraph, given its sentences and its quotations."""
    units: list[Unit] = []
    group: list[Span] = []
    index = 0
    for number, sentence in enumerate(sentences):
        group.append(sentence)
        while index < len(quotes) and quotes[index].end <= sentence.end:
            index += 1
        runs_on = index < len(quotes) and quotes[index].start < sentence.end
        if runs_on and number + 1 < len(sentences):
            continue
        start, end = group[0].start, group[-1].end
        here = [q for q in quotes if start <= q.start and q.end <= end]
        units.append(Unit(start, end, tuple(group), atoms_of(text, start, end, here), paragraph))
        group = []
    return units
