"""What imports did and what they could not take in. Nothing here is written by hand."""

from __future__ import annotations

from urllib.parse import urlencode

from django.contrib import admin
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.template.defaultfilters import filesizeformat
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.timesince import timesince

from newsroom.admin_base import (
    AutocompleteSelectFilter,
    ChoicesDropdownFilter,
    ReadOnlyAdmin,
    action,
    display,
    label,
    shortened,
)
from newsroom.imports.models import Delivery, ImportRun, ImportState, Rejection

IMPORT_COLOURS = {
    ImportState.RUNNING: "info",
    ImportState.FINISHED: "success",
    ImportState.FAILED: "danger",
}

SHOWN_CHARACTERS = 20_000
"""Of a rejected item on its page; the button gives all of it."""


@admin.register(ImportRun)
class ImportRunAdmin(ReadOnlyAdmin):
    list_display = (
        "started",
        "state_label",
        "outlet",
        "seen",
        "created",
        "revised",
        "updated",
        "unchanged",
        "rejected_items",
        "took",
    )
    list_select_related = ("outlet", "started_by")
    list_filter = (
        ("state", ChoicesDropdownFilter),
        ("trigger", ChoicesDropdownFilter),
        ("outlet", AutocompleteSelectFilter),
    )
    search_fields = ("origin", "error")
    search_help_text = "File or address, or error"
    ordering = ("-id",)
    sortable_by = ()
    fieldsets = (
        (
            "Run",
            {
                "fields": (
                    "outlet",
                    "state_label",
                    "error",
                    "trigger",
                    "started_by",
                    "origin",
                    "started_at",
                    "progressed_at",
                    "finished_at",
                )
            },
        ),
        (
            "What it did",
            {
                "fields": (
                    "seen",
                    "created",
                    "revised",
                    "updated",
                    "unchanged",
                    "rejected_items",
                    "brought",
                )
            },
        ),
    )
    readonly_fields = ("state_label", "rejected_items", "brought")

    @display(description="started", ordering="id")
    def started(self, run: ImportRun) -> object:
        return run.started_at

    @display(description="state")
    def state_label(self, run: ImportRun) -> SafeString:
        return label(run.get_state_display(), IMPORT_COLOURS[ImportState(run.state)])

    @display(description="took")
    def took(self, run: ImportRun) -> str:
        if run.finished_at is None:
            return "–"
        # Two clocks: the database's and ours.
        seconds = max(0.0, (run.finished_at - run.started_at).total_seconds())
        return f"{seconds:.1f} s" if seconds < 60 else timesince(run.started_at, run.finished_at)

    @display(description="rejected")
    def rejected_items(self, run: ImportRun) -> SafeString | int:
        if not run.rejected:
            return 0
        return _listed("imports_rejection", run, f"{run.rejected:,}")

    @display(description="stories brought")
    def brought(self, run: ImportRun) -> SafeString | str:
        if not run.created + run.revised:
            return "none"
        return _listed("imports_delivery", run, f"Show {run.created + run.revised:,}")


@admin.register(Delivery)
class DeliveryAdmin(ReadOnlyAdmin):
    list_display = ("story", "number", "run", "received")
    list_select_related = ("revision__article", "run__outlet")
    list_filter = (("run", AutocompleteSelectFilter),)
    search_fields = ("revision__article__headline",)
    search_help_text = "Headline"
    ordering = ("-id",)
    sortable_by = ()
    fields = ("story_link", "number", "run")
    readonly_fields = ("story_link", "number")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Delivery]:
        return super().get_queryset(request).select_related("revision__article", "run__outlet")

    def for_list(self, queryset: QuerySet[Delivery]) -> QuerySet[Delivery]:
        return queryset.defer("revision__text", "revision__extraction_notes")

    @display(description="story")
    def story(self, delivery: Delivery) -> str:
        return shortened(str(delivery.revision.article), 100)

    @display(description="revision")
    def number(self, delivery: Delivery) -> int:
        return delivery.revision.number

    @display(description="received")
    def received(self, delivery: Delivery) -> object:
        return delivery.revision.received_at

    @display(description="story")
    def story_link(self, delivery: Delivery) -> SafeString:
        article = delivery.revision.article
        url = reverse("admin:articles_article_change", args=[article.pk])
        return format_html('<a class="text-link" href="{}">{}</a>', url, article)


@admin.register(Rejection)
class RejectionAdmin(ReadOnlyAdmin):
    """An item that came from outside: shown as text and nothing else, downloaded as bytes."""

    list_display = ("rejected_at", "reason_label", "what_is_wrong", "place", "outlet", "size_text")
    list_select_related = ("run__outlet",)
    list_filter = (
        ("reason", ChoicesDropdownFilter),
        ("run__outlet", AutocompleteSelectFilter),
        ("run", AutocompleteSelectFilter),
    )
    search_fields = ("origin", "message")
    search_help_text = "File or address, or message"
    ordering = ("-id",)
    sortable_by = ()
    actions_detail = ("download",)
    fields = (
        "reason_label",
        "message",
        "origin",
        "position",
        "run",
        "created_at",
        "size_text",
        "item",
    )
    readonly_fields = ("reason_label", "size_text", "item")

    def for_list(self, queryset: QuerySet[Rejection]) -> QuerySet[Rejection]:
        return queryset.defer("payload")

    @display(description="rejected", ordering="id")
    def rejected_at(self, rejection: Rejection) -> object:
        return rejection.created_at

    @display(description="reason")
    def reason_label(self, rejection: Rejection) -> SafeString:
        return label(rejection.get_reason_display())

    @display(description="message")
    def what_is_wrong(self, rejection: Rejection) -> str:
        return shortened(rejection.message)

    @display(description="where")
    def place(self, rejection: Rejection) -> str:
        # The end of a path tells the file.
        origin = rejection.origin if len(rejection.origin) <= 60 else "…" + rejection.origin[-59:]
        return f"{origin or 'item'} : {rejection.position}"

    @display(description="outlet")
    def outlet(self, rejection: Rejection) -> str:
        return rejection.run.outlet.name

    @display(description="size")
    def size_text(self, rejection: Rejection) -> str:
        return filesizeformat(rejection.size)

    @display(description="item")
    def item(self, rejection: Rejection) -> SafeString:
        # Four bytes are the most that one character takes, so this is enough of them.
        text = bytes_of(rejection)[: SHOWN_CHARACTERS * 4].decode(errors="replace")
        shown = text[:SHOWN_CHARACTERS]
        notes = []
        if len(shown) < len(text) or len(bytes_of(rejection)) > SHOWN_CHARACTERS * 4:
            notes.append(f"Its first {SHOWN_CHARACTERS:,} characters; the button gives all of it.")
        if not rejection.is_whole:
            kept = filesizeformat(len(bytes_of(rejection)))
            notes.append(f"Too large to be kept whole: only the first {kept} are here.")
        if not shown:
            return format_html("{}", "Nothing: the item was empty.")
        return format_html(
            '<pre class="nr-pre" tabindex="0">{}</pre><p class="nr-note">{}</p>',
            shown,
            " ".join(notes),
        )

    @action(description="Download the item", icon="download", url_path="item", permissions=["view"])
    def download(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """The bytes as they came, under a type that no browser opens."""
        rejection = self.get_object(request, object_id)
        if rejection is None:
            raise Http404
        return HttpResponse(
            bytes_of(rejection),
            content_type="application/octet-stream",
            headers={
                "Content-Disposition": f'attachment; filename="rejection-{rejection.pk}.bin"',
                "Content-Security-Policy": "sandbox",
            },
        )


def bytes_of(rejection: Rejection) -> bytes:
    """The payload as bytes, whichever of its types the driver gives."""
    return bytes(rejection.payload)


def _listed(model: str, run: ImportRun, text: str) -> SafeString:
    query = urlencode({"run__id__exact": run.pk})
    return format_html(
        '<a class="text-link" href="{}?{}">{}</a>',
        reverse(f"admin:{model}_changelist"),
        query,
        text,
    )
