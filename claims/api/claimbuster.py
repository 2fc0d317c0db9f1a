"""ClaimBuster's API, version 2, for clients that only change their base URL.

The scores are ours: check-worthiness between 0 and 1, as the extractor gives it. Unlike there,
sentences end where they end, and not after each abbreviation.
"""

from __future__ import annotations

from typing import Any

from django.conf import settings
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from claims.api.examples import SCORE
from claims.extraction import extract
from newsroom.api.access import Access
from newsroom.api.authentication import KeyHeader, TokenAuthentication
from newsroom.api.problems import Problem
from newsroom.api.views import Endpoint, checked

VERSION = "2"


class Input(serializers.Serializer[Any]):
    input_text = serializers.CharField(trim_whitespace=False)


class Score(serializers.Serializer[Any]):
    text = serializers.CharField()
    index = serializers.IntegerField()
    score = serializers.FloatField(min_value=0, max_value=1)


class Scores(serializers.Serializer[Any]):
    version = serializers.CharField()
    claim = serializers.CharField()
    results = Score(many=True)


class ScoreView(Endpoint):
    """Base of both endpoints: GET with the text in the path, or POST."""

    authentication_classes = (KeyHeader, TokenAuthentication)
    access = {
        "get": Access(permission="claims.view_claim", bucket="extract"),
        "post": Access(permission="claims.view_claim", bucket="extract"),
    }
    max_body_bytes = 6 * settings.API_MAX_EXTRACT_BYTES + 10_000

    def answer(self, text: str) -> Response:
        if not text.strip():
            raise Problem("invalid", "There is no text.", errors=[{"detail": "No text."}])
        if len(text.encode()) > settings.API_MAX_EXTRACT_BYTES:
            raise Problem("too-large", f"At most {settings.API_MAX_EXTRACT_BYTES:,} bytes.")
        return Response({"version": VERSION, "claim": text, "results": self.scores(text)})

    def scores(self, text: str) -> list[dict[str, Any]]:
        raise NotImplementedError


class TextScore(ScoreView):
    @extend_schema(responses=Scores, operation_id="claimbuster_text_get", tags=["claimbuster"])
    def get(self, request: Request, input_text: str) -> Response:
        """How much the text as a whole looks worth checking: as much as its best sentence."""
        return self.answer(input_text)

    @extend_schema(
        request=Input,
        responses=Scores,
        operation_id="claimbuster_text",
        examples=SCORE,
        tags=["claimbuster"],
    )
    def post(self, request: Request) -> Response:
        """How much the text as a whole looks worth checking: as much as its best sentence."""
        return self.answer(checked(Input, request)["input_text"])

    def scores(self, text: str) -> list[dict[str, Any]]:
        best = max((one.check_worthiness for one in extract(text).sentences), default=0.0)
        return [{"text": text, "index": 0, "score": best}]


class SentenceScores(ScoreView):
    @extend_schema(responses=Scores, operation_id="claimbuster_sentences_get", tags=["claimbuster"])
    def get(self, request: Request, input_text: str) -> Response:
        """How much each sentence looks worth checking."""
        return self.answer(input_text)

    @extend_schema(
        request=Input,
        responses=Scores,
        operation_id="claimbuster_sentences",
        examples=SCORE,
        tags=["claimbuster"],
    )
    def post(self, request: Request) -> Response:
        """How much each sentence looks worth checking."""
        return self.answer(checked(Input, request)["input_text"])

    def scores(self, text: str) -> list[dict[str, Any]]:
        return [
            {"text": text[one.start : one.end], "index": index, "score": one.check_worthiness}
            for index, one in enumerate(extract(text).sentences)
        ]
