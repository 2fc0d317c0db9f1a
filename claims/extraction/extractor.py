"""The whole way from a text to its candidates."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence

from claims.extraction.assembly import assemble
from claims.extraction.candidates import CandidateFinder
from claims.extraction.encoding import Encoded
from claims.extraction.furniture import is_furniture, without_dateline
from claims.extraction.language import recognise
from claims.extraction.people import People
from claims.extraction.quotes import Quote, find_quotes
from claims.extraction.reported import reported
from claims.extraction.runs import find_raws
from claims.extraction.schema import Extraction, Sentence, Span
from claims.extraction.sentences import paragraphs, sentences_of
from claims.extraction.tagger import tagger
from claims.extraction.units import Unit, units_of

EXTRACTOR = "tagger"
VERSION = "5"
_LONGEST_PART = 20_000
_LONGEST = 3000  # longer "sentences" are tables or debris; they are scored 0 and not read


def extract(text: str, *, headline: str | None = None, language: str = "en") -> Extraction:
    """Find sentences, attributions and candidate claims in a story.

    ``headline`` helps to keep a headline repeated in the body from becoming a candidate.
    ``language`` is what the outlet declares; rules exist for English only.
    """
    notes: list[str] = []
    parts = [piece for line in paragraphs(text) for piece in _bounded(line)]
    by_part = [sentences_of(text, part) for part in parts]
    spans = [span for spans in by_part for span in spans]
    declared = language.split("-", maxsplit=1)[0].split("_", maxsplit=1)[0].lower() or "en"
    actual = recognise(text) if declared == "en" else declared
    unread = sum(span.end - span.start > _LONGEST for span in spans)
    if unread:
        notes.append(f"Not read: {unread} passage(s) of more than {_LONGEST} characters.")
    if actual not in (None, "en"):
        name = "no supported language" if actual == "und" else f"language “{actual}”"
        notes.append(f"Sentences only: {name}; statements and speakers are found in English.")
        plain = tuple(Sentence(*span, 0.0) for span in spans)
        code = language if declared != "en" else str(actual)
        return Extraction(plain, (), (), code, tuple(notes), EXTRACTOR, VERSION)

    skipped = {index for index, part in enumerate(parts) if _is_skipped(text, part, headline)}
    quotes = find_quotes(text, parts)
    units = _units(text, parts, by_part, quotes, skipped)
    people = People(text, [part for index, part in enumerate(parts) if index not in skipped])
    read = [span for span in spans if span.end - span.start <= _LONGEST]
    model = tagger()
    reading = model.read(Encoded(text, read, parts, quotes, model.tokenizer))
    raws = find_raws(text, units, reported(text, units, quotes, model, reading))
    told = assemble(text, units, raws, people, quotes)

    def worth(start: int, end: int) -> float:
        return reading.worth(start, end, model.temperature)

    finder = CandidateFinder(text, units, told, people, worth)
    live = {sentence.end for unit in units for sentence in unit.sentences}
    sentences = tuple(
        Sentence(*span, round(worth(*span), 3) if span.end in live else 0.0) for span in spans
    )
    return Extraction(
        sentences,
        told.attributions,
        finder.find(),
        language or "en",
        tuple(notes),
        EXTRACTOR,
        VERSION,
    )


def _bounded(line: Span) -> list[Span]:
    """A line cut into pieces of bounded length, so that the time stays linear in the text."""
    pieces = range(line.start, line.end, _LONGEST_PART)
    return [Span(start, min(start + _LONGEST_PART, line.end)) for start in pieces]


def _is_skipped(text: str, part: Span, headline: str | None) -> bool:
    line = text[part.start : part.end]
    if is_furniture(line):
        return True
    return headline is not None and line.strip() == headline.strip()


def _units(
    text: str,
    parts: Sequence[Span],
    by_part: Sequence[list[Span]],
    quotes: Sequence[Quote],
    skipped: set[int],
) -> list[Unit]:
    """The units of every paragraph that belongs to the story."""
    starts = [quote.start for quote in quotes]
    units: list[Unit] = []
    for index, part in enumerate(parts):
        if index in skipped:
            continue
        body = without_dateline(text, part)
        sentences = [
            Span(max(span.start, body.start), span.end)
            for span in by_part[index]
            if span.end > body.start and span.end - span.start <= _LONGEST
        ]
        here = list(
            quotes[bisect_right(starts, part.start - 1) : bisect_right(starts, part.end - 1)]
        )
        units.extend(units_of(text, index, sentences, here))
    return units
