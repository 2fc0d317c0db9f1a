"""A card for other people's pages, and oEmbed, by which their systems find it."""

from __future__ import annotations

from urllib.parse import urlsplit

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, render
from django.urls import Resolver404, resolve, reverse
from django.utils.html import format_html
from django.views.decorators.clickjacking import xframe_options_exempt
from django.views.decorators.http import require_safe

from claims.publishing.addresses import absolute
from claims.publishing.models import FactCheck, FactCheckState
from claims.publishing.queries import with_standing
from claims.publishing.serving import CACHING, conditional, embeddable, public
from claims.publishing.views import card_context

WIDTH, HEIGHT = 560, 260


@embeddable
@xframe_options_exempt
@conditional
@require_safe
def card(request: HttpRequest, slug: str) -> HttpResponse:
    """The check in short. The one page that others may put into a frame."""
    fact_check = get_object_or_404(with_standing(FactCheck.objects.all()), slug=slug)
    response = render(request, "publishing/card.html", card_context(fact_check))
    response["Cache-Control"] = CACHING
    return response


@public
@conditional
@require_safe
def oembed(request: HttpRequest) -> HttpResponse:
    """https://oembed.com, type rich. Only for the addresses of our own checks."""
    if request.GET.get("format", "json") != "json":
        return JsonResponse({"error": "Only JSON is offered."}, status=501)
    slug = _slug_of(request.GET.get("url", ""))
    fact_check = FactCheck.objects.filter(slug=slug).first() if slug else None
    if fact_check is None:
        return JsonResponse({"error": "That is not the address of a fact check."}, status=404)
    if fact_check.state == FactCheckState.WITHDRAWN:
        return JsonResponse({"error": f"Withdrawn: {fact_check.withdrawal_reason}"}, status=410)
    width = _at_most(request.GET.get("maxwidth", ""), WIDTH)
    height = _at_most(request.GET.get("maxheight", ""), HEIGHT)
    response = JsonResponse(
        {
            "version": "1.0",
            "type": "rich",
            "title": fact_check.headline,
            "provider_name": settings.NEWSROOM_NAME,
            "provider_url": absolute("/"),
            "cache_age": 3600,
            "width": width,
            "height": height,
            "html": format_html(
                '<iframe src="{}" width="{}" height="{}" title="{}" loading="lazy" '
                'frameborder="0" sandbox="allow-popups allow-top-navigation-by-user-activation">'
                "</iframe>",
                absolute(reverse("card", args=[fact_check.slug])),
                width,
                height,
                f"Fact check: {fact_check.headline}",
            ),
        }
    )
    response["Access-Control-Allow-Origin"] = "*"
    response["Cache-Control"] = CACHING
    return response


def _slug_of(url: str) -> str:
    """The slug in the address of one of our pages; empty for any other address."""
    try:
        given, ours = urlsplit(url), urlsplit(settings.SITE_URL)
        if (given.scheme, given.netloc) != (ours.scheme, ours.netloc):
            return ""
        match = resolve(given.path)
    except (ValueError, Resolver404):
        return ""
    return str(match.kwargs.get("slug", "")) if match.url_name == "check" else ""


def _at_most(text: str, most: int) -> int:
    return (
        min(int(text), most) if text.isascii() and text.isdecimal() and 0 < len(text) < 6 else most
    )
