"""Finding claims by words, and showing where the words stand."""

from __future__ import annotations

from django.contrib.postgres.search import SearchHeadline, SearchQuery, SearchRank
from django.db.models import F, FloatField, QuerySet
from django.db.models.functions import Cast

from claims.models import Claim

# Of the private use area: no statement means anything by them.
START, STOP = "\ue000", "\ue001"
RANKED = 1000
"""Of the claims that match, the latest so many are ranked: ranking all that hold a common word
would take as long as reading them."""


def matching(queryset: QuerySet[Claim], text: str) -> QuerySet[Claim]:
    """The claims with these words, in the syntax of search engines: "…", or, -."""
    return queryset.filter(search=_query(text))


def ranked(queryset: QuerySet[Claim], text: str) -> QuerySet[Claim]:
    """With `rank`, the best of the latest."""
    latest = queryset.order_by("-id").values("pk")[:RANKED]
    # In double precision: what a cursor holds has to be what is compared.
    rank = Cast(SearchRank(F("search"), _query(text)), FloatField())
    return Claim.objects.filter(pk__in=latest).annotate(rank=rank)


def highlighted(queryset: QuerySet[Claim], text: str) -> QuerySet[Claim]:
    """With `marked`, the statement in which the words found are marked; see `spans_in`."""
    headline = SearchHeadline(
        "statement",
        _query(text),
        config="english",
        start_sel=START,
        stop_sel=STOP,
        highlight_all=True,
    )
    return queryset.annotate(marked=headline)


def spans_in(marked: str, statement: str) -> list[list[int]]:
    """Where the marks stand, in code points of the statement without them."""
    if START in statement or STOP in statement:
        return []  # somebody is playing with us
    spans: list[list[int]] = []
    position = 0
    for char in marked:
        if char == START:
            spans.append([position, position])
        elif char == STOP:
            spans[-1][1] = position
        else:
            position += 1
    return spans


def _query(text: str) -> SearchQuery:
    return SearchQuery(text, config="english", search_type="websearch")
