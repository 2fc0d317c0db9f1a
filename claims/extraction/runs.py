"""Quotations that nobody introduces on the spot.

A quotation that runs on belongs to whoever was speaking, as long as nobody else comes
between; one over several paragraphs belongs to the one cue; one that nothing ties to anybody
stays without a speaker.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping, Sequence

from claims.extraction.attribution import read_unit
from claims.extraction.cues import CUES, Use
from claims.extraction.fusion import fuse, kept_apart
from claims.extraction.passage import Passage, Raw
from claims.extraction.quotes import Quote, is_speech_like
from claims.extraction.schema import Span
from claims.extraction.units import AtomKind, Unit

_SPEAKING = (Use.SPEECH, Use.QUOTED, Use.ADDRESSED, Use.THOUGHT)
_SAME_PARAGRAPH = 0.7
_NEXT_PARAGRAPH = 0.6
_NOBODY = 0.4


def find_raws(text: str, units: Sequence[Unit], tagged: Mapping[int, Sequence[Raw]]) -> list[Raw]:
    """Every attribution of the story, in order, before speakers are resolved.

    ``tagged`` is what the tagger found, by unit.
    """
    runs = _Runs(text, units, tagged)
    for number in range(len(units)):
        runs.read(number)
    apart = kept_apart(text, runs.found)
    return sorted(apart, key=lambda raw: (raw.start, raw.content[-1].end))


class _Runs:
    """Follows who is speaking from unit to unit."""

    def __init__(
        self, text: str, units: Sequence[Unit], tagged: Mapping[int, Sequence[Raw]]
    ) -> None:
        self.found: list[Raw] = []
        self._text = text
        self._units = units
        self._tagged = tagged
        self._reaching = _reaching(units, tagged)  # what is said here by a cue elsewhere
        self._last: Raw | None = None  # who was speaking
        self._last_unit = -1  # where they were last heard
        self._lead: Raw | None = None  # "Hale replied:" at the end of the paragraph before
        self._waiting: list[Raw] = []  # quotations whose cue may come paragraphs later

    def read(self, number: int) -> None:
        """Take in one unit."""
        unit = self._units[number]
        passage = read_unit(number, unit, self._text)
        passage.found = fuse(passage.found, self._tagged.get(number, ()))
        self._announced(number, unit, passage)
        for quote in unit.quotes:
            owner = _covering([*passage.found, *self._reaching.get(number, ())], quote)
            if owner is not None:
                self._settle(owner, quote)
                if owner.unit != number and _speaks(owner):
                    self._last, self._last_unit = owner, number
            elif not (quote.chained and self._goes_on(number, quote)):
                self._loose(number, unit, quote, attributed=bool(passage.found))
        self.found.extend(passage.found)
        speaking = [raw for raw in passage.found if _speaks(raw)]
        if speaking:
            self._last = max(speaking, key=lambda raw: (raw.confidence, raw.start))
            self._last_unit = number

    def _announced(self, number: int, unit: Unit, passage: Passage) -> None:
        """Give the first quotation to the sentence that announced it with a colon."""
        lead, self._lead = self._lead, passage.lead
        if lead is not None and lead.unit == number - 1 and unit.quotes and not passage.found:
            first = unit.quotes[0]
            if _covering(self._reaching.get(number, ()), first) is not None:
                return
            lead.content.append(Span(first.start, first.end))
            lead.unit = number
            passage.found.append(lead)

    def _settle(self, owner: Raw, quote: Quote) -> None:
        """Give the paragraphs of a long quotation to the cue that comes at its end."""
        if quote.chained:
            for raw in self._waiting:
                owner.content.extend(raw.content)
                self.found.remove(raw)
            owner.content.sort()
        self._waiting.clear()

    def _goes_on(self, number: int, quote: Quote) -> bool:
        """Add a further paragraph of a quotation to the paragraphs before."""
        if self._waiting:
            self._waiting[-1].content.append(Span(quote.start, quote.end))
            if quote.closed:
                self._waiting.clear()
            return True
        if self._last is not None and self._last_unit >= number - 1:
            self._last.content.append(Span(quote.start, quote.end))
            self._last_unit = number
            return True
        return False

    def _loose(self, number: int, unit: Unit, quote: Quote, *, attributed: bool) -> None:
        """A quotation without a cue: somebody running on, nobody in particular, or no speech."""
        if attributed or not is_speech_like(self._text, quote):
            return
        alone = _only_quotes(unit)
        if alone and self._runs_on(number, unit, quote):
            return
        if alone or _introduced(self._text, unit, quote):
            raw = Raw(number, None, None, [Span(quote.start, quote.end)], "", _NOBODY)
            self.found.append(raw)
            if not quote.closed:
                self._waiting = [raw]

    def _runs_on(self, number: int, unit: Unit, quote: Quote) -> bool:
        """Whether whoever spoke in the sentence before goes on speaking."""
        last = self._last
        if last is None or self._last_unit not in (number - 1, number):
            return False
        same_paragraph = self._units[self._last_unit].paragraph == unit.paragraph
        direct = _is_direct(last, self._units[last.unit])
        if same_paragraph and direct:
            last.content.append(Span(quote.start, quote.end))
        elif same_paragraph or direct:
            confidence = _SAME_PARAGRAPH if same_paragraph else _NEXT_PARAGRAPH
            self._last = _continued(number, quote, last, confidence)
            self.found.append(self._last)
        else:
            return False
        self._last_unit = number
        return True


def _reaching(units: Sequence[Unit], tagged: Mapping[int, Sequence[Raw]]) -> dict[int, list[Raw]]:
    """Attributions by the units other than their own that their content lies in."""
    starts = [unit.start for unit in units]
    found: dict[int, list[Raw]] = {}
    for raws in tagged.values():
        for raw in raws:
            for number in {bisect_right(starts, piece.start) - 1 for piece in raw.content}:
                if number != raw.unit:
                    found.setdefault(number, []).append(raw)
    return found


def _covering(raws: Sequence[Raw], quote: Quote) -> Raw | None:
    for raw in raws:
        if any(s.start <= quote.start and quote.end <= s.end for s in raw.content):
            return raw
    return None


def _speaks(raw: Raw) -> bool:
    cue = CUES.get(raw.lemma)
    return raw.lemma in {":", "—", "according"} or (cue is not None and cue.use in _SPEAKING)


def _only_quotes(unit: Unit) -> bool:
    """Whether the unit is nothing but quotations (and marks between them)."""
    return all(atom.kind in (AtomKind.QUOTE, AtomKind.PUNCT) for atom in unit.atoms)


def _introduced(text: str, unit: Unit, quote: Quote) -> bool:
    """Whether a quotation opens its sentence or follows a mark that leads into one."""
    before = text[unit.start : quote.start].rstrip()
    return not before or before[-1] in ":—–.?!"


def _is_direct(raw: Raw, unit: Unit) -> bool:
    marks = {(quote.start, quote.end) for quote in unit.quotes}
    return any((s.start, s.end) in marks for s in raw.content)


def _continued(number: int, quote: Quote, last: Raw, confidence: float) -> Raw:
    """The same speaker and cue with the words of a further quotation."""
    return Raw(
        unit=number,
        source=last.source,
        cue=last.cue,
        content=[Span(quote.start, quote.end)],
        lemma=last.lemma,
        confidence=min(confidence, last.confidence),
        atoms=last.atoms,
        follows=last,
    )
