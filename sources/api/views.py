"""Finding, adding and merging sources."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db.models import QuerySet
from django_filters import rest_framework as filters
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from newsroom.api.access import Access
from newsroom.api.filters import FilterSet
from newsroom.api.paging import Order
from newsroom.api.problems import Problem
from newsroom.api.scopes import Scope
from newsroom.api.shapes import Shape, reader_of, rendered
from newsroom.api.views import (
    FIELDS,
    INCLUDE,
    ResourceViewSet,
    checked,
    created,
    list_query,
    ordering,
    user_of,
)
from sources.api.examples import NEW_SOURCE
from sources.api.resources import (
    AffiliationResource,
    AliasResource,
    Merge,
    NewAffiliation,
    NewAlias,
    NewSource,
    SourceResource,
    visible_kinds,
)
from sources.merging import merge_sources
from sources.models import Source, SourceKind
from sources.names import normalise
from sources.services import Role, add_affiliation, add_alias, add_source

WRITERS = (Scope.VERIFICATION_WRITE, Scope.ADMIN)
ORDERS = {
    "-id": Order(("-id",)),
    "id": Order(("id",)),
    "name": Order(("name", "id")),
}


class SourceFilter(FilterSet):
    kind = filters.ChoiceFilter(choices=SourceKind.choices)
    name = filters.CharFilter(
        method="named", help_text="Any of the names under which it is printed."
    )
    url = filters.CharFilter()

    class Meta:
        model = Source
        fields: tuple[str, ...] = ()

    def named(self, queryset: QuerySet[Source], name: str, value: str) -> QuerySet[Source]:
        return queryset.filter(aliases__normalised=normalise(value)).distinct()


class SourceViewSet(ResourceViewSet):
    """Who or what speaks or is cited."""

    resource = serializer_class = SourceResource
    filterset_class = SourceFilter
    queryset = Source.objects.all()
    orders: ClassVar[dict[str, Order]] = ORDERS
    access = {
        "list": Access(permission="sources.view_source"),
        "retrieve": Access(permission="sources.view_source"),
        "create": Access(WRITERS, "sources.add_source", "write"),
        "affiliations": Access(WRITERS, "sources.change_source", "write"),
        "aliases": Access(WRITERS, "sources.change_source", "write"),
        "merge": Access(WRITERS, "sources.change_source", "write"),
    }
    query: ClassVar[dict[str, tuple[OpenApiParameter, ...]]] = {
        "list": list_query(INCLUDE, ordering(ORDERS)),
        "retrieve": (FIELDS, INCLUDE),
    }

    def get_queryset(self) -> QuerySet[Source]:
        if getattr(self, "swagger_fake_view", False):
            return Source.objects.none()
        return Source.objects.filter(kind__in=visible_kinds(reader_of(self.request)))

    def loaded(self, queryset: QuerySet[Any], shape: Shape) -> QuerySet[Any]:
        if shape.confidential:
            queryset = queryset.select_related("approved_by")
        return queryset.prefetch_related(*sorted(shape.includes))

    @extend_schema(request=NewSource, responses={201: SourceResource}, examples=NEW_SOURCE)
    def create(self, request: Request) -> Response:
        """Add a named source with the names it is known by and its roles."""
        data = checked(NewSource, request)
        source = add_source(
            kind=SourceKind(data["kind"]),
            name=data["name"],
            aliases=data["aliases"],
            roles=[Role(**role) for role in data["affiliations"]],
            description=data["description"],
            url=data["url"],
            by=user_of(request),
        )
        return created(rendered(SourceResource, source, reader_of(request)))

    @extend_schema(request=NewAffiliation, responses={201: AffiliationResource})
    @action(detail=True, methods=["post"])
    def affiliations(self, request: Request, pk: int) -> Response:
        """Add a dated role."""
        source = self.row(self.get_queryset())
        role = Role(**checked(NewAffiliation, request))
        added = add_affiliation(source_id=source.pk, role=role, by=user_of(request))
        return created(rendered(AffiliationResource, added, reader_of(request)))

    @extend_schema(request=NewAlias, responses={201: AliasResource})
    @action(detail=True, methods=["post"])
    def aliases(self, request: Request, pk: int) -> Response:
        """Add a name under which the source is printed."""
        source = self.row(self.get_queryset())
        name = checked(NewAlias, request)["name"]
        added = add_alias(source_id=source.pk, name=name, by=user_of(request))
        return created(rendered(AliasResource, added, reader_of(request)))

    @extend_schema(request=Merge, responses=SourceResource)
    @action(detail=True, methods=["post"])
    def merge(self, request: Request, pk: int) -> Response:
        """Merge this source into another one, which takes over its names and roles."""
        source = self.row(self.get_queryset())
        into = checked(Merge, request)["into"]
        try:
            kept = merge_sources(duplicate_id=source.pk, into_id=into, by=user_of(request))
        except Source.DoesNotExist as error:
            raise Problem(
                "invalid",
                "There is no such source to merge into.",
                errors=[{"detail": "There is no such source.", "pointer": "#/into"}],
            ) from error
        return Response(rendered(SourceResource, kept, reader_of(request)))
