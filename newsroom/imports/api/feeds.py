"""Feeds over HTTP: how each does, having one fetched now, and its switches."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django_filters import rest_framework as filters
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from newsroom.api.access import Access
from newsroom.api.filters import FilterSet
from newsroom.api.problems import Problem
from newsroom.api.scopes import HELD_STORIES, Scope
from newsroom.api.shapes import Resource, Shape, rendered, shape_for
from newsroom.api.views import FIELDS, ResourceViewSet, checked, list_query, user_of
from newsroom.articles.api.resources import OutletName
from newsroom.imports.api.examples import PAUSE
from newsroom.imports.api.resources import ImportRunResource
from newsroom.imports.feeds.models import Feed, FeedState
from newsroom.imports.feeds.services import pause_feed, request_import, resume_feed
from newsroom.imports.models import ImportRun, ImportTrigger

# What the admin asks for, too: a switch outlasts the request, so a story pusher has none of them.
SWITCH = Access((Scope.ADMIN,), "imports.change_feed", bucket="write")


class PauseInput(serializers.Serializer[Any]):
    reason = serializers.CharField(max_length=1000, help_text="Whoever finds it paused reads this.")


class FeedResource(Resource):
    """Where scheduled imports take stories from, and how it does."""

    outlet = OutletName(read_only=True)
    is_quiet = serializers.BooleanField(
        read_only=True, help_text="Silent for three times its usual gap."
    )

    class Meta:
        model = Feed
        fields = (
            "id",
            "name",
            "outlet",
            "kind",
            "url",
            "folder",
            "format",
            "every_minutes",
            "fetches_pages",
            "state",
            "paused_reason",
            "next_at",
            "failures",
            "last_error",
            "last_polled_at",
            "last_success_at",
            "last_new_at",
            "is_quiet",
        )
        read_only_fields = fields


class FeedFilter(FilterSet):
    outlet = filters.CharFilter("outlet__slug")
    state = filters.ChoiceFilter(choices=FeedState.choices)

    class Meta:
        model = Feed
        fields: tuple[str, ...] = ()


class FeedViewSet(ResourceViewSet):
    """Feeds. They are set up in the admin."""

    resource = serializer_class = FeedResource
    filterset_class = FeedFilter
    queryset = Feed.objects.all()
    access = {
        "list": Access(HELD_STORIES, "imports.view_feed"),
        "retrieve": Access(HELD_STORIES, "imports.view_feed"),
        "fetch": Access(
            (Scope.ARTICLES_WRITE, Scope.ADMIN), "imports.add_importrun", bucket="write"
        ),
        "pause": SWITCH,
        "resume": SWITCH,
    }
    query = {"list": list_query(), "retrieve": (FIELDS,)}

    def loaded(self, queryset: QuerySet[Any], shape: Shape) -> QuerySet[Any]:
        return queryset.select_related("outlet")

    @extend_schema(request=None, responses={202: ImportRunResource}, filters=False)
    @action(detail=True, methods=["post"])
    def fetch(self, request: Request, pk: int) -> Response:
        """Have a worker take in what is new, now. Asked twice, it is done once.

        The answer is the import run; its address says how it goes.
        """
        feed = self.row(self.get_queryset())
        run = request_import(feed_id=feed.pk, trigger=ImportTrigger.API, by=user_of(request))
        row = ImportRun.objects.select_related("outlet", "started_by").get(pk=run.pk)
        location = request.build_absolute_uri(f"/api/v1/import-runs/{run.pk}")
        body = rendered(ImportRunResource, row, shape_for(request, ImportRunResource))
        return Response(body, status=202, headers={"Location": location})

    @extend_schema(request=PauseInput, responses=FeedResource, examples=PAUSE, filters=False)
    @action(detail=True, methods=["post"])
    def pause(self, request: Request, pk: int) -> Response:
        """Have the schedule leave it out until somebody resumes it; `fetch` still works."""
        feed = self.row(self.get_queryset())
        reason = checked(PauseInput, request)["reason"]
        if not pause_feed(feed_id=feed.pk, reason=reason, by=user_of(request)):
            raise _not_now("This feed is paused already.", "resume")
        return self._again(request)

    @extend_schema(request=None, responses=FeedResource, filters=False)
    @action(detail=True, methods=["post"])
    def resume(self, request: Request, pk: int) -> Response:
        """Have the schedule ask it again; it is due at once, and its failures are forgotten."""
        feed = self.row(self.get_queryset())
        if not resume_feed(feed_id=feed.pk, by=user_of(request)):
            raise _not_now("This feed is active already.", "pause")
        return self._again(request)

    def _again(self, request: Request) -> Response:
        shape = shape_for(request, FeedResource)
        row = self.row(self.loaded(self.get_queryset(), shape))
        return Response(rendered(FeedResource, row, shape))


def _not_now(detail: str, possible: str) -> Problem:
    return Problem("conflict", detail, allowed=["fetch", possible])
