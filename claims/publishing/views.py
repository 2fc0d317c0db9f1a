"""The pages that readers see."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.html import format_html

from claims.publishing.models import FactCheck


def check(request: HttpRequest, slug: str) -> HttpResponse:
    fact_check = get_object_or_404(FactCheck, slug=slug)
    return HttpResponse(format_html("<h1>{}</h1><p>{}</p>", fact_check.headline, fact_check.rating))


def methodology(request: HttpRequest) -> HttpResponse:
    return HttpResponse(format_html("<h1>How {} checks</h1>", settings.NEWSROOM_NAME))
