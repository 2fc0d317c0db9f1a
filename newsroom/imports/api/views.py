"""Pushing stories, and reading import runs and rejections."""

from __future__ import annotations

from typing import Any, ClassVar

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django_filters import rest_framework as filters
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from newsroom.accounts.models import User
from newsroom.api.access import Access
from newsroom.api.filters import FilterSet, KeyFilter
from newsroom.api.paging import page_of
from newsroom.api.parsers import BoundedJSONParser, NinjsParser
from newsroom.api.problems import invalid
from newsroom.api.scopes import HELD_STORIES, Scope
from newsroom.api.shapes import Shape, rendered_all, shape_for
from newsroom.api.views import FIELDS, INCLUDE, ResourceViewSet, list_query, paged
from newsroom.articles.api.views import ArticleReads
from newsroom.articles.models import Outlet
from newsroom.articles.services import find_or_add_outlet
from newsroom.imports.api.examples import PUSH
from newsroom.imports.api.resources import (
    Batch,
    BatchResult,
    ImportRunResource,
    RejectionResource,
)
from newsroom.imports.batches import MOST, listed, take_later, take_now
from newsroom.imports.models import (
    ImportRun,
    ImportState,
    ImportTrigger,
    Rejection,
    RejectionReason,
)
from newsroom.imports.services import ImportReport

OUTLET = OpenApiParameter("outlet", str, description="Whose stories: short name or name.")
PREFER = OpenApiParameter(
    "Prefer",
    {"type": "string", "enum": ["respond-async"]},
    OpenApiParameter.HEADER,
    description="Answer 202 at once and leave the stories to a worker.",
)
# A list of them is taken, too; programs made of a description that says so do not work.
NINJS = {"type": "object", "description": "A story as ninjs."}


class ArticleViewSet(ArticleReads):
    """Stories: pushed, found and read."""

    parser_classes = (BoundedJSONParser, NinjsParser)
    access: ClassVar[dict[str, Access]] = {
        **ArticleReads.access,
        "create": Access(
            (Scope.ARTICLES_WRITE, Scope.ADMIN), "imports.add_importrun", bucket="write"
        ),
    }
    query: ClassVar[dict[str, tuple[OpenApiParameter, ...]]] = {
        **ArticleReads.query,
        "create": (OUTLET,),
    }
    max_body_bytes = settings.API_MAX_BATCH_BYTES

    @extend_schema(
        request={"application/json": Batch, "application/ninjs+json": NINJS},
        responses={200: BatchResult, 202: BatchResult},
        parameters=[PREFER],
        examples=PUSH,
    )
    def create(self, request: Request) -> Response:
        """Push one story, or up to 500 of one outlet.

        Nothing is taken in twice: a story is known by its outlet and `external_id`. A story that
        cannot be taken in is kept as a rejection with its reason and costs the others nothing.
        ninjs is taken as it is, as `application/ninjs+json` or as JSON with `profile=ninjs`.
        """
        body = request.data
        is_ninjs = _is_ninjs(request)
        if not isinstance(body, dict | list):
            raise invalid("Send an object with one story, or a list of them.")
        items = body if is_ninjs and isinstance(body, list) else listed(body)
        if not 1 <= len(items) <= MOST:
            raise invalid(f"A request brings 1 to {MOST} stories.", pointer="#/items")
        outlet = self._outlet(request, body)
        # An empty body reaches no parser.
        raw: bytes = getattr(request, "raw_body", b"")
        if not raw:
            raise invalid("Send an object with one story, or a list of them.")
        user = request.user
        assert isinstance(user, User)
        wanted_async = "respond-async" in request.headers.get("Prefer", "")
        if wanted_async or len(raw) > settings.API_SYNC_BATCH_BYTES:
            run = take_later(outlet=outlet, raw=raw, is_ninjs=is_ninjs, by=user)
            location = request.build_absolute_uri(f"/api/v1/import-runs/{run.pk}")
            pending = {"run": run.pk, "state": "running", "counts": {}, "items": []}
            return Response(pending, status=202, headers={"Location": location})
        report = take_now(outlet=outlet, raw=raw, is_ninjs=is_ninjs, by=user)
        return Response(_result(report))

    def _outlet(self, request: Request, body: Any) -> Outlet:
        named = request.query_params.get("outlet")
        if named is None and isinstance(body, dict):
            named = body.get("outlet")
        where: dict[str, Any] = (
            {"parameter": "outlet"} if "outlet" in request.query_params else {"pointer": "#/outlet"}
        )
        if not isinstance(named, str) or not named.strip():
            raise invalid("Name the outlet whose stories these are.", **where)
        name = named.strip()
        found = Outlet.objects.filter(slug=name).first() or Outlet.objects.filter(name=name).first()
        if found is not None:
            return found
        if not request.user.has_perm("articles.add_outlet"):
            if Outlet.objects.filter(name__iexact=name).exists():
                return find_or_add_outlet(name=name, by=None)
            raise invalid(
                f"There is no outlet “{name[:80]}”; an administrator adds it under Outlets.",
                **where,
            )
        try:
            user = request.user
            return find_or_add_outlet(name=name, by=user if isinstance(user, User) else None)
        except ValidationError as error:
            raise invalid(" ".join(error.messages), **where) from error


def _is_ninjs(request: Request) -> bool:
    kind = (request.content_type or "").lower()
    return kind.startswith("application/ninjs+json") or (
        "profile" in kind and "ninjs" in kind.partition("profile")[2]
    )


def _result(report: ImportReport) -> dict[str, Any]:
    names = ("created", "revised", "updated", "unchanged", "rejected")
    return {
        "run": report.run_id,
        "state": "finished",
        "counts": {name: report.counts[name] for name in names},
        "items": [
            {
                "position": one.position,
                "external_id": one.external_id,
                "outcome": one.outcome,
                "article": one.article_id,
                "revision": one.revision,
                "reason": one.reason,
                "message": one.message,
            }
            for one in report.results or ()
        ],
    }


class RunFilter(FilterSet):
    outlet = filters.CharFilter("outlet__slug")
    state = filters.ChoiceFilter(choices=ImportState.choices)
    trigger = filters.ChoiceFilter(choices=ImportTrigger.choices)

    class Meta:
        model = ImportRun
        fields: tuple[str, ...] = ()


class ImportRunViewSet(ResourceViewSet):
    """What imports did."""

    resource = serializer_class = ImportRunResource
    filterset_class = RunFilter
    queryset = ImportRun.objects.all()
    access = {
        "list": Access(HELD_STORIES, "imports.view_importrun"),
        "retrieve": Access(HELD_STORIES, "imports.view_importrun"),
        "rejections": Access(HELD_STORIES, "imports.view_rejection"),
    }
    query = {
        "list": list_query(),
        "retrieve": (FIELDS,),
        "rejections": list_query(INCLUDE),
    }

    def loaded(self, queryset: QuerySet[Any], shape: Shape) -> QuerySet[Any]:
        return queryset.select_related("outlet", "started_by")

    @extend_schema(responses=RejectionResource(many=True), filters=False)
    @action(detail=True)
    def rejections(self, request: Request, pk: int) -> Response:
        """What this run could not take in."""
        shape = shape_for(request, RejectionResource)
        found = _without_bytes(Rejection.objects.filter(run=self.row(self.get_queryset())), shape)
        page = page_of(found, self.orders["-id"], request)
        return paged(request, page, rendered_all(RejectionResource, page.rows, shape), shape)


class RejectionFilter(FilterSet):
    run = KeyFilter()
    outlet = filters.CharFilter("run__outlet__slug")
    reason = filters.ChoiceFilter(choices=RejectionReason.choices)

    class Meta:
        model = Rejection
        fields: tuple[str, ...] = ()


class RejectionViewSet(ResourceViewSet):
    """What imports could not take in, with the reason."""

    resource = serializer_class = RejectionResource
    filterset_class = RejectionFilter
    queryset = Rejection.objects.all()
    access = {
        "list": Access(HELD_STORIES, "imports.view_rejection"),
        "retrieve": Access(HELD_STORIES, "imports.view_rejection"),
    }
    query = {"list": list_query(INCLUDE), "retrieve": (FIELDS, INCLUDE)}

    def loaded(self, queryset: QuerySet[Any], shape: Shape) -> QuerySet[Any]:
        return _without_bytes(queryset, shape)


def _without_bytes(queryset: QuerySet[Any], shape: Shape) -> QuerySet[Any]:
    return queryset if "payload" in shape.includes else queryset.defer("payload")
