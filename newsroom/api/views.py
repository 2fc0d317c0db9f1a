"""What every endpoint does alike: parameters, conditions, idempotency, headers, pages."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, ClassVar, TypeVar

from django.conf import settings
from django.db.models import QuerySet
from drf_spectacular.utils import OpenApiParameter
from rest_framework import serializers, status
from rest_framework.pagination import BasePagination
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView
from rest_framework.viewsets import GenericViewSet

from newsroom.accounts.models import User
from newsroom.api import idempotency
from newsroom.api.access import Access, HasAccess, access_of, action_of
from newsroom.api.authentication import SessionLogin, TokenAuthentication
from newsroom.api.conditions import NotModified, etag_of, raise_if_known
from newsroom.api.filters import FilterBackend
from newsroom.api.models import IdempotentRequest
from newsroom.api.paging import DEFAULT, MOST, Order, Page, page_of
from newsroom.api.parsers import BoundedJSONParser
from newsroom.api.problems import Problem
from newsroom.api.shapes import Resource, Shape, rendered, rendered_all, shape_for
from newsroom.api.throttles import BucketThrottle

Found = TypeVar("Found")

CURSOR = OpenApiParameter("cursor", str, description="From `next` of the page before.")
LIMIT = OpenApiParameter(
    "limit",
    {"type": "integer", "minimum": 1, "maximum": MOST, "default": DEFAULT},
    description="Rows of a page.",
)
FIELDS = OpenApiParameter("fields", str, description="Only these fields, with commas between them.")
INCLUDE = OpenApiParameter("include", str, description="Also these, with commas between them.")


class Endpoint(APIView):
    """Base of all views. `access` says for each action (or method) what it asks of the caller."""

    authentication_classes: Any = (TokenAuthentication, SessionLogin)
    permission_classes: Any = (HasAccess,)
    throttle_classes: Any = (BucketThrottle,)
    parser_classes: Any = (BoundedJSONParser,)
    metadata_class = None

    access: ClassVar[dict[str, Access]] = {}
    query: ClassVar[dict[str, tuple[OpenApiParameter, ...]]] = {}
    """The parameters of the address, by action; any other is refused, since a misspelt filter would
    quietly answer something else."""
    max_body_bytes: int = settings.DATA_UPLOAD_MAX_MEMORY_SIZE
    idempotent: IdempotentRequest | None = None
    extra_headers: dict[str, str]

    def initialize_request(self, request: Any, *args: Any, **kwargs: Any) -> Request:
        self.extra_headers = {}
        self.idempotent = None
        return super().initialize_request(request, *args, **kwargs)

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        if access_of(self) is None:
            return
        self._refuse_unknown_parameters(request)
        if request.method in idempotency.METHODS:
            self.idempotent = idempotency.begin(request)

    def allowed_parameters(self) -> set[str]:
        return {one.name for one in self.query.get(action_of(self), ())}

    def _refuse_unknown_parameters(self, request: Request) -> None:
        unknown = sorted(set(request.query_params) - self.allowed_parameters())
        if unknown:
            errors = [
                {"detail": "There is no such parameter here.", "parameter": name[:100]}
                for name in unknown[:20]
            ]
            raise Problem("invalid", f"There is no parameter “{unknown[0][:60]}”.", errors=errors)

    def handle_exception(self, exc: Exception) -> Response:
        if isinstance(exc, NotModified):
            return exc.response()
        if isinstance(exc, idempotency.Replay):
            return exc.response
        return super().handle_exception(exc)

    def finalize_response(
        self, request: Request, response: Any, *args: Any, **kwargs: Any
    ) -> Response:
        if self.idempotent is not None:
            idempotency.finish(self.idempotent, response)
            self.idempotent = None
        final = super().finalize_response(request, response, *args, **kwargs)
        for name, value in self.extra_headers.items():
            final.headers.setdefault(name, value)
        final.headers.setdefault("Cache-Control", "private, no-cache")
        return final


class KeysetPages(BasePagination):
    """Describes pages; `page_of` makes them."""

    def get_schema_operation_parameters(self, view: Any) -> list[dict[str, Any]]:
        return []

    def get_paginated_response_schema(self, schema: dict[str, Any]) -> dict[str, Any]:
        return {
            "type": "object",
            "required": ["results", "next"],
            "properties": {
                "results": schema,
                "next": {
                    "type": ["string", "null"],
                    "format": "uri",
                    "description": "The address of the next page; null on the last one.",
                },
            },
        }


class ResourceViewSet(Endpoint, GenericViewSet[Any]):
    """Lists and single records of one resource."""

    resource: ClassVar[type[Resource]]
    orders: ClassVar[dict[str, Order]] = {"-id": Order(("-id",))}
    """What `ordering` may say; the first is the default."""
    pagination_class = KeysetPages
    filter_backends: Any = (FilterBackend,)
    lookup_value_converter = "int"

    def allowed_parameters(self) -> set[str]:
        names = super().allowed_parameters()
        if action_of(self) == "list" and self.filterset_class is not None:
            names |= set(self.filterset_class.base_filters)
        return names

    filterset_class: Any = None

    def order(self, request: Request) -> Order:
        name = request.query_params.get("ordering", next(iter(self.orders)))
        if name not in self.orders:
            raise Problem(
                "invalid",
                f"Ordered by {' or '.join(self.orders)}.",
                errors=[{"detail": "There is no such order.", "parameter": "ordering"}],
            )
        return self.orders[name]

    def loaded(self, queryset: QuerySet[Any], shape: Shape) -> QuerySet[Any]:
        """With all that the shape will read, in a fixed number of queries."""
        return queryset

    def page(self, request: Request, queryset: QuerySet[Any], shape: Shape) -> Page:
        return page_of(self.loaded(queryset, shape), self.order(request), request)

    def list(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        shape = shape_for(request, self.resource)
        page = self.page(request, self.filter_queryset(self.get_queryset()), shape)
        return paged(request, page, rendered_all(self.resource, page.rows, shape), shape)

    def retrieve(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        shape = shape_for(request, self.resource)
        row = self.row(self.loaded(self.get_queryset(), shape))
        return one(request, rendered(self.resource, row, shape), shape)

    def row(self, queryset: QuerySet[Any]) -> Any:
        """The record of the address. Raises a 404 for one that is not in `queryset`."""
        return found_or_404(queryset.filter(**{self.lookup_field: self.key()}).first())

    def key(self) -> Any:
        """The key in the address. Raises a 404 for a number that is none."""
        key = self.kwargs[self.lookup_url_kwarg or self.lookup_field]
        return found_or_404(key if not isinstance(key, int) or 0 < key < 2**63 else None)


def found_or_404(found: Found | None) -> Found:
    if found is None:
        raise Problem("not-found", "There is no such record, or none that you may see.")
    return found


def paged(request: Request, page: Page, results: list[Any], shape: Shape) -> Response:
    body = page.body(request, results)
    etag = etag_of(None, body, shape=shape)
    raise_if_known(request, etag)
    return Response(body, headers={"ETag": etag})


def one(
    request: Request, body: dict[str, Any], shape: Shape, version: int | None = None
) -> Response:
    etag = etag_of(version, body, shape=shape)
    raise_if_known(request, etag)
    return Response(body, headers={"ETag": etag})


def created(body: dict[str, Any]) -> Response:
    return Response(body, status=status.HTTP_201_CREATED)


def list_query(*more: OpenApiParameter) -> tuple[OpenApiParameter, ...]:
    return (CURSOR, LIMIT, FIELDS, *more)


def ordering(orders: Iterable[str]) -> OpenApiParameter:
    names = list(orders)
    return OpenApiParameter(
        "ordering", {"type": "string", "enum": names, "default": names[0]}, description="The order."
    )


def checked(serializer: Any, request: Request) -> dict[str, Any]:
    """The body, checked by `serializer`. Raises DRF's `ValidationError`."""
    read = serializer(data=request.data)
    if mistyped := [*_mistyped(read, request.data)]:
        raise serializers.ValidationError({name: ["Of another type."] for name in mistyped})
    read.is_valid(raise_exception=True)
    return dict(read.validated_data)


_TYPES: tuple[tuple[Any, Any], ...] = (
    (serializers.BooleanField, bool),
    (serializers.CharField, str),
    (serializers.IntegerField, (int, float)),
)


def _mistyped(serializer: Any, data: Any) -> Iterator[str]:
    """Fields whose JSON is not of the described type. DRF would take 1 for "1", and "1" for 1."""
    for name, field in serializer.fields.items() if isinstance(data, dict) else ():
        is_list = isinstance(field, serializers.ListField)
        kind = field.child if is_list else field
        wanted = next((wanted for known, wanted in _TYPES if isinstance(kind, known)), None)
        value = data.get(name)
        values = value if is_list and isinstance(value, list) else [value]
        if wanted and any(one is not None and not isinstance(one, wanted) for one in values):
            yield name


def user_of(request: Request) -> User:
    """Who acts. Access has been checked, so it is somebody."""
    assert isinstance(request.user, User)
    return request.user
