"""What is known already, beside a claim that is being rated."""

from __future__ import annotations

from typing import Any

from django import template

from claims.matching.known import rated_of_speaker, similar_claims
from claims.models import Claim, RepeatAlert

register = template.Library()

ALERTS = 5


@register.inclusion_tag("admin/claims/claim/known.html")
def known_of(claim: Claim) -> dict[str, Any]:
    """Earlier ratings of similar claims and of the same speaker, others' checks, and repeats."""
    repeats, others = similar_claims(claim)
    alerts = RepeatAlert.objects.filter(claim=claim, dismissed_at=None)
    of_speaker = RepeatAlert.objects.filter(speaker=claim.speaker_id, dismissed_at=None)
    return {
        "claim": claim,
        "repeats": repeats,
        "others": others,
        "of_speaker": rated_of_speaker(claim),
        "alerts": alerts.select_related("candidate__revision__article__outlet").defer(
            "candidate__revision__text", "candidate__revision__extraction_notes"
        )[:ALERTS],
        "alert_count": alerts.count(),
        "speaker_count": of_speaker.count() if claim.speaker_id else 0,
    }
