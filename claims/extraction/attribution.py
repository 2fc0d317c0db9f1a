"""Who speaks beside a quotation, and the few shapes that have no reporting verb.

Each unit is read from left to right, verb by verb. A rule answers only where the words
around quotation marks have a shape it knows; everything else is left to the tagger.
"""

from __future__ import annotations

from claims.extraction import shapes
from claims.extraction.anonymity import gives_reason
from claims.extraction.contents import quote_after, starts_clause
from claims.extraction.cues import ADVERBS, AUXILIARIES, CUES, INVERTING, Cue, Use
from claims.extraction.passage import END, Passage
from claims.extraction.phrases import Range, phrase_after
from claims.extraction.subjects import (
    beside_quote,
    is_noun_here,
    is_plural,
    is_reporting,
    subject_of,
)
from claims.extraction.units import AtomKind, Unit
from claims.extraction.words import OPENERS

_QUOTING = (Use.SPEECH, Use.QUOTED, Use.ADDRESSED, Use.THOUGHT)
_BESIDE_QUOTE = 0.95
_LEADS_ON = 0.85
_LEAD_REACH = 25


def read_unit(number: int, unit: Unit, text: str) -> Passage:
    """Find the attributions of one unit."""
    passage = Passage(number, unit, text)
    shapes.silence(passage)
    for index in range(passage.end):
        atom = passage.atoms[index]
        if atom.low == "quoted" and passage.low(index - 1) in {"was", "were", "is"}:
            shapes.quoted_as_saying(passage, index)
        elif atom.text == ":":
            shapes.colon(passage, index)
        elif atom.text in shapes.DASHES:
            shapes.dash(passage, index)
        elif atom.kind is AtomKind.WORD and not atom.is_cap and atom.low in CUES:
            _verb(passage, index, CUES[atom.low])
    return passage


def _verb(passage: Passage, index: int, cue: Cue) -> None:
    """Read one reporting verb with everything that belongs to it."""
    at = passage.atoms[index].start
    taken = (s for raw in passage.found for s in (raw.cue, raw.source) if s)
    if any(s.start <= at < s.end for s in taken) or gives_reason(passage.text, at):
        return
    start = index
    while start > 0 and passage.low(start - 1) in AUXILIARIES | ADVERBS:
        start -= 1
    before = [a.low for a in passage.atoms[start:index]]
    if not is_reporting(passage, index, start, cue, before):
        return
    if cue.participle and not any(word in AUXILIARIES for word in before):
        return
    if _inverted(passage, index, cue):
        return
    leads = passage.low(passage.end - 1) == ":"
    if cue.use is Use.QUOTED and not leads and not beside_quote(passage, index, start):
        return
    source = subject_of(passage, start)
    if source is None or (not before and is_noun_here(passage, index, source)):
        return
    if not cue.finite and not before and cue.lemma != "say" and not is_plural(passage, source):
        return
    verb = (start, index + 1)
    if not _leads_on(passage, source, verb, cue):
        _after_quote(passage, source, verb, cue)


def _inverted(passage: Passage, index: int, cue: Cue) -> bool:
    """“…,” said the mayor; also “…,” the mayor told reporters is not this."""
    if cue.lemma not in INVERTING or not cue.finite or index == 0:
        return False
    before = index - 1
    while before > 0 and passage.atoms[before].text in {",", "—", "–"}:
        before -= 1
    if not passage.is_quote(before):
        return False
    source = phrase_after(passage.atoms, index + 1)
    if source is None:
        return False
    content = [(before, before + 1), *quote_after(passage, source[1])]
    passage.add(source, (index, index + 1), _stretch(passage, content), cue.lemma, _BESIDE_QUOTE)
    return True


def _stretch(passage: Passage, content: list[Range]) -> list[Range]:
    """Join the reporter's lead-in to a quotation that completes it (Still, “…”)."""
    begin, end = content[0]
    start = begin
    while start > 0 and not passage.is_quote(start - 1) and begin - start < 30:
        if passage.atoms[start - 1].text in END:
            break
        start -= 1
    lead = passage.atoms[start:begin]
    opener = len(lead) == 1 and (lead[0].low in OPENERS or lead[0].kind is AtomKind.PUNCT)
    if lead and not opener and lead[-1].text not in {":", ","} and not passage.overlaps(start):
        quote = passage.atoms[begin].quote
        if quote is not None and quote.end - quote.start < 200:
            return [(start, end), *content[1:]]
    return content


def _leads_on(passage: Passage, source: Range, verb: Range, cue: Cue) -> bool:
    """Whether the sentence stops at a colon and leaves the words to the next paragraph."""
    rest = range(verb[1], passage.end)
    if passage.low(passage.end - 1) != ":" or cue.use not in _QUOTING or len(rest) > _LEAD_REACH:
        return False
    if any(passage.is_quote(index) for index in rest):
        return False
    passage.lead = passage.raw(source, verb, cue.lemma, _LEADS_ON)
    return True


def _after_quote(passage: Passage, source: Range, verb: Range, cue: Cue) -> None:
    """“We lost,” the mayor said, “and that is that.”"""
    left = source[0] - 1
    while left > 0 and passage.low(left) == ",":
        left -= 1
    if cue.use not in _QUOTING or not passage.is_quote(left) or not passage.is_fresh(left):
        return
    later = quote_after(passage, verb[1])
    if not later and starts_clause(passage, verb[1], cue):
        return
    content = _stretch(passage, [(left, left + 1), *later])
    passage.add(source, verb, content, cue.lemma, _BESIDE_QUOTE)
