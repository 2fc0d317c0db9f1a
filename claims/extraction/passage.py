"""A unit under reading: its atoms, and the attributions found in it so far."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from claims.extraction.phrases import Range
from claims.extraction.schema import Span
from claims.extraction.units import Atom, AtomKind, Unit

END = frozenset(".?!…") | {"..."}
"""Marks that end a sentence."""


@dataclass(slots=True, eq=False)
class Raw:
    """An attribution whose speaker is not resolved yet."""

    unit: int
    source: Span | None
    cue: Span | None
    content: list[Span]
    lemma: str
    confidence: float
    atoms: Sequence[Atom] = field(default=())
    follows: Raw | None = None  # a quotation running on without a cue of its own

    @property
    def start(self) -> int:
        """Where it begins in the text."""
        spans = [s for s in (self.source, self.cue, *self.content) if s is not None]
        return min(span.start for span in spans)


class Passage:
    """The atoms of one unit; rules look at them and add what they find."""

    def __init__(self, number: int, unit: Unit, text: str) -> None:
        self.number = number
        self.text = text
        self.atoms = unit.atoms
        self.found: list[Raw] = []
        self.lead: Raw | None = None  # "Hale replied:" before a quotation in the next paragraph
        self.end = len(self.atoms)  # without the full stop
        while self.end and self.atoms[self.end - 1].text in END:
            self.end -= 1

    def low(self, index: int) -> str:
        """The atom in lower case; "" outside the unit."""
        return self.atoms[index].low if 0 <= index < len(self.atoms) else ""

    def is_quote(self, index: int) -> bool:
        """Whether the atom is a quotation."""
        return 0 <= index < len(self.atoms) and self.atoms[index].kind is AtomKind.QUOTE

    def span(self, part: Range) -> Span:
        """Where the atoms stand in the text."""
        return Span(self.atoms[part[0]].start, self.atoms[part[1] - 1].end)

    def range_of(self, span: Span) -> Range | None:
        """The atoms inside a span of the text."""
        inside = [
            index
            for index, atom in enumerate(self.atoms)
            if span.start <= atom.start and atom.end <= span.end
        ]
        return (inside[0], inside[-1] + 1) if inside else None

    def atom_at(self, position: int) -> int | None:
        """The word that covers a place in the text (never a quotation)."""
        for index, atom in enumerate(self.atoms):
            if atom.start <= position < atom.end:
                return index if atom.kind is AtomKind.WORD else None
        return None

    def raw(self, source: Range, cue: Range, lemma: str, confidence: float) -> Raw:
        """A new attribution still without content."""
        return Raw(
            unit=self.number,
            source=self.span(source),
            cue=self.span(cue),
            content=[],
            lemma=lemma,
            confidence=confidence,
            atoms=self.atoms[source[0] : source[1]],
        )

    def add(
        self, source: Range, cue: Range, content: list[Range], lemma: str, confidence: float
    ) -> None:
        """Take down an attribution, if there is anything in its content."""
        spans = sorted(self.span(part) for part in content if part[0] < part[1])
        if spans:
            raw = self.raw(source, cue, lemma, confidence)
            raw.content.extend(spans)
            self.found.append(raw)

    def last_source(self) -> Range | None:
        """Whoever spoke last in this unit."""
        for raw in reversed(self.found):
            if raw.source is not None:
                return self.range_of(raw.source)
        return None

    def is_fresh(self, quote: int) -> bool:
        """Whether no attribution has taken the quotation yet."""
        at = self.atoms[quote].start
        return not any(s.start <= at < s.end for raw in self.found for s in raw.content)

    def overlaps(self, start: int) -> bool:
        """Whether content found so far reaches past the atom."""
        at = self.atoms[start].start
        return any(span.end > at for raw in self.found for span in raw.content)
