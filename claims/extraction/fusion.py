"""Two witnesses of one unit: the words around its quotation marks, and the tagger.

Quotation marks are exact, so a rule that ties one to a speaker is believed; everywhere else
the tagger is, and what only one of them saw has to be seen clearly. The thresholds were
chosen on the development stories.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from claims.extraction.passage import Raw
from claims.extraction.reported import has_quote, overlap
from claims.extraction.schema import Span
from claims.extraction.units import Unit

RULE_WINS = 0.9
RULE_ALONE = 0.8
TAGGER_ALONE = 0.5
_SAME = 0.5
_FORMS = frozenset({"no comment"})


def fuse(unit: Unit, by_rule: Sequence[Raw], by_tagger: Sequence[Raw]) -> list[Raw]:
    """The attributions of a unit, each once."""
    kept: list[Raw] = []
    rest = list(by_tagger)
    for rule in by_rule:
        same = [raw for raw in rest if _is_same(rule, raw)]
        quoted = rule.confidence >= RULE_WINS and has_quote(unit, rule)
        if quoted or rule.lemma in _FORMS:
            kept.append(rule)
        elif same:
            kept.append(_joined(rule, max(same, key=lambda raw: overlap(rule, raw))))
        elif rule.confidence >= RULE_ALONE:
            kept.append(rule)
        else:
            continue
        rest = [raw for raw in rest if raw not in same]
    for raw in rest:
        fresh = [piece for piece in raw.content if not _is_taken(piece, kept)]
        if raw.confidence >= TAGGER_ALONE and fresh:
            kept.append(replace(raw, content=fresh))
    return kept


def _is_same(one: Raw, other: Raw) -> bool:
    """Whether both mean one attribution: the same verb, or mostly the same words."""
    if one.cue and other.cue and one.cue.start < other.cue.end and other.cue.start < one.cue.end:
        return True
    return overlap(one, other) >= _SAME


def _joined(rule: Raw, tagged: Raw) -> Raw:
    """What the tagger marked, with the rule's verb and, where it has none, the rule's source."""
    source, atoms = tagged.source, tagged.atoms
    if source is None or not atoms:
        source, atoms = rule.source, rule.atoms
    return replace(
        tagged,
        source=source,
        atoms=atoms,
        lemma=rule.lemma or tagged.lemma,
        confidence=max(rule.confidence, tagged.confidence),
    )


def _is_taken(piece: Span, kept: Sequence[Raw]) -> bool:
    """Whether most of a piece belongs to an attribution already."""
    size = piece.end - piece.start
    return any(
        2 * (min(piece.end, other.end) - max(piece.start, other.start)) > size
        for raw in kept
        for other in raw.content
    )
