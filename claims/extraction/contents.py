"""Where the reported words begin and end around a reporting verb."""

from __future__ import annotations

from claims.extraction.cues import ADVERBS, CUES, WEAK, Cue, Use
from claims.extraction.passage import END, Passage
from claims.extraction.phrases import Range, phrase_after
from claims.extraction.units import AtomKind
from claims.extraction.words import DETERMINERS, MEDIA, PREPOSITIONS, TEMPORAL, listed

_CLAUSE_STARTS = frozenset({"that", "to", "it", "he", "she", "the"})
_CLAUSE_BREAKS = frozenset({"but", "while", "although", "though", "whereas"})
# What content never starts with, for any verb and for some.
_NO_CONTENT = frozenset({";", "—", "–", "and", "or", "but", ")"})
_NOT_AFTER = {
    Use.LABEL: {"for"},
    Use.THOUGHT: {"of", "about", "for", "like", "him", "her", "up", "out"},
}
_CIRCUMSTANCE_GLUE = listed("a the on at in with of")
_CIRCUMSTANCE = listed("in on at during after before via through by of with from")


def past_circumstance(passage: Passage, index: int, cue: Cue) -> int:
    """Past "Tuesday", "in a statement", "reporters" to where content can start."""
    position = index
    addressed = cue.use is Use.ADDRESSED and passage.low(position) not in {",", ":"}
    if addressed and position < passage.end:
        listener = phrase_after(passage.atoms, position, appositive=False)
        if listener is not None and not passage.is_quote(position):
            position = min(listener[1], position + 7)
    while position < passage.end:
        low = passage.low(position)
        if low in TEMPORAL or low in {"again", "bluntly", "flatly", "simply"}:
            position += 1
            continue
        if low == "to" and passage.low(position + 1) in {"reporters", "cheers", "applause"}:
            position += 2
            continue
        reach = _circumstance(passage, position)
        if reach is None:
            return position
        position = reach
    return position


def _circumstance(passage: Passage, position: int) -> int | None:
    """Past one "in an interview with the paper on Monday"."""
    if passage.low(position) not in _CIRCUMSTANCE or passage.low(position + 1) == "that":
        return None
    end = position + 1
    seen = False
    while end < min(passage.end, position + 12):
        atom = passage.atoms[end]
        if atom.kind is not AtomKind.WORD or atom.low in {"that", "he", "she", "it", "they"}:
            break
        telling = atom.low in MEDIA or atom.low in TEMPORAL
        if seen and not telling and not _belongs(passage, end):
            break
        seen = seen or telling
        end += 1
    return end if seen else None


def _belongs(passage: Passage, index: int) -> bool:
    """Whether a word goes on with a circumstance ("an interview with Radio Alder")."""
    atom, before = passage.atoms[index], passage.low(index - 1)
    if atom.low in _CIRCUMSTANCE_GLUE:
        return True
    return before not in MEDIA if atom.is_cap else before in _CIRCUMSTANCE_GLUE


def _past_aside(passage: Passage, start: int) -> int:
    """Past "at the time" or "after a vote" where a "that" shows that it is an aside."""
    first = passage.low(start)
    if first in PREPOSITIONS | {"however", "also"} - {"like"} or first.endswith("ly"):
        for index in range(start + 1, min(passage.end, start + 9)):
            if passage.low(index) == "that" and not passage.is_quote(index - 1):
                return index
            if passage.atoms[index].text in {",", ";"}:
                break
    return start


def content_from(passage: Passage, index: int, cue: Cue) -> list[Range] | None:
    """What is reported after the verb, or None where nothing is."""
    start = past_circumstance(passage, index, cue)
    mark = passage.low(start)
    if mark in {",", ":"} and passage.is_quote(start + 1):
        return [(start + 1, _quoted_end(passage, start + 1))]
    if mark == ":" and start + 1 < passage.end:
        return [(start + 1, clause_end(passage, start + 1))]
    if mark in {",", ":"}:
        that = _parenthetic_that(passage, start)
        if that is None:
            return None
        start = that
    start = _past_aside(passage, start)
    if start >= passage.end or passage.low(start) in _NO_CONTENT | _NOT_AFTER.get(cue.use, set()):
        return None
    alone = passage.is_quote(start) and _quoted_end(passage, start) == start + 1
    if alone and _ends_at(passage, start + 1):
        return [(start, start + 1)]
    end = clause_end(passage, start)
    bare_object = cue.use is Use.STANCE or cue.lemma in WEAK
    if passage.low(start) == "to" or (bare_object and passage.low(start) != "that"):
        end = _object_end(passage, start, end)
    if cue.use is Use.LABEL and passage.is_quote(end - 1):
        start = end - 1
    return [(start, end)] if start < end else None


def _ends_at(passage: Passage, index: int) -> bool:
    return index >= passage.end or passage.atoms[index].text in {",", ";", ":"} | END


def _parenthetic_that(passage: Passage, comma: int) -> int | None:
    """said, in a rare moment of candour, that …"""
    for index in range(comma + 1, min(passage.end, comma + 14)):
        if passage.low(index) == "that" and passage.low(index - 1) == ",":
            return index
    return None


def _quoted_end(passage: Passage, quote: int) -> int:
    """Past a quotation and what follows it inside the same clause."""
    end = quote + 1
    if end < passage.end and passage.atoms[end].kind is AtomKind.WORD:
        return clause_end(passage, end)
    return end


def clause_end(passage: Passage, start: int) -> int:
    """Where the reported clause stops: the sentence's end or a turn to something new."""
    for index in range(start, passage.end):
        atom = passage.atoms[index]
        if atom.text == ";" or (atom.text in END and index > start):
            return index
        following = passage.low(index + 1)
        if atom.low in {"and", "but"} and _speaks_again(passage, index + 1):
            return index - 1 if passage.low(index - 1) == "," else index
        if atom.text == ",":
            if following in _CLAUSE_BREAKS or following == "according":
                return index
            cue = CUES.get(following)
            if cue is not None and (cue.participle or (cue.finite and cue.use is Use.SPEECH)):
                return index
            if following == "and" and CUES.get(passage.low(index + 2)) is not None:
                return index
    return passage.end


def _speaks_again(passage: Passage, index: int) -> bool:
    """… and told the paper: the speaker's next verb, not part of what was said."""
    while passage.low(index) in ADVERBS | {"did"}:
        index += 1
    cue = CUES.get(passage.low(index))
    return cue is not None and cue.finite and cue.use in (Use.SPEECH, Use.ADDRESSED)


def _object_end(passage: Passage, start: int, end: int) -> int:
    """Where an object or infinitive stops: before a comma or a new circumstance."""
    for index in range(start + 1, end):
        low = passage.low(index)
        if low == "," and passage.low(index + 1) not in DETERMINERS | {"and"}:
            return index
        if low in {"as", "during", "while", "when", "after", "because"}:
            return index
    return end


def clause_before(passage: Passage, comma: int) -> Range | None:
    """The clause that a trailing "…, the mayor said" reports."""
    start = comma
    while start > 0:
        atom = passage.atoms[start - 1]
        if atom.text == ";" or atom.text in END:
            break
        start -= 1
    while start < comma and passage.atoms[start].text in {",", "-", "—"}:
        start += 1
    if comma - start < 2:
        return None
    return start, comma


def quote_after(passage: Passage, index: int) -> list[Range]:
    """The second half of a split quotation."""
    position = index
    while position < len(passage.atoms) and position - index < 12:
        if passage.is_quote(position):
            glue = {atom.text for atom in passage.atoms[index:position]}
            linked = bool(glue & {",", ":", ".", "—", "–", ";"}) or position == index
            verbs = any(a.low in CUES and CUES[a.low].finite for a in passage.atoms[index:position])
            return [(position, position + 1)] if linked and not verbs else []
        position += 1
    return []


def starts_clause(passage: Passage, index: int, cue: Cue) -> bool:
    """Whether a clause of its own follows the verb."""
    return passage.low(past_circumstance(passage, index, cue)) in _CLAUSE_STARTS
