"""Articles: their list, and the story page, where an editor reads a text and decides on candidates.

`Article` belongs to `newsroom.articles`, but is registered here: its page shows candidates, and
`newsroom.articles` must not know of claims (DESIGN: dependencies point one way).
"""

from __future__ import annotations

from typing import Any, ClassVar

from django.contrib import admin, messages
from django.db.models import Count, Exists, F, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.loader import render_to_string
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.safestring import SafeString
from django.views.decorators.http import require_POST

from claims.admin.copies import copy_after_all_view, copy_view, no_copy_view
from claims.admin.forms import RejectForm
from claims.models import Candidate, CandidateState
from claims.review.invisible import plain
from claims.review.story import Place, load_story
from claims.templatetags.story import reveal
from newsroom.accounts.models import User
from newsroom.admin_base import (
    ChoicesDropdownFilter,
    DropdownFilter,
    ModelAdmin,
    RelatedDropdownFilter,
    display,
    shortened,
)
from newsroom.articles import extraction_queue
from newsroom.articles.families.queries import membership_of, refusals_of, siblings_of
from newsroom.articles.models import Article, ExtractionState, Revision
from newsroom.denied import denied
from newsroom.numbers import number_in

EXTRACTION_COLOURS = {
    ExtractionState.PENDING: "info",
    ExtractionState.RUNNING: "info",
    ExtractionState.DONE: "success",
    ExtractionState.FAILED: "danger",
    ExtractionState.SKIPPED: "default",
}
REFRESH_SECONDS = 5


class ExtractionFilter(DropdownFilter):  # type: ignore[misc]
    """By the extraction of the latest revision."""

    title = "extraction"
    parameter_name = "extraction"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [(value, str(label)) for value, label in ExtractionState.choices]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Article]) -> QuerySet[Article]:
        if self.value() not in ExtractionState.values:
            return queryset
        # Written so that what is not done is found by the partial indexes on revisions.
        later = Revision.objects.filter(article=OuterRef("article"), number__gt=OuterRef("number"))
        return queryset.filter(
            Exists(
                Revision.objects.filter(
                    ~Exists(later), article=OuterRef("pk"), extraction_state=self.value()
                )
            )
        )


@admin.register(Article)
class ArticleAdmin(ModelAdmin):
    when_empty = "Stories come in from a feed, or by manage.py import_articles."
    allow_add = False  # stories come in by import, with where they came from on record
    allow_delete = False
    history = True
    change_form_template = "admin/claims/story/change_form.html"

    list_display = (
        "headline_cell",
        "outlet",
        "published_cell",
        "revisions_cell",
        "pending_cell",
        "extraction_cell",
        "status",
    )
    list_select_related = ("outlet",)
    list_filter = (
        ("outlet", RelatedDropdownFilter),
        ("status", ChoicesDropdownFilter),
        ExtractionFilter,
    )
    search_fields = ("headline", "external_id")
    search_help_text = "Headline or external ID"
    ordering = ("-id",)
    # The rest has no index to be sorted by.
    sortable_by = ("published_cell",)

    class Media:
        css: ClassVar = {"all": ["claims/story.css"]}

    # What the outlet delivered is not ours to edit.
    fields = ("status", "embargoed_until")

    def for_list(self, queryset: QuerySet[Article]) -> QuerySet[Article]:
        """Evaluated for the rows of one page only: each is a look-up in an index."""
        latest = Revision.objects.filter(article=OuterRef("pk")).order_by("-number")
        latest_of_row = Revision.objects.filter(article=OuterRef(OuterRef("pk"))).order_by(
            "-number"
        )
        pending = (
            Candidate.objects.filter(
                revision=Subquery(latest_of_row.values("pk")[:1]), state=CandidateState.PENDING
            )
            .order_by()
            .values("revision")
            .annotate(count=Count("pk"))
            .values("count")
        )
        return queryset.annotate(
            # Numbers count up from 1 and revisions are never deleted: the latest is the count.
            revision_count=Coalesce(Subquery(latest.values("number")[:1]), 0),
            latest_extraction=Subquery(latest.values("extraction_state")[:1]),
            pending_count=Coalesce(Subquery(pending), 0),
        )

    @display(description="headline")
    def headline_cell(self, article: Article) -> SafeString:
        return reveal(shortened(str(article), 100))

    @display(description="published", ordering=F("published_at").desc(nulls_last=True))
    def published_cell(self, article: Article) -> Any:
        return article.published_at

    @display(description="revisions")
    def revisions_cell(self, article: Any) -> int:
        return int(article.revision_count)

    @display(description="pending candidates")
    def pending_cell(self, article: Any) -> int:
        return int(article.pending_count)

    @display(description="extraction", label=EXTRACTION_COLOURS)
    def extraction_cell(self, article: Any) -> Any:
        state = article.latest_extraction
        return (state, ExtractionState(state).label) if state else None

    # ------------------------------------------------------------------------- the story page

    def get_urls(self) -> list[URLPattern]:
        return [
            path(
                "<int:article_id>/extract/<int:number>/",
                self.admin_site.admin_view(require_POST(self.extract_view)),
                name="articles_article_extract",
            ),
            path(
                "<int:article_id>/copy/<int:other_id>/",
                self.admin_site.admin_view(copy_view),
                name="articles_article_copy",
            ),
            path(
                "<int:article_id>/no-copy/",
                self.admin_site.admin_view(require_POST(no_copy_view)),
                name="articles_article_no_copy",
            ),
            path(
                "<int:article_id>/copy-after-all/",
                self.admin_site.admin_view(require_POST(copy_after_all_view)),
                name="articles_article_copy_after_all",
            ),
            *super().get_urls(),
        ]

    def render_change_form(
        self,
        request: HttpRequest,
        context: dict[str, Any],
        add: bool = False,
        change: bool = False,
        form_url: str = "",
        obj: Any = None,
    ) -> HttpResponse:
        if isinstance(obj, Article):
            context |= _story_context(request, obj)
            context["subtitle"] = plain(str(obj))
            context["named"] = Article(pk=obj.pk, headline=plain(str(obj)))
            context["may_edit"] = self.has_change_permission(request, obj)
        return super().render_change_form(request, context, add, change, form_url, obj)

    def response_change(self, request: HttpRequest, obj: Article) -> HttpResponse:
        """Back to the story: whoever changed its status was reading it."""
        self.message_user(request, "Status and embargo are saved.", messages.SUCCESS)
        return HttpResponseRedirect(request.get_full_path())

    def extract_view(self, request: HttpRequest, article_id: int, number: int) -> HttpResponse:
        """Queue a revision for extraction again."""
        assert isinstance(request.user, User)
        if not self.has_change_permission(request):
            raise denied("articles.change_revision")
        revision = Revision.objects.filter(article=article_id, number=number).only("pk").first()
        if revision is None:
            raise Http404
        if extraction_queue.requeue(revision_ids=[revision.pk], by=request.user):
            self.message_user(request, f"Revision {number} is queued again.", messages.SUCCESS)
        else:
            self.message_user(
                request,
                f"Revision {number} is waiting for a worker already, or its story is not live.",
                messages.INFO,
            )
        return HttpResponseRedirect(f"{self.url_of('change', article_id)}?revision={number}")


def _story_context(request: HttpRequest, article: Article) -> dict[str, Any]:
    may_read = request.user.has_perms(["claims.view_candidate"]) or request.user.has_perms(
        ["claims.change_candidate"]
    )
    number = request.GET.get("revision", "")
    show = request.GET.get("show", "")
    show = show if show in CandidateState.values else ""
    place = Place(
        revision=number_in(number),
        show=show,
        part=number_in(request.GET.get("part", "")) or 1,
        candidate=number_in(request.GET.get("at", "")),
    )
    story = load_story(article=article, place=place, with_candidates=may_read)
    siblings = siblings_of(article.pk)
    # The first of a family is no member of it.
    is_copy = any(one.is_first for one in siblings)
    return {
        "story": story,
        "siblings": siblings,
        "membership": membership_of(article.pk) if is_copy else None,
        "refusals": [] if is_copy else refusals_of(article.pk),
        "show": show,
        "cards": story.in_state(show),
        "may_read_candidates": may_read,
        "may_decide": request.user.has_perm("claims.change_candidate"),
        # Every card has the same: drawn once.
        "back": render_to_string("admin/claims/story/back.html", {"show": show}),
        "reject_form": {field.name: str(field) for field in RejectForm(auto_id=False)},
        "embargo_holds": article.embargoed_until is not None
        and article.embargoed_until > timezone.now(),
        # Not under the hands of somebody who is deciding: then a link offers to load it again.
        "refresh_seconds": REFRESH_SECONDS if story.is_unfinished and not story.cards else None,
    }
