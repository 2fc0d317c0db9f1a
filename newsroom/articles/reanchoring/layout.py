"""A text cut into paragraphs and sentences, as far as two versions of it need that."""

from __future__ import annotations

import re
from dataclasses import dataclass

from newsroom.articles.reanchoring.words import Words, words_of

_PARAGRAPH = re.compile(r"[^\n\r\x0b\x0c\x85\u2028\u2029]+")
_STOP = re.compile(r"[.!?…][\"”’»›')\]]*\s+(?=[\"“„‘‚«‹'(\[]?[^\W_a-z])")
# A stop after these ends no sentence. Cutting one sentence in two would do little harm: pieces that
# stay are found one by one.
_ABBREVIATION = re.compile(
    r"(?:^|[\s(“\"'])(?:[A-Z]|[A-Z]\.[A-Z]|[ap]\.m|Sens?|Reps?|Govs?|Gens?|Lt|Col|Capt|Drs?|Mrs?|Ms|Prof|"
    r"Rev|St|No|Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept?|Oct|Nov|Dec|vs)$"
)
# “… across the U.S. The vote …”: an abbreviation, and a word that opens sentences.
_OPENER = re.compile(
    r"(?:The|It|He|She|They|We|There|This|That|These|Those|In|On|At|But|And|If|When|While)\b"
)


@dataclass(slots=True)
class Unit:
    """A paragraph or a sentence of a text, end-exclusive."""

    text: str
    start: int
    end: int
    _words: Words | None = None

    @property
    def words(self) -> Words:
        if self._words is None:
            self._words = words_of(self.text, self.start, self.end)
        return self._words

    @property
    def raw(self) -> str:
        return self.text[self.start : self.end]


def paragraphs(text: str) -> list[Unit]:
    """The lines of the text that hold anything, without the space around them."""
    found = []
    for match in _PARAGRAPH.finditer(text):
        line = match.group()
        stripped = line.strip()
        if stripped:
            start = match.start() + line.index(stripped)
            found.append(Unit(text, start, start + len(stripped)))
    return found


def sentences(paragraph: Unit) -> list[Unit]:
    """The sentences of a paragraph; together they cover it."""
    text, start = paragraph.text, paragraph.start
    found: list[Unit] = []
    for match in _STOP.finditer(text, paragraph.start, paragraph.end):
        before = text[max(start, match.start() - 6) : match.start()]
        if _ABBREVIATION.search(before) and not _OPENER.match(text, match.end()):
            continue
        found.append(Unit(text, start, match.end()))
        start = match.end()
    if start < paragraph.end:
        found.append(Unit(text, start, paragraph.end))
    return found
