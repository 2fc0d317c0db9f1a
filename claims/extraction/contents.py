"""How far the words around a reporting verb reach."""

from __future__ import annotations

from claims.extraction.cues import ADVERBS, CUES, Cue, Use
from claims.extraction.passage import END, Passage
from claims.extraction.phrases import Range, phrase_after
from claims.extraction.units import AtomKind
from claims.extraction.words import MEDIA, TEMPORAL, listed

_CLAUSE_STARTS = frozenset({"that", "to", "it", "he", "she", "the"})
_CLAUSE_BREAKS = frozenset({"but", "while", "although", "though", "whereas"})
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
