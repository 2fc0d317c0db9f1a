"""Where things are in the admin."""

from __future__ import annotations

from urllib.parse import urlencode

from django.urls import reverse

from claims.models import Candidate


def story_address(candidate: Candidate, *, target: int | None = None, show: str = "") -> str:
    """The story page of the candidate's revision, at the card of the candidate `target`.

    `target` is the candidate itself unless given; `show` is the one state whose cards are shown.
    """
    query = {
        "revision": candidate.revision.number,
        **({"show": show} if show else {}),
        # A long story is shown in parts: the one where the card is.
        "at": target or candidate.pk,
    }
    page = reverse("admin:articles_article_change", args=[candidate.revision.article_id])
    return f"{page}?{urlencode(query)}#candidate-{target or candidate.pk}"


def candidate_address(candidate_id: int) -> str:
    return reverse("admin:claims_candidate_change", args=[candidate_id])


def claim_address(claim_id: int) -> str:
    return reverse("admin:claims_claim_change", args=[claim_id])
