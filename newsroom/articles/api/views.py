"""Reading outlets, articles and revisions. Stories are pushed in newsroom.imports.api."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db.models import Prefetch, QuerySet
from django_filters import rest_framework as filters
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from newsroom.api.access import Access
from newsroom.api.filters import FilterSet
from newsroom.api.paging import Order, page_of
from newsroom.api.problems import Problem, invalid
from newsroom.api.shapes import Shape, reader_of, rendered_all, shape_for
from newsroom.api.views import (
    FIELDS,
    INCLUDE,
    ResourceViewSet,
    list_query,
    one,
    ordering,
    paged,
)
from newsroom.articles.api.resources import (
    ArticleResource,
    OutletResource,
    RevisionResource,
    StoryText,
)
from newsroom.articles.api.visibility import stories_for
from newsroom.articles.models import Article, ArticleStatus, Outlet, Revision
from newsroom.numbers import number_in


class OutletViewSet(ResourceViewSet):
    """Who publishes stories."""

    resource = serializer_class = OutletResource
    queryset = Outlet.objects.all()
    orders: ClassVar[dict[str, Order]] = {"id": Order(("id",))}
    access = {
        "list": Access(permission="articles.view_outlet"),
        "retrieve": Access(permission="articles.view_outlet"),
    }
    query = {"list": list_query(), "retrieve": (FIELDS,)}


class ArticleFilter(FilterSet):
    outlet = filters.CharFilter("outlet__slug", help_text="Short name of the outlet.")
    external_id = filters.CharFilter()
    url = filters.CharFilter(help_text="Canonical address.")
    language = filters.CharFilter()
    status = filters.ChoiceFilter(choices=ArticleStatus.choices)
    published_after = filters.IsoDateTimeFilter("published_at", "gte")
    published_before = filters.IsoDateTimeFilter("published_at", "lt")

    class Meta:
        model = Article
        fields: tuple[str, ...] = ()


ARTICLE_ORDERS = {"-id": Order(("-id",)), "id": Order(("id",))}
REVISION = OpenApiParameter(
    "revision", {"type": "integer", "minimum": 1}, description="Its number; the latest if left out."
)
LATEST_FIRST = Order(("-number",))


class ArticleReads(ResourceViewSet):
    """Stories, with their versions."""

    resource = serializer_class = ArticleResource
    filterset_class = ArticleFilter
    orders: ClassVar[dict[str, Order]] = ARTICLE_ORDERS
    queryset = Article.objects.all()
    access: ClassVar[dict[str, Access]] = {
        name: Access(permission="articles.view_article")
        for name in ("list", "retrieve", "revisions", "text")
    }
    query: ClassVar[dict[str, tuple[OpenApiParameter, ...]]] = {
        "list": list_query(INCLUDE, ordering(ARTICLE_ORDERS)),
        "retrieve": (FIELDS, INCLUDE),
        "revisions": list_query(),
        "text": (REVISION,),
    }

    def get_queryset(self) -> QuerySet[Article]:
        if getattr(self, "swagger_fake_view", False):
            return Article.objects.none()
        return Article.objects.filter(stories_for(reader_of(self.request)))

    def loaded(self, queryset: QuerySet[Any], shape: Shape) -> QuerySet[Any]:
        queryset = queryset.select_related("outlet")
        if "revisions" in shape.includes:
            versions = Revision.objects.defer("text").order_by("-number")
            queryset = queryset.prefetch_related(Prefetch("revisions", versions))
        return queryset

    @extend_schema(responses=RevisionResource(many=True), filters=False)
    @action(detail=True)
    def revisions(self, request: Request, pk: int) -> Response:
        """The versions of a story as received, latest first."""
        shape = shape_for(request, RevisionResource)
        versions = Revision.objects.filter(article=self.row(self.get_queryset()))
        page = page_of(versions.defer("text"), LATEST_FIRST, request)
        return paged(request, page, rendered_all(RevisionResource, page.rows, shape), shape)

    @extend_schema(responses=StoryText)
    @action(detail=True)
    def text(self, request: Request, pk: int) -> Response:
        """The text of a story, in its latest or in an earlier version."""
        versions = Revision.objects.filter(article=self.row(self.get_queryset()))
        if (stated := request.query_params.get("revision")) is not None:
            number = number_in(stated, digits=9)
            if not number:
                raise invalid("A revision has a number from 1.", parameter="revision")
            versions = versions.filter(number=number)
        found = versions.order_by("-number").first()
        if found is None:
            raise Problem("not-found", "There is no such version of this story.")
        body = {
            "article": found.article_id,
            "revision": found.number,
            "sha256": found.sha256,
            "text": found.text,
        }
        return one(request, body, reader_of(request))
