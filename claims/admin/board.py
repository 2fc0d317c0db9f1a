"""The board: claims by state, moved by mouse, by keyboard, or by a dialog.

It shows and asks; a move is `take_step` and nothing else. Answers to the script are JSON with `ok`;
a refusal is an answer like any other and brings the card as it is now, so that the page puts it
where it belongs.
"""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django import forms
from django.contrib import admin
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.template.loader import render_to_string
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.views.decorators.http import require_GET, require_POST

from claims.admin.desk_forms import LARGEST_KEY, key_field
from claims.board.columns import AT_WORK, DEEPEST, NOBODY, Filter, load_board, load_card, load_more
from claims.board.topics import topics
from claims.errors import ChangedMeanwhile, DomainError, TransitionNotAllowed
from claims.models import Claim, ClaimState
from claims.verification.services import take_step
from newsroom.accounts.models import User
from newsroom.articles.models import Outlet
from newsroom.denied import person_who_may
from newsroom.numbers import number_in

VIEW = "claims.view_claim"

OFFERED = 200
"""People, and outlets, that the filters offer."""


class FilterForm(forms.Form):
    """What cannot be read is as good as not asked for."""

    assignee = forms.IntegerField(required=False, min_value=NOBODY, max_value=LARGEST_KEY)
    outlet = key_field()
    topic = forms.CharField(required=False, max_length=200)


class StepForm(forms.Form):
    step = forms.CharField(max_length=20)
    version = forms.IntegerField(min_value=1, max_value=2**31 - 1)
    comment = forms.CharField(required=False, max_length=5000)
    reason = forms.CharField(required=False, max_length=5000)


def board_view(request: HttpRequest) -> HttpResponse:
    viewer = person_who_may(request, VIEW)
    limits = _limits(request)
    shows_all = "all" in request.GET
    columns = load_board(
        limits=limits, viewer=viewer, states=list(ClaimState) if shows_all else AT_WORK
    )
    context: dict[str, Any] = {
        **admin.site.each_context(request),
        "title": "Board",
        "columns": [one for one in columns if shows_all or one.state in AT_WORK],
        "places": [one for one in columns if not shows_all and one.state not in AT_WORK],
        "shows_all": shows_all,
        "limits": limits,
        "is_limited": limits != Filter(),
        "nobody": NOBODY,
        "people": User.objects.filter(is_active=True, is_service=False).order_by("username")[
            :OFFERED
        ],
        "outlets": Outlet.objects.only("name").order_by("name")[:OFFERED],
        "topics": topics(),
        "query": _query(limits),
        "deepest": DEEPEST,
    }
    return TemplateResponse(request, "admin/claims/board/page.html", context)


def more_view(request: HttpRequest, state: str) -> HttpResponse:
    """Further cards of one column, as a piece of the page."""
    viewer = person_who_may(request, VIEW)
    if state not in ClaimState.values:
        raise Http404
    offset = number_in(request.GET.get("offset", ""), digits=5) or 0
    limits = _limits(request)
    column = load_more(state=ClaimState(state), offset=offset, limits=limits, viewer=viewer)
    return TemplateResponse(
        request,
        "admin/claims/board/cards.html",
        {"column": column, "query": _query(limits), "deepest": DEEPEST},
    )


def step_view(request: HttpRequest, claim_id: int) -> HttpResponse:
    by = person_who_may(request, VIEW)
    form = StepForm(request.POST)
    if not form.is_valid():
        return _answer(request, claim_id, by, ok=False, message="Say which step to take.")
    try:
        claim = take_step(
            claim_id=claim_id,
            step=form.cleaned_data["step"],
            comment=form.cleaned_data["comment"],
            break_glass_reason=form.cleaned_data["reason"],
            expected_version=form.cleaned_data["version"],
            by=by,
        )
    except Claim.DoesNotExist as error:
        raise Http404 from error
    except (ChangedMeanwhile, TransitionNotAllowed) as error:
        who = _who_changed(claim_id)
        return _answer(request, claim_id, by, ok=False, message=f"{error}{who}")
    except DomainError as error:
        return _answer(request, claim_id, by, ok=False, message=str(error))
    said = f"“{claim}” is {claim.get_state_display()} now."
    return _answer(request, claim_id, by, ok=True, message=said)


def _limits(request: HttpRequest) -> Filter:
    form = FilterForm(request.GET)
    form.is_valid()
    read = form.cleaned_data
    assignee = read.get("assignee")
    return Filter(
        assignee=None if assignee == 0 else assignee,
        outlet=read.get("outlet"),
        topic=read.get("topic", ""),
    )


def _query(limits: Filter) -> str:
    named = {"assignee": limits.assignee, "outlet": limits.outlet, "topic": limits.topic}
    return urlencode({name: value for name, value in named.items() if value not in (None, "")})


def _answer(
    request: HttpRequest, claim_id: int, viewer: User, *, ok: bool, message: str
) -> HttpResponse:
    card = load_card(claim_id=claim_id, viewer=viewer)
    if card is None:
        raise Http404
    return JsonResponse(
        {
            "ok": ok,
            "message": message,
            "state": card.claim.state,
            "card": render_to_string("admin/claims/board/card.html", {"card": card}, request),
            "page": reverse("admin:claims_claim_change", args=[claim_id]),
        }
    )


def _who_changed(claim_id: int) -> str:
    """Who took the latest step, for whoever lost the race."""
    claim = Claim.objects.get(pk=claim_id)
    last = claim.transitions.select_related("by").order_by("-pk").first()
    now = f" It is {claim.get_state_display()} now"
    return f"{now}; {last.by} took the last step." if last and last.by else f"{now}."


urlpatterns: list[URLPattern] = [
    path("", admin.site.admin_view(require_GET(board_view)), name="board"),
    path("more/<slug:state>/", admin.site.admin_view(require_GET(more_view)), name="board_more"),
    path("step/<int:claim_id>/", admin.site.admin_view(require_POST(step_view)), name="board_step"),
]
