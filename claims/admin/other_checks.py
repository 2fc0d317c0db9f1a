"""Other publishers' checks, as they came, and what their verdicts stand for in our words."""

from __future__ import annotations

import json
from typing import Any

from django.contrib import admin
from django.db.models import Count, QuerySet
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.safestring import SafeString

from claims.models import Match, OtherCheck, OtherRating, RepeatAlert
from newsroom.admin_base import (
    AutocompleteSelectFilter,
    ChoicesDropdownFilter,
    ModelAdmin,
    ReadOnlyAdmin,
    display,
    shortened,
)

LONGEST_RAW = 20_000
"""Characters of the markup that its page shows."""


class Unmapped(admin.SimpleListFilter):
    title = "our rating"
    parameter_name = "mapped"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("no", "unmapped"), ("yes", "mapped")]

    def queryset(
        self, request: HttpRequest, queryset: QuerySet[OtherRating]
    ) -> QuerySet[OtherRating]:
        if self.value() in ("no", "yes"):
            return queryset.filter(rating__isnull=self.value() == "no")
        return queryset


@admin.register(OtherRating)
class OtherRatingAdmin(ModelAdmin):
    """The map of verdicts. A change holds at once for all checks with that verdict."""

    empty_title = "No verdicts of others yet"
    when_empty = "They come with the checks of other publishers."
    history = True
    allow_delete = False
    list_display = ("label", "of", "rating_label", "checks_count")
    list_select_related = ("rating",)
    list_filter = (Unmapped,)
    search_fields = ("label", "publisher")
    search_help_text = "Their words, or the publisher's host"
    ordering = ("publisher", "key")
    sortable_by = ()
    autocomplete_fields = ("rating",)
    fields = ("publisher", "label", "rating")

    def get_queryset(self, request: HttpRequest) -> QuerySet[OtherRating]:
        rows: QuerySet[OtherRating] = super().get_queryset(request)
        return rows.annotate(number=Count("checks"))

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        # Checks hang on it: what they said stays what they said.
        return ("publisher", "label") if obj else ()

    @display(description="publisher")
    def of(self, row: OtherRating) -> str:
        return row.publisher or "any publisher"

    @display(description="our rating")
    def rating_label(self, row: OtherRating) -> str:
        return str(row.rating) if row.rating else "unmapped"

    @display(description="checks")
    def checks_count(self, row: Any) -> str:
        return f"{row.number:,}"


@admin.register(OtherCheck)
class OtherCheckAdmin(ReadOnlyAdmin):
    empty_title = "No checks by others yet"
    when_empty = "They are imported from a feed of ClaimReview by manage.py import_checks."
    history = True
    list_display = ("claim_cell", "verdict", "publisher", "claimant", "published_on")
    list_select_related = ("other_rating__rating",)
    list_filter = (("other_rating", AutocompleteSelectFilter),)
    search_fields = ("claim_reviewed", "title", "publisher", "claimant")
    search_help_text = "Claim, headline, publisher or speaker"
    ordering = ("-id",)
    sortable_by = ()
    fields = (
        "claim_reviewed",
        "title",
        "verdict",
        "scale",
        "claimant",
        "claimed_on",
        "publisher",
        "published_on",
        "page",
        "appearances",
        "notes",
        "import_run",
        "markup",
    )
    readonly_fields = ("verdict", "scale", "page", "markup")

    def for_list(self, queryset: QuerySet[OtherCheck]) -> QuerySet[OtherCheck]:
        return queryset.defer("raw")

    @display(description="claim as they put it")
    def claim_cell(self, check: OtherCheck) -> str:
        return shortened(check.claim_reviewed, 140)

    @display(description="their verdict")
    def verdict(self, check: OtherCheck) -> str:
        ours = check.our_rating
        return f"{check.rating_label or 'none given'} ({f'ours: {ours}' if ours else 'unmapped'})"

    @display(description="on their scale")
    def scale(self, check: OtherCheck) -> str:
        if check.rating_value is None:
            return "not given, or off its scale"
        return f"{check.rating_value:g} of {check.rating_worst:g}–{check.rating_best:g}"

    @display(description="page")
    def page(self, check: OtherCheck) -> SafeString:
        return format_html(
            '<a class="text-link" href="{}" rel="noopener noreferrer" target="_blank">{}</a>',
            check.url,
            shortened(check.url, 120),
        )

    @display(description="markup as it came")
    def markup(self, check: OtherCheck) -> SafeString:
        text = json.dumps(check.raw, indent=2, ensure_ascii=False)
        cut = text if len(text) <= LONGEST_RAW else f"{text[:LONGEST_RAW]}\n…"
        return format_html('<pre class="nr-pre" tabindex="0">{}</pre>', cut)


@admin.register(Match)
class MatchAdmin(ReadOnlyAdmin):
    history = True
    list_display = ("candidate_cell", "with_cell", "score_cell", "state", "differs", "decided_by")
    list_select_related = ("candidate", "claim", "other_check", "decided_by")
    list_filter = (("state", ChoicesDropdownFilter),)
    search_fields = ("candidate__statement", "claim__statement")
    search_help_text = "Statement"
    ordering = ("-id",)
    sortable_by = ()
    fields = (
        "candidate",
        "claim",
        "other_check",
        "score_cell",
        "matcher",
        "differs",
        "state",
        "decided_by",
        "decided_at",
        "created_at",
    )
    readonly_fields = ("score_cell", "differs")

    def for_list(self, queryset: QuerySet[Match]) -> QuerySet[Match]:
        return queryset.defer("other_check__raw")

    @display(description="candidate")
    def candidate_cell(self, match: Match) -> str:
        return shortened(match.candidate.statement, 100)

    @display(description="says what")
    def with_cell(self, match: Match) -> str:
        if match.claim is not None:
            return f"claim {match.claim_id}: {shortened(match.claim.statement, 90)}"
        assert match.other_check is not None
        return f"{match.other_check.publisher}: {shortened(match.other_check.claim_reviewed, 90)}"

    @display(description="score")
    def score_cell(self, match: Match) -> str:
        return f"{match.score:.2f}"

    @display(description="differs")
    def differs(self, match: Match) -> str:
        return shortened(" · ".join(map(str, match.differences)), 120) or "–"


@admin.register(RepeatAlert)
class RepeatAlertAdmin(ReadOnlyAdmin):
    when_empty = "When a speaker says again what you rated false, it stands here."
    history = True
    list_display = ("speaker", "said", "claim_cell", "rating", "raised_at", "dismissed_by")
    list_select_related = ("speaker", "candidate", "claim", "dismissed_by")
    list_filter = (("speaker", AutocompleteSelectFilter),)
    search_fields = ("candidate__statement", "claim__statement", "speaker__name")
    search_help_text = "Statement or speaker"
    ordering = ("-id",)
    sortable_by = ()
    fields = ("speaker", "candidate", "claim", "rating", "score_cell", "raised_at", "dismissed_by")
    readonly_fields = ("score_cell",)

    @display(description="score")
    def score_cell(self, alert: RepeatAlert) -> str:
        return f"{alert.score:.2f}"

    @display(description="said again")
    def said(self, alert: RepeatAlert) -> str:
        return shortened(alert.candidate.statement, 100)

    @display(description="claim")
    def claim_cell(self, alert: RepeatAlert) -> str:
        return f"claim {alert.claim_id}: {shortened(alert.claim.statement, 80)}"
