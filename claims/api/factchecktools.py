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
from django.contrib.postgres.search import SearchQuery
from django.db.models import Q, QuerySet
from django.utils import timezone
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from claims.publishing.addresses import page_of
from claims.publishing.body import Body
from claims.publishing.models import FactCheck, FactCheckState
from claims.verification.states import PUBLIC
from newsroom.api.access import Access
from newsroom.api.authentication import KeyParameter, TokenAuthentication
from newsroom.api.problems import Problem, invalid
from newsroom.api.views import Endpoint
from newsroom.numbers import number_in
from sources.models import SourceKind

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
    authentication_classes = (KeyParameter, TokenAuthentication)
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
        if site and not _same_site(site):
            found = found.none()
        rows = list(found[start : start + size + 1])
        body: dict[str, Any] = {}
        if rows:
            body["claims"] = [_as_google(check) for check in rows[:size]]
        if len(rows) > size:
            body["nextPageToken"] = _token(request, start + size)
        return Response(body)


def _found(request: Request, words: str) -> QuerySet[FactCheck]:
    found = FactCheck.objects.exclude(state=FactCheckState.WITHDRAWN).select_related("claim")
    if words:
        # In English, which finds other forms of a word; and as printed, for any language.
        plain = SearchQuery(words[:300], config="simple", search_type="websearch")
        english = SearchQuery(words[:300], config="english", search_type="websearch")
        # While the claim is worked on again, it no longer says what is published.
        unchanged = Q(claim__search=english, claim__state__in=PUBLIC)
        found = found.filter(Q(search=plain) | unchanged)
    if language := request.query_params.get("languageCode", ""):
        base = language.replace("_", "-").partition("-")[0].lower()
        exact = Q(body__language__iexact=base)
        found = found.filter(exact | Q(body__language__istartswith=f"{base}-"))
    if "maxAgeDays" in request.query_params:
        days = _whole(request, "maxAgeDays", 1, 1, 36500)
        since = timezone.now() - timedelta(days=days)
        made = Q(body__as_of__gte=since.date().isoformat())
        found = found.filter(Q(published_at__gte=since) | made)
    return found.order_by("-published_at", "-id").defer("search", "claim__search")


def _as_google(check: FactCheck) -> dict[str, Any]:
    """As it was published: what is worked on since is not shown."""
    shown = Body.from_json(check.body)
    body: dict[str, Any] = {"text": shown.statement}
    if shown.speaker is not None and shown.speaker.kind != SourceKind.UNNAMED:
        body["claimant"] = shown.speaker.name
    if shown.as_of:
        body["claimDate"] = f"{shown.as_of[:10]}T00:00:00Z"
    body["claimReview"] = [
        {
            "publisher": {"name": settings.NEWSROOM_NAME, "site": _own_site()},
            "url": page_of(check),
            "title": check.headline,
            "reviewDate": check.published_at,
            "textualRating": shown.rating.label,
            "languageCode": shown.language,
        }
    ]
    return body


def _own_site() -> str:
    return urlsplit(settings.SITE_URL).hostname or ""


def _same_site(site: str) -> bool:
    try:
        wanted = urlsplit(site if "//" in site else f"//{site}").hostname or ""
    except ValueError:  # “[”, for one, begins an address of IPv6
        return False
    wanted = wanted.removeprefix("www.")
    own = _own_site().removeprefix("www.")
    return bool(wanted) and (own == wanted or own.endswith(f".{wanted}"))


def _whole(request: Request, name: str, default: int, least: int, most: int) -> int:
    stated = request.query_params.get(name)
    if stated is None:
        return default
    number = number_in(stated)
    if number is None or not least <= number <= most:
        raise invalid(f"A whole number from {least} to {most}.", parameter=name)
    return number


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
