"""Material for, against or around a claim."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.forms import ModelForm
from django.http import HttpRequest
from django.utils.safestring import SafeString

from claims.admin.signed import explained, is_signed, why_closed
from claims.models import Evidence, Stance
from newsroom.admin_base import (
    AutocompleteSelectFilter,
    ChoicesDropdownFilter,
    ModelAdmin,
    display,
    label,
    shortened,
)

STANCE_COLOURS = {Stance.SUPPORTS: "success", Stance.REFUTES: "danger", Stance.CONTEXT: "info"}


@admin.register(Evidence)
class EvidenceAdmin(ModelAdmin):
    when_empty = "Evidence is added on the page of its claim."
    history = True
    list_display = ("title", "stance_label", "nature", "on_claim", "source", "published_at")
    list_select_related = ("claim", "source")
    list_filter = (
        ("stance", ChoicesDropdownFilter),
        ("nature", ChoicesDropdownFilter),
        ("source", AutocompleteSelectFilter),
    )
    search_fields = ("title", "url", "claim__statement")
    search_help_text = "Title, address or claim"
    ordering = ("-id",)
    sortable_by = ()
    autocomplete_fields = ("claim", "source", "snapshot")
    fieldsets = (
        (None, {"fields": ("claim", "stance", "nature", "title", "quotation")}),
        ("Where it is", {"fields": ("source", "url", "published_at", "accessed_at", "snapshot")}),
        ("On record", {"fields": ("added_by", "created_at")}),
    )
    readonly_fields = ("added_by", "created_at")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Evidence]:
        return super().get_queryset(request).select_related("claim")

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return not _belongs_to_signed(obj) and super().has_change_permission(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return not _belongs_to_signed(obj) and super().has_delete_permission(request, obj)

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        fieldsets = super().get_fieldsets(request, obj)
        return explained(fieldsets, why_closed(obj.claim)) if _belongs_to_signed(obj) else fieldsets

    def get_deleted_objects(self, objs: Any, request: HttpRequest) -> Any:
        """Of several rows the database refuses those it must, in a sentence.

        Django would say of them that the person lacks a permission.
        """
        rows, counts, lacking, protected = super().get_deleted_objects(objs, request)
        if self.has_delete_permission(request):
            lacking.discard(self.opts.verbose_name)
        return rows, counts, lacking, protected

    def save_model(
        self, request: HttpRequest, obj: Evidence, form: ModelForm[Any], change: bool
    ) -> None:
        if not change:
            obj.added_by_id = request.user.pk
        super().save_model(request, obj, form, change)

    @display(description="stance")
    def stance_label(self, evidence: Evidence) -> SafeString:
        return label(evidence.get_stance_display(), STANCE_COLOURS[Stance(evidence.stance)])

    @display(description="claim")
    def on_claim(self, evidence: Evidence) -> str:
        return shortened(evidence.claim.statement, 80)


def _belongs_to_signed(evidence: Evidence | None) -> bool:
    return evidence is not None and is_signed(evidence.claim)
