"""Whether a verb form reports, and who its subject is."""

from __future__ import annotations

from claims.extraction.cues import MODALS, NOUN_FORMS, Cue, Use
from claims.extraction.passage import Passage
from claims.extraction.phrases import Range, phrase_after, subject_before
from claims.extraction.words import DETERMINERS, OPENERS, PLURAL_HEADS, PREPOSITIONS


def subject_of(passage: Passage, verb: int) -> Range | None:
    """The subject of a verb, also where an earlier verb shares it ("and said")."""
    previous = passage.low(verb - 1)
    if previous in {"and", "but", "then"} and not passage.is_quote(verb - 2):
        return passage.last_source() or leading_subject(passage, verb)
    return subject_before(passage.atoms, verb)


def leading_subject(passage: Passage, before: int) -> Range | None:
    """The phrase the sentence opens with, where a verb follows it."""
    start = 0
    if passage.low(0) in PREPOSITIONS:
        while start < min(before, 12) and passage.low(start) != ",":
            start += 1
    while start < before and passage.low(start) in OPENERS | {","}:
        start += 1
    phrase = phrase_after(passage.atoms, start, appositive=False)
    if phrase is None:
        return None
    for index in range(start + 1, min(phrase[1], before)):
        low = passage.low(index)
        if low.endswith("ed") and not passage.atoms[index].is_cap:
            phrase = (start, index)
            break
    first = passage.atoms[start]
    named = first.is_cap or first.low in DETERMINERS
    return phrase if named and phrase[1] - start <= 9 and phrase[1] < before else None


def beside_quote(passage: Passage, index: int, start: int) -> bool:
    """Whether a quotation stands next to the verb and its subject."""
    ahead = range(index + 1, min(passage.end, index + 7))
    if any(passage.is_quote(i) and passage.low(i - 1) in {",", ":"} for i in ahead):
        return True
    source = subject_before(passage.atoms, start)
    left = (source[0] if source else start) - 1
    return passage.is_quote(left) or (passage.low(left) == "," and passage.is_quote(left - 1))


def is_noun_here(passage: Passage, index: int, source: Range) -> bool:
    """Whether a form that can be a noun is one here ("his plans for the school")."""
    if passage.low(index) not in NOUN_FORMS:
        return False
    follows = passage.low(index + 1)
    first, last = passage.atoms[source[0]], passage.atoms[source[1] - 1]
    if last.low.endswith("'s") or first.text.isdigit() or last.low in DETERMINERS:
        return True
    if last.low in {"he", "she", "they", "who"} or last.is_cap:
        return follows in {"of", "about", "for", "from", "in", "and", ",", ""}
    if passage.is_quote(index + 1) or (follows == "," and passage.is_quote(index + 2)):
        return False
    return follows not in {"that", "the", "a", "an", "his", "her", "he", "she", "they", ":"} or (
        follows == "that" and first.low not in {"the", "a", "an"}
    )


def is_reporting(passage: Passage, index: int, start: int, cue: Cue, before: list[str]) -> bool:
    """Whether the verb form is used to report, not to deny, plan or name a saying."""
    if cue.use is Use.REFUSAL:
        return True
    previous = passage.low(start - 1)
    if not cue.finite and not cue.participle:
        if previous in {"to", "not", "the", "a", "an", "this", "that"}:
            return False
        return not any(word in MODALS for word in before)
    passive = any(word in {"is", "was", "are", "were", "be", "been", "being"} for word in before)
    if passive and not cue.participle:
        return False
    return "not" not in before and not any(word.endswith("n't") for word in before)


def is_plural(passage: Passage, source: Range) -> bool:
    """Whether a bare verb form can agree with the subject."""
    head = passage.atoms[source[1] - 1].low
    words = {atom.low for atom in passage.atoms[source[0] : source[1]]}
    return head in PLURAL_HEADS or (head.endswith("s") and head != "s") or "and" in words
