"""Attributions without an ordinary reporting verb: a colon, a dash, silence."""

from __future__ import annotations

from claims.extraction.contents import clause_end
from claims.extraction.cues import COMMENT_OBJECT, NO_COMMENT
from claims.extraction.passage import Passage
from claims.extraction.phrases import phrase_after, subject_before
from claims.extraction.units import AtomKind

DASHES = frozenset({"—", "–", "―", "--", "-"})


def silence(passage: Passage) -> None:
    """The ministry did not respond to a request for comment."""
    if not passage.atoms:
        return
    first, last = passage.atoms[0].start, passage.atoms[-1].end
    for match in NO_COMMENT.finditer(passage.text, first, last):
        rest = COMMENT_OBJECT.search(passage.text, match.end(), min(last, match.end() + 60))
        said_nothing = match.group("verb").endswith("comment")
        if rest is None and not said_nothing:
            continue
        begin = passage.atom_at(match.start())
        end = passage.atom_at(match.end() - 1)
        if begin is None or end is None:
            continue
        source = subject_before(passage.atoms, begin)
        if source is None:
            continue
        content = (end + 1, clause_end(passage, end + 1))
        if content[0] >= content[1]:
            content = (end, end + 1)
        passage.add(source, (begin, end + 1), [content], "no comment", 0.8)


def quoted_as_saying(passage: Passage, index: int) -> None:
    """Reyes was quoted by the paper as saying the mine closed: Reyes speaks, not the paper."""
    source = subject_before(passage.atoms, index - 1)
    for end in range(index + 1, min(passage.end, index + 14)):
        if passage.low(end) == "as" and passage.low(end + 1) in {"saying", "telling"}:
            left = source[0] - 1 if source is not None else 0
            content = (end + 2, clause_end(passage, end + 2))
            if content[0] >= content[1] and passage.is_quote(left):
                content = (left, left + 1)
            if source is not None:
                passage.add(source, (index - 1, end + 2), [content], "say", 0.85)
            return


def colon(passage: Passage, index: int) -> None:
    """Hale: “We lost.”"""
    if not passage.is_quote(index + 1) or not passage.is_fresh(index + 1):
        return
    head = passage.atoms[:index]
    if not 1 <= len(head) <= 8 or not head[0].is_cap:
        return
    if any(atom.kind is AtomKind.WORD and not atom.is_cap for atom in head):
        return
    passage.add((0, index), (index, index + 1), [(index + 1, index + 2)], ":", 0.85)


def dash(passage: Passage, index: int) -> None:
    """“We lost.” —Commissioner Hale"""
    if not passage.is_quote(index - 1) or not passage.is_fresh(index - 1):
        return
    source = phrase_after(passage.atoms, index + 1)
    if source is None or not passage.atoms[index + 1].is_cap or source[1] < passage.end:
        return
    passage.add(source, (index, index + 1), [(index - 1, index)], "—", 0.85)
