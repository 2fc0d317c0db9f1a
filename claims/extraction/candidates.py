"""Which passages are proposed for checking.

One candidate for each sentence of an attributed content, and one for each sentence of the
reporter that asserts something. A candidate never crosses a sentence boundary.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from claims.extraction.anonymity import find_reason, refers_back
from claims.extraction.cues import CUES, Use
from claims.extraction.furniture import is_heading
from claims.extraction.kinds import kind_of
from claims.extraction.passage import Raw
from claims.extraction.people import People
from claims.extraction.quantities import hedges_in, quantities_in
from claims.extraction.quotes import without_marks
from claims.extraction.schema import Attribution, Candidate, Form, Kind, Span, Speaker, SpeakerKind
from claims.extraction.scoring import score
from claims.extraction.sentences import trimmed
from claims.extraction.statements import left_open, said_by, stand_alone
from claims.extraction.units import Unit

_CLAUSAL = (Use.SPEECH, Use.ADDRESSED, Use.THOUGHT)
_LETTER = re.compile(r"[^\W\d_]{2}")
_FRAGMENT_WORDS = 5
_SHORTEST = 3
_REQUESTS = frozenset({"ask", "urge", "demand", "propose", "recommend"})
_ENDS = frozenset(",.?!")
_NO_CLAUSE = frozenset({"about", "of", "for", "whether", "how", "what"})
_EMPTY = frozenset({"which", "that", "what", "who", "this", "it", "so", "him", "her", "them"})
_OBJECTS = frozenset({"him", "them", "me", "us", "himself", "herself", "themselves"})
_LONGEST = 1500


class CandidateFinder:
    """Proposes the candidates of one story."""

    def __init__(
        self,
        text: str,
        units: Sequence[Unit],
        raws: Sequence[Raw],
        attributions: Sequence[Attribution],
        people: People,
        worth: Callable[[int, int], float],
    ) -> None:
        self._worth = worth
        self._text = text
        self._units = units
        self._raws = raws
        self._attributions = attributions
        self._people = people
        self._found: dict[Span, Candidate] = {}

    def find(self) -> tuple[Candidate, ...]:
        """Candidates in the order of the text, one for each span."""
        by_unit: dict[int, list[tuple[Span, int]]] = {}
        starts = [unit.start for unit in self._units]
        for index, raw in enumerate(self._raws):
            for piece in raw.content:
                number = raw.unit
                if piece.start < starts[raw.unit] or piece.start >= self._units[raw.unit].end:
                    number = self._unit_of(starts, piece.start)
                direct = self._attributions[index].form is Form.DIRECT
                inner = without_marks(self._text, piece) if direct else piece
                by_unit.setdefault(number, []).append((inner, index))
        for number, unit in enumerate(self._units):
            self._unit(unit, by_unit.get(number, []))
        return tuple(sorted(self._found.values(), key=lambda c: (c.start, c.end)))

    @staticmethod
    def _unit_of(starts: Sequence[int], position: int) -> int:
        low, high = 0, len(starts)
        while low < high:
            middle = (low + high) // 2
            if starts[middle] <= position:
                low = middle + 1
            else:
                high = middle
        return max(0, low - 1)

    def _unit(self, unit: Unit, pieces: Sequence[tuple[Span, int]]) -> None:
        for sentence in unit.sentences:
            inside = [
                (Span(max(piece.start, sentence.start), min(piece.end, sentence.end)), index)
                for piece, index in pieces
                if piece.start < sentence.end
                and piece.end > sentence.start
                and self._text[piece.start : piece.end].lower() not in _EMPTY
            ]
            outer = self._outermost(inside)
            if outer:
                for span, index in outer:
                    self._attributed(sentence, span, index)
            else:
                self._reporter(sentence)

    def _outermost(self, inside: Sequence[tuple[Span, int]]) -> list[tuple[Span, int]]:
        """Without what stands inside a longer content of the same sentence."""
        kept: list[tuple[Span, int]] = []
        for span, index in sorted(inside, key=lambda one: (one[0].start, -one[0].end)):
            if not any(k.start <= span.start and span.end <= k.end for k, _ in kept):
                kept.append((span, index))
        return kept

    def _attributed(self, sentence: Span, span: Span, index: int) -> None:
        attribution, raw = self._attributions[index], self._raws[index]
        span = trimmed(self._text, *span)
        quoted = attribution.form is Form.DIRECT
        passage = self._text[span.start : span.end]
        whole = self._text[sentence.start : sentence.end]
        fragment = self._is_fragment(passage, raw, quoted)
        if fragment and raw.confidence < 0.5 and not any(q in whole for q in '"“”'):
            self._reporter(sentence)
            return
        if fragment:
            span, passage, quoted = sentence, whole, False
        elif not quoted and passage.startswith("that "):
            span = Span(span.start + 5, span.end)
            span = trimmed(self._text, *span)
            passage = self._text[span.start : span.end]
        if not fragment:
            span = self._without_tail(span)
            passage = self._text[span.start : span.end]
        own = None if fragment or quoted else self._own(attribution, sentence, span)
        self._propose(span, passage, raw.lemma, index, whole, own, quoted=quoted)

    def _without_tail(self, span: Span) -> Span:
        """Without the comma that only led over to who said it."""
        end = span.end
        while end > span.start + 1 and self._text[end - 1] in ",;:–— ":
            end -= 1
        return Span(span.start, end)

    def _own(self, attribution: Attribution, sentence: Span, span: Span) -> Speaker | None:
        """The one person a pronoun in the reported words can mean."""
        if len(attribution.speakers) != 1 or attribution.speakers[0].kind is not SpeakerKind.PERSON:
            return None
        speaker = attribution.speakers[0]
        others = self._people.named_between(sentence.start, span.start) - {speaker.name}
        return None if others else speaker

    @staticmethod
    def _is_fragment(passage: str, raw: Raw, quoted: bool) -> bool:
        """Whether the content says nothing without its clause ("reckless", to resign)."""
        words = passage.split()
        cue = CUES.get(raw.lemma)
        if raw.lemma == "deny" or (raw.lemma in _REQUESTS and not quoted):
            return True  # without its verb the content would assert what is denied or asked for
        if words and words[0].lower() in _OBJECTS:
            return True  # him getting none of his wishes
        if quoted:
            complete = passage[:1].isupper() and passage.rstrip("’'”\"")[-1:] in _ENDS
            return len(words) < _FRAGMENT_WORDS and not complete
        if passage.startswith("to ") or len(words) < _SHORTEST:
            return True
        if raw.lemma in {"according", ":", "—", ""}:
            return False
        if cue is None or cue.use not in _CLAUSAL or raw.confidence < 0.5:
            return not passage.startswith("that ")
        return words[0].endswith("ing") or words[0] in _NO_CLAUSE

    def _reporter(self, sentence: Span) -> None:
        passage = self._text[sentence.start : sentence.end]
        if is_heading(passage) or (
            find_reason(self._text, *sentence) and refers_back(self._text, *sentence)
        ):
            return
        self._propose(sentence, passage, "", None, passage, None, quoted=False)

    def _propose(
        self,
        span: Span,
        passage: str,
        lemma: str,
        index: int | None,
        whole: str,
        own: Speaker | None,
        *,
        quoted: bool,
    ) -> None:
        too_long = span.end - span.start > _LONGEST
        if span.start >= span.end or span in self._found or too_long or not _LETTER.search(passage):
            return
        if len(passage.split()) < (_SHORTEST if index is None else 2):
            return
        attribution = self._attributions[index] if index is not None else None
        kind = kind_of(passage, whole=whole, lemma=lemma)
        value, explanation = score(
            passage, kind, attributed=attribution is not None, chance=self._worth(*span)
        )
        statement = stand_alone(passage, own, self._people, quoted=quoted)
        if kind is Kind.NO_COMMENT:
            explanation = "says that nothing was said"
        speakers = attribution.speakers if attribution is not None else ()
        alone = passage != whole  # else the statement names its speaker itself
        self._found[span] = Candidate(
            span.start,
            span.end,
            statement,
            kind,
            value,
            index,
            explanation,
            said=said_by(statement, speakers, quoted=quoted) if alone or quoted else "",
            unresolved=left_open(statement, known=bool(speakers)),
            hedges=hedges_in(passage),
            quantities=quantities_in(self._text, span),
        )
