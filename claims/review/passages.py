"""A text cut up for highlighting: paragraphs of segments, each covered by the same passages.

Passages may overlap and may cross paragraphs; HTML elements may not. So the text is cut at every
border of a passage and of a paragraph, and each piece says which passages it belongs to.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise

_LINE_BREAKS = re.compile(r"[\r\n]+")


@dataclass(frozen=True, slots=True)
class Mark:
    """A passage to highlight, end-exclusive in code points; `key` says whose it is."""

    key: int
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Segment:
    """A piece of one paragraph. `marks` are the passages that cover it, in the order they began.

    `opens` are those of them that begin here.
    """

    start: int
    text: str
    marks: tuple[int, ...] = ()
    opens: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph with the line breaks that end it, so that no character of the text is lost."""

    segments: tuple[Segment, ...]


def segments(text: str, marks: Iterable[Mark]) -> list[Paragraph]:
    """Cut `text` into paragraphs and segments; put together again they are the text.

    Takes time in proportion to the text and to what is returned, apart from sorting the marks.
    Raises `ValueError` for a mark that is no passage of the text.
    """
    starting: dict[int, list[Mark]] = {}
    ending: dict[int, list[int]] = {}
    # Longer first where two begin together, so that the innermost passage is always the last one.
    for mark in sorted(marks, key=lambda one: (one.start, -one.end, one.key)):
        if not 0 <= mark.start < mark.end <= len(text):
            raise ValueError(
                f"{mark.start}–{mark.end} is not a passage of a text of {len(text)} code points"
            )
        starting.setdefault(mark.start, []).append(mark)
        ending.setdefault(mark.end, []).append(mark.key)
    paragraph_ends = _paragraph_ends(text)
    borders = sorted({0, *starting, *ending, *paragraph_ends})

    paragraphs: list[Paragraph] = []
    line: list[Segment] = []
    active: dict[int, None] = {}  # keys in the order in which their passages began
    for start, end in pairwise(borders):
        for key in ending.get(start, ()):
            del active[key]
        opens = tuple(mark.key for mark in starting.get(start, ()))
        active.update(dict.fromkeys(opens))
        line.append(Segment(start, text[start:end], marks=tuple(active), opens=opens))
        if end in paragraph_ends:
            paragraphs.append(Paragraph(tuple(line)))
            line = []
    return paragraphs


def _paragraph_ends(text: str) -> set[int]:
    ends = {match.end() for match in _LINE_BREAKS.finditer(text)}
    if text:
        ends.add(len(text))
    return ends
