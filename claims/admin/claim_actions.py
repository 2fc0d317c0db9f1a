"""One view for everything that is done on the page of a claim beside editing it.

The page has the form; this takes it. Refused, it is shown again on a page of its own, with what was
typed and why, so that nothing is lost. It works without any script.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.contrib import admin, messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.views.decorators.http import require_http_methods

from claims.admin.action_forms import (
    STEP_FORMS,
    ActionForm,
    AssignForm,
    ContactForm,
    OutcomeForm,
    StepForm,
    Versioned,
)
from claims.admin.addresses import claim_address
from claims.admin.claim_page import cautions_of
from claims.admin.evidence_form import EvidenceForm
from claims.admin.second_rating_forms import AskForm, CancelForm, RateForm, SettleForm
from claims.errors import ChangedMeanwhile, DomainError
from claims.models import Claim, Contact, SecondRating
from claims.verification.gate import missing_for
from claims.verification.meanwhile import changes_since
from claims.verification.second_ratings import HIDDEN, is_blind
from claims.verification.steps import refusal
from claims.verification.transitions import TRANSITIONS
from newsroom.accounts.models import User
from newsroom.denied import person_who_may

ACTIONS: Mapping[str, type[ActionForm]] = {
    "assign": AssignForm,
    "evidence": EvidenceForm,
    "contact": ContactForm,
    "outcome": OutcomeForm,
    "ask": AskForm,
    "rate": RateForm,
    "settle": SettleForm,
    "cancel": CancelForm,
}
"""By the word in the address. Steps are in `STEP_FORMS`, or have the plain form."""


def action_view(
    request: HttpRequest, claim_id: int, action: str, key: int | None = None
) -> HttpResponse:
    by = person_who_may(request, "claims.view_claim")
    claim = get_object_or_404(
        Claim.objects.select_related("speaker", "assignee", "rating"), pk=claim_id
    )
    if action in TRANSITIONS and TRANSITIONS[action].shown_to_readers:
        return HttpResponseRedirect(reverse("publishing_step", args=[action, claim_id]))
    form_class = ACTIONS.get(action) or (
        STEP_FORMS.get(action, StepForm) if action in TRANSITIONS else None
    )
    if form_class is None:
        raise Http404
    data = request.POST if request.method == "POST" else None
    form = form_class(data, claim=claim, user=by, key=key, name=action)
    changes: list[Any] = []
    if request.method == "POST" and form.is_valid():
        try:
            messages.success(request, form.act())
        except ChangedMeanwhile:
            form.add_error(
                None, "Somebody changed the claim while you were at it. Look, and try once more."
            )
            changes = _changes(claim, form, by)
        except (Contact.DoesNotExist, SecondRating.DoesNotExist):
            raise Http404 from None
        except DomainError as error:
            form.add_error(None, str(error))
        else:
            return HttpResponseRedirect(f"{claim_address(claim_id)}#{form.back}")
    return _ask(request, claim, form, changes)


def _ask(request: HttpRequest, claim: Claim, form: ActionForm, changes: list[Any]) -> HttpResponse:
    transition = TRANSITIONS.get(form.name)
    assert isinstance(request.user, User)
    refused = refusal(transition, claim, request.user) if transition else None
    return TemplateResponse(
        request,
        "admin/claims/claim/ask.html",
        {
            **admin.site.each_context(request),
            "title": form.title,
            "claim": claim,
            "form": form,
            "button": form.button,
            "changes": changes,
            "refused": str(refused) if refused and not form.is_bound else "",
            "missing": missing_for(transition, claim) if transition and not refused else [],
            "cautions": cautions_of(claim) if form.name in ("submit", "verify") else [],
            "back": f"{claim_address(claim.pk)}#{form.back}",
            "media": form.media,
        },
    )


def _changes(claim: Claim, form: ActionForm, by: User) -> list[Any]:
    """What happened since the person read the claim; and the next try knows of it."""
    seen = form.cleaned_data.get("seen_version")
    if isinstance(form, Versioned):
        shown = form.data.copy()  # type: ignore[attr-defined]
        shown["seen_version"] = str(claim.version)
        form.data = shown
    changes = changes_since(claim, seen_version=seen)
    if is_blind(claim_id=claim.pk, user=by):
        changes = [one for one in changes if one.change.name not in HIDDEN]
    return changes


def action_urls() -> list[URLPattern]:
    view = admin.site.admin_view(require_http_methods(["GET", "POST"])(action_view))
    return [
        path("<int:claim_id>/do/<slug:action>/", view, name="claims_claim_action"),
        path("<int:claim_id>/do/<slug:action>/<int:key>/", view, name="claims_claim_action_on"),
    ]
