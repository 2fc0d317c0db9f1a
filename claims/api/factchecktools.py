"""Google's Fact Check Tools API, v1alpha1 claims:search, over this newsroom's published checks."""

from __future__ import annotations

import base64
import binascii
import hashlib
import json
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.db.models import Q, QuerySet
from django.utils import timezone
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from claims import search
from claims.models import Claim, ClaimState
from newsroom.api.access import Access
from newsroom.api.authentication import KeyParameter
from newsroom.api.problems import Problem, invalid
from newsroom.api.views import Endpoint

SHOWN = (ClaimState.PUBLISHED, ClaimState.CORRECTED)
DEFAULT_SIZE, MOST = 10, 100
DEEPEST = 10_000


class Publisher(serializers.Serializer[Any]):
    name = serializers.CharField()
    site = serializers.CharField()


class Review(serializers.Serializer[Any]):
    publisher = Publisher()
    url = serializers.URLField()
    title = serializers.CharField()
    reviewDate = serializers.DateTimeField()  # noqa: N815 - their name
    textualRating = serializers.CharField()  # noqa: N815 - their name
    languageCode = serializers.CharField()  # noqa: N815 - their name


class FoundClaim(serializers.Serializer[Any]):
    text = serializers.CharField()
    claimant = serializers.CharField(required=False)
    claimDate = serializers.DateTimeField(required=False)  # noqa: N815 - their name
    claimReview = Review(many=True)  # noqa: N815 - their name


class FoundClaims(serializers.Serializer[Any]):
    claims = FoundClaim(many=True, required=False)
    nextPageToken = serializers.CharField(required=False)  # noqa: N815 - their name


def _number(name: str, least: int, most: int, text: str) -> OpenApiParameter:
    schema = {"type": "integer", "minimum": least, "maximum": most}
    return OpenApiParameter(name, schema, description=text)


class ClaimsSearch(Endpoint):
    authentication_classes = (KeyParameter,)
    access = {"get": Access(permission="claims.view_claim")}
    query = {
        "get": (
            OpenApiParameter("key", str, description="A token; or send it as Bearer."),
            OpenApiParameter("query", str, description="Words, unless the site is given."),
            OpenApiParameter("languageCode", str, description="BCP 47; the region is ignored."),
            OpenApiParameter("reviewPublisherSiteFilter", str, description="Host of a publisher."),
            _number("maxAgeDays", 1, 36500, "No older than this."),
            _number("pageSize", 1, MOST, f"{DEFAULT_SIZE} if left out."),
            OpenApiParameter("pageToken", str, description="From the page before."),
            _number("offset", 0, DEEPEST, "How many to leave out; not with pageToken."),
        )
    }

    @extend_schema(responses=FoundClaims, operation_id="claims_search", tags=["factchecktools"])
    def get(self, request: Request) -> Response:
        """Published checks, in the shape of Google's API. Nothing found is an empty object."""
        values = request.query_params
        words, site = values.get("query", "").strip(), values.get("reviewPublisherSiteFilter", "")
        if not words and not site:
            raise invalid("Give `query` or `reviewPublisherSiteFilter`.", parameter="query")
        size = _whole(request, "pageSize", DEFAULT_SIZE, 1, MOST)
        start = _start(request)
        found = _found(request, words)
        if site and not _same_site(site, request):
            found = found.none()
        rows = list(found[start : start + size + 1])
        body: dict[str, Any] = {}
        if rows:
            body["claims"] = [_as_google(claim, request) for claim in rows[:size]]
        if len(rows) > size:
            body["nextPageToken"] = _token(request, start + size)
        return Response(body)


def _found(request: Request, words: str) -> QuerySet[Claim]:
    found = Claim.objects.filter(state__in=SHOWN).select_related("speaker", "rating")
    if words:
        found = search.matching(found, words[:300])
    if language := request.query_params.get("languageCode", ""):
        base = language.replace("_", "-").partition("-")[0].lower()
        found = found.filter(Q(language__iexact=base) | Q(language__istartswith=f"{base}-"))
    if "maxAgeDays" in request.query_params:
        days = _whole(request, "maxAgeDays", 1, 1, 36500)
        since = timezone.now() - timedelta(days=days)
        found = found.filter(Q(updated_at__gte=since) | Q(as_of__gte=since.date()))
    return found.order_by("-id")


def _as_google(claim: Claim, request: Request) -> dict[str, Any]:
    assert claim.rating is not None
    body: dict[str, Any] = {"text": claim.statement}
    if claim.speaker is not None and claim.speaker.name:
        body["claimant"] = claim.speaker.name
    if claim.as_of is not None:
        body["claimDate"] = f"{claim.as_of:%Y-%m-%d}T00:00:00Z"
    body["claimReview"] = [
        {
            "publisher": {"name": settings.NEWSROOM_NAME, "site": request.get_host()},
            "url": request.build_absolute_uri(f"/api/v1/claims/{claim.pk}"),
            "title": claim.statement,
            "reviewDate": claim.updated_at,
            "textualRating": claim.rating.label,
            "languageCode": claim.language,
        }
    ]
    return body


def _same_site(site: str, request: Request) -> bool:
    wanted = (urlsplit(site if "//" in site else f"//{site}").hostname or "").removeprefix("www.")
    own = request.get_host().rpartition(":")[0] or request.get_host()
    return bool(wanted) and own.removeprefix("www.").endswith(wanted)


def _whole(request: Request, name: str, default: int, least: int, most: int) -> int:
    value = request.query_params.get(name)
    if value is None:
        return default
    if not value.isascii() or not value.isdecimal() or not least <= int(value[:9]) <= most:
        raise invalid(f"A whole number from {least} to {most}.", parameter=name)
    return int(value)


def _start(request: Request) -> int:
    token = request.query_params.get("pageToken")
    if not token:
        return _whole(request, "offset", 0, 0, DEEPEST)
    if "offset" in request.query_params:
        raise invalid("`offset` does not go with `pageToken`.", parameter="offset")
    try:
        asked, start = json.loads(base64.urlsafe_b64decode(token.encode() + b"=="))
        if asked == _asked(request) and isinstance(start, int) and 0 <= start <= DEEPEST:
            return start
    except (ValueError, TypeError, binascii.Error, RecursionError):
        pass
    raise Problem(
        "invalid",
        "All other parameters must be those of the page before.",
        errors=[{"detail": "Not the token of this search.", "parameter": "pageToken"}],
    )


def _token(request: Request, start: int) -> str:
    raw = json.dumps([_asked(request), start]).encode()
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


def _asked(request: Request) -> str:
    """What may not change from page to page."""
    kept = sorted(
        (name, value)
        for name, value in request.query_params.items()
        if name not in ("key", "pageToken", "offset")
    )
    return hashlib.sha256(repr(kept).encode()).hexdigest()[:12]
