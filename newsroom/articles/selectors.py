"""A passage of a text, by both selectors of the W3C Web Annotation model. Knows no database."""

from __future__ import annotations

from dataclasses import dataclass

CONTEXT = 32
"""Code points of prefix and suffix that an anchor keeps."""


@dataclass(frozen=True, slots=True)
class Anchor:
    """A passage of a text, without the revision it belongs to."""

    start: int
    end: int
    exact: str
    prefix: str
    suffix: str


def anchor_at(text: str, start: int, end: int) -> Anchor:
    """The anchor of `text[start:end]`. Raises `ValueError` if that is no passage of the text."""
    if not 0 <= start < end <= len(text):
        raise ValueError(f"{start}–{end} is not a passage of a text of {len(text)} code points")
    return Anchor(
        start=start,
        end=end,
        exact=text[start:end],
        prefix=text[max(0, start - CONTEXT) : start],
        suffix=text[end : end + CONTEXT],
    )
