"""Two witnesses of one unit: the words around its quotation marks, and the tagger.

Quotation marks are exact, so the rule that ties one to a speaker is believed where they
stand; everything else is the tagger's.
"""

from __future__ import annotations

from collections.abc import Sequence

from claims.extraction.passage import Raw
from claims.extraction.schema import Span
from claims.extraction.sentences import trimmed


def fuse(by_rule: Sequence[Raw], by_tagger: Sequence[Raw]) -> list[Raw]:
    """The attributions of a unit, each once."""
    kept = list(by_rule)
    for raw in by_tagger:
        fresh = [piece for piece in raw.content if not _is_taken(piece, kept)]
        rule = next((rule for rule in by_rule if _is_same(rule, raw)), None)
        if rule is not None:
            rule.content[:] = sorted([*rule.content, *fresh])
            rule.cue = raw.cue  # with the auxiliary and the day, as people mark it
            if _meet(rule.source, raw.source) and raw.atoms:
                rule.source, rule.atoms = raw.source, raw.atoms
            raw.content = rule.content  # whoever still holds the tagger's sees the rule's
        elif fresh:
            raw.content[:] = fresh
            kept.append(raw)
        else:
            raw.content.clear()
    return kept


def _is_same(one: Raw, other: Raw) -> bool:
    """Whether both mean one attribution: the same verb."""
    return _meet(one.cue, other.cue)


def _meet(one: Span | None, other: Span | None) -> bool:
    if one is None or other is None:
        return False
    return one.start < other.end and other.start < one.end


def _is_taken(piece: Span, kept: Sequence[Raw]) -> bool:
    """Whether most of a piece belongs to an attribution already."""
    size = piece.end - piece.start
    return any(
        2 * (min(piece.end, other.end) - max(piece.start, other.start)) > size
        for raw in kept
        for other in raw.content
    )


def kept_apart(text: str, raws: Sequence[Raw]) -> list[Raw]:
    """The attributions with no words given to two of them: what begins first has them."""
    pieces = sorted((piece, number) for number, raw in enumerate(raws) for piece in raw.content)
    content: list[list[Span]] = [[] for _ in raws]
    end = 0
    for piece, number in pieces:
        rest = trimmed(text, max(piece.start, end), piece.end)
        if rest.start < rest.end:
            content[number].append(rest)
            end = rest.end
    for raw, own in zip(raws, content, strict=True):
        raw.content[:] = own
    return [raw for raw in raws if raw.content]
