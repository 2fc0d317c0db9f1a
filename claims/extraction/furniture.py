"""The parts of a story that are not the story: datelines, bylines, wire notes, corrections."""

from __future__ import annotations

import re

from claims.extraction.schema import Span

_LINE = re.compile(
    r"^\W{0,3}(?:"
    r"\(?(?:Additional )?(?:Reporting|Writing|Editing|Compiled|Photography|Graphic|Graphics"
    r"|Production)(?: and \w+)? by\b"
    r"|(?:By|BY|Story by|Photo by|Video by)\s+(?:[A-Z]|@)"
    r"|(?:Correction|CORRECTION|Corrections|Clarification|CLARIFICATION|Editor['’]s note"
    r"|EDITOR['’]S NOTE|"
    r"Update|UPDATE|Updated|UPDATED|Note to readers|ADVISORY|Embargoed)\b[^.]{0,60}:"
    r"|(?<=\()(?:Corrects|Refiles|Recasts|Adds|Updates|Removes|Clarifies|Fixes)\b"
    r"|(?:This|An earlier version of this) (?:story|article|post|report|version)\b[^.]{0,60}"
    r"\b(?:has been|was|will be|incorrectly|misstated|originally)\b"
    r"|(?:(?:\d+(?:st|nd|rd|th)|Eds?|EDS?|AP|URGENT|BC)\b[^\n]{0,60})?Writethru|\d(?:st|nd|rd"
    r"|th) Ld\b"
    r"|Eds?:|___+|(?:©|Copyright\b)|\(?(?:c\) )?All rights reserved"
    r"|Follow \S+ (?:\S+ )?(?:on|at) (?:Twitter|X|Facebook|@)"
    r"|(?:Read more|See also|Click here|Sign up|Subscribe|Share this)\b[^.!?]{0,60}[.:]?$"
    r"|(?:Related|Photo|Image|Source|Caption|Published|PUBLISHED|Last updated)\s?:"
    r"|(?:Advertisement|ADVERTISEMENT|ABSTRACT|FULL TEXT)\W?$"
    r"|Contact \S+(?: \S+)? at\b"
    r"|[\w ]+ contributed (?:to this|reporting)"
    r"|(?:Associated Press|Reuters|AP)[^.]{0,80}\bcontributed\b"
    r")"
)
_CONTRIBUTED = re.compile(
    r"\bcontributed (?:to this (?:report|story|article)|reporting)\b|\((?:Reporting|Editing"
    r"|Writing) by\b"
)
_DATELINE = re.compile(
    r"^(?:[A-Z][A-Z.'’ -]{2,40})(?:, [A-Z][\w. ,]{1,30}?)?\s*(?:\([A-Z][\w ./]{1,30}\)\s*)?(?:—"
    r"|–|--|-)\s+"
)
_BYLINE = re.compile(
    r"^(?:By|BY) [A-Z][\w.'’-]+(?: [A-Z][\w.'’-]+){0,4}(?:,? (?:and|AND) .{3,60})?\s*(?:\||,|$)"
)
_MARKUP = re.compile(r"^\s*<(?:script|style|iframe|!--)")


def is_furniture(line: str) -> bool:
    """Whether a paragraph is about the story rather than part of it."""
    head = line[:400]
    if _LINE.match(head) or _BYLINE.match(head) or _MARKUP.match(head):
        return True
    return len(line) < 300 and _CONTRIBUTED.search(head) is not None


def without_dateline(text: str, paragraph: Span) -> Span:
    """The paragraph from behind "BRUSSELS (AP) —"."""
    head = text[paragraph.start : min(paragraph.end, paragraph.start + 120)]
    match = _DATELINE.match(head)
    if match is None or paragraph.start + match.end() >= paragraph.end:
        return paragraph
    return Span(paragraph.start + match.end(), paragraph.end)


def is_heading(line: str) -> bool:
    """Whether a line is a headline or cross-head: short and without a full stop."""
    stripped = line.rstrip(
        "\"”'’) \u200b\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
    )
    return len(line) < 160 and stripped[-1:] not in ".?!…:," and "“" not in line and '"' not in line
