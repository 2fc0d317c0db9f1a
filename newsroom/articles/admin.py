"""Outlets, and the revisions as the queue of extraction. Stories have their page in `claims`."""

from __future__ import annotations

from django.contrib import admin, messages
from django.db.models import OuterRef, QuerySet, Subquery
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

from newsroom.admin_base import (
    AutocompleteSelectFilter,
    ChoicesDropdownFilter,
    ModelAdmin,
    RangeDateTimeFilter,
    ReadOnlyAdmin,
    action,
    display,
    key_in,
    label,
    shortened,
)
from newsroom.articles import extraction_queue
from newsroom.articles.models import Article, ExtractionState, Outlet, Revision

EXTRACTION_COLOURS = {
    ExtractionState.PENDING: "info",
    ExtractionState.RUNNING: "primary",
    ExtractionState.DONE: "success",
    ExtractionState.FAILED: "danger",
    ExtractionState.SKIPPED: "default",
}


@admin.register(Outlet)
class OutletAdmin(ModelAdmin):
    when_empty = "An outlet is who published a story; the first import makes it."
    history = True
    list_display = ("name", "slug", "site", "latest_story", "stories")
    search_fields = ("name", "slug")
    search_help_text = "Name or short name"
    ordering = ("name",)
    readonly_fields = ("created_at",)
    prepopulated_fields = {"slug": ("name",)}

    def for_list(self, queryset: QuerySet[Outlet]) -> QuerySet[Outlet]:
        latest = Article.objects.filter(outlet=OuterRef("pk")).order_by("-id")
        return queryset.annotate(latest_story_at=Subquery(latest.values("created_at")[:1]))

    @display(description="web site")
    def site(self, outlet: Outlet) -> str:
        return outlet.url or "–"

    @display(description="latest story received", empty_value="none yet")
    def latest_story(self, outlet: Outlet) -> object:
        return outlet.latest_story_at  # type: ignore[attr-defined]

    @display(description="stories")
    def stories(self, outlet: Outlet) -> SafeString:
        return format_html(
            '<a class="text-link" href="{}?outlet__id__exact={}">Show stories</a>',
            reverse("admin:articles_article_changelist"),
            outlet.pk,
        )


@admin.register(Revision)
class RevisionAdmin(ReadOnlyAdmin):
    """What was received, and how far its extraction is. Only the extraction can be asked for again.

    Nobody changes the row here, so that the permission to change revisions is free to mean this.
    """

    history = True
    list_display = ("story", "state", "found_by", "received_at", "problem")
    list_select_related = ("article__outlet",)
    list_filter = (
        ("extraction_state", ChoicesDropdownFilter),
        ("extraction_skipped", ChoicesDropdownFilter),
        ("article__outlet", AutocompleteSelectFilter),
        ("received_at", RangeDateTimeFilter),
    )
    search_fields = ("article__headline", "=article__external_id")
    search_help_text = "Headline, or the outlet's own ID of the story"
    ordering = ("-id",)
    sortable_by = ("received_at",)
    actions = ("extract_again",)
    actions_detail = ("extract_this_again", "show_story")
    fieldsets = (
        ("Story", {"fields": ("article_link", "outlet", "number", "versioned_at", "received_at")}),
        (
            "Extraction",
            {
                "fields": (
                    "state",
                    "extraction_skipped",
                    "extraction_attempts",
                    "extraction_next_attempt_at",
                    "extraction_finished_at",
                    "found_by",
                    "extraction_error",
                    "extraction_notes",
                )
            },
        ),
        ("Text", {"fields": ("sha256", "full_text")}),
    )
    readonly_fields = ("article_link", "outlet", "state", "found_by", "full_text")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Revision]:
        return super().get_queryset(request).select_related("article__outlet")

    def for_list(self, queryset: QuerySet[Revision]) -> QuerySet[Revision]:
        return queryset.defer("text", "extraction_notes")

    def has_extract_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return request.user.has_perm("articles.change_revision")

    @display(description="story", header=True)
    def story(self, revision: Revision) -> tuple[str, str]:
        outlet = revision.article.outlet
        return shortened(str(revision.article), 90), f"{outlet}, revision {revision.number}"

    @display(description="outlet")
    def outlet(self, revision: Revision) -> str:
        return revision.article.outlet.name

    @display(description="extraction")
    def state(self, revision: Revision) -> SafeString:
        colour = EXTRACTION_COLOURS[ExtractionState(revision.extraction_state)]
        return label(revision.get_extraction_state_display(), colour)

    @display(description="extracted by")
    def found_by(self, revision: Revision) -> str:
        return f"{revision.extractor} {revision.extractor_version}".strip() or "–"

    @display(description="error of the latest attempt")
    def problem(self, revision: Revision) -> str:
        error = shortened(revision.extraction_error)
        return f"{error} (attempt {revision.extraction_attempts})" if error else "–"

    @display(description="article")
    def article_link(self, revision: Revision) -> SafeString:
        return format_html(
            '<a class="text-link" href="{}">{}</a>', _story(revision), revision.article
        )

    @display(description="text")
    def full_text(self, revision: Revision) -> SafeString:
        return format_html('<pre class="nr-pre nr-pre--prose">{}</pre>', revision.text)

    @action(description="Extract again", permissions=["extract"])
    def extract_again(self, request: HttpRequest, queryset: QuerySet[Revision]) -> None:
        self._requeue(request, list(queryset.values_list("pk", flat=True)))

    @action(
        description="Extract again",
        icon="refresh",
        url_path="extract-again",
        permissions=["extract"],
        dialog={
            "title": "Extract this revision again?",
            "description": "What somebody decided stays as it is; new candidates are added.",
            "form_class": None,
            "form_submit_text": "Extract again",
        },
    )
    def extract_this_again(
        self, request: HttpRequest, form: object, object_id: str
    ) -> HttpResponse:
        """Asked for in a dialog, because a link must not change anything."""
        self._requeue(request, [key_in(object_id)])
        return HttpResponse(headers={"HX-Redirect": self.url_of("change", object_id)})

    @action(description="Open the story", icon="article", url_path="story", permissions=["view"])
    def show_story(self, request: HttpRequest, object_id: str) -> HttpResponseRedirect:
        revision = get_object_or_404(Revision.objects.only("article_id"), pk=key_in(object_id))
        return HttpResponseRedirect(_story(revision))

    def _requeue(self, request: HttpRequest, revision_ids: list[int]) -> None:
        queued = extraction_queue.requeue(revision_ids=revision_ids, by=request.user)  # type: ignore[arg-type]
        left = len(revision_ids) - queued
        if queued:
            self.message_user(
                request, f"Queued for extraction: {_revisions(queued)}.", messages.SUCCESS
            )
        if left:
            self.message_user(
                request,
                f"Left alone, because not finished yet, or not live: {_revisions(left)}.",
                messages.WARNING,
            )


def _story(revision: Revision) -> str:
    return reverse("admin:articles_article_change", args=[revision.article_id])


def _revisions(count: int) -> str:
    return f"{count} revision" if count == 1 else f"{count:,} revisions"
