"""What was decided on the same passage before, and the search for the claim that it repeats.

What is found by itself is the matching's (`claims.matching.known`).
"""

from __future__ import annotations

import re

from django.contrib.postgres.search import SearchQuery, SearchVector
from django.db.models import QuerySet

from claims.models import Candidate, Claim
from claims.models.candidates import DECIDED
from claims.models.matching import GONE
from claims.review.story import NOT_THE_TEXT
from newsroom.numbers import number_in

EARLIER = 5
FOUND = 8

_WORD = re.compile(r"\w+")


def earlier_decisions(candidate: Candidate) -> list[Candidate]:
    """Decisions on the same words elsewhere, latest first. One query, by the fingerprint."""
    return list(
        Candidate.objects.filter(fingerprint=candidate.fingerprint, state__in=DECIDED)
        .exclude(pk=candidate.pk)
        .select_related("decided_by", "claim", "revision__article__outlet")
        .defer(*NOT_THE_TEXT)
        .order_by("-decided_at", "-pk")[:EARLIER]
    )


def search_claims(text: str) -> QuerySet[Claim]:
    """Claims with all these words, each perhaps only begun; or the one with this number."""
    words = _WORD.findall(text.casefold())[:10]
    if not words:
        return Claim.objects.none()
    claims = Claim.objects.exclude(state__in=GONE)
    if len(words) == 1 and (key := number_in(words[0])) is not None:
        by_number = claims.filter(pk=key)
        if by_number.exists():
            return by_number
    query = SearchQuery(
        " & ".join(f"{word}:*" for word in words), config="simple", search_type="raw"
    )
    # The expression of the index `claim_words`.
    return (
        claims.annotate(words=SearchVector("statement", config="simple"))
        .filter(words=query)
        .order_by("-id")[:FOUND]
    )
