"""Comments on claims: forms that work by themselves, and better with `claims/comments.js`.

To the script a refusal is an answer like any other, in words for the person; without it, a page
with the same words and what was typed.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import admin
from django.http import (
    Http404,
    HttpRequest,
    HttpResponse,
    HttpResponseBase,
    HttpResponseRedirect,
    JsonResponse,
)
from django.shortcuts import get_object_or_404
from django.template.loader import render_to_string
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_GET, require_POST

from claims.admin.addresses import claim_address
from claims.comments import services
from claims.comments.mentions import people_to_mention
from claims.comments.thread import load_thread
from claims.errors import DomainError
from claims.models import Claim, Comment
from claims.models.comments import LONGEST_COMMENT
from newsroom.denied import person_who_may


def add_view(request: HttpRequest, claim_id: int) -> HttpResponse:
    by = person_who_may(request, services.COMMENT)
    try:
        written = services.add_comment(claim_id=claim_id, text=request.POST.get("text", ""), by=by)
    except Claim.DoesNotExist as error:
        raise Http404 from error
    except DomainError as error:
        return _refusal(request, claim_id, error)
    return _done(request, claim_id, written.comment)


def edit_view(request: HttpRequest, comment_id: int) -> HttpResponse:
    by = person_who_may(request, services.COMMENT)
    comment = get_object_or_404(Comment.objects.only("claim"), pk=comment_id)
    try:
        services.edit_comment(
            comment_id=comment_id,
            text=request.POST.get("text", ""),
            seen_text=request.POST.get("seen"),
            by=by,
        )
    except DomainError as error:
        return _refusal(request, comment.claim_id, error)
    return _done(request, comment.claim_id, comment)


def withdraw_view(request: HttpRequest, comment_id: int) -> HttpResponse:
    by = person_who_may(request, services.COMMENT)
    comment = get_object_or_404(Comment.objects.only("claim"), pk=comment_id)
    try:
        services.withdraw_comment(comment_id=comment_id, by=by)
    except DomainError as error:
        return _refusal(request, comment.claim_id, error)
    return _done(request, comment.claim_id, comment)


def read_view(request: HttpRequest, mention_id: int) -> HttpResponse:
    """Takes a mention off “my work”."""
    services.read_mention(mention_id=mention_id, by=person_who_may(request, services.COMMENT))
    back = request.POST.get("back", "")
    safe = url_has_allowed_host_and_scheme(back, allowed_hosts={request.get_host()})
    return HttpResponseRedirect(back if safe else reverse("admin:index"))


def people_view(request: HttpRequest) -> HttpResponse:
    person_who_may(request, services.COMMENT)
    found = people_to_mention(request.GET.get("q", ""))
    return JsonResponse(
        {
            "people": [
                {"username": person.get_username(), "name": person.get_full_name()}
                for person in found
            ]
        }
    )


def _by_script(request: HttpRequest) -> bool:
    return "X-Comments" in request.headers


def _done(request: HttpRequest, claim_id: int, comment: Comment) -> HttpResponse:
    if not _by_script(request):
        return HttpResponseRedirect(f"{_thread_address(request, claim_id)}#comment-{comment.pk}")
    thread = load_thread(
        claim_id=claim_id,
        viewer=person_who_may(request, services.COMMENT),
        everything=_shows_all(request),
    )
    context = {"thread": thread, "longest": LONGEST_COMMENT}
    html = render_to_string("admin/claims/comments/thread.html", context, request)
    return JsonResponse({"ok": True, "html": html, "comment": comment.pk})


def _refusal(request: HttpRequest, claim_id: int, error: DomainError) -> HttpResponse:
    if _by_script(request):
        return JsonResponse({"ok": False, "message": str(error)})
    return TemplateResponse(
        request,
        "admin/claims/comments/problem.html",
        {
            **admin.site.each_context(request),
            "title": "The comment was not saved",
            "problem": str(error),
            "text": request.POST.get("text"),
            "seen": request.POST.get("seen"),
            "shows_all": _shows_all(request),
            "back": f"{_thread_address(request, claim_id)}#comments",
        },
    )


def _shows_all(request: HttpRequest) -> bool:
    """Whether the page that this was posted from shows all comments."""
    return request.POST.get("comments") == "all"


def _thread_address(request: HttpRequest, claim_id: int) -> str:
    return claim_address(claim_id) + ("?comments=all" if _shows_all(request) else "")


def _page(route: str, view: Callable[..., HttpResponseBase], name: str, only: Any) -> URLPattern:
    page: URLPattern = path(route, admin.site.admin_view(only(view)), name=name)
    return page


urlpatterns = [
    _page("claim/<int:claim_id>/", add_view, "comments_add", require_POST),
    _page("<int:comment_id>/edit/", edit_view, "comments_edit", require_POST),
    _page("<int:comment_id>/withdraw/", withdraw_view, "comments_withdraw", require_POST),
    _page("mentions/<int:mention_id>/read/", read_view, "comments_read", require_POST),
    _page("people/", people_view, "comments_people", require_GET),
]
