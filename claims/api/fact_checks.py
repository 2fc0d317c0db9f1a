"""Fact checks: what readers see, as published. Open to every reader of the API."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, ClassVar

from django.db.models import QuerySet
from django_filters import rest_framework as filters
from drf_spectacular.utils import OpenApiParameter, extend_schema_field
from rest_framework import serializers

from claims.publishing.addresses import page_of
from claims.publishing.body import Body, SeenSpeaker
from claims.publishing.claim_review import document
from claims.publishing.models import Correction, FactCheck, FactCheckState
from newsroom.api.access import Access
from newsroom.api.filters import FilterSet, KeyFilter
from newsroom.api.paging import Order
from newsroom.api.shapes import Resource, Shape, reader_of
from newsroom.api.views import FIELDS, INCLUDE, ResourceViewSet, list_query, ordering
from sources.models import SourceKind


class CorrectionResource(Resource):
    """What was changed after publication, and why."""

    class Meta:
        model = Correction
        fields = ("id", "version", "severity", "text", "rating_before", "rating_after", "at")
        read_only_fields = fields


class FactCheckResource(Resource):
    """The published result. Of a withdrawn one only that it is, and why."""

    includes = ("body", "claim_review", "corrections")
    claim = serializers.IntegerField(source="claim_id", read_only=True)
    url = serializers.SerializerMethodField(help_text="Its page, for ever.")
    rating = serializers.CharField(source="body.rating.label", read_only=True)
    speaker = serializers.SerializerMethodField(help_text="The name, as published.")
    body = serializers.JSONField(read_only=True, help_text="All that the page shows; `include`.")
    claim_review = serializers.SerializerMethodField(help_text="schema.org's; `include`.")
    corrections = CorrectionResource(many=True, read_only=True, help_text="`include`.")

    class Meta:
        model = FactCheck
        fields = (
            "id",
            "claim",
            "slug",
            "url",
            "headline",
            "short_claim",
            "summary",
            "state",
            "version",
            "rating",
            "speaker",
            "published_at",
            "modified_at",
            "withdrawn_at",
            "withdrawal_reason",
            "body",
            "claim_review",
            "corrections",
        )
        read_only_fields = fields

    @extend_schema_field({"type": "string", "format": "uri"})
    def get_url(self, check: FactCheck) -> str:
        return page_of(check)

    @extend_schema_field({"type": ["string", "null"]})
    def get_speaker(self, check: FactCheck) -> str | None:
        speaker = check.body.get("speaker")
        if not speaker or speaker["kind"] == SourceKind.UNNAMED:
            return None  # the page says how it was called there; a list of names does not
        name: str = speaker["name"]
        return name

    @extend_schema_field({"type": ["object", "null"]})
    def get_claim_review(self, check: FactCheck) -> dict[str, Any] | None:
        return document(check, check.corrections.all())

    def to_representation(self, instance: FactCheck) -> dict[str, Any]:
        body: dict[str, Any] = super().to_representation(instance)
        if instance.state == FactCheckState.WITHDRAWN:
            empty = {"rating": "", "summary": "", "body": None, "claim_review": None}
            body.update({name: value for name, value in empty.items() if name in body})
        elif body.get("body") and not self.context["shape"].confidential:
            body["body"] = _without_details_of_unnamed(body["body"])
        return body


def _without_details_of_unnamed(stored: dict[str, Any]) -> dict[str, Any]:
    body = Body.from_json(stored)
    speaker = body.speaker
    if speaker and speaker.is_unnamed:
        speaker = SeenSpeaker(id=0, name="", kind=speaker.kind, url="", title="", role="", party="")
    return replace(
        body,
        speaker=speaker,
        appearances=[
            replace(one, said_by="" if one.unnamed else one.said_by, anonymity_reason="")
            for one in body.appearances
        ],
        evidence=[
            replace(one, source="", source_id=None) if one.unnamed else one for one in body.evidence
        ],
    ).as_json()


class FactCheckFilter(FilterSet):
    state = filters.ChoiceFilter(choices=FactCheckState.choices)
    slug = filters.CharFilter()
    claim = KeyFilter()
    speaker = KeyFilter(method="said_by")
    rating = filters.CharFilter(method="rated")
    published_after = filters.IsoDateTimeFilter("published_at", "gte")
    modified_since = filters.IsoDateTimeFilter("modified_at", "gte")

    class Meta:
        model = FactCheck
        fields: tuple[str, ...] = ()

    # To be found by what an answer does not show would tell it.

    def said_by(self, queryset: QuerySet[FactCheck], name: str, value: int) -> QuerySet[FactCheck]:
        if not reader_of(self.request).confidential:
            queryset = queryset.exclude(speaker__kind=SourceKind.UNNAMED)
        return queryset.filter(speaker=value)

    def rated(self, queryset: QuerySet[FactCheck], name: str, value: str) -> QuerySet[FactCheck]:
        return queryset.exclude(state=FactCheckState.WITHDRAWN).filter(rating__slug=value)


ORDERS = {
    "-published_at": Order(("-published_at", "-id")),
    "modified_at": Order(("modified_at", "id")),
    "id": Order(("id",)),
}


class FactCheckViewSet(ResourceViewSet):
    """What readers see."""

    resource = serializer_class = FactCheckResource
    filterset_class = FactCheckFilter
    queryset = FactCheck.objects.all()
    orders: ClassVar[dict[str, Order]] = ORDERS
    access = {
        "list": Access(permission="claims.view_claim"),
        "retrieve": Access(permission="claims.view_claim"),
    }
    query: ClassVar[dict[str, tuple[OpenApiParameter, ...]]] = {
        "list": list_query(INCLUDE, ordering(ORDERS)),
        "retrieve": (FIELDS, INCLUDE),
    }

    def loaded(self, queryset: QuerySet[Any], shape: Shape) -> QuerySet[Any]:
        queryset = queryset.defer("search")
        if shape.includes & {"corrections", "claim_review"}:
            queryset = queryset.prefetch_related("corrections")
        return queryset
