"""Import runs and rejections as JSON, and what is sent to push stories."""

from __future__ import annotations

import base64
from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from newsroom.api.shapes import Resource
from newsroom.articles.api.resources import OutletName
from newsroom.articles.models import ArticleStatus
from newsroom.imports.models import ImportRun, Rejection, RejectionReason


class ImportRunResource(Resource):
    """One execution of an import, with its counts."""

    outlet = OutletName(read_only=True)
    feed = serializers.IntegerField(source="feed_id", read_only=True, allow_null=True)
    started_by = serializers.CharField(source="started_by.username", read_only=True, default=None)

    class Meta:
        model = ImportRun
        fields = (
            "id",
            "outlet",
            "trigger",
            "origin",
            "started_by",
            "state",
            "started_at",
            "progressed_at",
            "finished_at",
            "error",
            "note",
            "feed",
            "seen",
            "created",
            "revised",
            "updated",
            "unchanged",
            "rejected",
        )
        read_only_fields = fields


class RejectionResource(Resource):
    """One item that could not be taken in, kept whole with the reason."""

    includes = ("payload",)
    run = serializers.IntegerField(source="run_id", read_only=True)
    payload = serializers.SerializerMethodField(help_text="The item's bytes, in Base64; `include`.")

    class Meta:
        model = Rejection
        fields = (
            "id",
            "run",
            "origin",
            "position",
            "reason",
            "message",
            "size",
            "created_at",
            "payload",
        )
        read_only_fields = fields

    @extend_schema_field({"type": "string", "contentEncoding": "base64"})
    def get_payload(self, rejection: Rejection) -> str:
        return base64.b64encode(rejection.payload).decode()


class Story(serializers.Serializer[Any]):
    """A story as it is pushed. Described here; checked as every other format is."""

    external_id = serializers.CharField(
        max_length=500, help_text="The outlet's own identifier: makes a retry harmless."
    )
    text = serializers.CharField(help_text="Plain text. May be left out of a kill.", required=False)
    headline = serializers.CharField(required=False, max_length=1000)
    url = serializers.CharField(required=False, max_length=2000)
    slug = serializers.CharField(required=False, max_length=200)
    byline = serializers.CharField(required=False, max_length=500)
    dateline = serializers.CharField(required=False, max_length=200)
    section = serializers.CharField(required=False, max_length=200)
    genre = serializers.CharField(required=False, max_length=50)
    language = serializers.CharField(required=False, max_length=35)
    wire_origin = serializers.CharField(required=False, max_length=200)
    rights = serializers.CharField(required=False)
    editor_note = serializers.CharField(required=False)
    status = serializers.ChoiceField(ArticleStatus.choices, required=False)
    published_at = serializers.DateTimeField(required=False)
    embargoed_until = serializers.DateTimeField(required=False)
    versioned_at = serializers.DateTimeField(required=False)
    partial = serializers.BooleanField(required=False)  # type: ignore[assignment]


class Batch(serializers.Serializer[Any]):
    """One to 500 stories of one outlet. `outlet` may stand in the address instead."""

    outlet = serializers.CharField(required=False, help_text="Its short name or name.")
    items = Story(many=True)


class ItemResult(serializers.Serializer[Any]):
    position = serializers.IntegerField(help_text="Which item of the request, from 1.")
    external_id = serializers.CharField(allow_blank=True)
    outcome = serializers.ChoiceField(["created", "revised", "updated", "unchanged", "rejected"])
    article = serializers.IntegerField(allow_null=True)
    revision = serializers.IntegerField(allow_null=True, help_text="The number, if one was made.")
    reason = serializers.ChoiceField(RejectionReason.choices, allow_blank=True)
    message = serializers.CharField(allow_blank=True, help_text="What would make it right.")


class BatchResult(serializers.Serializer[Any]):
    run = serializers.IntegerField()
    state = serializers.ChoiceField(["finished", "running"])
    counts = serializers.DictField(child=serializers.IntegerField())
    items = ItemResult(many=True, help_text="Empty while the run is going on.")
