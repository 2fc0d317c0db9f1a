"""Which passages are proposed for checking.

One candidate for each sentence of an attributed content, and one for each sentence of the
reporter that asserts something. A candidate never crosses a sentence boundary.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from itertools import pairwise

from claims.extraction.anonymity import find_reason, refers_back
from claims.extraction.assembly import Assembled
from claims.extraction.fragments import has_finite_verb, is_argument_of, is_fragment
from claims.extraction.furniture import is_heading
from claims.extraction.kinds import kind_of
from claims.extraction.people import People
from claims.extraction.quantities import hedges_in, quantities_in
from claims.extraction.quotes import without_marks
from claims.extraction.schema import Attribution, Candidate, Form, Kind, Span, Speaker, SpeakerKind
from claims.extraction.scoring import score
from claims.extraction.sentences import trimmed
from claims.extraction.statements import left_open, said_by, stand_alone
from claims.extraction.units import Unit

Placed = tuple[Span, int]
_LETTER = re.compile(r"[^\W\d_]{2}")
_BULLET = re.compile(r"[•⁃‣▪·*][ \u00a0\t]*")
_LEAD_IN = re.compile(r"(?:What|How|Why|Where|When|Who|Here)\b")  # What it means for you:
_DANGLING = re.compile(r",? (?:even as|as|while|and|but|although|though|because|when)$")
_SHORTEST = 3
_EMPTY = frozenset({"which", "that", "what", "who", "this", "it", "so", "him", "her", "them"})
_LONGEST = 1500


class CandidateFinder:
    """Proposes the candidates of one story."""

    def __init__(
        self,
        text: str,
        units: Sequence[Unit],
        told: Assembled,
        people: People,
        worth: Callable[[int, int], float],
    ) -> None:
        self._worth = worth
        self._text = text
        self._units = units
        self._raws = told.raws
        self._attributions = told.attributions
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
                and not self._names_source(piece, index)
            ]
            layered = self._joined(self._layered(self._outermost(inside)))
            if layered:
                self._said(sentence, layered)
            else:
                self._reporter(sentence)

    def _names_source(self, piece: Span, index: int) -> bool:
        """Whether the tagger took the words for who speaks as for what is said."""
        source = self._raws[index].source
        return source is not None and source.start <= piece.start and piece.end <= source.end

    def _outermost(self, inside: Sequence[Placed]) -> list[Placed]:
        """Without what stands inside a longer content of the same sentence."""
        kept: list[Placed] = []
        for span, index in sorted(inside, key=lambda one: (one[0].start, -one[0].end)):
            inner = self._attributions[index].within is not None
            if inner or not any(k.start <= span.start and span.end <= k.end for k, _ in kept):
                kept.append((span, index))
        return kept

    def _layered(self, kept: Sequence[Placed]) -> list[Placed]:
        """Of what X said that Y said, only the words of Y."""
        told = {self._attributions[index].within for _, index in kept}
        return [(span, index) for span, index in kept if index not in told]

    def _joined(self, placed: Sequence[Placed]) -> list[Placed]:
        """With what the tagger cut at a comma put together again: "… last year, the most ever"."""
        joined: list[Placed] = []
        for span, index in placed:
            before = joined[-1] if joined else None
            if before is not None and before[1] == index:
                between = self._text[before[0].end : span.start]
                direct = self._attributions[index].form is Form.DIRECT
                if not direct and between.strip(" ") in {"", ","}:
                    joined[-1] = (Span(before[0].start, span.end), index)
                    continue
            joined.append((span, index))
        return joined

    def _said(self, sentence: Span, placed: Sequence[Placed]) -> None:
        """Propose what is said in a sentence: its passages, or all of it for a fragment."""
        broken = {index for span, index in placed if self._is_fragment(span, index)}
        broken |= self._interrupted(placed)
        good = [one for one in placed if one[1] not in broken]
        pieces = [one for one in placed if one[1] in broken & self._direct(placed)]
        pieces = [one for one in pieces if not self._is_fragment(*one)]
        for span, index in [*good, *pieces]:
            self._attributed(sentence, span, index)
        # What is left of the sentence is told by its candidates if they are most of it.
        covered = sum(span.end - span.start for span, _ in [*good, *pieces])
        if broken and 2 * covered <= sentence.end - sentence.start:
            self._sentence(sentence, min(broken))

    def _is_fragment(self, span: Span, index: int) -> bool:
        raw, passage = self._raws[index], self._text[span.start : span.end]
        if is_fragment(passage, raw, quoted=self._attributions[index].form is Form.DIRECT):
            return True
        if raw.cue is None:
            return False
        printed = self._text[raw.cue.start : raw.cue.end]
        return is_argument_of(passage, printed, before=raw.cue.start == span.end + 1)

    def _interrupted(self, placed: Sequence[Placed]) -> set[int]:
        """Attributions whose verb cuts a clause in two: the museum, *she said*, was added."""
        cut: set[int] = set()
        for (left, one), (right, other) in pairwise(placed):
            cue = self._raws[one].cue
            if one == other and cue is not None and left.end <= cue.start < right.start:
                cut.add(one)
        return cut - self._direct(placed)

    def _direct(self, placed: Sequence[Placed]) -> set[int]:
        return {index for _, index in placed if self._attributions[index].form is Form.DIRECT}

    def _sentence(self, sentence: Span, index: int) -> None:
        """Propose a whole sentence in the place of a fragment of it."""
        whole = self._text[sentence.start : sentence.end]
        raw = self._raws[index]
        if raw.confidence < 0.5 and not any(q in whole for q in '"“”'):
            self._reporter(sentence)
        else:
            self._propose(sentence, whole, raw.lemma, index, whole, None, quoted=False)

    def _attributed(self, sentence: Span, span: Span, index: int) -> None:
        attribution, raw = self._attributions[index], self._raws[index]
        span = trimmed(self._text, *span)
        quoted = attribution.form is Form.DIRECT
        if not quoted and self._text.startswith("that ", span.start, span.end):
            span = trimmed(self._text, span.start + 5, span.end)
        span = self._without_tail(span)
        if not quoted and (dangling := _DANGLING.search(self._text, *span)):
            span = self._without_tail(Span(span.start, dangling.start()))
        passage = self._text[span.start : span.end]
        whole = self._text[sentence.start : sentence.end]
        own = None if quoted else self._own(attribution, sentence, span)
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
        if attribution.source and attribution.source[0].start > span.start:
            return None  # "he told him that, Otis said": he may be anybody
        speaker = attribution.speakers[0]
        others = self._people.named_between(sentence.start, span.start) - {speaker.name}
        return None if others else speaker

    def _reporter(self, sentence: Span) -> None:
        bullet = _BULLET.match(self._text, *sentence)
        if bullet is not None:
            sentence = Span(bullet.end(), sentence.end)
        passage = self._text[sentence.start : sentence.end]
        leads_in = passage.endswith(":") and (
            _LEAD_IN.match(passage) is not None or not has_finite_verb(passage)
        )
        if (
            leads_in
            or is_heading(passage)
            or (find_reason(self._text, *sentence) and refers_back(self._text, *sentence))
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
        kind = kind_of(passage, whole=whole, lemma=lemma, quoted=quoted)
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
            said=said_by(statement, speakers, quoted=quoted, told_by=self._told_by(attribution))
            if alone or quoted
            else "",
            unresolved=left_open(statement, known=bool(speakers)),
            hedges=hedges_in(passage),
            quantities=quantities_in(self._text, span),
        )

    def _told_by(self, attribution: Attribution | None) -> tuple[Speaker, ...] | None:
        """Who says that it was said; None where the story itself does."""
        if attribution is None or attribution.within is None:
            return None
        return self._attributions[attribution.within].speakers
