"""What was found in a story: its candidates, and the claims that appear in it; and the ratings."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db.models import QuerySet
from django_filters import rest_framework as filters
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from claims.api.candidates import READ as READ_CANDIDATES
from claims.api.candidates import with_candidate_details
from claims.api.claim_lists import moment_in
from claims.api.loading import shown_appearances
from claims.api.resources import AppearanceResource, CandidateResource, RatingResource
from claims.api.visibility import visible_claims
from claims.as_of import ratings_as_of
from claims.models import Candidate, Rating
from newsroom.api.access import Access
from newsroom.api.filters import FilterSet
from newsroom.api.paging import Order, page_of
from newsroom.api.problems import Problem
from newsroom.api.shapes import Resource, Shape, reader_of, rendered_all, shape_for
from newsroom.api.views import (
    FIELDS,
    Endpoint,
    KeysetPages,
    ResourceViewSet,
    list_query,
    paged,
)
from newsroom.articles.api.visibility import stories_for
from newsroom.articles.models import Article

BY_PLACE = Order(("revision_id", "start", "id"))


class OfStory(Endpoint):
    """Base of lists that hang on a story."""

    resource: ClassVar[type[Resource]]
    query = {"get": list_query()}
    pagination_class = KeysetPages

    def story(self, request: Request, pk: int) -> Article:
        visible = Article.objects.filter(stories_for(reader_of(request)))
        found = visible.filter(pk=pk).first() if 0 < pk < 2**63 else None
        if found is None:
            raise Problem("not-found", "There is no such record, or none that you may see.")
        return found

    def answer(self, request: Request, queryset: QuerySet[Any], order: Order) -> Response:
        shape = shape_for(request, self.resource)
        page = page_of(queryset, order, request)
        return paged(request, page, rendered_all(self.resource, page.rows, shape), shape)


class StoryCandidates(OfStory):
    resource = CandidateResource
    access = {"get": READ_CANDIDATES}

    @extend_schema(responses=CandidateResource(many=True), operation_id="articles_candidates_list")
    def get(self, request: Request, pk: int) -> Response:
        """The candidates of a story in all its versions, by their place in the text."""
        found = Candidate.objects.filter(revision__article=self.story(request, pk))
        return self.answer(request, with_candidate_details(found), BY_PLACE)


class StoryAppearances(OfStory):
    resource = AppearanceResource
    access = {"get": Access(permission="claims.view_claim")}

    @extend_schema(
        responses=AppearanceResource(many=True), operation_id="articles_appearances_list"
    )
    def get(self, request: Request, pk: int) -> Response:
        """Which claims appear in a story, and where: what a CMS shows beside it."""
        shape = reader_of(request)
        found = shown_appearances(shape).filter(revision__article=self.story(request, pk))
        return self.answer(request, found.filter(claim__in=visible_claims(request)), Order(("id",)))


class RatingFilter(FilterSet):
    scale = filters.CharFilter("scale__name")

    class Meta:
        model = Rating
        fields: tuple[str, ...] = ()


AS_OF = OpenApiParameter(
    "as_of", {"type": "string", "format": "date-time"}, description="As they were worded then."
)


class RatingViewSet(ResourceViewSet):
    """The newsroom's vocabulary of verdicts."""

    resource = serializer_class = RatingResource
    filterset_class = RatingFilter
    queryset = Rating.objects.all()
    orders: ClassVar[dict[str, Order]] = {"id": Order(("id",))}
    access = {
        "list": Access(permission="claims.view_rating"),
        "retrieve": Access(permission="claims.view_rating"),
    }
    query = {"list": list_query(AS_OF), "retrieve": (FIELDS,)}

    def loaded(self, queryset: QuerySet[Any], shape: Shape) -> QuerySet[Any]:
        return queryset.select_related("scale")

    def list(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        moment = moment_in(request)
        shape = shape_for(request, RatingResource)
        page = self.page(request, self.filter_queryset(self.get_queryset()), shape)
        rows = page.rows
        if moment is not None:
            then = ratings_as_of(moment, [row.pk for row in rows])
            for row in rows:
                if row.pk in then:
                    then[row.pk].scale = row.scale
            rows = [then[row.pk] for row in rows if row.pk in then]
        return paged(request, page, rendered_all(RatingResource, rows, shape), shape)
