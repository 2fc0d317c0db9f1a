"""Rejecting, or accepting, all that the list of candidates finds: the question, the deed, undo."""

from __future__ import annotations

from datetime import datetime
from urllib.parse import urlencode

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.dateparse import parse_datetime
from django.utils.html import format_html

from claims.admin.candidate_filters import CandidateList
from claims.admin.forms import RejectForm
from claims.deciding import DECIDE
from claims.errors import DomainError
from claims.models import Candidate, CandidateState
from claims.review import bulk
from newsroom.admin_base import ModelAdmin
from newsroom.counting import bounded_count
from newsroom.denied import person_who_may

LISTED = 20
"""Statements that the question spells out."""


def reject_all_view(admin: ModelAdmin, request: HttpRequest) -> HttpResponse:
    """The filter is that of the list: it stands in the address, as it does there."""
    by = person_who_may(request, DECIDE)
    candidates = _found(admin, request)
    pending = candidates.filter(state=CandidateState.PENDING)
    form = RejectForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            batch = bulk.reject_all(
                candidates=candidates, reason=form.chosen, note=form.cleaned_data["note"], by=by
            )
        except DomainError as error:
            form.add_error(None, str(error))
        else:
            _tell(request, batch, done="rejected", undo="undo_reject_all")
            return HttpResponseRedirect(_list(request))
    return _page(
        admin,
        request,
        "reject_all",
        "Reject the whole filter",
        form=form,
        count=bounded_count(pending, limit=bulk.MOST),
        listed=pending[:LISTED],
        back=_list(request),
    )


def accept_all_view(admin: ModelAdmin, request: HttpRequest) -> HttpResponse:
    by = person_who_may(request, DECIDE)
    candidates = _found(admin, request)
    pending = candidates.filter(state=CandidateState.PENDING)
    problem = ""
    if request.method == "POST":
        try:
            batch = bulk.accept_all(candidates=candidates, by=by)
        except DomainError as error:
            problem = str(error)
        else:
            _tell(request, batch, done="accepted", undo="undo_accept_all")
            return HttpResponseRedirect(_list(request))
    count = bounded_count(pending, limit=bulk.MOST_CLAIMS)
    return _page(
        admin,
        request,
        "accept_all",
        "Accept the whole filter",
        problem=problem,
        count=count,
        is_too_many=str(count).endswith("+"),
        most=bulk.MOST_CLAIMS,
        listed=pending[:LISTED],
        back=_list(request),
    )


def undo_accept_all_view(admin: ModelAdmin, request: HttpRequest) -> HttpResponse:
    by = person_who_may(request, DECIDE)
    moment = _moment(request.GET.get("at", ""))
    if request.method == "POST" and moment is not None:
        try:
            batch = bulk.undo_accept_all(moment=moment, by=by)
        except DomainError as error:
            messages.error(request, str(error))
        else:
            messages.success(request, f"Undone: {batch.count} candidates are pending again.")
            if batch.left:
                messages.warning(
                    request, f"{batch.left} stay accepted: their claims have been worked on."
                )
        return HttpResponseRedirect(reverse("admin:claims_candidate_changelist"))
    count = bounded_count(bulk.accepted_at(moment, by=by), limit=bulk.MOST) if moment else 0
    return _page(
        admin,
        request,
        "undo_all",
        "Undo an acceptance of many",
        was="accepted",
        moment=moment,
        count=count,
        back=reverse("admin:claims_candidate_changelist"),
    )


def undo_reject_all_view(admin: ModelAdmin, request: HttpRequest) -> HttpResponse:
    by = person_who_may(request, DECIDE)
    moment = _moment(request.GET.get("at", ""))
    if request.method == "POST" and moment is not None:
        try:
            count = bulk.undo_reject_all(moment=moment, by=by)
            messages.success(request, f"Undone: {count} candidates are pending again.")
        except DomainError as error:
            messages.error(request, str(error))
        return HttpResponseRedirect(reverse("admin:claims_candidate_changelist"))
    count = bounded_count(bulk.rejected_at(moment, by=by), limit=bulk.MOST) if moment else 0
    return _page(
        admin,
        request,
        "undo_all",
        "Undo a rejection of many",
        was="rejected",
        moment=moment,
        count=count,
        back=reverse("admin:claims_candidate_changelist"),
    )


def _found(admin: ModelAdmin, request: HttpRequest) -> QuerySet[Candidate]:
    """What the list finds by the filter in the address."""
    found = admin.get_changelist_instance(request)
    assert isinstance(found, CandidateList)
    return found.get_queryset(request)


def _page(
    admin: ModelAdmin, request: HttpRequest, template: str, title: str, **context: object
) -> HttpResponse:
    return TemplateResponse(
        request,
        f"admin/claims/candidate/{template}.html",
        {
            **admin.admin_site.each_context(request),
            "opts": admin.opts,
            "media": admin.media,
            "title": title,
            **context,
        },
    )


def _moment(text: str) -> datetime | None:
    try:
        moment = parse_datetime(text)
    except ValueError:
        return None
    return moment if moment is not None and moment.tzinfo is not None else None


def _list(request: HttpRequest) -> str:
    query = request.GET.urlencode()
    address = reverse("admin:claims_candidate_changelist")
    return f"{address}?{query}" if query else address


def _tell(request: HttpRequest, batch: bulk.Batch, *, done: str, undo: str) -> None:
    if batch.count:
        query = urlencode({"at": batch.moment.isoformat()})
        address = f"{reverse(f'admin:claims_candidate_{undo}')}?{query}"
        messages.success(
            request,
            format_html('{} {}. <a href="{}"><u>Undo</u></a>', batch.count, done, address),
        )
    else:
        messages.info(request, "Nothing was pending any more.")
    if batch.left:
        messages.warning(request, f"{batch.left} left pending: colleagues have them on their desk.")
