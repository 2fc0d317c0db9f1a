"""Extraction without storing anything: text in, sentences, attributions and candidates out."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from django.conf import settings
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from claims.api.examples import EXTRACT
from claims.extraction import Extraction, extract
from newsroom.api.access import Access
from newsroom.api.problems import Problem
from newsroom.api.scopes import HELD_STORIES
from newsroom.api.views import Endpoint, checked

LONGEST = settings.API_MAX_EXTRACT_BYTES


class Text(serializers.Serializer[Any]):
    text = serializers.CharField(trim_whitespace=False, help_text="Offsets count its code points.")
    headline = serializers.CharField(required=False, allow_blank=True, max_length=1000, default="")
    language = serializers.RegexField(
        r"^[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*$", required=False, default="en", max_length=35
    )


class Found(serializers.Serializer[Any]):
    """Everything found. Spans are [start, end] in code points, end-exclusive."""

    language = serializers.CharField()
    extractor = serializers.CharField()
    version = serializers.CharField()
    notes = serializers.ListField(child=serializers.CharField())
    sentences = serializers.ListField(child=serializers.DictField())
    attributions = serializers.ListField(child=serializers.DictField())
    candidates = serializers.ListField(child=serializers.DictField())


class ExtractView(Endpoint):
    # Any write scope: it costs time, so a token that only reads has no use for it.
    access = {"post": Access(HELD_STORIES, "claims.view_claim", bucket="extract")}
    # JSON may write each character in six.
    max_body_bytes = 6 * LONGEST + 10_000

    @extend_schema(request=Text, responses=Found, examples=EXTRACT, operation_id="extract")
    def post(self, request: Request) -> Response:
        """What the extractor makes of a text; nothing is stored."""
        data = checked(Text, request)
        size = len(data["text"].encode())
        if size > LONGEST:
            raise Problem("too-large", f"A text may have {LONGEST:,} bytes here.")
        found = extract(data["text"], headline=data["headline"] or None, language=data["language"])
        return Response(described(found))


def described(found: Extraction) -> dict[str, Any]:
    return {
        "language": found.language,
        "extractor": found.extractor,
        "version": found.version,
        "notes": list(found.notes),
        "sentences": [asdict(one) for one in found.sentences],
        "attributions": [asdict(one) for one in found.attributions],
        "candidates": [asdict(one) for one in found.candidates],
    }
