"""What imports did and what they could not take in. Nothing here is written by hand."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import ValidationError
from django.db.models import Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.template.defaultfilters import filesizeformat
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.timesince import timesince
from unfold.forms import BaseDialogForm
from unfold.widgets import UnfoldAdminTextareaWidget

from newsroom.accounts.models import User
from newsroom.admin_base import (
    AutocompleteSelectFilter,
    ChoicesDropdownFilter,
    DropdownFilter,
    ReadOnlyAdmin,
    action,
    display,
    key_in,
    label,
    shortened,
)
from newsroom.imports import retries
from newsroom.imports.feeds.admin import FeedAdmin, feed_link
from newsroom.imports.models import Delivery, ImportRun, ImportState, Rejection
from newsroom.numbers import number_in

__all__ = ["DeliveryAdmin", "FeedAdmin", "ImportRunAdmin", "RejectionAdmin"]

IMPORT_COLOURS = {
    ImportState.QUEUED: "default",
    ImportState.RUNNING: "info",
    ImportState.FINISHED: "success",
    ImportState.FAILED: "danger",
}

MOST_CORRECTED = 200_000
"""Bytes of an item that are offered to be corrected in the browser."""

SHOWN_CHARACTERS = 20_000
"""Of a rejected item on its page; the button gives all of it."""


class BroughtFilter(DropdownFilter):  # type: ignore[misc]
    """Most runs of a feed find nothing new; who looks for what came in does not want them."""

    title = "what it did"
    parameter_name = "brought"

    def lookups(self, request: HttpRequest, model_admin: object) -> list[tuple[str, str]]:
        return [("new", "brought something new"), ("rejected", "rejected something")]

    def queryset(self, request: HttpRequest, queryset: QuerySet[ImportRun]) -> QuerySet[ImportRun]:
        if self.value() == "new":
            return queryset.filter(Q(created__gt=0) | Q(revised__gt=0) | Q(updated__gt=0))
        if self.value() == "rejected":
            return queryset.filter(rejected__gt=0)
        return queryset


class SettledFilter(DropdownFilter):  # type: ignore[misc]
    title = "whether it is settled"
    parameter_name = "settled"

    def lookups(self, request: HttpRequest, model_admin: object) -> list[tuple[str, str]]:
        return [("no", "open"), ("yes", "taken in after all")]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Rejection]) -> QuerySet[Rejection]:
        if self.value() in ("no", "yes"):
            return queryset.filter(settled_in__isnull=self.value() == "no")
        return queryset


class CorrectForm(BaseDialogForm):  # type: ignore[misc]
    """The item as text, to be mended where it is not whole or not well-formed."""

    corrected = forms.CharField(
        label="The item",
        widget=UnfoldAdminTextareaWidget(attrs={"rows": 14, "spellcheck": "false"}),
        strip=False,
        help_text="What was rejected is kept as it came; this text is tried in its place.",
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        rejection = Rejection.objects.filter(pk=number_in(str(self.object_id)) or 0).first()
        if rejection is not None:
            text = bytes_of(rejection)[:MOST_CORRECTED].decode(errors="replace")
            self.fields["corrected"].initial = text


@admin.register(ImportRun)
class ImportRunAdmin(ReadOnlyAdmin):
    when_empty = "Each time a feed or a command brings stories is one run."
    change_form_template = "newsroom/admin/import_run.html"
    list_display = (
        "started",
        "state_label",
        "came_from",
        "seen",
        "created",
        "revised",
        "updated",
        "unchanged",
        "rejected_items",
        "took",
    )
    list_select_related = ("outlet", "feed", "started_by")
    list_filter = (
        BroughtFilter,
        ("state", ChoicesDropdownFilter),
        ("trigger", ChoicesDropdownFilter),
        ("feed", AutocompleteSelectFilter),
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
                    "feed_page",
                    "state_label",
                    "error",
                    "note",
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
                    "pages",
                    "settled_items",
                )
            },
        ),
    )
    readonly_fields = ("state_label", "feed_page", "rejected_items", "brought", "settled_items")

    @display(description="from")
    def came_from(self, run: ImportRun) -> str:
        return f"{run.outlet} · {run.feed}" if run.feed else run.outlet.name

    @display(description="feed")
    def feed_page(self, run: ImportRun) -> SafeString | str:
        return feed_link(run.feed) if run.feed else "none"

    @display(description="rejected before, taken in now")
    def settled_items(self, run: ImportRun) -> int:
        return run.settled.count()

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

    when_empty = "What cannot be taken in is kept here whole, with the reason."
    list_display = (
        "rejected_at",
        "settled_label",
        "reason_label",
        "what_is_wrong",
        "place",
        "outlet",
        "size_text",
    )
    list_select_related = ("run__outlet",)
    list_filter = (
        SettledFilter,
        ("reason", ChoicesDropdownFilter),
        ("run__outlet", AutocompleteSelectFilter),
        ("run", AutocompleteSelectFilter),
    )
    search_fields = ("origin", "message")
    search_help_text = "File or address, or message"
    ordering = ("-id",)
    sortable_by = ()
    actions = ("retry_these",)
    actions_detail = ("retry_this", "correct_this", "download")
    fields = (
        "settled_label",
        "retried_in_link",
        "reason_label",
        "message",
        "origin",
        "position",
        "run",
        "created_at",
        "size_text",
        "item",
    )
    readonly_fields = ("settled_label", "retried_in_link", "reason_label", "size_text", "item")

    def has_retry_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return request.user.has_perm("imports.change_rejection")

    @display(description="state")
    def settled_label(self, rejection: Rejection) -> SafeString:
        if rejection.settled_in_id is not None:
            return label("taken in", "success")
        return label("tried again" if rejection.retried_in_id else "open", "warning")

    @display(description="tried again in")
    def retried_in_link(self, rejection: Rejection) -> SafeString | str:
        run = rejection.settled_in or rejection.retried_in
        return run_link(run) if run else "not yet"

    @action(description="Try again", permissions=["retry"])
    def retry_these(self, request: HttpRequest, queryset: QuerySet[Rejection]) -> None:
        self._retry(request, list(queryset.values_list("pk", flat=True)[: retries.AT_ONCE + 1]))

    @action(
        description="Try again",
        icon="refresh",
        url_path="retry",
        permissions=["retry"],
        dialog={
            "title": "Try this item again?",
            "description": "For when its cause is gone. Taken in once, it is not taken in again.",
            "form_class": None,
            "form_submit_text": "Try again",
        },
    )
    def retry_this(self, request: HttpRequest, form: object, object_id: str) -> HttpResponse:
        self._retry(request, [key_in(object_id)])
        return HttpResponse(headers={"HX-Redirect": self.url_of("change", object_id)})

    @action(
        description="Correct and try",
        icon="edit",
        url_path="correct",
        permissions=["retry"],
        dialog={
            "title": "Correct this item and try it again",
            "description": "Change only what keeps it from being read.",
            "form_class": CorrectForm,
            "form_submit_text": "Try it so",
        },
    )
    def correct_this(self, request: HttpRequest, form: CorrectForm, object_id: str) -> HttpResponse:
        self._retry(request, [key_in(object_id)], form.cleaned_data["corrected"].encode())
        return HttpResponse(headers={"HX-Redirect": self.url_of("change", object_id)})

    def _retry(self, request: HttpRequest, ids: list[int], corrected: bytes | None = None) -> None:
        assert isinstance(request.user, User)
        try:
            runs = retries.retry_rejections(rejection_ids=ids, corrected=corrected, by=request.user)
        except ValidationError as error:
            self.message_user(request, " ".join(error.messages), messages.ERROR)
            return
        if not runs:
            self.message_user(request, "Taken in already: nothing to do.", messages.INFO)
        for run in runs:
            waits = " A worker fetches it; the run shows how it goes." if run.is_open else ""
            text = f"{run.seen - run.rejected} taken in, {run.rejected} rejected again."
            level = messages.WARNING if run.rejected else messages.SUCCESS
            self.message_user(
                request,
                format_html("{} {} {}", run_link(run), "Queued." if waits else text, waits),
                level,
            )

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


def run_link(run: ImportRun) -> SafeString:
    url = reverse("admin:imports_importrun_change", args=[run.pk])
    return format_html('<a class="text-link" href="{}">Import run {}.</a>', url, run.pk)


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
