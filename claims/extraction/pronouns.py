"""Whom "he", "she" and "they" can mean."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from claims.extraction.names import PERSON_NOUNS, TITLE_NOUNS
from claims.extraction.passage import Raw
from claims.extraction.people import People, gender_of
from claims.extraction.schema import Span, Speaker, SpeakerKind
from claims.extraction.units import Atom, Unit

GENDERS = {"he": "m", "she": "f", "he's": "m", "she's": "f"}
_SURE = 0.5
_ASIDE = re.compile(r"(?:\s?\([^()]{0,40}\))?,?\s")


@dataclass(frozen=True, slots=True)
class _Turn:
    """Who spoke in which paragraph."""

    paragraph: int
    start: int
    speakers: tuple[Speaker, ...]


class Turns:
    """Who has been speaking, and who has been mentioned since."""

    def __init__(
        self, text: str, units: Sequence[Unit], people: People, raws: Sequence[Raw]
    ) -> None:
        self._text = text
        self._units = units
        self._people = people
        self._turns: list[_Turn] = []
        self._appositives = _merged(s for p in people.by_name.values() for s in p.appositives)
        self._contents = _merged(s for raw in raws if raw.confidence >= _SURE for s in raw.content)
        self._starts = [mention[0] for mention in people.mentions]
        self._learnt: dict[str, str] = {}

    def learn(self, source: Iterable[Atom], speakers: tuple[Speaker, ...]) -> None:
        """Note what "she" or "the congressman", already resolved, says of a person's gender."""
        if len(speakers) != 1:
            return
        for atom in source:
            gender = GENDERS.get(atom.low) or _gender_of_noun(atom.low)
            if gender:
                self._learnt.setdefault(speakers[0].name, gender)

    def _may_be(self, speaker: Speaker, gender: str) -> bool:
        return (gender_of(speaker) or self._learnt.get(speaker.name, "")) in ("", gender)

    def add(self, unit: int, start: int, speakers: tuple[Speaker, ...]) -> None:
        """Note who speaks, in the order of the text."""
        self._turns.append(_Turn(self._units[unit].paragraph, start, speakers))

    def paragraph_start(self, unit: int, paragraph: int) -> int:
        """Where ``paragraph``, the unit's own or an earlier one, begins."""
        while unit > 0 and self._units[unit - 1].paragraph >= paragraph:
            unit -= 1
        return self._units[unit].start

    def plural(self, unit: int) -> tuple[Speaker, ...]:
        """ "they": only a joint or unnamed speaker of the same paragraph."""
        if not self._turns:
            return ()
        last = self._turns[-1]
        plural = len(last.speakers) > 1 or any(s.kind is SpeakerKind.UNNAMED for s in last.speakers)
        return last.speakers if plural and last.paragraph == self._units[unit].paragraph else ()

    def neuter(self, unit: int) -> tuple[Speaker, ...]:
        """ "it": only an organisation that spoke last, in the same paragraph."""
        if not self._turns:
            return ()
        last = self._turns[-1]
        alone = len(last.speakers) == 1 and last.speakers[0].kind is SpeakerKind.ORGANISATION
        return last.speakers if alone and last.paragraph == self._units[unit].paragraph else ()

    def relative(self, who: Atom) -> tuple[Speaker, ...]:
        """ "…, who said": the person mentioned just before."""
        index = bisect_left(self._starts, who.start) - 1
        if index < 0:
            return ()
        _, end, person = self._people.mentions[index]
        return (person.speaker(),) if _ASIDE.fullmatch(self._text, end, who.start) else ()

    def singular(self, pronoun: Atom, unit: int) -> tuple[Speaker, ...]:
        """ "he" or "she", if the last lines name one fitting person only."""
        gender = GENDERS[pronoun.low]
        here = self._units[unit]
        opens = unit == 0 or self._units[unit - 1].paragraph != here.paragraph
        reach = here.paragraph - 1 if opens else here.paragraph
        names: dict[str, Speaker] = {}
        turn = self._turns[-1] if self._turns else None
        if turn is not None and turn.start < pronoun.start and turn.paragraph >= reach:
            if len(turn.speakers) != 1:
                return ()
            begin, only = turn.start, turn.speakers[0]
            if only.kind is not SpeakerKind.ORGANISATION and self._may_be(only, gender):
                names[only.name] = only
        else:
            begin = self.paragraph_start(unit, reach)
        low, high = bisect_left(self._starts, begin), bisect_left(self._starts, pronoun.start)
        for start, end, person in self._people.mentions[low:high]:
            speaker = person.speaker()
            if self._can_be_meant(start, end) and self._may_be(speaker, gender):
                names.setdefault(speaker.name, speaker)
        return tuple(names.values()) if len(names) == 1 else ()

    def _can_be_meant(self, start: int, end: int) -> bool:
        """Not somebody who is only spoken of, or only named in another's role."""
        possessive = self._text[end : end + 2] in {"'s", "’s"}
        return not (
            possessive or _inside(self._contents, start) or _inside(self._appositives, start)
        )


def _gender_of_noun(noun: str) -> str:
    """ "congressman" and "spokeswoman" tell; "senator" does not."""
    if noun not in PERSON_NOUNS and noun not in TITLE_NOUNS:
        return ""
    if noun.endswith("woman"):
        return "f"
    return "m" if noun.endswith("man") else ""


def _merged(spans: Iterable[Span]) -> list[Span]:
    """The spans in order, overlapping ones joined."""
    merged: list[Span] = []
    for span in sorted(spans):
        if merged and span.start < merged[-1].end:
            merged[-1] = Span(merged[-1].start, max(merged[-1].end, span.end))
        else:
            merged.append(span)
    return merged


def _inside(spans: Sequence[Span], position: int) -> bool:
    index = bisect_left(spans, Span(position + 1, 0)) - 1
    return index >= 0 and position < spans[index].end
