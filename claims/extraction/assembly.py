"""The finished attributions: form, sourcing, speakers and the reason for anonymity."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from claims.extraction.layers import find_inner
from claims.extraction.passage import Raw
from claims.extraction.people import People
from claims.extraction.quotes import Quote
from claims.extraction.schema import Attribution, Form, Sourcing, Speaker, SpeakerKind
from claims.extraction.speakers import Resolver
from claims.extraction.units import Unit


def _form(text: str, raw: Raw, quotes: Sequence[Quote]) -> Form:
    marks = {(q.start, q.end) for q in quotes}
    if all((s.start, s.end) in marks for s in raw.content):
        return Form.DIRECT
    for quote in quotes:
        if any(s.start <= quote.start and quote.end <= s.end for s in raw.content):
            words = text[quote.inner.start : quote.inner.end].strip(" ,").split()
            if not all(word[:1].isupper() for word in words):
                return Form.MIXED
    return Form.INDIRECT


@dataclass(frozen=True, slots=True)
class Assembled:
    """Attributions, and at the same places what they were made of: first layer, then inner."""

    attributions: tuple[Attribution, ...]
    raws: tuple[Raw, ...]


def assemble(
    text: str, units: Sequence[Unit], raws: Sequence[Raw], people: People, quotes: Sequence[Quote]
) -> Assembled:
    """Attributions with their speakers, in the order of ``raws``, then those inside them."""
    resolver = Resolver(text, units, people, raws)
    resolved: dict[int, tuple[Speaker, ...]] = {}
    finished: list[Attribution] = []
    position = 0
    for raw in raws:
        if raw.follows is not None and id(raw.follows) in resolved:
            speakers = resolved[id(raw.follows)]
            resolver.continue_turn(raw, speakers)
        else:
            speakers = resolver.resolve(raw)
        resolved[id(raw)] = speakers
        low, high = raw.content[0].start, raw.content[-1].end
        while position < len(quotes) and quotes[position].end < low - 5000:
            position += 1
        stop = position
        while stop < len(quotes) and quotes[stop].start <= high:
            stop += 1
        near = quotes[position:stop]
        finished.append(_attribution(raw, speakers, _form(text, raw, near)))
    told = list(raws)
    for inner in find_inner(text, units, raws, quotes):
        speakers = resolver.quoted(inner.raw)
        if speakers and speakers != finished[inner.within].speakers:
            one = _attribution(inner.raw, speakers, Form.INDIRECT)
            finished.append(replace(one, within=inner.within))
            told.append(inner.raw)
    return Assembled(tuple(finished), tuple(told))


def _attribution(raw: Raw, speakers: tuple[Speaker, ...], form: Form) -> Attribution:
    return Attribution(
        source=(raw.source,) if raw.source else (),
        cue=(raw.cue,) if raw.cue else (),
        content=tuple(raw.content),
        form=form,
        sourcing=_sourcing(speakers),
        speakers=speakers,
        reason=next((s.anonymity_reason for s in speakers if s.anonymity_reason), ""),
        confidence=round(raw.confidence, 2),
    )


def _sourcing(speakers: Sequence[Speaker]) -> Sourcing | None:
    if not speakers:
        return None
    unnamed = any(speaker.kind is SpeakerKind.UNNAMED for speaker in speakers)
    return Sourcing.UNNAMED if unnamed else Sourcing.ON_THE_RECORD
