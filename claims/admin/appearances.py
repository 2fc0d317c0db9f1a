"""Where claims were made."""

from __future__ import annotations

from django.contrib import admin
from django.db.models import QuerySet
from django.utils.safestring import SafeString

from claims.admin.claim_labels import anchor_label, story_link
from claims.models import Appearance
from newsroom.admin_base import (
    AutocompleteSelectFilter,
    ChoicesDropdownFilter,
    ReadOnlyAdmin,
    display,
    shortened,
)


@admin.register(Appearance)
class AppearanceAdmin(ReadOnlyAdmin):
    history = True
    list_display = ("passage", "on_claim", "story", "speaker", "anchor")
    list_select_related = ("claim", "speaker", "revision__article__outlet")
    list_filter = (
        ("anchor_state", ChoicesDropdownFilter),
        ("speaker", AutocompleteSelectFilter),
    )
    search_fields = ("exact", "claim__statement")
    search_help_text = "Passage or claim"
    ordering = ("-id",)
    sortable_by = ()
    fields = ("passage", "claim", "story", "speaker", "affiliation", "anchor", "created_at")
    readonly_fields = ("passage", "story", "anchor")

    def for_list(self, queryset: QuerySet[Appearance]) -> QuerySet[Appearance]:
        return queryset.defer("revision__text", "revision__extraction_notes")

    @display(description="passage")
    def passage(self, appearance: Appearance) -> str:
        return shortened(appearance.exact)

    @display(description="claim")
    def on_claim(self, appearance: Appearance) -> str:
        return shortened(appearance.claim.statement, 80)

    @display(description="story")
    def story(self, appearance: Appearance) -> SafeString:
        return story_link(appearance)

    @display(description="in the text")
    def anchor(self, appearance: Appearance) -> SafeString:
        return anchor_label(appearance)
