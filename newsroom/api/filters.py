"""Filters by django-filter, whose complaints become problems with the parameter's name."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django_filters import rest_framework as filters
from rest_framework.request import Request

from newsroom.api.problems import Problem


class FilterBackend(filters.DjangoFilterBackend):  # type: ignore[misc]
    def filter_queryset(self, request: Request, queryset: QuerySet[Any], view: Any) -> Any:
        filterset = self.get_filterset(request, queryset, view)
        if filterset is None:
            return queryset
        errors = [
            # django-filter takes an empty value for none; only a text can be empty.
            {"detail": "This is empty.", "parameter": name}
            for name, one in filterset.filters.items()
            if not isinstance(one, filters.CharFilter) and request.query_params.get(name) == ""
        ]
        if not filterset.is_valid():
            errors += [
                {"detail": str(message), "parameter": name}
                for name, messages in filterset.errors.items()
                for message in messages
            ]
        if errors:
            raise Problem("invalid", errors[0]["detail"], errors=errors)
        return filterset.qs


class KeyFilter(filters.NumberFilter):  # type: ignore[misc]
    """The id of a record: a whole number that a key can be."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("min_value", 1)
        kwargs.setdefault("max_value", 2**63 - 1)
        kwargs.setdefault("decimal_places", 0)
        super().__init__(*args, **kwargs)


class FilterSet(filters.FilterSet):  # type: ignore[misc]
    """Base of the filters of a list."""
