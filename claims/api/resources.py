"""Candidates, claims and what hangs on them, as JSON."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from claims.models import (
    Appearance,
    Candidate,
    Claim,
    ClaimState,
    ClaimTransition,
    Evidence,
    Rating,
)
from claims.models.choices import SourcingTerms
from newsroom.api.shapes import Resource, Shape
from newsroom.articles.api.resources import ArticleName
from sources.api.resources import AffiliationResource, SourceName
from sources.models import SourceKind


def username(source: str) -> serializers.CharField:
    return serializers.CharField(
        source=f"{source}.username", read_only=True, default=None, allow_null=True
    )


class RatingResource(Resource):
    """One verdict of the newsroom's scale."""

    scale = serializers.CharField(source="scale.name", read_only=True)

    class Meta:
        model = Rating
        fields = (
            "id",
            "scale",
            "slug",
            "label",
            "description",
            "value",
            "best",
            "worst",
            "colour",
            "position",
        )
        read_only_fields = fields


class RatingName(Resource):
    class Meta:
        model = Rating
        fields = ("id", "slug", "label", "value", "best", "worst")
        read_only_fields = fields


class CandidateResource(Resource):
    """A passage that was proposed for checking, and what was decided on it."""

    confidential = ("anonymity_reason",)
    article = ArticleName(source="revision.article", read_only=True)
    revision = serializers.IntegerField(source="revision.number", read_only=True)
    speaker = SourceName(read_only=True, allow_null=True)
    claim = serializers.IntegerField(source="claim_id", read_only=True, allow_null=True)
    decided_by = username("decided_by")
    remembered_from = serializers.IntegerField(
        source="remembered_from_id", read_only=True, allow_null=True
    )

    class Meta:
        model = Candidate
        fields = (
            "id",
            "article",
            "revision",
            "start",
            "end",
            "exact",
            "prefix",
            "suffix",
            "statement",
            "kind",
            "score",
            "explanation",
            "told_by",
            "said",
            "unresolved",
            "hedges",
            "quantities",
            "form",
            "sourcing",
            "speaker",
            "speaker_name",
            "speaker_title",
            "speaker_role",
            "speaker_organisation",
            "speaker_party",
            "speaker_seat",
            "anonymity_reason",
            "source_spans",
            "cue_spans",
            "content_spans",
            "extractor",
            "extractor_version",
            "created_at",
            "state",
            "decided_by",
            "decided_at",
            "decision_reason",
            "decision_note",
            "claim",
            "remembered_from",
        )
        read_only_fields = fields


class AppearanceResource(Resource):
    """Where a claim was made, and by whom."""

    confidential = ("anonymity_reason",)
    claim = serializers.IntegerField(source="claim_id", read_only=True)
    article = ArticleName(source="revision.article", read_only=True)
    revision = serializers.IntegerField(source="revision.number", read_only=True)
    speaker = SourceName(read_only=True, allow_null=True)

    class Meta:
        model = Appearance
        fields = (
            "id",
            "claim",
            "article",
            "revision",
            "start",
            "end",
            "exact",
            "prefix",
            "suffix",
            "speaker",
            "speaker_name",
            "sourcing",
            "anonymity_reason",
            "anchor_state",
            "created_at",
        )
        read_only_fields = fields

    def to_representation(self, instance: Appearance) -> dict[str, Any]:
        body: dict[str, Any] = super().to_representation(instance)
        if not self.context["shape"].confidential and instance.sourcing == SourcingTerms.UNNAMED:
            body |= {"speaker_name": ""} if "speaker_name" in body else {}
        return body


class EvidenceResource(Resource):
    """Material for, against or around a claim."""

    unpublished = ("added_by",)
    claim = serializers.IntegerField(source="claim_id", read_only=True)
    source = SourceName(read_only=True, allow_null=True)  # type: ignore[assignment]
    added_by = username("added_by")

    class Meta:
        model = Evidence
        fields = (
            "id",
            "claim",
            "stance",
            "nature",
            "title",
            "source",
            "url",
            "quotation",
            "published_at",
            "accessed_at",
            "added_by",
            "created_at",
        )
        read_only_fields = fields


class TransitionResource(Resource):
    """A step that was taken."""

    by = username("by")

    class Meta:
        model = ClaimTransition
        fields = ("id", "name", "from_state", "to_state", "by", "at", "comment")
        read_only_fields = fields


class ClaimResource(Resource):
    """One checkable assertion. State changes by its steps only; see `transitions`."""

    includes = ("appearances", "evidence", "transitions", "highlights")
    unpublished = (
        "assignee",
        "due",
        "submitted_by",
        "submitted_at",
        "verified_by",
        "verified_at",
        "break_glass_reason",
        "created_by",
        "transitions",
    )
    speaker = SourceName(read_only=True, allow_null=True)
    affiliation = AffiliationResource(read_only=True, allow_null=True)
    rating = RatingName(read_only=True, allow_null=True)
    assignee = username("assignee")
    submitted_by = username("submitted_by")
    verified_by = username("verified_by")
    created_by = username("created_by")
    appearances = AppearanceResource(
        source="shown_appearances", many=True, read_only=True, help_text="`include`."
    )
    evidence = EvidenceResource(
        source="shown_evidence", many=True, read_only=True, help_text="`include`."
    )
    transitions = TransitionResource(
        source="shown_transitions", many=True, read_only=True, help_text="`include`."
    )
    highlights = serializers.ListField(
        child=serializers.ListField(child=serializers.IntegerField()),
        read_only=True,
        help_text="With `q`: (start, end) pairs in `statement`, in code points.",
    )

    class Meta:
        model = Claim
        fields = (
            "id",
            "statement",
            "kind",
            "language",
            "speaker",
            "affiliation",
            "as_of",
            "state",
            "rating",
            "rationale",
            "method",
            "assignee",
            "due",
            "submitted_by",
            "submitted_at",
            "verified_by",
            "verified_at",
            "break_glass_reason",
            "version",
            "created_by",
            "created_at",
            "updated_at",
            "appearances",
            "evidence",
            "transitions",
            "highlights",
        )
        read_only_fields = fields

    def to_representation(self, instance: Claim) -> dict[str, Any]:
        body: dict[str, Any] = super().to_representation(instance)
        shape: Shape = self.context["shape"]
        is_unnamed = instance.speaker and instance.speaker.kind == SourceKind.UNNAMED
        if "affiliation" in body and is_unnamed and not shape.confidential:
            body["affiliation"] = None  # a role says who it is as a name would
        if instance.state == ClaimState.WITHDRAWN and not shape.unpublished:
            # The tombstone: that there was a check, and that it no longer stands.
            for name, empty in (("rating", None), ("rationale", ""), ("method", "")):
                if name in body:
                    body[name] = empty
            body.update({name: [] for name in ("evidence",) if name in body})
        return body
