"""Where quotation marks open and close.

Marks are matched paragraph by paragraph, because a stray mark must not swallow the rest of
the story. The one thing that crosses a paragraph break is the newspaper convention that a
long quotation opens a mark in every paragraph and closes only the last.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from claims.extraction.schema import Span
from claims.extraction.sentences import trimmed

# Opening mark -> the marks that properly close it.
_CLOSED_BY = {
    "“": "”",
    "”": "”",
    "„": "“”",
    "«": "»",
    "»": "«",
    "‹": "›",
    "「": "」",
    '"': '"',
    "''": ("''",),
    "``": ("''",),
}
_ONE_SHAPE = ('"', "''", "”")
_DEEPEST = 8
_INCH_REACH = 400
_DOUBLE = re.compile(r"''|``|[\"“”„«»‹›「」]")
_SINGLE_OPEN = re.compile(r"(?<![\w.,?!’'])[‘'](?=[\w“\"$£€])")
_SINGLE_CLOSE = re.compile(r"(?<=[\w.,?!…%)])[’'](?!\w)")
# Apostrophes that stand where an opening mark could: decades and clipped words.
_CLIPPED = re.compile(
    r"[‘'’](?:\d0s|\d\d\b|(?:em|til|tis|twas|cause|n|round|bout|cuz|tude)\b)", re.IGNORECASE
)
_OPENS_AFTER = "([{—–-/“‘'\"«„:"
_SINGLE_REACH = 1200
_TERMINAL = ",.?!…—–"


@dataclass(frozen=True, slots=True)
class Quote:
    """A quotation with its marks; ``inner`` is without them.

    ``closed`` is False where the mark stays open to the end of the paragraph because the
    quotation goes on in the next one (``chained``: this paragraph takes one up).
    """

    start: int
    end: int
    inner: Span
    closed: bool = True
    chained: bool = False


def _is_inches(text: str, at: int, paragraph: Span, opening: str) -> bool:
    """Whether a mark after a digit measures something (6'2", a 12" pipe)."""
    if at == paragraph.start or not text[at - 1].isdigit():
        return False
    mark = text[at]
    if not opening:
        return mark == '"'
    following = text[at + 1 : at + 3]
    if not (len(following) == 2 and following[0] == " " and following[1].islower()):
        return False
    limit = min(paragraph.end, at + _INCH_REACH)
    if opening == '"':
        return mark == '"' and text.count('"', at + 1, limit) % 2 == 1
    closing, reopening = text.find("”", at + 1, limit), text.find("“", at + 1, limit)
    return closing != -1 and (reopening == -1 or closing < reopening)


def _stands_open(text: str, at: int, width: int, paragraph: Span) -> bool:
    """Whether a mark with one shape for both ends stands where a quotation can begin."""
    before = text[at - 1] if at > paragraph.start else " "
    after = text[at + width] if at + width < paragraph.end else " "
    return (before.isspace() or before in _OPENS_AFTER) and not after.isspace()


def _closes(mark: str, opening: str, stands_open: bool) -> bool:
    """Whether ``mark`` closes a quotation opened by ``opening``."""
    if mark in _CLOSED_BY[opening]:
        return True
    # Mixed marks: typed by hand, one end curled by software and the other not.
    return (opening in "“„" and mark == '"' and not stands_open) or (
        opening == '"' and mark in "”»"
    )


def _double_marks(text: str, paragraph: Span) -> tuple[list[Quote], Quote | None]:
    """Outermost closed double quotations, and the one left open at the paragraph's end."""
    stack: list[tuple[int, str]] = []
    found: list[Quote] = []
    for match in _DOUBLE.finditer(text, paragraph.start, paragraph.end):
        mark, at = match.group(), match.start()
        if mark in '"”' and _is_inches(text, at, paragraph, stack[-1][1] if stack else ""):
            continue
        stands_open = _stands_open(text, at, len(mark), paragraph)
        if stack and _closes(mark, stack[-1][1], stands_open):
            start, opening = stack.pop()
            while found and found[-1].start > start:
                found.pop()
            found.append(Quote(start, match.end(), Span(start + len(opening), at)))
        elif mark in _CLOSED_BY and len(stack) < _DEEPEST:
            if mark in _ONE_SHAPE and not stands_open:
                continue
            # The closing shape opens where a program curled it the wrong way, or as in Swedish.
            if mark == "”" and text.find("”", at + 1, paragraph.end) == -1:
                continue
            stack.append((at, mark))
    if not stack:
        return found, None
    start, opening = stack[-1]
    inner = Span(start + len(opening), paragraph.end)
    return found, Quote(start, paragraph.end, inner, closed=False)


def _single_marks(text: str, paragraph: Span, taken: list[Quote]) -> list[Quote]:
    """Quotations in single marks outside the double ones."""
    found: list[Quote] = []
    position = paragraph.start
    inside = iter([*taken, Quote(paragraph.end, paragraph.end, Span(paragraph.end, paragraph.end))])
    current = next(inside)
    while match := _SINGLE_OPEN.search(text, position, paragraph.end):
        at = match.start()
        position = at + 1
        while current.end <= at and current.start < paragraph.end:
            current = next(inside)
        if current.start <= at < current.end or _CLIPPED.match(text, at):
            continue
        limit = min(paragraph.end, at + _SINGLE_REACH)
        end = None
        for close in _SINGLE_CLOSE.finditer(text, at + 1, limit):
            end = close.end()
            possessive = text[close.start() - 1] in "sz" and re.match(
                r"\s[a-z]", text[end : end + 2]
            )
            if not possessive:
                break
        if end is not None and end > at + 2:
            found.append(Quote(at, end, Span(at + 1, end - 1)))
            position = end
        elif limit < paragraph.end:
            break
    return found


def find_quotes(text: str, paragraphs: list[Span]) -> list[Quote]:
    """The outermost quotations of the text, sorted."""
    found: list[Quote] = []
    running: Quote | None = None  # left open by the paragraph before
    for paragraph in paragraphs:
        doubles, left_open = _double_marks(text, paragraph)
        singles = _single_marks(text, paragraph, doubles)
        kept = [q for q in doubles if not any(s.start < q.start and q.end < s.end for s in singles)]
        here = sorted([*kept, *singles], key=lambda quote: quote.start)
        if left_open is not None:
            here = [quote for quote in here if quote.start < left_open.start]
            here.append(left_open)
        takes_up = bool(here) and here[0].start == paragraph.start
        if running is not None and takes_up:
            found.append(running)
            first = here[0]
            here[0] = Quote(first.start, first.end, first.inner, first.closed, chained=True)
        running = None
        if here and not here[-1].closed:
            running = here.pop()
        found.extend(quote for quote in here if quote.inner.start < quote.inner.end)
    return found


def is_speech_like(text: str, quote: Quote) -> bool:
    """Whether the quotation is somebody's words rather than a title or a coinage.

    Used only where no reporting verb decides: complete sentences end inside the marks and
    are longer than a catchphrase.
    """
    if not quote.closed or quote.chained:
        return True
    inner = text[quote.inner.start : quote.inner.end].strip(" \u00a0'’”\"")
    words = inner.split()
    if len(words) < 3 or inner[-1:] not in _TERMINAL:
        return False
    capitals = sum(word[:1].isupper() for word in words)
    return capitals <= len(words) // 2 + 1 or inner[-1] in "?!"


def without_marks(text: str, quoted: Span) -> Span:
    """A quotation without the marks at its ends (the closing one may be missing)."""
    start, end = quoted
    opening = text[start : start + 2] if text[start : start + 2] in _CLOSED_BY else text[start]
    closers = _CLOSED_BY.get(opening, "’'")
    start += len(opening)
    closing = next((mark for mark in ("''", *"\"”“»«›」’'") if text.endswith(mark, start, end)), "")
    mixed = opening in '“"' and closing in '”"'
    if closing and (closing in closers or mixed):
        end -= len(closing)
    return trimmed(text, start, end)
