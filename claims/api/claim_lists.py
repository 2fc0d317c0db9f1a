"""Pages of claims: as they are, found by words, or as they stood at a moment."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from rest_framework.request import Request
from rest_framework.response import Response

from claims import search
from claims.api.loading import name_people, with_claim_details
from claims.api.resources import ClaimResource
from claims.as_of import claim_rows, claims_of
from claims.models import Claim, ClaimState
from claims.verification.states import PUBLIC
from newsroom.api.paging import Order, page_of
from newsroom.api.problems import Problem, invalid
from newsroom.api.shapes import Shape, rendered, rendered_all
from newsroom.api.views import one, paged
from newsroom.numbers import number_in

ORDERS = {
    "-id": Order(("-id",)),
    "id": Order(("id",)),
    "updated_at": Order(("updated_at", "id")),
    "-updated_at": Order(("-updated_at", "-id")),
    "relevance": Order(("-rank", "-id")),
}
AS_OF_ORDER = Order(("-pgh_obj_id",))
AS_OF_FILTERS = {"state", "rating", "speaker", "kind", "language"}
PLAIN = {"as_of", "cursor", "limit", "fields"}
LONGEST_QUERY = 300


def moment_in(request: Request) -> datetime | None:
    value = request.query_params.get("as_of")
    if value is None:
        return None
    try:
        moment = parse_datetime(value.replace(" ", "+"))
    except ValueError:
        moment = None
    if moment is None or not 1900 <= moment.year <= 2200:
        raise invalid("A moment is written 2026-03-04T09:30:00Z.", parameter="as_of")
    return timezone.make_aware(moment) if timezone.is_naive(moment) else moment


def page_of_claims(
    request: Request, queryset: QuerySet[Claim], order: Order, shape: Shape
) -> Response:
    words = request.query_params.get("q", "").strip()
    if len(words) > LONGEST_QUERY:
        raise invalid(f"At most {LONGEST_QUERY} characters.", parameter="q")
    if words:
        queryset = search.matching(queryset, words)
    by_rank = order is ORDERS["relevance"]
    if by_rank and not words:
        raise invalid("Ordered by relevance to what? Give words in `q`.", parameter="ordering")
    if by_rank:
        queryset = search.ranked(queryset, words)
    page = page_of(with_claim_details(queryset, shape), order, request)
    name_people(page.rows, shape)
    if words and (shape.fields is None or "highlights" in shape.fields):
        _highlight(page.rows, words)
        shape = _with_highlights(shape)
    return paged(request, page, rendered_all(ClaimResource, page.rows, shape), shape)


def _highlight(claims: list[Claim], words: str) -> None:
    """A query of its own for the rows of the page: marking is dear, and those are few."""
    rows = search.highlighted(Claim.objects.filter(pk__in=[one.pk for one in claims]), words)
    marked = {row.pk: row.marked for row in rows.only("pk")}  # type: ignore[attr-defined]
    for claim in claims:
        spans = search.spans_in(marked.get(claim.pk, ""), claim.statement)
        claim.highlights = spans  # type: ignore[attr-defined]


def _with_highlights(shape: Shape) -> Shape:
    return replace(shape, includes=shape.includes | {"highlights"})


def page_as_of(
    request: Request, moment: datetime, visible: QuerySet[Claim], shape: Shape
) -> Response:
    """The claims that there were then, as they were."""
    _refuse_what_history_lacks(request, shape)
    rows = claim_rows(moment)
    for name in ("kind", "language"):
        if value := request.query_params.get(name):
            rows = rows.filter(**{name: value})
    if states := request.query_params.getlist("state"):
        if unknown := set(states) - set(ClaimState.values):
            raise invalid(f"There is no state “{min(unknown)[:40]}”.", parameter="state")
        rows = rows.filter(state__in=states)
    if rating := request.query_params.get("rating"):
        rows = rows.filter(rating__slug=rating)
    if stated := request.query_params.get("speaker"):
        speaker = number_in(stated)
        if speaker is None:
            raise invalid("A source is named by its id.", parameter="speaker")
        rows = rows.filter(speaker_id=speaker)
    rows = open_then(rows, visible, shape)
    page = page_of(rows, AS_OF_ORDER, request)
    claims = claims_of(page.rows, moment)
    name_people(claims, shape)
    results = rendered_all(ClaimResource, claims, shape)
    return paged(request, page, results, shape)


def open_then(rows: QuerySet[Any], visible: QuerySet[Claim], shape: Shape) -> QuerySet[Any]:
    """What was open to this reader then, and is now: what is withdrawn does not come back so."""
    if not shape.unpublished:
        rows = rows.filter(state__in=PUBLIC)
        visible = visible.exclude(state=ClaimState.WITHDRAWN)
    return rows.filter(pgh_obj_id__in=visible.values("pk"))


def as_it_was(request: Request, moment: datetime, claim: Claim, shape: Shape) -> Response:
    _refuse_what_history_lacks(request, shape)
    rows = claim_rows(moment).filter(pgh_obj_id=claim.pk)
    found = claims_of(open_then(rows, Claim.objects.filter(pk=claim.pk), shape), moment)
    if not found:
        raise Problem("not-found", "There was no such claim then, or none that you may see.")
    name_people(found, shape)
    return one(request, rendered(ClaimResource, found[0], shape), shape)


def _refuse_what_history_lacks(request: Request, shape: Shape) -> None:
    if shape.includes:
        raise invalid("With `as_of` a claim comes by itself.", parameter="include")
    for name in request.query_params:
        if name not in AS_OF_FILTERS | PLAIN:
            raise invalid(f"`{name}` does not go with `as_of`.", parameter=name)
