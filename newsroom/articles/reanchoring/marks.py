"""Marks at the ends of a passage: no words, yet a part of it where they were one before."""

from __future__ import annotations

from newsroom.articles.selectors import Anchor

MARKS = frozenset("“”„\"‘’‚'«»‹›.!?…,;:()[]")


def with_marks_before(lead: str, new: str, start: int) -> int:
    """Where a passage begins whose first word is at `start` and had `lead` before it."""
    if lead and new.endswith(lead, 0, start):
        return start - len(lead)
    at = start
    for char in reversed(lead):
        if at and _alike(char, new[at - 1]):
            at -= 1
            start = at if char in MARKS else start
    return start


def with_marks_behind(tail: str, new: str, end: int) -> int:
    """Where a passage ends whose last word ends at `end` and had `tail` behind it."""
    if tail and new.startswith(tail, end):
        return end + len(tail)
    at = end
    for char in tail:
        if at < len(new) and _alike(char, new[at]):
            at += 1
            end = at if char in MARKS else end
    return end


def _alike(one: str, other: str) -> bool:
    return (one in MARKS and other in MARKS) or (one.isspace() and other.isspace())


def with_marks_of(anchor: Anchor, new: str, start: int, end: int) -> tuple[int, int]:
    """With the marks that the passage began and ended with, as far as they are still there."""
    exact = anchor.exact
    body = exact.strip("".join(MARKS))
    if not body:
        return start, end
    at = exact.index(body)
    return (
        with_marks_before(exact[:at], new, start),
        with_marks_behind(exact[at + len(body) :], new, end),
    )
