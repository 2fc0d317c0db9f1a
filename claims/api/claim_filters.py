"""What a list of claims is narrowed by."""

from __future__ import annotations

from django.db.models import Exists, OuterRef, Q, QuerySet
from django_filters import rest_framework as filters

from claims.models import Appearance, Claim, ClaimState
from claims.models.choices import StatementKind
from newsroom.api.access import not_permitted
from newsroom.api.filters import FilterSet, KeyFilter
from newsroom.api.scopes import UNPUBLISHED
from newsroom.api.shapes import reader_of
from newsroom.articles.api.visibility import stories_for


class ClaimFilter(FilterSet):
    state = filters.MultipleChoiceFilter(
        choices=ClaimState.choices, help_text="May be given several times."
    )
    kind = filters.ChoiceFilter(choices=StatementKind.choices)
    rating = filters.CharFilter(method="rated", help_text="Short name of the rating.")
    speaker = KeyFilter(method="said_by", help_text="Also what was said under a merged source.")
    outlet = filters.CharFilter(method="appeared_in", help_text="Where it appeared.")
    article = KeyFilter(method="appeared_in_story")
    topic = filters.CharFilter(
        method="about", help_text="The section or genre of a story it appeared in."
    )
    assignee = filters.CharFilter(
        method="assigned_to", help_text="A username. For who may see unpublished work."
    )
    language = filters.CharFilter()
    created_after = filters.IsoDateTimeFilter("created_at", "gte")
    created_before = filters.IsoDateTimeFilter("created_at", "lt")
    updated_since = filters.IsoDateTimeFilter(
        "updated_at", "gte", help_text="For mirrors; with ordering=updated_at nothing is missed."
    )

    class Meta:
        model = Claim
        fields: tuple[str, ...] = ()

    def rated(self, queryset: QuerySet[Claim], name: str, value: str) -> QuerySet[Claim]:
        if not reader_of(self.request).unpublished:
            # Its rating is not shown, and to be found by it would tell it.
            queryset = queryset.exclude(state=ClaimState.WITHDRAWN)
        return queryset.filter(rating__slug=value)

    def assigned_to(self, queryset: QuerySet[Claim], name: str, value: str) -> QuerySet[Claim]:
        if not reader_of(self.request).unpublished:
            raise not_permitted({"scope": [scope.value for scope in UNPUBLISHED]})
        return queryset.filter(assignee__username=value)

    def said_by(self, queryset: QuerySet[Claim], name: str, value: int) -> QuerySet[Claim]:
        return queryset.filter(Q(speaker=value) | Q(speaker__merged_into=value))

    def appeared_in(self, queryset: QuerySet[Claim], name: str, value: str) -> QuerySet[Claim]:
        return self._in_stories(queryset, Q(revision__article__outlet__slug=value))

    def appeared_in_story(
        self, queryset: QuerySet[Claim], name: str, value: int
    ) -> QuerySet[Claim]:
        return self._in_stories(queryset, Q(revision__article=value))

    def about(self, queryset: QuerySet[Claim], name: str, value: str) -> QuerySet[Claim]:
        section = Q(revision__article__section__iexact=value)
        return self._in_stories(queryset, section | Q(revision__article__genre__iexact=value))

    def _in_stories(self, queryset: QuerySet[Claim], condition: Q) -> QuerySet[Claim]:
        """Claims with an appearance in such a story that this reader may know of, each once."""
        known = stories_for(reader_of(self.request), "revision__article__")
        found = Appearance.objects.filter(condition, known, claim=OuterRef("pk"))
        return queryset.filter(Exists(found))
