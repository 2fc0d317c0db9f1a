"""What an extraction is made of.

The rest of the tracker stores these objects, so their shape is a promise: whatever finds
the passages (rules today, a trained tagger later) answers in this vocabulary. Offsets are
code points of the text exactly as it was given, end-exclusive.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple


class Span(NamedTuple):
    """A stretch of the text, in code points, end-exclusive."""

    start: int
    end: int


class Form(StrEnum):
    """How the words are given: quoted, reported, or reported with some of them quoted."""

    DIRECT = "direct"
    INDIRECT = "indirect"
    MIXED = "mixed"


class Sourcing(StrEnum):
    """Whether the reader is told who speaks."""

    ON_THE_RECORD = "on_the_record"
    UNNAMED = "unnamed"


class Kind(StrEnum):
    """What sort of statement a candidate is, which decides how (and if) it can be checked."""

    FACT = "fact"
    QUANTITY = "quantity"
    COMPARISON = "comparison"
    LAW = "law"  # what a law says, or what is on somebody's record
    PREDICTION = "prediction"
    PROMISE = "promise"
    OPINION = "opinion"
    QUESTION = "question"
    INSTRUCTION = "instruction"
    DENIAL = "denial"
    NO_COMMENT = "no_comment"


class SpeakerKind(StrEnum):
    """Who can speak in a story."""

    PERSON = "person"
    ORGANISATION = "organisation"
    UNNAMED = "unnamed"


@dataclass(frozen=True, slots=True)
class Speaker:
    """Somebody who speaks, as the story introduces them; "" where it does not say.

    ``name`` is the fullest name in the story or, for an unnamed source, the descriptor as
    printed ("a European official"). ``mention`` is where that introduction stands.
    """

    kind: SpeakerKind
    name: str
    mention: Span
    title: str = ""
    role: str = ""
    organisation: str = ""
    party: str = ""
    seat: str = ""
    anonymity_reason: str = ""


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence and how much it looks worth checking, 0 to 1."""

    start: int
    end: int
    check_worthiness: float


@dataclass(frozen=True, slots=True)
class Attribution:
    """Words tied to whoever said them.

    ``speakers`` has several members for a joint statement and none where the text allows
    more than one reading: an open question is cheaper for an editor than a wrong name.
    ``within`` is the outer layer of *X said that Y said*, an index into
    ``Extraction.attributions``: the attribution by X, in whose content this one by Y stands.
    """

    source: tuple[Span, ...]
    cue: tuple[Span, ...]
    content: tuple[Span, ...]
    form: Form
    sourcing: Sourcing | None
    speakers: tuple[Speaker, ...]
    reason: str
    confidence: float
    within: int | None = None

    @property
    def speaker(self) -> Speaker | None:
        """The (first) speaker, or None where the passage is left unattributed."""
        return self.speakers[0] if self.speakers else None


@dataclass(frozen=True, slots=True)
class Quantity:
    """A number or date as printed at a place, its value, and what it counts ("date", "time")."""

    start: int
    end: int
    value: float | None
    unit: str


@dataclass(frozen=True, slots=True)
class Candidate:
    """A passage proposed for checking.

    ``statement`` reads on its own as far as the text allows it without guessing; ``unresolved``
    are the words in it that the text leaves open. ``said`` is the other assertion of an attributed
    statement: that it was said, and by whom ("" where nobody is known to say it, or where the
    statement says so itself). ``attribution`` is an index into ``Extraction.attributions``.
    """

    start: int
    end: int
    statement: str
    kind: Kind
    score: float
    attribution: int | None
    explanation: str
    said: str = ""
    unresolved: tuple[str, ...] = ()
    hedges: tuple[str, ...] = ()
    quantities: tuple[Quantity, ...] = ()


@dataclass(frozen=True, slots=True)
class Extraction:
    """Everything found in one text.

    ``attributions`` holds the first layer in the order of the text, and after it the inner ones.
    """

    sentences: tuple[Sentence, ...]
    attributions: tuple[Attribution, ...]
    candidates: tuple[Candidate, ...]
    language: str
    notes: tuple[str, ...] = ()
    extractor: str = "rules"
    version: str = ""
