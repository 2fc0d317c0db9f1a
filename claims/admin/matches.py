"""What an editor says of the links that the matcher found."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404

from claims.admin.addresses import candidate_address
from claims.deciding import DECIDE
from claims.errors import DomainError
from claims.matching.links import dismiss, dismiss_alert
from claims.models import Match, RepeatAlert
from newsroom.admin_base import ModelAdmin, key_in
from newsroom.denied import person_who_may


def not_the_same_view(admin: ModelAdmin, request: HttpRequest, candidate_id: int) -> HttpResponse:
    """Take a suggestion away; it stays on record as refused."""
    by = person_who_may(request, DECIDE)
    match = get_object_or_404(Match, pk=_key(request, "match"), candidate=candidate_id)
    try:
        dismiss(
            candidate_id=candidate_id,
            claim_id=match.claim_id,
            other_check_id=match.other_check_id,
            by=by,
        )
        messages.success(request, "On record: they are not the same.")
    except DomainError as error:
        messages.error(request, str(error))
    return HttpResponseRedirect(candidate_address(candidate_id))


def no_repeat_view(admin: ModelAdmin, request: HttpRequest, candidate_id: int) -> HttpResponse:
    """Take an alert away; it is not counted for the speaker any more."""
    by = person_who_may(request, DECIDE)
    alert = get_object_or_404(RepeatAlert, pk=_key(request, "alert"), candidate=candidate_id)
    dismiss_alert(alert_id=alert.pk, by=by)
    messages.success(request, "On record: it is no repeat, and is not counted.")
    return HttpResponseRedirect(candidate_address(candidate_id))


def _key(request: HttpRequest, name: str) -> int:
    return key_in(request.POST.get(name, ""))
