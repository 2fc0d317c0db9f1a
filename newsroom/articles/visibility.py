"""Which stories everybody may know of."""

from __future__ import annotations

from django.db.models import Q
from django.utils import timezone

from newsroom.articles.models import ArticleStatus


def open_stories(prefix: str = "") -> Q:
    """Live and not under embargo, as a condition on an article, or on what `prefix` leads to."""
    status, embargo = f"{prefix}status", f"{prefix}embargoed_until"
    free = Q(**{f"{embargo}__isnull": True}) | Q(**{f"{embargo}__lte": timezone.now()})
    return Q(**{status: ArticleStatus.LIVE}) & free
