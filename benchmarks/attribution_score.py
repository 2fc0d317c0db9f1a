"""Score predicted attributions against gold ones (PolNeAR rows).

Offsets are code points, end-exclusive; white space at the ends of a span is ignored. A source
or cue shared by several attributions counts once.

exact   a span counts when kind, start and end agree (discontinuous content piece by piece)
token   each word or mark of the text has one kind (source, cue, content or none); micro-F1
linked  an attribution counts when its content overlaps a gold one by at least half of their
        union, in tokens, and its source shares a token with that one's, or neither has one:
        what an editor sees, what was said and by whom
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Any

KINDS = ("source", "cue", "content")
_TOKEN = re.compile(r"\w+|[^\w\s]")
Pair = tuple[int, int]
Row = dict[str, Any]


def _trim(text: str, start: int, end: int) -> Pair:
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    return start, end


def _spans(text: str, attributions: Iterable[Row], kind: str) -> set[Pair]:
    found = {_trim(text, *span) for one in attributions for span in one.get(kind) or []}
    return {span for span in found if span[0] < span[1]}


def _cover(pieces: Iterable[Sequence[int]], tokens: Sequence[Pair]) -> set[int]:
    return {i for i, (a, b) in enumerate(tokens) for s, e in pieces if a < e and b > s}


def _rates(hit: int, predicted: int, gold: int) -> dict[str, float]:
    precision = hit / predicted if predicted else 0.0
    recall = hit / gold if gold else 0.0
    total = precision + recall
    return {"p": precision, "r": recall, "f1": 2 * precision * recall / total if total else 0.0}


def _labels(text: str, attributions: Iterable[Row], tokens: Sequence[Pair]) -> dict[int, str]:
    found: dict[int, str] = {}
    for kind in KINDS:
        for token in _cover(_spans(text, attributions, kind), tokens):
            found.setdefault(token, kind)
    return found


def _in_tokens(
    attributions: Iterable[Row], tokens: Sequence[Pair]
) -> list[tuple[set[int], set[int]]]:
    """Content and source of each attribution that has content."""
    pairs = (
        (_cover(one.get("content") or [], tokens), _cover(one.get("source") or [], tokens))
        for one in attributions
    )
    return [(content, source) for content, source in pairs if content]


def _matches(gold: list[tuple[set[int], set[int]]], guess: list[tuple[set[int], set[int]]]) -> int:
    """How many attributions agree, each used once, best overlap first."""
    ranked = sorted(
        (
            (len(gc & pc) / len(gc | pc), g, p)
            for g, (gc, gs) in enumerate(gold)
            for p, (pc, ps) in enumerate(guess)
            if gc & pc and (gs & ps or not (gs or ps))
        ),
        reverse=True,
    )
    used_gold: set[int] = set()
    used_guess: set[int] = set()
    for overlap, g, p in ranked:
        if overlap >= 0.5 and g not in used_gold and p not in used_guess:
            used_gold.add(g)
            used_guess.add(p)
    return len(used_gold)


def score(gold_rows: Sequence[Row], predicted_rows: Sequence[Row]) -> dict[str, dict[str, float]]:
    """Precision, recall and F1 of every measure."""
    predicted = {row["id"]: row.get("attributions") or [] for row in predicted_rows}
    counts = {name: [0, 0, 0] for name in (*KINDS, "token", "linked")}

    def count(name: str, hit: int, guessed: int, wanted: int) -> None:
        counts[name] = [a + b for a, b in zip(counts[name], (hit, guessed, wanted), strict=True)]

    for row in gold_rows:
        text, gold, guess = row["text"], row["attributions"], predicted.get(row["id"], [])
        tokens = [match.span() for match in _TOKEN.finditer(text)]
        for kind in KINDS:
            right, found = _spans(text, gold, kind), _spans(text, guess, kind)
            count(kind, len(right & found), len(found), len(right))
        right_of, found_of = _labels(text, gold, tokens), _labels(text, guess, tokens)
        hit = sum(right_of.get(token) == kind for token, kind in found_of.items())
        count("token", hit, len(found_of), len(right_of))
        wanted, guessed = _in_tokens(gold, tokens), _in_tokens(guess, tokens)
        count("linked", _matches(wanted, guessed), len(guessed), len(wanted))
    return {name: _rates(*numbers) for name, numbers in counts.items()}
