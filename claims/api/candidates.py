"""Candidates, with the decisions as actions."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db.models import QuerySet
from django_filters import rest_framework as filters
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from claims.api.errors import as_problems
from claims.api.examples import ACCEPT, REJECT
from claims.api.inputs import Acceptance, MergeInput, RejectionInput
from claims.api.resources import CandidateResource, ClaimResource
from claims.api.visibility import visible_claims
from claims.models import Candidate, CandidateState, Claim, DecisionReason
from claims.models.choices import SourcingTerms, StatementKind
from claims.review.services import (
    accept_candidate,
    merge_candidate,
    reject_candidate,
    reopen_candidate,
)
from newsroom.api.access import Access
from newsroom.api.filters import FilterSet, KeyFilter
from newsroom.api.paging import Order
from newsroom.api.problems import Problem
from newsroom.api.scopes import UNPUBLISHED, Scope
from newsroom.api.shapes import Shape, reader_of, rendered
from newsroom.api.views import (
    FIELDS,
    ResourceViewSet,
    checked,
    created,
    list_query,
    ordering,
    user_of,
)

DECIDERS = (Scope.DECISIONS_WRITE, Scope.ADMIN)
DECIDE = Access(DECIDERS, "claims.change_candidate", "write")
READ = Access(UNPUBLISHED, "claims.view_candidate")
ORDERS = {
    "-score": Order(("-score", "id")),
    "-id": Order(("-id",)),
    "id": Order(("id",)),
}
POSSIBLE = {
    CandidateState.PENDING: ("accept", "reject", "merge"),
    CandidateState.REJECTED: ("reopen",),
}


class CandidateFilter(FilterSet):
    state = filters.ChoiceFilter(choices=CandidateState.choices)
    kind = filters.ChoiceFilter(choices=StatementKind.choices)
    sourcing = filters.ChoiceFilter(choices=SourcingTerms.choices)
    article = KeyFilter("revision__article")
    outlet = filters.CharFilter("outlet__slug")
    speaker = KeyFilter()
    claim = KeyFilter()
    min_score = filters.NumberFilter("score", "gte", min_value=0, max_value=1)

    class Meta:
        model = Candidate
        fields: tuple[str, ...] = ()


class CandidateViewSet(ResourceViewSet):
    """Passages that were proposed for checking."""

    resource = serializer_class = CandidateResource
    filterset_class = CandidateFilter
    queryset = Candidate.objects.all()
    orders: ClassVar[dict[str, Order]] = ORDERS
    access = {
        "list": READ,
        "retrieve": READ,
        "accept": DECIDE,
        "reject": DECIDE,
        "merge": DECIDE,
        "reopen": DECIDE,
    }
    query: ClassVar[dict[str, tuple[OpenApiParameter, ...]]] = {
        "list": list_query(ordering(ORDERS)),
        "retrieve": (FIELDS,),
    }

    def loaded(self, queryset: QuerySet[Any], shape: Shape) -> QuerySet[Any]:
        return with_candidate_details(queryset)

    @extend_schema(request=Acceptance, responses={201: ClaimResource}, examples=ACCEPT)
    @action(detail=True, methods=["post"])
    def accept(self, request: Request, pk: int) -> Response:
        """Make a claim of a candidate; its passage is the first appearance."""
        candidate = self.row(self.get_queryset())
        data = checked(Acceptance, request)
        kind = data.get("kind")
        with as_problems(allowed=_possible(candidate)):
            claim = accept_candidate(
                candidate_id=candidate.pk,
                statement=data.get("statement"),
                kind=StatementKind(kind) if kind else None,
                speaker_id=data.get("speaker", "as proposed"),
                heed_lease=True,
                by=user_of(request),
            )
        return created(_claim(claim, request))

    @extend_schema(request=RejectionInput, responses=CandidateResource, examples=REJECT)
    @action(detail=True, methods=["post"])
    def reject(self, request: Request, pk: int) -> Response:
        """Reject a candidate; the same passage arrives rejected from now on."""
        candidate = self.row(self.get_queryset())
        data = checked(RejectionInput, request)
        with as_problems(allowed=_possible(candidate)):
            reject_candidate(
                candidate_id=candidate.pk,
                reason=DecisionReason(data["reason"]),
                note=data["note"],
                heed_lease=True,
                by=user_of(request),
            )
        return self._again(request)

    @extend_schema(request=MergeInput, responses=ClaimResource)
    @action(detail=True, methods=["post"])
    def merge(self, request: Request, pk: int) -> Response:
        """Record a candidate as a further appearance of a known claim."""
        candidate = self.row(self.get_queryset())
        claim_id = checked(MergeInput, request)["claim"]
        if not visible_claims(request).filter(pk=claim_id).exists():
            raise Problem("not-found", "There is no such claim, or none that you may see.")
        with as_problems(allowed=_possible(candidate)):
            claim = merge_candidate(
                candidate_id=candidate.pk, claim_id=claim_id, heed_lease=True, by=user_of(request)
            )
        return Response(_claim(claim, request))

    @extend_schema(request=None, responses=CandidateResource)
    @action(detail=True, methods=["post"])
    def reopen(self, request: Request, pk: int) -> Response:
        """Take back a rejection; the candidate is pending again."""
        candidate = self.row(self.get_queryset())
        with as_problems(allowed=_possible(candidate), of_state=True):
            reopen_candidate(candidate_id=candidate.pk, by=user_of(request))
        return self._again(request)

    def _again(self, request: Request) -> Response:
        shape = reader_of(request)
        row = self.row(self.loaded(self.get_queryset(), shape))
        return Response(rendered(CandidateResource, row, shape))


def with_candidate_details(queryset: QuerySet[Any]) -> QuerySet[Any]:
    related = ("revision__article__outlet", "speaker", "decided_by")
    return queryset.select_related(*related).defer("revision__text")


def _possible(candidate: Candidate) -> tuple[str, ...]:
    return POSSIBLE.get(CandidateState(candidate.state), ())


def _claim(claim: Claim, request: Request) -> dict[str, Any]:
    claim.refresh_from_db()
    return rendered(ClaimResource, claim, reader_of(request))
