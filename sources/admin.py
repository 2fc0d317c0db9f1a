"""Who speaks or is cited, under which names and in which roles."""

from __future__ import annotations

from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.forms import ModelForm
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.utils.html import format_html
from django.utils.safestring import SafeString

from newsroom.accounts.models import User
from newsroom.admin_base import (
    ChoicesDropdownFilter,
    ModelAdmin,
    ReadOnlyAdmin,
    StackedInline,
    TabularInline,
    action,
    display,
    key_in,
    label,
    shortened,
)
from sources.anonymity import warnings_about
from sources.models import (
    Affiliation,
    Alias,
    OutsideCopy,
    Snapshot,
    SnapshotState,
    Source,
    SourceKind,
)
from sources.services import APPROVE, NotUnnamed, approve_unnamed

KIND_COLOURS = {SourceKind.UNNAMED: "warning", SourceKind.PERSON: "info"}

SNAPSHOT_COLOURS = {
    SnapshotState.PENDING: "info",
    SnapshotState.KEPT: "success",
    SnapshotState.FAILED: "danger",
}


class AliasInline(TabularInline):
    model = Alias
    fields = ("name",)
    verbose_name_plural = "names in print"


class AffiliationInline(StackedInline):
    model = Affiliation
    fields = (
        ("title", "role"),
        ("organisation", "as_printed"),
        ("party", "seat"),
        ("start", "end"),
    )
    verbose_name_plural = "roles"


@admin.register(Source)
class SourceAdmin(ModelAdmin):
    when_empty = "Sources are made of the speakers of stories at the desk, or added here."
    history = True
    list_display = ("source", "kind_label", "role", "also_printed_as", "url")
    list_display_links = ("source",)
    list_filter = (("kind", ChoicesDropdownFilter),)
    search_fields = ("name", "descriptor", "aliases__name")
    search_help_text = "Name, alias or descriptor"
    # As the index of the table has it: a list of a million names is not sorted for each page.
    ordering = ("kind", "name")
    sortable_by = ()
    text_rows = {"description": 3}
    inlines = (AliasInline, AffiliationInline)
    readonly_fields = ("approved_by",)
    actions_detail = ("approve",)
    fieldsets = (
        (None, {"fields": ("kind", "name", "description", "url")}),
        (
            "Unnamed source",
            {
                "fields": (
                    "descriptor",
                    "anonymity_reason",
                    "basis_of_knowledge",
                    "offers",
                    "approved_by",
                ),
                "description": (
                    "Only for a source that is not named in print. There is no field for its "
                    "identity: what is not stored cannot leak."
                ),
            },
        ),
    )

    def save_model(
        self, request: HttpRequest, obj: Source, form: ModelForm[Any], change: bool
    ) -> None:
        super().save_model(request, obj, form, change)
        for warning in warnings_about(obj):
            self.message_user(request, warning, messages.WARNING)

    def has_approve_permission(self, request: HttpRequest, object_id: Any = None) -> bool:
        return request.user.has_perm(APPROVE)

    @action(
        description="Approve the use of this unnamed source",
        url_path="approve",
        permissions=["approve"],
    )
    def approve(self, request: HttpRequest, object_id: str) -> HttpResponse:
        assert isinstance(request.user, User)
        if request.method == "POST":
            try:
                approve_unnamed(source_id=key_in(object_id), by=request.user)
            except (NotUnnamed, Source.DoesNotExist) as error:
                self.message_user(request, str(error), messages.ERROR)
            else:
                self.message_user(request, "Approved: it is on record that you agreed.")
            return HttpResponseRedirect(self.url_of("change", object_id))
        source = get_object_or_404(Source, pk=key_in(object_id))
        return TemplateResponse(
            request,
            "admin/sources/approve.html",
            {
                **self.admin_site.each_context(request),
                "title": "Approve the use of an unnamed source",
                "source": source,
                "warnings": [one for one in warnings_about(source) if "approved" not in one],
                "back": self.url_of("change", object_id),
            },
        )

    def for_list(self, queryset: QuerySet[Source]) -> QuerySet[Source]:
        return queryset.prefetch_related("aliases", "affiliations")

    @display(description="source")
    def source(self, source: Source) -> str:
        return str(source)

    @display(description="kind")
    def kind_label(self, source: Source) -> SafeString:
        return label(source.get_kind_display(), KIND_COLOURS.get(SourceKind(source.kind)))

    @display(description="role")
    def role(self, source: Source) -> str:
        return next((str(one) for one in source.affiliations.all() if one.end is None), "–")

    @display(description="also printed as")
    def also_printed_as(self, source: Source) -> str:
        others = [alias.name for alias in source.aliases.all() if alias.name != source.name]
        return shortened(", ".join(others), 80) or "–"


@admin.register(Snapshot)
class SnapshotAdmin(ReadOnlyAdmin):
    list_display = ("address", "state_label", "attempts", "error", "taken_at", "created_at")
    list_filter = (("state", ChoicesDropdownFilter),)
    search_fields = ("url", "=sha256")
    search_help_text = "Address, or SHA-256"
    ordering = ("-id",)
    sortable_by = ()
    fields = (
        *("url", "state_label", "taken_at", "sha256", "file"),
        *("attempts", "next_attempt_at", "error", "created_at", "outside_copy"),
    )
    readonly_fields = ("state_label", "outside_copy")

    @display(description="URL")
    def address(self, snapshot: Snapshot) -> str:
        return shortened(snapshot.url, 100)

    @display(description="state")
    def state_label(self, snapshot: Snapshot) -> SafeString:
        return label(snapshot.get_state_display(), SNAPSHOT_COLOURS[SnapshotState(snapshot.state)])

    @display(description="second copy, outside")
    def outside_copy(self, snapshot: Snapshot) -> str:
        outside = OutsideCopy.objects.filter(snapshot=snapshot).first()
        if outside is None:
            return "–"
        if outside.url:
            link = '<a class="text-link" href="{0}" rel="noopener noreferrer">{0}</a>'
            return format_html(link, outside.url)
        return f"{outside.archive}: {outside.get_state_display()}. {outside.error}".strip()
