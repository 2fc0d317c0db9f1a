"""What is known already, beside a claim that is being rated.

A piece of the claim's page that the page asks for once it stands: looking for what says the same
takes as long as half of all the rest, and nobody has to wait for it to go on with the claim.
"""

from __future__ import annotations

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.views.decorators.http import require_GET

from claims.matching.known import rated_of_speaker, similar_claims
from claims.models import Claim, RepeatAlert
from newsroom.denied import person_who_may

ALERTS = 5


def known_view(request: HttpRequest, claim_id: int) -> HttpResponse:
    """Earlier ratings of similar claims and of the same speaker, others' checks, and repeats."""
    person_who_may(request, "claims.view_claim")
    claim = get_object_or_404(Claim.objects.select_related("speaker"), pk=claim_id)
    repeats, others = similar_claims(claim)
    alerts = RepeatAlert.objects.filter(claim=claim, dismissed_at=None)
    of_speaker = RepeatAlert.objects.filter(speaker=claim.speaker_id, dismissed_at=None)
    return TemplateResponse(
        request,
        "admin/claims/claim/known.html",
        {
            "claim": claim,
            "repeats": repeats,
            "others": others,
            "of_speaker": rated_of_speaker(claim),
            "alerts": alerts.select_related("candidate__revision__article__outlet").defer(
                "candidate__revision__text", "candidate__revision__extraction_notes"
            )[:ALERTS],
            "alert_count": alerts.count(),
            "speaker_count": of_speaker.count() if claim.speaker_id else 0,
        },
    )


def known_urls() -> list[URLPattern]:
    view = admin.site.admin_view(require_GET(known_view))
    return [path("<int:claim_id>/known/", view, name="claims_claim_known")]
