"""Why a source is not named, in the words of the story."""

from __future__ import annotations

import re

from claims.extraction.schema import Span
from claims.extraction.sentences import trimmed

_END = r"[^.;“”\"\n]{0,160}"
_NOT = r"(?:(?:was|were|is|are)(?:n['’]t| not)|not)(?: publicly| yet| immediately)?"
_REASON = re.compile(
    rf"(?P<authorized>\b{_NOT} (?:authori[sz]ed|allowed|permitted|cleared) to\b{_END})"
    rf"|(?P<condition>\b(?:on|under) (?:the )?condition of anonymity\b{_END})"
    rf"|(?P<granted>\b(?:was|were|been)? ?granted anonymity\b{_END})"
    r"|(?P<asked>\b(?:asked|requested|wished|insisted|wanted|spoke on condition|preferred|declined|"
    r"refused|asking|requesting|declining)(?: not| on not)? (?:to (?:be|remain) (?:named"
    r"|identified|anonymous|quoted)|"
    rf"being (?:named|identified)|anonymity)\b{_END})"
    r"|(?P<withheld>\b(?:asked|requested|asking) (?:that|for) (?:his|her|their)"
    r" (?:full |last |real )?(?:sur)?names? (?:not be|be|to be|not to be)"
    rf" (?:used|published|printed|disclosed|withheld){_END})"
    r"|(?P<name>\b(?:declin|refus)(?:ed|ing) to (?:give|provide|disclose|share|reveal)"
    rf" (?:his|her|their) (?:full |last |real |own )?(?:sur)?names?\b{_END})"
)
_STOP = re.compile(
    r"(?<=anonymity) that\b"
    r"|,? (?:said|told|added|confirmed|and (?:said|added)|but)\b|, (?=said\b)|,\s*$|\s*[—–]\s.*$"
)
_AUXILIARY = re.compile(r"^(?:was|were|is|are) (?=not )")
_WHO = re.compile(r",? who (?:was |were |had |has |have )?$")
_MORE_THAN_A_PHRASE = re.compile(r"[,;:“”\"—–]")
_PHRASE = 12  # words
_REACH = 600
_PRONOUN_LEAD = re.compile(
    r"^(?:All |Both |Each )?(?:The|That|This|They|He|She|Both|All|Neither|These|Those)\b"
)


def find_reason(text: str, start: int, end: int) -> str | None:
    """The first stated reason for anonymity in text[start:end], as printed."""
    match = _REASON.search(text, start, min(end, start + _REACH))
    if match is None:
        return None
    return _AUXILIARY.sub("", _as_far_as_stated(match).strip().rstrip(" ,—–-"))


def _as_far_as_stated(match: re.Match[str]) -> str:
    """Without what the sentence goes on with ("…, said the vault was empty")."""
    printed = match.group()
    cut = _STOP.search(printed)
    return printed[: cut.start()] if cut else printed


def gives_reason(text: str, position: int) -> bool:
    """Whether the words at this place say why or that a source is not named."""
    return _REASON.match(text, position, position + _REACH) is not None


def lies_in_reason(text: str, position: int, start: int) -> bool:
    """Whether a place, in a sentence from ``start``, is part of such words."""
    return _reason_around(text, position, start) is not None


def whose_reason(text: str, position: int, start: int) -> Span | None:
    """Whoever such words around a place are about: the phrase before them that opens the sentence.

    None where more than a phrase stands there.
    """
    match = _reason_around(text, position, start)
    phrase = _WHO.sub("", text[start : match.start()]) if match else ""
    if not phrase.strip() or _MORE_THAN_A_PHRASE.search(phrase) or len(phrase.split()) > _PHRASE:
        return None
    return trimmed(text, start, start + len(phrase))


def _reason_around(text: str, position: int, start: int) -> re.Match[str] | None:
    match = _REASON.search(text, start, position + _REACH)
    if match is None or not match.start() <= position:
        return None
    return match if position < match.start() + len(_as_far_as_stated(match)) else None


def refers_back(text: str, start: int, end: int) -> bool:
    """Whether a sentence speaks about somebody named just before ("The official was …")."""
    return _PRONOUN_LEAD.match(text[start : min(end, start + 40)]) is not None
