"""Paragraphs and sentences.

A line break always ends a sentence: the segmenter would otherwise glue a headline to the
byline and the first sentence.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise

from nupunkt import sent_spans

from claims.extraction.cues import CUES, Use
from claims.extraction.lists import after_mark, item_starts
from claims.extraction.schema import Span

_LINE = re.compile(r"[^\n\r\x0b\x0c\x85\u2028\u2029]+")
# What no English sentence starts with: the segmenter stopped at an abbreviation before it.
_CONTINUES = re.compile(r"[)\],;:%…]|[a-z]|[”’»\"'](?=[\s,;.)]|$)|[–—-]\s?[a-z]")
_ABBREVIATION_END = re.compile(
    r"(?:^|[\s(“\"'])(?:Sens?|Reps?|Govs?|Gens?|Lt|Col|Maj|Capt|Sgt|Cmdr|Adm|Drs?|Mr|Mrs|Ms|Prof|"
    r"Rev|Fr|Cllr|Hon|St|No|Nos|N[°º]|Sec|Amb|Del|Supt|Messrs|Mx|Art|vs|v)\.$"
)
_DATE_OR_NUMBER_END = re.compile(
    r"(?:^|\s)(?:Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept?|Oct|Nov|Dec|No|Nos|Art|Sec)\.$"
)
_STOP_BEFORE_QUOTE = re.compile(r"(?<=[a-z]\.[a-z])\.[ \u00a0]+(?=[“\"][A-Z])")
# “… last month. Its …”: an ordinary word, a full stop, and a word that only opens sentences.
_STOP_BEFORE_OPENER = re.compile(
    r"(?<=[a-z]{4})\.[ \u00a0]+(?=(?:It|Its|He|His|She|Her|They|Their|We|You|The|This|That|These|"
    r"Those|There|But|And|If|When|While|After|Before|Without)[ \u00a0’'])"
)
# “… at 6 P.M. Mr. Hale …”: the hour ends a sentence where a title opens the next.
_STOP_AFTER_HOUR = re.compile(
    r"(?<=\b[AaPp]\.[Mm])\.[ \u00a0]+(?=(?:Mr|Mrs|Ms|Dr|Sen|Rep|Gov|Gen|Prof)\.[ \u00a0][A-Z])"
)
_HOUR_ALONE = 4  # words: “At about 5 a.m. Mr. Hale …” goes on
# “… you and I. Did …”: “I” as the last word, not as an initial.
_STOP_AFTER_I = re.compile(
    r"\b(?:and|but|nor|am|was|than|as|do|did|can|may) I(?P<stop>\.)[ \u00a0]+"
    r"(?=[A-Z][a-z]+[ \u00a0][a-z]|(?:Did|Do|Does|Has|Have|Is|Are|Was|Were|Will|Can)[ \u00a0])"
)
# “… was shut. . . . The …”: an ellipsis after a full stop belongs to what it leaves out.
_ELLIPSIS_AFTER_STOP = re.compile(r"(?<=\w\.)[ \u00a0](?=\. \. \.$)")
_CLOSING = "”\"’»“'"
_WHO_SAID = re.compile(
    r"(?:(?:[A-Z][\w.’'-]*|of|the|de|van|von)[ \u00a0]){1,6}(?:later |also |then )?(?P<verb>[a-z]+)"
    r"(?=[.,]|$|[ \u00a0](?:on|in|at|during|after|reporters|[A-Z][a-z]+day)\b)"
)


def trimmed(text: str, start: int, end: int) -> Span:
    """The span without white space at its ends (possibly empty)."""
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    return Span(start, end)


def paragraphs(text: str) -> list[Span]:
    """The non-empty lines of the text; stories arrive with one paragraph a line."""
    spans = (trimmed(text, *match.span()) for match in _LINE.finditer(text))
    return [span for span in spans if span.start < span.end]


def _reports_before(text: str, start: int) -> bool:
    """Whether the words at ``start`` only say whose quotation came before ("Hale asked.")."""
    if text[start] in "—–":
        return True
    match = _WHO_SAID.match(text, start, start + 160)
    cue = CUES.get(match.group("verb")) if match else None
    return cue is not None and cue.finite and cue.use in (Use.SPEECH, Use.ADDRESSED)


def _continues(text: str, previous: Span, start: int) -> bool:
    """Whether the piece at ``start`` goes on with the sentence ``previous``."""
    if _CONTINUES.match(text, start):
        return True
    if text[previous.end - 1] in _CLOSING and _reports_before(text, start):
        return True
    tail = text[max(previous.start, previous.end - 12) : previous.end]
    if _ABBREVIATION_END.search(tail):
        return True
    return text[start].isdigit() and bool(_DATE_OR_NUMBER_END.search(tail))


def _missed_openers(text: str, start: int, end: int) -> Iterator[re.Match[str]]:
    """Stops before an opener, unless the word before is an abbreviation ("Supt. The …")."""
    for match in _STOP_BEFORE_OPENER.finditer(text, start, end):
        if not _ABBREVIATION_END.search(text[max(start, match.start() - 11) : match.start() + 1]):
            yield match


def _split_missed(text: str, start: int, end: int) -> list[Span]:
    """Part "… at 3 a.m. “All …”" and "… last month. Its …", which the segmenter leaves whole."""
    pieces = []
    stops = (
        *(match.start() for match in _STOP_BEFORE_QUOTE.finditer(text, start, end)),
        *(
            match.start()
            for match in _STOP_AFTER_HOUR.finditer(text, start, end)
            if len(text[start : match.start()].rpartition(". ")[2].split()) > _HOUR_ALONE
        ),
        *(match.start("stop") for match in _STOP_AFTER_I.finditer(text, start, end)),
        *(match.start() for match in _missed_openers(text, start, end)),
    )
    for stop in sorted(set(stops)):
        pieces.append(trimmed(text, start, stop + 1))
        start = stop + 1
    return [*pieces, trimmed(text, start, end)]


def sentences_of(text: str, paragraph: Span) -> list[Span]:
    """The sentences of one paragraph."""
    starts = item_starts(text, paragraph)
    edges = sorted({paragraph.start, *starts, paragraph.end})
    found: list[Span] = []
    for start, end in pairwise(edges):
        part = trimmed(text, start, end)
        words = after_mark(text, part) if start in starts else part.start
        sentences = _sentences(text, Span(words, part.end))
        if sentences and words > part.start:
            sentences[0] = Span(part.start, sentences[0].end)
        found.extend(sentences)
    return found


def _sentences(text: str, part: Span) -> list[Span]:
    """The sentences of a stretch without lists."""
    found: list[Span] = []
    pieces: list[Span] = []
    for start, end in sent_spans(text[part.start : part.end]):
        pieces.extend(_split_missed(text, part.start + start, part.start + end))
    for piece in pieces:
        if piece.start == piece.end:
            continue
        if found and _continues(text, found[-1], piece.start):
            found[-1] = Span(found[-1].start, piece.end)
            continue
        left_out = (
            _ELLIPSIS_AFTER_STOP.search(text, found[-1].end - 7, found[-1].end) if found else None
        )
        if left_out is not None and found[-1].start < left_out.start():
            found[-1] = Span(found[-1].start, left_out.start())
            found.append(Span(left_out.end(), piece.end))
        else:
            found.append(piece)
    return found
