"""What was decided on the same passage before, and which known claims a candidate may repeat.

Simple for now, and bounded: the same words, or the same speaker with many words in common.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from django.contrib.postgres.search import SearchQuery, SearchVector
from django.db.models import QuerySet

from claims.models import Candidate, Claim, ClaimState
from claims.models.candidates import DECIDED
from claims.review.story import NOT_THE_TEXT

EARLIER = 5
OF_ONE_SPEAKER = 200
SHOWN = 3
ENOUGH = 0.3
"""Share of common words from which a claim of the same speaker is worth a look."""
FOUND = 8

GONE = (ClaimState.SHELVED, ClaimState.WITHDRAWN)
_WORD = re.compile(r"\w+")


@dataclass(frozen=True, slots=True)
class Repeat:
    claim: Claim
    why: str


def earlier_decisions(candidate: Candidate) -> list[Candidate]:
    """Decisions on the same words elsewhere, latest first. One query, by the fingerprint."""
    return list(
        Candidate.objects.filter(fingerprint=candidate.fingerprint, state__in=DECIDED)
        .exclude(pk=candidate.pk)
        .select_related("decided_by", "claim", "revision__article__outlet")
        .defer(*NOT_THE_TEXT)
        .order_by("-decided_at", "-pk")[:EARLIER]
    )


def possible_repeats(candidate: Candidate, earlier: list[Candidate]) -> list[Repeat]:
    """Known claims that the candidate may repeat, likeliest first. At most one query."""
    found: dict[int, Repeat] = {}
    for one in earlier:
        if one.claim is not None and one.claim.state not in GONE:
            found.setdefault(one.claim.pk, Repeat(one.claim, "the same words"))
    if candidate.speaker_id is not None:
        words = _words(candidate.statement)
        said = (
            Claim.objects.filter(speaker=candidate.speaker_id)
            .exclude(state__in=GONE)
            .order_by("-id")[:OF_ONE_SPEAKER]
        )
        alike = [(_overlap(words, _words(claim.statement)), claim) for claim in said]
        for overlap, claim in sorted(alike, key=lambda pair: (-pair[0], -pair[1].pk)):
            if overlap >= ENOUGH:
                found.setdefault(
                    claim.pk, Repeat(claim, f"the same speaker, {overlap:.0%} of the words")
                )
    return list(found.values())[:SHOWN]


def search_claims(text: str) -> QuerySet[Claim]:
    """Claims with all these words, each perhaps only begun; or the one with this number."""
    words = _WORD.findall(text.casefold())[:10]
    if not words:
        return Claim.objects.none()
    claims = Claim.objects.exclude(state__in=GONE)
    if len(words) == 1 and words[0].isascii() and words[0].isdecimal() and len(words[0]) < 18:
        by_number = claims.filter(pk=int(words[0]))
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


def _words(text: str) -> set[str]:
    return set(_WORD.findall(text.casefold()))


def _overlap(one: set[str], other: set[str]) -> float:
    return len(one & other) / len(one | other) if one and other else 0.0
