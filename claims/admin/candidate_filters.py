"""What the list of candidates can be limited to."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest

from claims.models import Candidate, CandidateState
from newsroom.admin_base import ChangeList, DropdownFilter

ALL = "all"


class StateFilter(admin.SimpleListFilter):
    """Pending unless asked otherwise: the list is there to be worked through."""

    title = "state"
    parameter_name = "state"
    template = "admin/claims/candidate/state_filter.html"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        states = [(value, str(label)) for value, label in CandidateState.choices]
        return [*states, (ALL, "all")]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Candidate]) -> QuerySet[Candidate]:
        chosen = self.chosen
        return queryset if chosen == ALL else queryset.filter(state=chosen)

    @property
    def chosen(self) -> str:
        value = self.value()
        return value if value in (*CandidateState.values, ALL) else CandidateState.PENDING

    def choices(self, changelist: Any) -> Iterator[Any]:
        for value, label in self.lookup_choices:
            yield {
                "selected": value == self.chosen,
                "query_string": changelist.get_query_string({self.parameter_name: value}, ["p"]),
                "display": label,
            }


class ExtractorFilter(DropdownFilter):  # type: ignore[misc]
    """By extractor and version. Offers those of the latest candidates: no scan of the table."""

    title = "extractor"
    parameter_name = "extractor"
    LOOKED_AT = 1000

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        latest = Candidate.objects.order_by("-pk").values_list("extractor", "extractor_version")
        names = {f"{name} {version}" for name, version in latest[: self.LOOKED_AT]}
        # One that is named in the address stays to be seen and taken back.
        names |= {self.value()} - {None, ""}
        return [(name, name) for name in sorted(names, reverse=True)]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Candidate]) -> QuerySet[Candidate]:
        if not self.value():
            return queryset
        name, _, version = self.value().partition(" ")
        return queryset.filter(extractor=name, extractor_version=version)


class CandidateList(ChangeList):
    @property
    def state_choices(self) -> list[dict[str, Any]]:
        """For the links above the list (list_before.html)."""
        return [
            choice
            for spec in self.filter_specs
            if isinstance(spec, StateFilter)
            for choice in spec.choices(self)
        ]

    @property
    def is_narrowed(self) -> bool:
        """Whether anything but the state was chosen. Nobody decides on all that waits at once."""
        chosen = self.get_filters_params()
        chosen.pop(StateFilter.parameter_name, None)
        return bool(self.query) or any(any(values) for values in chosen.values())

    @property
    def shows_pending(self) -> bool:
        """Whether what is listed can be rejected as a whole."""
        return any(
            isinstance(spec, StateFilter) and spec.chosen == CandidateState.PENDING
            for spec in self.filter_specs
        )
