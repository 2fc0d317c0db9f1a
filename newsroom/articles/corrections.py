"""Recognising where an outlet says that it corrected a story. Knows no database."""

from __future__ import annotations

import re

_LINE = re.compile(r"[^\n\r]+")
_HEAD = re.compile(
    r"^[\W_]*(?:this is a )?(?:corrections?|corrected|clarifications?|clarified|erratum|errata|"
    r"amendments?|amplification|editor[’']?s?[’']? note|ed(?:itor)?\.? ?note|update|updated)\b"
    r"[^:.\n]{0,60}[:—–]",
    re.IGNORECASE,
)
_SAID = re.compile(
    r"\b(?:this|the) (?:story|article|report|item|piece|post|headline|version)"
    r"(?: of (?:this|the) (?:story|article|report))? (?:has been|was|is being|has since been) "
    r"(?:updated|corrected|amended|revised|clarified|edited|changed)\b"
    r"|\b(?:an? )?(?:earlier|previous|prior|original) versions? of (?:this|the|our) "
    r"(?:story|article|report|item|piece|headline)\b"
    r"|\b(?:we|the newspaper) (?:apologi[sz]e for|regrets?) the error\b",
    re.IGNORECASE,
)
LONGEST = 2000


def find_corrections(text: str) -> list[str]:
    """The paragraphs of a text that say what was corrected or updated, as printed."""
    found = []
    for match in _LINE.finditer(text):
        line = match.group().strip()[:LONGEST]
        if line and (_HEAD.match(line) or _SAID.search(line)):
            found.append(line)
    return found


def new_corrections(old: str, new: str) -> list[str]:
    """Those that an earlier version did not have."""
    before = set(find_corrections(old))
    return [line for line in dict.fromkeys(find_corrections(new)) if line not in before]
