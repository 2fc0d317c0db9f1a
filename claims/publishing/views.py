"""The pages that readers see. They need no script, no cookie and no login."""

from __future__ import annotations

from django.conf import settings
from django.core.paginator import Paginator
from django.db.models import Max, Min
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.views import defaults
from django.views.decorators.http import require_safe

from claims.models import Rating
from claims.publishing import queries
from claims.publishing.addresses import page_of
from claims.publishing.body import Body
from claims.publishing.claim_review import document
from claims.publishing.models import FactCheck, FactCheckState
from claims.publishing.presentation import page_context, scale_of
from claims.publishing.queries import Filters
from claims.publishing.serving import CACHING, conditional, fresh, public, rendered, respond
from sources.models import Source, SourceKind

PER_PAGE = 20


@public
@conditional
@require_safe
def check_list(request: HttpRequest) -> HttpResponse:
    """All checks, with search and filters."""
    filters = _filters(request)
    rows = queries.with_standing(queries.found(filters))
    page = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
    span = FactCheck.objects.aggregate(first=Min("published_at"), last=Max("published_at"))
    years = list(range(span["last"].year, span["first"].year - 1, -1)) if span["first"] else []
    used = Rating.objects.filter(pk__in=queries.visible().order_by().values("rating"))
    context = {
        "page": page,
        "filters": filters,
        "ratings": used.order_by("position"),
        "years": years,
    }
    response = render(request, "publishing/list.html", context | site())
    response["Cache-Control"] = "public, max-age=30, stale-while-revalidate=300"
    return response


@public
@require_safe
def check(request: HttpRequest, slug: str) -> HttpResponseBase:
    """One fact check, or what is left of it when it was withdrawn."""
    row = fresh.get(slug, lambda: queries.stamp_of(slug))
    if row is None:
        raise Http404
    stamp = repr(row)
    return respond(
        request, stamp, lambda: rendered.get(f"check:{slug}", stamp, lambda: _check_page(row[0]))
    )


def _check_page(pk: int) -> str:
    fact_check = queries.with_standing(FactCheck.objects.all()).get(pk=pk)
    if fact_check.state == FactCheckState.WITHDRAWN:
        return render_to_string("publishing/tombstone.html", {"check": fact_check} | site())
    corrections = list(fact_check.corrections.select_related("by").order_by("-at", "-id"))
    copies = queries.copies_of(fact_check)
    return render_to_string(
        "publishing/check.html",
        page_context(fact_check, copies)
        | {
            "corrections": corrections,
            "markup": document(fact_check, corrections),
            "address": page_of(fact_check),
        }
        | site(),
    )


@public
@conditional
@require_safe
def check_json(request: HttpRequest, slug: str) -> HttpResponse:
    """The ClaimReview alone; 410 with the reason where the check was withdrawn."""
    fact_check = get_object_or_404(FactCheck, slug=slug)
    if fact_check.state == FactCheckState.WITHDRAWN:
        gone = {
            "url": page_of(fact_check),
            "withdrawn_at": fact_check.withdrawn_at,
            "reason": fact_check.withdrawal_reason,
        }
        return JsonResponse(gone, status=410)
    markup = document(fact_check, fact_check.corrections.select_related("by").order_by("at"))
    response = JsonResponse(markup, content_type="application/ld+json")
    response["Cache-Control"] = CACHING
    return response


@public
@conditional
@require_safe
def speaker(request: HttpRequest, pk: int) -> HttpResponse:
    """Everything checked of one speaker, the latest first; counted by nobody."""
    source = get_object_or_404(Source.objects.exclude(kind=SourceKind.UNNAMED), pk=pk)
    rows = queries.with_standing(queries.visible().filter(speaker=source))
    if not rows.exists():
        raise Http404
    context = {
        "speaker": source,
        "page": Paginator(rows, PER_PAGE).get_page(request.GET.get("page")),
        "roles": source.affiliations.order_by("-start"),
    }
    response = render(request, "publishing/speaker.html", context | site())
    response["Cache-Control"] = "public, max-age=60, stale-while-revalidate=600"
    return response


@public
@conditional
@require_safe
def corrections(request: HttpRequest) -> HttpResponse:
    """Every correction and withdrawal, the latest first."""
    withdrawn = FactCheck.objects.filter(state=FactCheckState.WITHDRAWN).defer("body")
    context = {
        "page": Paginator(queries.corrections(), PER_PAGE).get_page(request.GET.get("page")),
        "withdrawn": withdrawn.order_by("-withdrawn_at")[:100],
    }
    response = render(request, "publishing/corrections.html", context | site())
    response["Cache-Control"] = "public, max-age=60, stale-while-revalidate=600"
    return response


@public
@conditional
@require_safe
def methodology(request: HttpRequest) -> HttpResponse:
    """How we work: the text from the settings, and the scales that are in use."""
    ratings = Rating.objects.select_related("scale").order_by("scale__name", "position")
    context = {"ratings": ratings, "text": _methodology_text(), "contact": settings.SITE_CONTACT}
    response = render(request, "publishing/methodology.html", context | site())
    response["Cache-Control"] = "public, max-age=300, stale-while-revalidate=3600"
    return response


@public
def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """404 in the look of the site, with the ways back; the plain one where no reader comes."""
    if request.path_info.startswith((reverse("admin:index"), "/api/", settings.STATIC_URL)):
        return defaults.page_not_found(request, exception)
    return render(request, "publishing/not_found.html", site(), status=404)


def _methodology_text() -> list[tuple[str, list[str]]]:
    """Sections with their paragraphs: a line that begins with # is a heading."""
    sections: list[tuple[str, list[str]]] = [("", [])]
    for line in settings.SITE_METHODOLOGY.splitlines():
        if line.startswith("#"):
            sections.append((line.lstrip("# ").strip(), []))
        elif line.strip():
            sections[-1][1].append(line.strip())
    return [one for one in sections if one[0] or one[1]]


def site() -> dict[str, object]:
    """What every page says of the newsroom."""
    return {"newsroom": settings.NEWSROOM_NAME, "site_url": settings.SITE_URL}


def card_context(fact_check: FactCheck) -> dict[str, object]:
    body = Body.from_json(fact_check.body)
    return {
        "check": fact_check,
        "body": body,
        "scale": scale_of(body.rating),
        "address": page_of(fact_check),
    } | site()


def _filters(request: HttpRequest) -> Filters:
    year = request.GET.get("year", "")
    is_year = year.isascii() and year.isdecimal() and len(year) == 4 and year > "0000"
    return Filters(
        words=request.GET.get("q", "")[:200].strip(),
        rating=request.GET.get("rating", "")[:100],
        year=int(year) if is_year else None,
        corrected=request.GET.get("corrected") == "1",
    )
