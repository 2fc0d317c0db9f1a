"""The desk: one candidate after the other, each with its story, decided by a key or a button.

The page works as plain forms. With its script (claims/static/claims/desk.js) the same forms are
sent in the background, and the next candidates are on the page before they are needed. Answers to
the script are JSON with `ok`; a refusal is an answer like any other, in words for the person, and
no error of HTTP, since nothing went wrong.

Nothing is decided here: every change is one call into `claims.review`.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

from django.contrib import admin, messages
from django.http import (
    HttpRequest,
    HttpResponse,
    HttpResponseBase,
    HttpResponseRedirect,
    JsonResponse,
    QueryDict,
)
from django.shortcuts import get_object_or_404
from django.template.loader import render_to_string
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from claims.admin.desk_actions import ACTIONS
from claims.admin.desk_forms import AddForm, QueueForm, keys_in
from claims.board.topics import topics
from claims.deciding import DECIDE
from claims.errors import DomainError, HeldByAnother
from claims.models import Candidate, CandidateState
from claims.models.candidates import REJECTION_REASONS
from claims.models.choices import StatementKind
from claims.review import desk, leases
from claims.review.additions import AlreadyCandidate, add_candidate
from claims.review.invisible import plain
from claims.review.queues import Order, Queue, waiting
from claims.review.repeats import search_claims
from claims.review.speakers import source_of_speaker
from claims.review.undo import undo_decision
from newsroom.accounts.models import User
from newsroom.admin_base import shortened
from newsroom.articles.models import Outlet, Revision
from newsroom.counting import bounded_count
from newsroom.denied import denied, person_who_may
from sources.models import Source
from sources.services import find_sources

AHEAD = 3
"""Candidates that are fetched before they are needed."""

COUNTED = 1000
"""Waiting candidates that the page counts; “1,000+” says enough."""


def desk_view(request: HttpRequest) -> HttpResponse:
    """The page. Looking at it takes a lease, which is why the page is never stored."""
    by = person_who_may(request, DECIDE)
    queue = _queue(request.GET)
    wanted = keys_in(request.GET.get("candidate", ""))[:1]
    items: list[int] = []
    if wanted:
        candidate = get_object_or_404(Candidate.objects.only("pk", "state"), pk=wanted[0])
        _try_to_take(candidate, by)
        items = [candidate.pk]
    items += leases.take_next(queue=queue, count=1 - len(items), leave_out=items, by=by)
    loaded = desk.load(items, by=by)
    now = timezone.localtime()
    context = {
        **admin.site.each_context(request),
        "title": "Desk",
        "subtitle": str(queue.order.label),
        "queue": queue,
        "orders": [order for order in Order if order != Order.STORY or queue.article],
        "outlets": Outlet.objects.only("name").order_by("name")[:200],
        "speaker": Source.objects.filter(pk=queue.speaker).first() if queue.speaker else None,
        "kinds": StatementKind.choices,
        "sections": topics(),
        "waiting": bounded_count(waiting(queue, by=by), limit=COUNTED),
        "decided_today": desk.decided_since(
            now.replace(hour=0, minute=0, second=0, microsecond=0), by=by
        ),
        "item": loaded.items[0] if loaded.items else None,
        "story": next(iter(loaded.stories.values()), None),
        "query": _query(queue),
        **_choices(request, queue),
    }
    # The admin already forbids to store its pages.
    return TemplateResponse(request, "admin/claims/desk/page.html", context)


def take_view(request: HttpRequest) -> HttpResponse:
    """The next candidates of the queue, leaving out those that are on the page already."""
    by = person_who_may(request, DECIDE)
    queue = _queue(request.POST)
    found = leases.take_next(
        queue=queue, count=AHEAD, leave_out=keys_in(request.POST.get("have", "")), by=by
    )
    return _answer(request, queue, found, known=keys_in(request.POST.get("known", "")))


def show_view(request: HttpRequest, candidate_id: int) -> HttpResponse:
    """One candidate, whatever its state; taken over from whoever has it, if asked to."""
    by = person_who_may(request, DECIDE)
    queue = _queue(request.POST)
    candidate = get_object_or_404(Candidate.objects.only("pk", "state"), pk=candidate_id)
    taken_over = "take_over" in request.POST
    _try_to_take(candidate, by, take_over=taken_over)
    if not _by_script(request):
        return HttpResponseRedirect(_address(queue, candidate=candidate_id))
    return _answer(
        request,
        queue,
        [candidate_id],
        message="Taken over: it is on your desk now." if taken_over else "",
    )


def decide_view(request: HttpRequest, candidate_id: int) -> HttpResponse:
    by = person_who_may(request, DECIDE)
    queue = _queue(request.POST)
    action = ACTIONS.get(request.POST.get("action", ""))
    if action is None:
        return _refusal(request, queue, "There is no such decision.", candidate=candidate_id)
    try:
        message = action(candidate_id, request.POST, by)
    except DomainError as error:
        return _refusal(request, queue, str(error), candidate=candidate_id)
    except Candidate.DoesNotExist:
        return _refusal(request, queue, "There is no such candidate.")
    if not _by_script(request):
        messages.success(request, message)
        return HttpResponseRedirect(_address(queue))
    state = Candidate.objects.values_list("state", flat=True).get(pk=candidate_id)
    return JsonResponse({"ok": True, "message": message, "state": state})


def undo_view(request: HttpRequest) -> HttpResponse:
    by = person_who_may(request, DECIDE)
    queue = _queue(request.POST)
    try:
        undone = undo_decision(by=by)
    except DomainError as error:
        return _refusal(request, queue, str(error))
    key = undone.candidate.pk
    _try_to_take(undone.candidate, by)
    message = f"Undone: it was {undone.was.label}, and is pending again."
    if undone.reopened:
        message += f" So are {undone.reopened} that had arrived with the same rejection."
    if not _by_script(request):
        messages.success(request, message)
        return HttpResponseRedirect(_address(queue, candidate=key))
    return _answer(request, queue, [key], message=message)


def add_view(request: HttpRequest) -> HttpResponse:
    by = person_who_may(request, DECIDE)
    queue = _queue(request.POST)
    form = AddForm(request.POST)
    if not form.is_valid():
        return _refusal(request, queue, "Select the words in the text first.")
    try:
        candidate = add_candidate(
            revision_id=form.cleaned_data["revision"],
            start=form.cleaned_data["start"],
            end=form.cleaned_data["end"],
            expected=form.cleaned_data["text"],
            by=by,
        )
        message = "Added: the passage is a candidate now."
    except AlreadyCandidate as error:
        candidate, message = error.candidate, str(error)
    except DomainError as error:
        return _refusal(request, queue, str(error))
    except Revision.DoesNotExist:
        return _refusal(request, queue, "There is no such revision.")
    _try_to_take(candidate, by)
    return _answer(request, queue, [candidate.pk], message=message)


def renew_view(request: HttpRequest) -> HttpResponse:
    lost = leases.renew(
        candidate_ids=keys_in(request.POST.get("ids", "")), by=person_who_may(request, DECIDE)
    )
    return JsonResponse(
        {"ok": True, "lost": [{"id": one.candidate_id, "why": one.why} for one in lost]}
    )


def claims_view(request: HttpRequest) -> HttpResponse:
    """What the search for the claim that a candidate repeats offers."""
    person_who_may(request, DECIDE)
    found = search_claims(request.GET.get("q", ""))
    return _options(
        (claim.pk, shortened(claim.statement, 160), f"{claim.pk} · {claim.get_state_display()}")
        for claim in found
    )


def sources_view(request: HttpRequest) -> HttpResponse:
    """What the search for a speaker offers."""
    person_who_may(request, DECIDE)
    found = find_sources(request.GET.get("q", ""))
    return _options((source.pk, str(source), source.get_kind_display()) for source in found)


def source_view(request: HttpRequest, candidate_id: int) -> HttpResponse:
    """Store the printed speaker as a source, with the role, party and seat that the story gives."""
    by = person_who_may(request, DECIDE)
    if not by.has_perm("sources.add_source"):
        raise denied("sources.add_source")
    candidate = get_object_or_404(Candidate, pk=candidate_id)
    try:
        source = source_of_speaker(candidate=candidate, by=by)
    except DomainError as error:
        return JsonResponse({"ok": False, "message": str(error)})
    return JsonResponse(
        {
            "ok": True,
            "value": source.pk,
            "text": plain(str(source)),
            "message": f"{plain(str(source))} is a known source now.",
        }
    )


# ------------------------------------------------------------------------------------- helpers


def _by_script(request: HttpRequest) -> bool:
    return request.headers.get("X-Desk") == "1"


def _queue(data: QueryDict) -> Queue:
    """What the address or the form says; anything that makes no sense is left out."""
    form = QueueForm(data)
    form.is_valid()
    given = form.cleaned_data
    order = Order(given.get("queue") or Order.BEST)
    article = given.get("article")
    if order == Order.STORY and article is None:
        order = Order.BEST
    return Queue(
        order=order,
        outlet=given.get("outlet"),
        speaker=given.get("speaker"),
        kind=given.get("kind") or "",
        section=given.get("section") or "",
        article=article if order == Order.STORY else None,
    )


def _query(queue: Queue) -> dict[str, str]:
    """The queue as fields of an address or of a form."""
    fields = {
        "queue": queue.order.value,
        "outlet": queue.outlet,
        "speaker": queue.speaker,
        "kind": queue.kind,
        "section": queue.section,
        "article": queue.article,
    }
    return {name: str(value) for name, value in fields.items() if value}


def _address(queue: Queue, **more: int) -> str:
    return f"{reverse('desk')}?{urlencode({**_query(queue), **more})}"


def _try_to_take(candidate: Candidate, by: User, *, take_over: bool = False) -> None:
    """What somebody else has is shown all the same, saying so; what is decided needs no lease."""
    if candidate.state != CandidateState.PENDING:
        return
    try:
        leases.take_one(candidate_id=candidate.pk, take_over=take_over, by=by)
    except HeldByAnother:
        return


def _choices(request: HttpRequest, queue: Queue) -> dict[str, Any]:
    """What the panel of a candidate needs beside the candidate."""
    return {
        "query": _query(queue),
        "reasons": list(enumerate(REJECTION_REASONS, start=1)),
        "kinds": StatementKind.choices,
        "colleagues": _colleagues(),
    }


def _colleagues() -> list[User]:
    """Who can be asked: people who sign in to the admin. The service asks for the permission."""
    return list(User.objects.filter(is_active=True, is_staff=True).order_by("username")[:100])


def _answer(
    request: HttpRequest,
    queue: Queue,
    keys: list[int],
    *,
    known: tuple[int, ...] | list[int] = (),
    message: str = "",
) -> JsonResponse:
    loaded = desk.load(keys, by=person_who_may(request, DECIDE))
    shared = _choices(request, queue) if loaded.items else {}
    return JsonResponse(
        {
            "ok": True,
            "message": message,
            "items": [
                {
                    "id": item.candidate.pk,
                    "revision": item.candidate.revision_id,
                    "state": item.candidate.state,
                    "open": item.is_open,
                    "title": plain(shortened(item.candidate.statement)),
                    "panel": render_to_string(
                        "admin/claims/desk/panel.html", {**shared, "item": item}, request
                    ),
                }
                for item in loaded.items
            ],
            "stories": {
                key: render_to_string("admin/claims/desk/story.html", {"story": story}, request)
                for key, story in loaded.stories.items()
                if key not in known
            },
        }
    )


def _refusal(
    request: HttpRequest, queue: Queue, message: str, *, candidate: int | None = None
) -> HttpResponse:
    if _by_script(request):
        return JsonResponse({"ok": False, "message": message})
    messages.error(request, message)
    more = {"candidate": candidate} if candidate is not None else {}
    return HttpResponseRedirect(_address(queue, **more))


def _options(rows: Any) -> JsonResponse:
    return JsonResponse(
        {
            "ok": True,
            "options": [
                {"value": value, "text": plain(text), "more": plain(more)}
                for value, text, more in rows
            ],
        }
    )


def _page(
    route: str, view: Callable[..., HttpResponseBase], name: str, only: Any = require_POST
) -> URLPattern:
    page: URLPattern = path(route, admin.site.admin_view(only(view)), name=name)
    return page


urlpatterns = [
    _page("", desk_view, "desk", require_GET),
    _page("take/", take_view, "desk_take"),
    _page("show/<int:candidate_id>/", show_view, "desk_show"),
    _page("decide/<int:candidate_id>/", decide_view, "desk_decide"),
    _page("undo/", undo_view, "desk_undo"),
    _page("add/", add_view, "desk_add"),
    _page("renew/", renew_view, "desk_renew"),
    _page("claims/", claims_view, "desk_claims", require_GET),
    _page("source/<int:candidate_id>/", source_view, "desk_source"),
    _page("sources/", sources_view, "desk_sources", require_GET),
]
