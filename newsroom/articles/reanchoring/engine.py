"""Finding the passages of one version of a text in another: the five outcomes.

First whole paragraphs and sentences that stayed are paired; a passage in them is where they are.
Only a passage in something that changed is searched for, and only in what is new: what belongs to
another passage already cannot be taken for this one. Exactly first, told apart by what stands
around; then by likeness, with a minimum, a margin to the second best, and a look at whether another
old sentence has the better claim to the place. Pure and deterministic; it knows no database.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from newsroom.articles.reanchoring.comparison import Comparison
from newsroom.articles.reanchoring.layout import Unit
from newsroom.articles.reanchoring.likeness import Place, exact_places, like_places
from newsroom.articles.reanchoring.meaning import Bearing, Change, changes
from newsroom.articles.reanchoring.outcomes import Outcome, Relocation
from newsroom.articles.reanchoring.words import Words, words_of
from newsroom.articles.selectors import Anchor, anchor_at

VERSION = "reanchoring 1"

MINIMUM = 0.5
"""Likeness below which a passage counts as gone."""
MARGIN = 0.1
"""By how much the best place has to be better than the second best."""
SURE = 0.25
"""The same, of what stands around, where the very words stand in several places."""
SHORT = 5
"""Fewer words than this say too little to be recognised without what stands around them."""
FEW = 4
"""So many other places are named where several are possible."""


def reanchor(old: str, new: str, anchors: Iterable[Anchor]) -> list[Relocation]:
    """Where each of `anchors`, passages of `old`, stands in `new`; in their order."""
    wanted = list(anchors)
    if old == new:
        return [Relocation(one, Outcome.UNCHANGED, one, 1.0) for one in wanted]
    comparison = Comparison(old, new)
    return [_relocate(comparison, one) for one in wanted]


def _relocate(texts: Comparison, anchor: Anchor) -> Relocation:
    units = texts.old_units_of(anchor.start, anchor.end)
    words = texts.words_within(units, anchor.start, anchor.end)
    direct = texts.follow(units, anchor.start, anchor.end)
    if direct is not None:
        return _same_words(texts, anchor, units, words, Place(*direct, 1.0, 1.0))
    if not words.keys:
        return Relocation(anchor, Outcome.VANISHED)
    free = texts.free_runs(units)
    exact = _among_exact(texts, anchor, units, words, free)
    if exact is not None:
        return exact
    return _among_like(texts, anchor, units, words, free)


def _among_exact(
    texts: Comparison,
    anchor: Anchor,
    units: range,
    words: Words,
    free: Sequence[Sequence[Unit]],
) -> Relocation | None:
    """The outcome if the very words stand somewhere in what is new."""
    places = exact_places(texts.old, anchor, texts.new, words.keys, free)
    if not places:
        return None
    best = max(places, key=lambda place: (place.around, -place.start))
    others = [place for place in places if place is not best]
    rivals = texts.rivals(units, words, best)
    sure = best.around - max((place.around for place in [*others, *rivals]), default=-1.0) >= SURE
    if len(words) < SHORT:
        sure = sure and best.around >= SURE
    if not sure:
        return _several(texts, anchor, best, others)
    return _same_words(texts, anchor, units, words, best)


def _among_like(
    texts: Comparison,
    anchor: Anchor,
    units: range,
    words: Words,
    free: Sequence[Sequence[Unit]],
) -> Relocation:
    places = like_places(texts, anchor, units, words, free)
    places = [place for place in places if place.score >= MINIMUM]
    if not places:
        return Relocation(anchor, Outcome.VANISHED)
    best = max(places, key=lambda place: (place.rank, -place.start))
    others = [place for place in places if place is not best and not place.overlaps(best)]
    claim = texts.better_claim(units, best)
    if claim >= best.rank + MARGIN:
        return Relocation(anchor, Outcome.VANISHED, others=_anchors(texts.new, [best, *others]))
    second = max((place.rank for place in others), default=0.0)
    if best.rank - max(second, claim) < MARGIN:
        return _several(texts, anchor, best, others)
    new_words = words_of(texts.new, best.start, best.end)
    found = changes(texts.old, words, texts.new, new_words)
    around = _around(texts, anchor, units, best)
    return Relocation(
        anchor,
        Outcome.REWORDED,
        anchor_at(texts.new, best.start, best.end),
        best.score,
        changes=found,
        around=around,
        others=_anchors(texts.new, others),
    )


def _same_words(
    texts: Comparison, anchor: Anchor, units: range, words: Words, place: Place
) -> Relocation:
    """The words are the same; whether the sentence they stand in still says the same of them."""
    proposal = anchor_at(texts.new, place.start, place.end)
    around = () if place.certain else _around(texts, anchor, units, place)
    found: tuple[Change, ...] = ()
    if proposal.exact != anchor.exact and not place.certain:
        # Another case may be another word (“may” and “May”), and is seen by the guard.
        new_words = words_of(texts.new, place.start, place.end)
        found = changes(texts.old, words, texts.new, new_words)
    if around or found or words_of(proposal.exact).keys != words_of(anchor.exact).keys:
        outcome = Outcome.REWORDED
    elif (proposal.start, proposal.exact) == (anchor.start, anchor.exact):
        outcome = Outcome.UNCHANGED
    else:
        outcome = Outcome.MOVED
    return Relocation(anchor, outcome, proposal, 1.0, changes=found, around=around)


def _several(texts: Comparison, anchor: Anchor, best: Place, others: Sequence[Place]) -> Relocation:
    return Relocation(
        anchor,
        Outcome.AMBIGUOUS,
        anchor_at(texts.new, best.start, best.end),
        best.score,
        others=_anchors(texts.new, others),
    )


def _anchors(text: str, places: Sequence[Place]) -> tuple[Anchor, ...]:
    ranked = sorted(places, key=lambda place: (-place.rank, place.start))
    return tuple(anchor_at(text, place.start, place.end) for place in ranked[:FEW])


TELLING_AROUND = frozenset(
    {Bearing.NEGATION, Bearing.NAME, Bearing.MODAL, Bearing.NUMBER, Bearing.DATE}
)


def _around(texts: Comparison, anchor: Anchor, units: range, place: Place) -> tuple[Change, ...]:
    """Changes in the rest of the sentence that turn the passage: its speaker, a denial, a year."""
    found: list[Change] = []
    before, after = texts.rest_of_old(units, anchor), texts.rest_of_new(place)
    for old, new in zip(before, after, strict=True):
        if old.keys != new.keys:
            found += changes(texts.old, old, texts.new, new)
    return tuple(change for change in found if change.bearing in TELLING_AROUND)
