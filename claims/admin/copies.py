"""The same story at other outlets, on the story page, with what each of them edited."""

from __future__ import annotations

from typing import Any

from django.contrib import admin, messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse

from claims.deciding import DECIDE
from claims.errors import DomainError
from claims.following.families import leave_family, return_to_family
from claims.review.invisible import plain
from newsroom.articles.families.queries import siblings_of
from newsroom.articles.models import Article, Revision
from newsroom.articles.reanchoring import side_by_side
from newsroom.denied import person_who_may

LONGEST = 60_000
"""Code points of each text that are compared word by word on a page."""


def copy_view(request: HttpRequest, article_id: int, other_id: int) -> HttpResponse:
    """The latest texts of two stories of one family, with the words that differ."""
    person_who_may(request, "articles.view_article")
    article = Article.objects.select_related("outlet").filter(pk=article_id).first()
    sibling = next((one for one in siblings_of(article_id) if one.article.pk == other_id), None)
    if article is None or sibling is None:
        raise Http404
    here, there = _text(article_id), _text(other_id)
    old, new = side_by_side(there[:LONGEST], here[:LONGEST])
    context: dict[str, Any] = {
        **admin.site.each_context(request),
        "title": "The same story, compared",
        "subtitle": plain(str(article)),
        "article": article,
        "other": sibling.article,
        "sibling": sibling,
        "old": old,
        "new": new,
        "same": not any(piece.changed for piece in [*old, *new]),
        "cut": len(here) > LONGEST or len(there) > LONGEST,
    }
    return TemplateResponse(request, "admin/claims/story/compare.html", context)


def no_copy_view(request: HttpRequest, article_id: int) -> HttpResponse:
    """Take a story out of its family."""
    by = person_who_may(request, DECIDE)
    try:
        pending = leave_family(article_id=article_id, by=by)
    except DomainError as error:
        messages.error(request, str(error))
    else:
        more = f" {pending} candidates are to be decided anew." if pending else ""
        messages.success(request, f"The story is one of its own now.{more}")
    return HttpResponseRedirect(reverse("admin:articles_article_change", args=[article_id]))


def copy_after_all_view(request: HttpRequest, article_id: int) -> HttpResponse:
    """Take back that a story is not a copy."""
    by = person_who_may(request, DECIDE)
    try:
        member = return_to_family(article_id=article_id, by=by)
    except DomainError as error:
        messages.error(request, str(error))
    else:
        if member is None:
            messages.info(request, "Taken back. By its words the story is no copy of another now.")
        else:
            messages.success(request, "Taken back: the story is with the others again.")
    return HttpResponseRedirect(reverse("admin:articles_article_change", args=[article_id]))


def _text(article_id: int) -> str:
    texts = Revision.objects.filter(article=article_id).order_by("-number")
    return texts.values_list("text", flat=True).first() or ""
