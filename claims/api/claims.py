"""Claims: found, read as they are or were, edited, and taken from step to step."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db.models import QuerySet
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from claims.api.claim_filters import ClaimFilter
from claims.api.claim_lists import (
    ORDERS,
    as_it_was,
    moment_in,
    page_as_of,
    page_of_claims,
)
from claims.api.errors import as_problems
from claims.api.examples import EVIDENCE, STEP
from claims.api.history import HistoryResource, history_page
from claims.api.inputs import ClaimEdit, NewEvidence, StepInput
from claims.api.loading import (
    name_people,
    shown_appearances,
    validator_of,
    with_claim_details,
)
from claims.api.resources import (
    AppearanceResource,
    ClaimResource,
    EvidenceResource,
    TransitionResource,
)
from claims.api.single import find_claim, find_etag
from claims.api.steps import take
from claims.api.visibility import visible_claims
from claims.models import Claim, ClaimState, Evidence, EvidenceNature, Stance
from claims.verification.editing import edit_claim
from claims.verification.evidence import add_evidence
from claims.verification.transitions import TRANSITIONS, steps_from
from newsroom.api.access import Access
from newsroom.api.conditions import etag_of, expected_version, raise_if_known
from newsroom.api.paging import Order, page_of
from newsroom.api.problems import Problem
from newsroom.api.scopes import UNPUBLISHED, Scope
from newsroom.api.shapes import Resource, Shape, reader_of, rendered, rendered_all, shape_for
from newsroom.api.views import (
    FIELDS,
    INCLUDE,
    ResourceViewSet,
    checked,
    created,
    found_or_404,
    list_query,
    ordering,
    paged,
    user_of,
)

VERIFIERS = (Scope.VERIFICATION_WRITE, Scope.ADMIN)
READ = Access(permission="claims.view_claim")
AS_OF = OpenApiParameter(
    "as_of",
    {"type": "string", "format": "date-time"},
    description="As it stood at this moment, from history.",
)
QUERY = OpenApiParameter(
    "q", str, description='Words of the statement, as in a search engine: "…", or, -.'
)
IF_MATCH = OpenApiParameter(
    "If-Match", str, OpenApiParameter.HEADER, description="ETag of the claim as you read it."
)


class ClaimViewSet(ResourceViewSet):
    """What the newsroom checks, checked, or decided not to check."""

    resource = serializer_class = ClaimResource
    filterset_class = ClaimFilter
    queryset = Claim.objects.all()
    orders: ClassVar[dict[str, Order]] = ORDERS
    access: ClassVar[dict[str, Access]] = {
        "list": READ,
        "retrieve": READ,
        "appearances": READ,
        "evidence": READ,
        "add_evidence": Access(VERIFIERS, "claims.add_evidence", "write"),
        "transitions": Access(UNPUBLISHED, "claims.view_claim"),
        # Which permission a step needs is said by the table of transitions.
        "take_step": Access(VERIFIERS, "claims.view_claim", "write"),
        "history": Access(UNPUBLISHED, "claims.view_claim"),
        "partial_update": Access(VERIFIERS, "claims.change_claim", "write"),
    }
    query: ClassVar[dict[str, tuple[OpenApiParameter, ...]]] = {
        "list": list_query(INCLUDE, QUERY, AS_OF, ordering(ORDERS)),
        "retrieve": (FIELDS, INCLUDE, AS_OF),
        "appearances": list_query(),
        "evidence": list_query(),
        "transitions": list_query(),
        "history": list_query(),
    }

    def get_queryset(self) -> QuerySet[Claim]:
        if getattr(self, "swagger_fake_view", False):
            return Claim.objects.none()
        return visible_claims(self.request)

    def loaded(self, queryset: QuerySet[Any], shape: Shape) -> QuerySet[Any]:
        return with_claim_details(queryset, shape)

    def list(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Claims, found by words, state, speaker, and more; or as they stood at a moment.

        Whoever is asked for a second rating sees the claim again once theirs is given.
        """
        shape = shape_for(request, ClaimResource)
        moment = moment_in(request)
        if moment is not None:
            return page_as_of(request, moment, self.get_queryset(), shape)
        queryset = self.filter_queryset(self.get_queryset())
        return page_of_claims(request, queryset, self.order(request), shape)

    def retrieve(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """One claim. Its ETag names its version, for If-Match."""
        shape = shape_for(request, ClaimResource)
        moment = moment_in(request)
        if moment is not None:
            return as_it_was(request, moment, self.row(self.get_queryset()), shape)
        key, reader = self.key(), user_of(request)
        if request.headers.get("If-None-Match"):
            # Asked before anything is loaded: that is what makes the short answer cheap.
            raise_if_known(request, found_or_404(find_etag(shape, reader=reader, key=key)))
        found = found_or_404(find_claim(shape, reader=reader, key=key))
        body = rendered(ClaimResource, found.claim, shape)
        return Response(body, headers={"ETag": found.etag})

    @extend_schema(request=ClaimEdit, responses=ClaimResource, parameters=[IF_MATCH])
    def partial_update(self, request: Request, pk: int) -> Response:
        """Change what a claim says, while it is not in review. State changes by steps only."""
        row = self.row(self.get_queryset())
        data = checked(ClaimEdit, request)
        if "state" in request.data:
            raise Problem(
                "invalid",
                "State is not written; take a step instead.",
                errors=[{"detail": "Take a step: POST …/transitions.", "pointer": "#/state"}],
            )
        keys = ("speaker", "affiliation", "rating")
        changes = {f"{name}_id" if name in keys else name: value for name, value in data.items()}
        with as_problems(allowed=_possible(row), permission="claims.change_claim"):
            edit_claim(
                claim_id=row.pk,
                changes=changes,
                expected_version=expected_version(request),
                by=user_of(request),
            )
        return self._again(request)

    @extend_schema(responses=AppearanceResource(many=True), filters=False)
    @action(detail=True)
    def appearances(self, request: Request, pk: int) -> Response:
        """Where the claim was made: passages of stories that you may see."""
        shape = shape_for(request, AppearanceResource)
        found = shown_appearances(shape).filter(claim=self.row(self.get_queryset()))
        return _part(request, AppearanceResource, found, Order(("id",)), shape)

    @extend_schema(responses=EvidenceResource(many=True), filters=False)
    @action(detail=True)
    def evidence(self, request: Request, pk: int) -> Response:
        """What speaks for the claim, against it, or around it."""
        shape = shape_for(request, EvidenceResource)
        claim = self.row(self.get_queryset())
        found = Evidence.objects.filter(claim=claim).select_related("source", "added_by")
        if claim.state == ClaimState.WITHDRAWN and not shape.unpublished:
            found = found.none()
        return _part(request, EvidenceResource, found, Order(("id",)), shape)

    @extend_schema(request=NewEvidence, responses={201: EvidenceResource}, examples=EVIDENCE)
    @evidence.mapping.post
    def add_evidence(self, request: Request, pk: int) -> Response:
        """Add a piece of evidence; refused once the claim is in review."""
        claim = self.row(self.get_queryset())
        data = checked(NewEvidence, request)
        with as_problems(allowed=_possible(claim), permission="claims.add_evidence"):
            evidence = add_evidence(
                claim_id=claim.pk,
                stance=Stance(data.pop("stance")),
                nature=EvidenceNature(data.pop("nature")),
                source_id=data.pop("source"),
                by=user_of(request),
                **data,
            )
        return created(rendered(EvidenceResource, evidence, reader_of(request)))

    @extend_schema(responses=TransitionResource(many=True), filters=False)
    @action(detail=True)
    def transitions(self, request: Request, pk: int) -> Response:
        """The steps that were taken, latest first, by whom and why."""
        shape = shape_for(request, TransitionResource)
        found = self.row(self.get_queryset()).transitions.select_related("by")
        return _part(request, TransitionResource, found, Order(("-id",)), shape)

    @extend_schema(request=StepInput, responses=ClaimResource, parameters=[IF_MATCH], examples=STEP)
    @transitions.mapping.post
    def take_step(self, request: Request, pk: int) -> Response:
        """Take a step: start, submit, return, verify, publish …

        409 names in `allowed` the steps that lead on from the state that the claim is in.
        """
        claim = self.row(self.get_queryset())
        data = checked(StepInput, request)
        permission = f"claims.{TRANSITIONS[data['step']].permission}"
        with as_problems(allowed=_possible(claim), permission=permission):
            take(
                claim_id=claim.pk,
                data=data,
                version=expected_version(request),
                by=user_of(request),
            )
        return self._again(request)

    @extend_schema(responses=HistoryResource(many=True), filters=False)
    @action(detail=True)
    def history(self, request: Request, pk: int) -> Response:
        """Every change of the claim, latest first: who, when, and the fields that changed."""
        shape = reader_of(request)
        page, results = history_page(request, self.row(self.get_queryset()))
        return paged(request, page, results, shape)

    def _again(self, request: Request) -> Response:
        shape = reader_of(request)
        queryset = Claim.objects.annotate(validator=validator_of(shape))
        row = self.row(self.loaded(queryset, shape))
        name_people([row], shape)
        etag = etag_of(row.version, row.validator, shape=shape)
        return Response(rendered(ClaimResource, row, shape), headers={"ETag": etag})


def _possible(claim: Claim) -> tuple[str, ...]:
    return tuple(step.name for step in steps_from(ClaimState(claim.state)))


def _part(
    request: Request, resource: type[Resource], queryset: QuerySet[Any], order: Order, shape: Shape
) -> Response:
    page = page_of(queryset, order, request)
    return paged(request, page, rendered_all(resource, page.rows, shape), shape)
