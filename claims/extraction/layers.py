"""What somebody said that somebody else had said.

In *X said that Y said* the tagger finds the outer layer only. Inside each sentence of what X
said, this reads the one shape that is certain: it opens with a source that is no pronoun, a
verb of saying follows, and a clause after that. Anything else stays one layer.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from claims.extraction.contents import past_circumstance
from claims.extraction.cues import ADVERBS, CUES, Cue, Use
from claims.extraction.fragments import has_finite_verb
from claims.extraction.passage import Passage, Raw
from claims.extraction.phrases import Range, phrase_after
from claims.extraction.quotes import Quote
from claims.extraction.schema import Span
from claims.extraction.sentences import trimmed
from claims.extraction.units import Unit, atoms_of
from claims.extraction.words import DETERMINERS, PLURAL_HEADS, PRONOUNS, listed

_OPENING = "\"'“”‘’«»„,"
_SKIPPED = listed("that , and but because “ ‘ « \" '")
_BEFORE_VERB = (ADVERBS - listed("not never all both each")) | {"has", "have", "had"}
_NO_SPEECH = listed("ask wonder deny indicate point hint imply propose cite signal vow")
_LISTENERS = listed("me us him her them you")
_LISTENER_REACH = 8
_SHORTEST = 3
_MARKS = ",;:.?!”’»\"' "
_TRUST = 0.9  # of the confidence in the outer layer


@dataclass(frozen=True, slots=True)
class Inner:
    """An attribution inside the content of another, by the place of that one."""

    raw: Raw
    within: int


def find_inner(
    text: str, units: Sequence[Unit], raws: Sequence[Raw], quotes: Sequence[Quote]
) -> list[Inner]:
    """The second layers of a story, in the order of the first."""
    found: list[Inner] = []
    starts = [unit.start for unit in units]
    quote_starts = [quote.start for quote in quotes]
    for index, raw in enumerate(raws):
        if raw.cue is None:
            continue
        for piece in raw.content:
            number = max(0, bisect_left(starts, piece.start + 1) - 1)
            for part in _sentences(units[number], piece):
                low = bisect_left(quote_starts, part.start)
                inside = quotes[low : bisect_left(quote_starts, part.end)]
                held = [q for q in inside if q.end <= part.end and q.start > piece.start]
                inner = _read(text, number, units[number], part, held)
                if inner is not None:
                    inner.confidence = round(raw.confidence * _TRUST, 3)
                    found.append(Inner(inner, index))
    return found


def _sentences(unit: Unit, piece: Span) -> Iterator[Span]:
    for sentence in unit.sentences:
        start, end = max(piece.start, sentence.start), min(piece.end, sentence.end)
        if start < end:
            yield Span(start, end)


def _read(text: str, number: int, unit: Unit, part: Span, quotes: Sequence[Quote]) -> Raw | None:
    """The second layer that one sentence of a content opens with."""
    start = part.start
    while start < part.end and text[start] in _OPENING and not _opens(start, quotes):
        start += 1
    atoms = atoms_of(text, start, part.end, list(quotes))
    passage = Passage(number, replace(unit, atoms=atoms), text)
    begin = 0
    while passage.low(begin) in _SKIPPED and not passage.is_quote(begin):
        begin += 1
    source = phrase_after(atoms, begin, appositive=False)
    if source is None or not _is_named(passage, source):
        return None
    verb = source[1]
    while passage.low(verb) in _BEFORE_VERB:
        verb += 1
    cue = CUES.get(passage.low(verb))
    if cue is None or not cue.finite or cue.lemma in _NO_SPEECH:
        return None
    content = _content(passage, verb + 1, cue)
    if content is None:
        return None
    span = _stripped(text, content, part.end)
    told = text[span.start : span.end]
    if len(told.split()) < _SHORTEST:
        return None
    if not any(passage.low(i) in {"that", ":"} for i in range(verb + 1, passage.end)) and not (
        passage.is_quote(verb + 1) or passage.is_quote(verb + 2) or has_finite_verb(told)
    ):
        return None  # conceded four days of leave: an object, no words of theirs
    inner = passage.raw(source, (source[1], verb + 1), cue.lemma, 0.0)
    inner.content.append(span)
    return inner


def _opens(position: int, quotes: Sequence[Quote]) -> bool:
    return any(quote.start == position for quote in quotes)


def _is_named(passage: Passage, source: Range) -> bool:
    """Whether the words name a source by themselves: whom a pronoun means would be a guess."""
    atoms = passage.atoms[source[0] : source[1]]
    if any(atom.low in PRONOUNS for atom in atoms):
        return False
    first = atoms[0]
    if first.low in DETERMINERS - {"this", "that", "these", "those"} and len(atoms) > 1:
        return True
    return atoms[-1].is_cap or atoms[-1].low in PLURAL_HEADS


def _content(passage: Passage, position: int, cue: Cue) -> int | None:
    """Where the words reported by the inner verb start; None where no clause follows."""
    if cue.use is Use.ADDRESSED:
        return _after_listener(passage, position)
    if cue.use is not Use.SPEECH:
        return None
    position = past_circumstance(passage, position, cue)
    if passage.low(position) in {"that", ":"} or passage.low(position) == ",":
        position += 1
    rest = passage.atoms[position : passage.end]
    # "… and that …" may go on with what either of the two said.
    further = any(a.low in {"and", "but"} and b.low == "that" for a, b in pairwise(rest))
    return rest[0].start if rest and not further else None


def _after_listener(passage: Passage, position: int) -> int | None:
    """Past whom they told: a pronoun, or anybody as far as "that" or a quotation."""
    if passage.low(position) in _LISTENERS:
        position += 1
    else:
        reach = range(position, min(passage.end, position + _LISTENER_REACH))
        marks = (i for i in reach if passage.low(i) in {"that", ":"} or passage.is_quote(i))
        found = next(marks, None)
        if found is None:
            return None
        position = found
    while passage.low(position) in {"that", ":", ","}:
        position += 1
    return passage.atoms[position].start if position < passage.end else None


def _stripped(text: str, start: int, end: int) -> Span:
    while start < end and text[start] in _OPENING:
        start += 1
    while end > start and text[end - 1] in _MARKS:
        end -= 1
    return trimmed(text, start, end)
