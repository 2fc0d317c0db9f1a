"""How the copies of a story word the passages in which a claim was made."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from claims.models import Appearance
from newsroom.articles.families.queries import families_of
from newsroom.articles.models import Article, Revision
from newsroom.articles.reanchoring import Piece, reanchor, side_by_side
from newsroom.articles.selectors import Anchor

COMPARED = 20
"""Copies that a page looks into."""


@dataclass(frozen=True, slots=True)
class LocalEdit:
    """A passage that a copy words differently; `there` is empty where the copy does not have it."""

    appearance: Appearance
    copy: Article
    here: list[Piece]
    there: list[Piece]


def local_edits(appearances: Sequence[Appearance]) -> list[LocalEdit]:
    """What the latest texts of the copies changed in these passages. Four queries at most.

    Of a story on record at several outlets the first passage is the one that is compared.
    """
    families = families_of({one.revision.article_id for one in appearances})
    pairs = [
        (appearance, other)
        for appearance, family in _first_ones(appearances, families)
        for other in sorted(family - {appearance.revision.article_id})
    ][:COMPARED]
    if not pairs:
        return []
    copies = {
        one.article_id: one
        for one in Revision.objects.filter(article__in={other for _, other in pairs})
        .select_related("article__outlet")
        .order_by("article_id", "-number")
        .distinct("article_id")
    }
    texts = dict(
        Revision.objects.filter(pk__in={one.revision_id for one, _ in pairs}).values_list(
            "pk", "text"
        )
    )
    found = (
        _edit(appearance, texts[appearance.revision_id], copies[other])
        for appearance, other in pairs
        if other in copies
    )
    return [one for one in found if one is not None]


def _first_ones(
    appearances: Iterable[Appearance], families: Iterable[set[int]]
) -> Iterator[tuple[Appearance, set[int]]]:
    rows = sorted(appearances, key=lambda one: one.pk)
    for family in families:
        first = next((one for one in rows if one.revision.article_id in family), None)
        if first is not None:
            yield first, family


def _edit(appearance: Appearance, text: str, copy: Revision) -> LocalEdit | None:
    anchor = Anchor(
        appearance.start, appearance.end, appearance.exact, appearance.prefix, appearance.suffix
    )
    (found,) = reanchor(text, copy.text, [anchor])
    place = found.proposal
    there = copy.text[place.start : place.end] if place is not None else ""
    old, new = side_by_side(appearance.exact, there)
    if place is not None and not any(piece.changed for piece in [*old, *new]):
        return None
    return LocalEdit(appearance, copy.article, old, new if place is not None else [])
