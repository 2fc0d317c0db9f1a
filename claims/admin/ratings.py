"""The newsroom's vocabulary of verdicts."""

from __future__ import annotations

from django.contrib import admin
from django.db.models import QuerySet
from django.utils.html import format_html
from django.utils.safestring import SafeString

from claims.models import Rating, RatingScale
from newsroom.admin_base import ModelAdmin, RelatedDropdownFilter, TabularInline, display


class RatingInline(TabularInline):
    model = Rating
    fields = ("position", "label", "slug", "value", "worst", "best", "colour")
    prepopulated_fields = {"slug": ("label",)}
    show_change_link = True


@admin.register(RatingScale)
class RatingScaleAdmin(ModelAdmin):
    history = True
    list_display = ("name", "vocabulary", "description")
    search_fields = ("name",)
    search_help_text = "Name"
    ordering = ("name",)
    inlines = (RatingInline,)

    def for_list(self, queryset: QuerySet[RatingScale]) -> QuerySet[RatingScale]:
        return queryset.prefetch_related("ratings")

    @display(description="ratings")
    def vocabulary(self, scale: RatingScale) -> str:
        return " · ".join(rating.label for rating in scale.ratings.all()) or "none yet"


@admin.register(Rating)
class RatingAdmin(ModelAdmin):
    history = True
    list_display = ("label", "swatch", "scale", "on_the_line", "description")
    list_select_related = ("scale",)
    list_filter = (("scale", RelatedDropdownFilter),)
    search_fields = ("label", "scale__name")
    search_help_text = "Label or scale"
    ordering = ("scale__name", "position")
    sortable_by = ()
    autocomplete_fields = ("scale",)
    prepopulated_fields = {"slug": ("label",)}

    @display(description="colour")
    def swatch(self, rating: Rating) -> SafeString | str:
        # The database lets nothing but #rrggbb into this column.
        if not rating.colour:
            return "–"
        return format_html(
            '<span class="nr-swatch" style="background:{}"></span> {}', rating.colour, rating.colour
        )

    @display(description="value")
    def on_the_line(self, rating: Rating) -> str:
        if rating.value is None:
            return "not on the line"
        return f"{rating.value} of {rating.worst}–{rating.best}"
