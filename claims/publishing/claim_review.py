"""schema.org markup: ClaimReview of one fact check, and a DataFeed of all.

A verdict that lies on no line (“unproven”) gets no number: consumers would read one as a place
between true and false.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.conf import settings
from django.urls import reverse

from claims.publishing.addresses import absolute, page_of
from claims.publishing.body import Body, SeenAppearance, SeenRating, SeenSpeaker
from claims.publishing.models import Correction, FactCheck
from sources.models import SourceKind

CONTEXT = "https://schema.org"


def publisher() -> dict[str, Any]:
    """The newsroom, with where it explains how it works."""
    return {
        "@type": "Organization",
        "name": settings.NEWSROOM_NAME,
        "url": absolute("/"),
        "correctionsPolicy": absolute(reverse("methodology") + "#corrections"),
        "publishingPrinciples": absolute(reverse("methodology")),
    }


def claim_review(fact_check: FactCheck, corrections: Iterable[Correction]) -> dict[str, Any]:
    """The ClaimReview of a fact check, without `@context`. Corrections come with `by`."""
    body = Body.from_json(fact_check.body)
    url = page_of(fact_check)
    review: dict[str, Any] = {
        "@type": "ClaimReview",
        "@id": f"{url}#review",
        "url": url,
        "headline": fact_check.headline,
        "claimReviewed": fact_check.short_claim,
        "datePublished": fact_check.published_at.isoformat(),
        "dateModified": fact_check.modified_at.isoformat(),
        "inLanguage": body.language,
        "author": publisher(),
        "reviewRating": _rating(body.rating, fact_check.summary),
        "itemReviewed": _claim(body, url),
    }
    made = [
        {
            "@type": "CorrectionComment",
            "text": correction.text,
            "datePublished": correction.at.isoformat(),
            "author": {"@type": "Person", "name": str(correction.by)},
        }
        for correction in corrections
    ]
    return review | ({"correction": made} if made else {})


def document(fact_check: FactCheck, corrections: Iterable[Correction]) -> dict[str, Any]:
    """What stands in the page: one ClaimReview."""
    return {"@context": CONTEXT, **claim_review(fact_check, corrections)}


def feed_element(fact_check: FactCheck, corrections: Iterable[Correction]) -> dict[str, Any]:
    """One element of the DataFeed of all fact checks."""
    return {
        "@type": "DataFeedItem",
        "dateCreated": fact_check.published_at.isoformat(),
        "dateModified": fact_check.modified_at.isoformat(),
        "item": [claim_review(fact_check, corrections)],
    }


def _rating(rating: SeenRating, explanation: str) -> dict[str, Any]:
    seen: dict[str, Any] = {"@type": "Rating", "alternateName": rating.label}
    if rating.value is not None:
        seen |= {
            "ratingValue": rating.value,
            "bestRating": rating.best,
            "worstRating": rating.worst,
        }
    return seen | ({"ratingExplanation": explanation} if explanation else {})


def _claim(body: Body, url: str) -> dict[str, Any]:
    claim: dict[str, Any] = {"@type": "Claim", "@id": f"{url}#claim", "text": body.statement}
    if body.speaker and not body.speaker.is_unnamed:
        claim["author"] = _author(body.speaker)
    dates = sorted(one.date for one in body.appearances if one.date)
    if dates:
        claim["datePublished"] = dates[0]
    appearances = [_appearance(one) for one in body.appearances if one.url]
    return claim | ({"appearance": appearances} if appearances else {})


def _author(speaker: SeenSpeaker) -> dict[str, Any]:
    kind = "Person" if speaker.kind == SourceKind.PERSON else "Organization"
    author: dict[str, Any] = {"@type": kind, "name": speaker.name}
    if speaker.role and kind == "Person":
        author["jobTitle"] = speaker.role
    return author | ({"sameAs": speaker.url} if speaker.url else {})


def _appearance(appearance: SeenAppearance) -> dict[str, Any]:
    return {
        "@type": "CreativeWork",
        "url": appearance.url,
        "headline": appearance.headline,
        "publisher": {"@type": "Organization", "name": appearance.outlet},
    }
