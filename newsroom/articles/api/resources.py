"""Outlets, articles and revisions as JSON."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from newsroom.api.shapes import Resource
from newsroom.articles.models import Article, Outlet, Revision


class OutletResource(Resource):
    class Meta:
        model = Outlet
        fields = ("id", "slug", "name", "url", "created_at")
        read_only_fields = fields


class OutletName(Resource):
    class Meta:
        model = Outlet
        fields = ("id", "slug", "name")
        read_only_fields = fields


class RevisionResource(Resource):
    """One version of a story, without its text."""

    unpublished = ("extraction_error", "extraction_notes", "extraction_attempts")
    article = serializers.IntegerField(source="article_id", read_only=True)

    class Meta:
        model = Revision
        fields = (
            "id",
            "article",
            "number",
            "sha256",
            "versioned_at",
            "received_at",
            "is_partial",
            "extraction_state",
            "extraction_attempts",
            "extraction_finished_at",
            "extraction_error",
            "extraction_notes",
            "extractor",
            "extractor_version",
        )
        read_only_fields = fields


class ArticleResource(Resource):
    """A story. What it says is in its revisions."""

    includes = ("revisions",)
    unpublished = ("editor_note",)
    outlet = OutletName(read_only=True)
    revisions = RevisionResource(many=True, read_only=True, help_text="Latest first; `include`.")

    class Meta:
        model = Article
        fields = (
            "id",
            "outlet",
            "external_id",
            "url",
            "slug",
            "headline",
            "byline",
            "dateline",
            "section",
            "genre",
            "wire_origin",
            "rights",
            "editor_note",
            "language",
            "published_at",
            "status",
            "embargoed_until",
            "created_at",
            "revisions",
        )
        read_only_fields = fields


class ArticleName(Resource):
    """A story as it is named where something else is shown."""

    outlet = serializers.SlugRelatedField[Outlet](slug_field="slug", read_only=True)

    class Meta:
        model = Article
        fields = ("id", "outlet", "external_id", "url", "headline", "published_at")
        read_only_fields = fields


class StoryText(serializers.Serializer[Any]):
    """The text of one revision. Spans count its code points, end-exclusive."""

    article = serializers.IntegerField(read_only=True)
    revision = serializers.IntegerField(read_only=True, help_text="Its number.")
    sha256 = serializers.CharField(read_only=True)
    text = serializers.CharField(read_only=True)
