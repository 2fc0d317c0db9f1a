"""Addresses of the public site, whole and without it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.urls import reverse

if TYPE_CHECKING:
    from claims.publishing.models import FactCheck


def absolute(path: str) -> str:
    """`path` on the site that readers know."""
    return f"{settings.SITE_URL.rstrip('/')}{path}"


def page_of(fact_check: FactCheck) -> str:
    """The whole, permanent address of the page of a fact check."""
    return page_at(fact_check.slug)


def page_at(slug: str) -> str:
    return absolute(reverse("check", args=[slug]))
