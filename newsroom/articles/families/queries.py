"""Reading families."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from django.db.models import Prefetch, Q

from newsroom.articles.families.models import Family, FamilyMember, NotACopy
from newsroom.articles.models import Article

SHOWN = 50
"""So many members are listed; a story at more outlets than that is counted."""


@dataclass(frozen=True, slots=True)
class Sibling:
    """The same story elsewhere. `similarity` is with the first story of the family."""

    article: Article
    similarity: float
    is_first: bool


def family_of(article_id: int) -> Family | None:
    """The family that this story is in, with its first story; one query."""
    return (
        Family.objects.filter(Q(first=article_id) | Q(members__article=article_id))
        .select_related("first__outlet")
        .distinct()
        .first()
    )


def siblings_of(article_id: int) -> list[Sibling]:
    """The same story at other outlets, the first one first. Two queries."""
    family = family_of(article_id)
    if family is None:
        return []
    members = (
        FamilyMember.objects.filter(family=family)
        .select_related("article__outlet")
        .order_by("article")[:SHOWN]
    )
    found = [Sibling(one.article, one.similarity, is_first=False) for one in members]
    own = next((one.similarity for one in found if one.article.pk == article_id), 1.0)
    first = Sibling(family.first, own, is_first=True)
    return [one for one in [first, *found] if one.article.pk != article_id]


def membership_of(article_id: int) -> FamilyMember | None:
    """How a story is in a family that another began; one query."""
    return FamilyMember.objects.filter(article=article_id).first()


def refusals_of(article_id: int) -> list[NotACopy]:
    """What people said that this story is no copy of, each with the story and the person; one
    query."""
    said = NotACopy.objects.filter(article=article_id).select_related("of__outlet", "said_by")
    return list(said.order_by("pk"))


def families_of(article_ids: Collection[int]) -> list[set[int]]:
    """The families that these stories are in, each as the keys of its stories. Two queries."""
    families = (
        Family.objects.filter(Q(first__in=article_ids) | Q(members__article__in=article_ids))
        .distinct()
        .prefetch_related(Prefetch("members", FamilyMember.objects.only("article", "family")))
    )
    return [{one.first_id, *(m.article_id for m in one.members.all())} for one in families]
