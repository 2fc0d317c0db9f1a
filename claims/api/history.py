"""The history of a claim as a list of changes."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers
from rest_framework.request import Request

from claims.models import Claim
from newsroom.api.paging import Order, Page, page_of

ORDER = Order(("-pgh_id",))


class HistoryResource(serializers.Serializer[Any]):
    """One change, as the database recorded it."""

    at = serializers.DateTimeField()
    what = serializers.CharField(help_text="insert, update or delete.")
    by = serializers.CharField(allow_null=True, help_text="Null: the machine.")
    how = serializers.DictField(help_text="Job, rule, step, token, address …, where known.")
    changes = serializers.DictField(help_text="Each field that changed: [before, after].")


def history_page(request: Request, claim: Claim) -> tuple[Page, list[dict[str, Any]]]:
    events: Any = claim.events  # type: ignore[attr-defined]
    page = page_of(events.all(), ORDER, request)
    # One more, which the last one of the page is compared with.
    before = (
        events.filter(pgh_id__lt=page.rows[-1].pgh_id).order_by("-pgh_id").first()
        if page.rows
        else None
    )
    pairs = zip(page.rows, [*page.rows[1:], before], strict=True)
    return page, [_described(row, older) for row, older in pairs]


def _described(row: Any, older: Any) -> dict[str, Any]:
    context = dict(row.pgh_context or {})
    names = [field.attname for field in Claim._meta.concrete_fields if hasattr(row, field.attname)]
    now = {name: getattr(row, name) for name in names if name not in ("id", "updated_at")}
    then = {name: getattr(older, name) if older else None for name in now}
    return {
        "at": row.pgh_created_at,
        "what": row.pgh_label,
        "by": context.pop("username", None),
        "how": {name: value for name, value in context.items() if name != "user"},
        "changes": {
            name: [then[name], value] for name, value in now.items() if value != then[name]
        },
    }
