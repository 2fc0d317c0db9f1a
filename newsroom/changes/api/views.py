"""Long polling for what changed (docs/adr/0020 says why not server-sent events)."""

from __future__ import annotations

import threading
from typing import Any

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from newsroom.api.access import Access
from newsroom.api.grants import sees_unpublished
from newsroom.api.paging import limit_in
from newsroom.api.problems import Problem, invalid
from newsroom.api.views import LIMIT, Endpoint
from newsroom.changes.models import TYPES, Change
from newsroom.changes.reading import (
    Position,
    Read,
    latest_position,
    oldest_position,
    read_on,
    wait_for_changes,
)
from newsroom.numbers import number_in

LONGEST_WAIT = 25
WAITING = threading.BoundedSemaphore(8)
"""Of this process's threads; who comes beyond is answered at once and asks again."""


class ChangeResource(serializers.ModelSerializer[Change]):
    """Something that happened to a record. Ask for the record to see more."""

    cursor = serializers.SerializerMethodField(help_text="To read on from behind this one.")

    class Meta:
        model = Change
        fields = ("cursor", "type", "subject", "subject_id", "data", "at")
        read_only_fields = fields

    def get_cursor(self, change: Change) -> str:
        return str(Position(change.transaction, change.pk))


class Changes(serializers.Serializer[Any]):
    results = ChangeResource(many=True)
    cursor = serializers.CharField(help_text="Send it as `after` to read on.")


class ChangesView(Endpoint):
    access = {"get": Access(permission="claims.view_claim")}
    query = {
        "get": (
            OpenApiParameter(
                "after", str, description="A cursor; `0-0` for all that is kept; now if left out."
            ),
            OpenApiParameter("type", str, description="Only these types, with commas."),
            OpenApiParameter(
                "wait",
                {"type": "integer", "minimum": 0, "maximum": LONGEST_WAIT, "default": 0},
                description="Seconds to wait for the first change.",
            ),
            LIMIT,
        )
    }

    @extend_schema(responses=Changes, operation_id="changes", tags=["changes"])
    def get(self, request: Request) -> Response:
        """What changed behind a cursor; with `wait`, held until something does.

        Without `after` it names the present end, to read on from. Changes are kept for 90 days; a
        cursor from before is refused, so that nobody takes a gap for silence.
        """
        wait, limit = _wait(request), limit_in(request)
        after = request.query_params.get("after")
        if after is None:
            return Response({"results": [], "cursor": str(latest_position())})
        position = _position(after)
        read = _read(
            position, wait, limit, _types(request), public_only=not sees_unpublished(request)
        )
        results = ChangeResource(read.changes, many=True).data
        return Response({"results": results, "cursor": str(read.reached)})


def _read(
    position: Position, wait: int, limit: int, types: list[str], *, public_only: bool
) -> Read:
    if not wait or not WAITING.acquire(blocking=False):
        return read_on(position, limit=limit, types=types, public_only=public_only)
    try:
        return wait_for_changes(
            position, seconds=wait, limit=limit, types=types, public_only=public_only
        )
    finally:
        WAITING.release()


def _position(after: str) -> Position:
    try:
        position = Position.parse(after)
    except ValueError as error:
        raise invalid("This is not a cursor of this list.", parameter="after") from error
    oldest = oldest_position()
    if position != Position() and oldest is not None and position < oldest:
        before = Change.objects.filter(transaction=position.transaction, pk=position.id).exists()
        if not before:
            raise Problem(
                "conflict",
                "Changes behind this cursor are no longer kept. Read the records anew, then "
                "begin from now.",
                allowed=["after=0-0"],
            )
    return position


def _types(request: Request) -> list[str]:
    types = [one for one in request.query_params.get("type", "").split(",") if one]
    if unknown := sorted(set(types) - set(TYPES)):
        raise invalid(
            f"There is no type “{unknown[0][:60]}”; there are {', '.join(TYPES)}.",
            parameter="type",
        )
    return types


def _wait(request: Request) -> int:
    seconds = number_in(request.query_params.get("wait", "0"))
    if seconds is None or seconds > LONGEST_WAIT:
        raise invalid(f"Whole seconds, at most {LONGEST_WAIT}.", parameter="wait")
    return seconds
