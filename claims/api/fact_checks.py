"""Fact checks: what readers see, as published. Open to every reader of the API."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, ClassVar

from django.db.models import Prefetch, QuerySet
from django_filters import rest_framework as filters
from drf_spectacular.utils import OpenApiParameter, extend_schema_field
from rest_framework import serializers

from claims.models import Appearance, Evidence
from claims.publishing.addresses import page_of
from claims.publishing.body import (
    Body,
    SeenAppearance,
    SeenEvidence,
    SeenSpeaker,
    called,
    is_of_unnamed,
)
from claims.publishing.claim_review import document
from claims.publishing.models import Correction, FactCheck, FactCheckState
from newsroom.api.access import Access
from newsroom.api.filters import FilterSet, KeyFilter
from newsroom.api.paging import Order
from newsroom.api.problems import Problem
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
            body["body"] = _without_details_of_unnamed(instance)
        return body


def _without_details_of_unnamed(check: FactCheck) -> dict[str, Any]:
    body = Body.from_json(check.body)
    named = _Named(check)
    speaker = body.speaker
    if speaker and speaker.is_unnamed:
        speaker = SeenSpeaker(id=0, name="", kind=speaker.kind, url="", title="", role="", party="")
    return replace(
        body,
        speaker=speaker,
        appearances=[
            replace(one, said_by=one.said_by if named.says(one) else "", anonymity_reason="")
            for one in body.appearances
        ],
        evidence=[
            one if named.is_source_of(one) else replace(one, source="", source_id=None)
            for one in body.evidence
        ],
    ).as_json()


class _Named:
    """Who is named in a published body. Where an older one does not say so, the claim is asked; who
    is not found there any more is taken for unnamed."""

    def __init__(self, check: FactCheck) -> None:
        self._claim = check.claim

    def says(self, appearance: SeenAppearance) -> bool:
        if appearance.unnamed is not None:
            return not appearance.unnamed
        same = [
            one
            for one in self._claim.appearances.all()
            if one.exact == appearance.words and called(one) == appearance.said_by
        ]
        return bool(same) and not any(is_of_unnamed(one) for one in same)

    def is_source_of(self, evidence: SeenEvidence) -> bool:
        if evidence.unnamed is not None:
            return not evidence.unnamed
        kinds = {one.source_id: one.source.kind for one in self._claim.evidence.all() if one.source}
        return kinds.get(evidence.source_id, SourceKind.UNNAMED) != SourceKind.UNNAMED


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

    def row(self, queryset: QuerySet[Any]) -> Any:
        """The address of a withdrawn check gives the reason and no verdict; lists name it."""
        check: FactCheck = super().row(queryset)
        if check.state == FactCheckState.WITHDRAWN:
            raise Problem(
                "gone", check.withdrawal_reason, url=page_of(check), withdrawn_at=check.withdrawn_at
            )
        return check

    def loaded(self, queryset: QuerySet[Any], shape: Shape) -> QuerySet[Any]:
        queryset = queryset.defer("search")
        if shape.includes & {"corrections", "claim_review"}:
            queryset = queryset.prefetch_related("corrections__by")
        if "body" in shape.includes and not shape.confidential:
            queryset = queryset.prefetch_related(
                "claim",
                Prefetch("claim__appearances", Appearance.objects.select_related("speaker")),
                Prefetch("claim__evidence", Evidence.objects.select_related("source")),
            )
        return queryset
