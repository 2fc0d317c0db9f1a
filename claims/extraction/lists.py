"""Where the items of a list begin that is written on one line.

"1.) Lock the gate 2.) Turn off the pump" is two sentences without a full stop between them. A
single "2)" is a number in a sentence; what makes a list is that the marks count on.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from claims.extraction.schema import Span

_ITEM = re.compile(
    r"(?:^|(?<=\s))(?P<bullet>[•⁃‣▪·*–-]\s?)?"
    r"(?:(?P<number>\d{1,3})|(?P<letter>[a-z]))(?P<mark>\.\)|\)|\.)[ \u00a0](?=\S)"
)
_FEWEST_LETTERS = 3
"""“a. … b. …” may be initials; from three on it counts."""


def item_starts(text: str, span: Span) -> list[int]:
    """Where the items of the list in a paragraph start; [] where there is none."""
    runs: list[list[re.Match[str]]] = []
    for match in _ITEM.finditer(text, span.start, span.end):
        for run in reversed(runs[-2:]):
            if _follows(run[-1], match):
                run.append(match)
                break
        else:
            if _rank(match) == 1 or match.group("bullet"):
                runs.append([match])
    lists = [run for run in runs if _is_list(run, span.start)]
    return sorted(match.start() for run in lists for match in run)


def after_mark(text: str, item: Span) -> int:
    """Where the words of an item begin, behind its mark."""
    match = _ITEM.match(text, *item)
    return match.end() if match else item.start


def _rank(match: re.Match[str]) -> int:
    number = match.group("number")
    return int(number) if number else ord(match.group("letter")) - ord("a") + 1


def _follows(before: re.Match[str], match: re.Match[str]) -> bool:
    """Whether a mark is the next of the same shape."""
    same = all(bool(before.group(part)) == bool(match.group(part)) for part in ("bullet", "number"))
    return (
        same and before.group("mark") == match.group("mark") and _rank(match) == _rank(before) + 1
    )


def _is_list(run: Sequence[re.Match[str]], start: int) -> bool:
    first = run[0]
    fewest = _FEWEST_LETTERS if first.group("letter") else 2
    # A full stop after a number ends many sentences; such a list must open the line.
    opens = first.start() == start or first.group("bullet") or first.group("mark") != "."
    return len(run) >= fewest and bool(opens)
