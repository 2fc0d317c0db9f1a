"""Two wordings side by side, with what was taken out of the one and put into the other."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

from rapidfuzz.distance import LCSseq

from newsroom.articles.reanchoring.words import Words, words_of


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of one wording; `changed`: the other one does not have it."""

    text: str
    changed: bool


def side_by_side(old: str, new: str) -> tuple[list[Piece], list[Piece]]:
    """Both wordings in pieces; put together again they are what was given.

    What differs is shown word by word; other spaces, and another comma, are not marked.
    """
    before, after = words_of(old), words_of(new)
    kept_old, kept_new = [False] * len(before), [False] * len(after)
    for block in LCSseq.opcodes(before.keys, after.keys):
        if block.tag == "equal":
            for at in range(block.src_start, block.src_end):
                kept_old[at] = True
            for at in range(block.dest_start, block.dest_end):
                kept_new[at] = True
    return _pieces(old, before, kept_old), _pieces(new, after, kept_new)


def _pieces(text: str, words: Words, kept: list[bool]) -> list[Piece]:
    """Words in a row that are changed are one piece, with what stands between them."""
    spans: list[tuple[int, int]] = []
    for at, stays in enumerate(kept):
        if stays:
            continue
        if at and not kept[at - 1] and spans:
            spans[-1] = (spans[-1][0], words.ends[at])
        else:
            spans.append((words.starts[at], words.ends[at]))
    borders = sorted({0, len(text), *(place for span in spans for place in span)})
    changed = {start for start, _ in spans}
    return [Piece(text[a:b], a in changed) for a, b in pairwise(borders)]
