"""Sources as JSON. What only belongs to unnamed ones needs a scope of its own."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from newsroom.api.shapes import Resource, Shape
from sources.models import Affiliation, Alias, Source, SourceKind


class AffiliationResource(Resource):
    """A dated role, as printed."""

    class Meta:
        model = Affiliation
        fields = (
            "id",
            "title",
            "role",
            "organisation",
            "party",
            "seat",
            "as_printed",
            "start",
            "end",
        )
        read_only_fields = fields


class AliasResource(Resource):
    class Meta:
        model = Alias
        fields = ("id", "name")
        read_only_fields = fields


class SourceResource(Resource):
    """Who or what speaks or is cited."""

    includes = ("aliases", "affiliations")
    confidential = (
        "descriptor",
        "anonymity_reason",
        "basis_of_knowledge",
        "offers",
        "approved_by",
    )
    approved_by = serializers.CharField(
        source="approved_by.username", read_only=True, default=None, allow_null=True
    )
    merged_into = serializers.IntegerField(
        source="merged_into_id",
        read_only=True,
        allow_null=True,
        help_text="The source that stands for this one.",
    )
    aliases = AliasResource(many=True, read_only=True, help_text="`include`.")
    affiliations = AffiliationResource(many=True, read_only=True, help_text="`include`.")

    class Meta:
        model = Source
        fields = (
            "id",
            "kind",
            "name",
            "description",
            "url",
            "descriptor",
            "anonymity_reason",
            "basis_of_knowledge",
            "offers",
            "approved_by",
            "merged_into",
            "created_at",
            "aliases",
            "affiliations",
        )
        read_only_fields = fields


class SourceName(Resource):
    """A source as it is named where something else is shown. An unnamed one has no name."""

    confidential = ("descriptor",)
    merged_into = serializers.IntegerField(source="merged_into_id", read_only=True, allow_null=True)

    class Meta:
        model = Source
        fields = ("id", "kind", "name", "descriptor", "merged_into")
        read_only_fields = fields


class NewAffiliation(serializers.Serializer[Any]):
    title = serializers.CharField(max_length=200, required=False, default="", allow_blank=True)
    role = serializers.CharField(max_length=300, required=False, default="", allow_blank=True)
    organisation = serializers.CharField(
        max_length=300, required=False, default="", allow_blank=True
    )
    party = serializers.CharField(max_length=100, required=False, default="", allow_blank=True)
    seat = serializers.CharField(max_length=100, required=False, default="", allow_blank=True)
    start = serializers.DateField(required=False, allow_null=True, default=None)
    end = serializers.DateField(required=False, allow_null=True, default=None)


NAMED = [choice for choice in SourceKind.choices if choice[0] != SourceKind.UNNAMED]


class NewSource(serializers.Serializer[Any]):
    """A named source. Unnamed ones are entered by people, with who approved them."""

    kind = serializers.ChoiceField(NAMED)
    name = serializers.CharField(max_length=300)
    aliases = serializers.ListField(
        child=serializers.CharField(max_length=300), required=False, default=list, max_length=100
    )
    affiliations = NewAffiliation(many=True, required=False, default=list)
    description = serializers.CharField(required=False, default="", allow_blank=True)
    url = serializers.URLField(max_length=2000, required=False, default="", allow_blank=True)


class NewAlias(serializers.Serializer[Any]):
    name = serializers.CharField(max_length=300)


class Merge(serializers.Serializer[Any]):
    into = serializers.IntegerField(
        min_value=1, max_value=2**63 - 1, help_text="The source that remains."
    )


def visible_kinds(shape: Shape) -> list[str]:
    """Unnamed sources are not even listed for those who may not see more of them."""
    return [kind for kind in SourceKind.values if shape.confidential or kind != SourceKind.UNNAMED]
