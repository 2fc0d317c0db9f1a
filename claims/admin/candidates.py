"""Candidates: the list to work through, and the page of one with what the machine said of it."""

from __future__ import annotations

from functools import partial
from typing import Any, ClassVar

from django.contrib import admin, messages
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.forms import Form
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.views.decorators.http import require_POST

from claims.admin.addresses import candidate_address, story_address
from claims.admin.bulk import (
    accept_all_view,
    reject_all_view,
    undo_accept_all_view,
    undo_reject_all_view,
)
from claims.admin.candidate_filters import CandidateList, ExtractorFilter, StateFilter
from claims.admin.decisions import DECISIONS, Decision, decide_one, decide_several
from claims.admin.forms import AcceptForm, MergeForm, RejectForm
from claims.admin.matches import no_repeat_view, not_the_same_view
from claims.deciding import DECIDE
from claims.models import Candidate, CandidateState
from claims.review.invisible import plain
from claims.review.story import NOT_THE_TEXT, next_pending
from claims.templatetags.story import reveal, sourcing_line, speaker_line
from newsroom.admin_base import (
    ChangeList,
    ChoicesDropdownFilter,
    ReadOnlyAdmin,
    RelatedDropdownFilter,
    display,
    shortened,
)
from newsroom.denied import denied
from newsroom.numbers import number_in

STATE_COLOURS = {
    CandidateState.PENDING: "warning",
    CandidateState.ACCEPTED: "success",
    CandidateState.REJECTED: "danger",
    CandidateState.MERGED: "info",
    CandidateState.SUPERSEDED: "default",
}
AT_ONCE = 200
"""Candidates that one action decides on: no more than a page can show."""
LISTED = 20
"""Statements that the question before an action spells out."""


@admin.register(Candidate)
class CandidateAdmin(ReadOnlyAdmin):
    """Read-only throughout: what a person adds is a decision, and decisions have a service."""

    empty_title = "No candidate waits"
    when_empty = (
        "All are decided, or no story with any has come in: import stories, or add a feed, and the "
        "workers propose candidates."
    )
    history = True
    change_form_template = "admin/claims/candidate/change_form.html"
    list_before_template = "admin/claims/candidate/list_before.html"

    list_display = (
        "statement_cell",
        "kind",
        "score_cell",
        "speaker_cell",
        "story_cell",
        "state_cell",
    )
    list_select_related = ("revision__article__outlet",)
    list_filter = (
        StateFilter,
        ("kind", ChoicesDropdownFilter),
        ("sourcing", ChoicesDropdownFilter),
        ("revision__article__outlet", RelatedDropdownFilter),
        ExtractorFilter,
    )
    search_fields = ("statement", "speaker_name")
    search_help_text = "Statement or speaker"
    ordering = ("-score", "id")
    sortable_by = ("score_cell",)
    list_max_show_all = AT_ONCE
    # A decision on more than one can see would be none.
    list_disable_select_all = True
    actions = ("accept_selected", "reject_selected", "reopen_selected")

    class Media:
        css: ClassVar = {"all": ["claims/story.css"]}

    DETAILS: ClassVar = (
        "revision__article__outlet",
        "decided_by",
        "claim",
        "speaker",
        "remembered_from__revision__article__outlet",
    )

    def for_list(self, queryset: QuerySet[Candidate]) -> QuerySet[Candidate]:
        return queryset.defer(*NOT_THE_TEXT)

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[ChangeList]:
        return CandidateList

    def get_object(
        self, request: HttpRequest, object_id: str, from_field: str | None = None
    ) -> Candidate | None:
        try:
            key = Candidate._meta.pk.to_python(object_id)
        except (ValidationError, ValueError):  # an address that is no key is no row
            return None
        return (
            self.get_queryset(request)
            .select_related(*self.DETAILS)
            .defer(*NOT_THE_TEXT, *(f"remembered_from__{name}" for name in NOT_THE_TEXT))
            .filter(pk=key)
            .first()
        )

    def has_decide_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm(DECIDE)

    # ------------------------------------------------------------------------------- columns

    @display(description="statement")
    def statement_cell(self, candidate: Candidate) -> SafeString:
        return reveal(shortened(candidate.statement, 140))

    @display(description="score", ordering="score")
    def score_cell(self, candidate: Candidate) -> str:
        return f"{candidate.score:.2f}"

    @display(description="speaker")
    def speaker_cell(self, candidate: Candidate) -> SafeString:
        return format_html(
            '{}<br><span class="cell-more">{}</span>',
            reveal(shortened(speaker_line(candidate), 80) or "–"),
            reveal(shortened(sourcing_line(candidate), 60)),
        )

    @display(description="story")
    def story_cell(self, candidate: Candidate) -> SafeString:
        article = candidate.revision.article
        return format_html(
            '<a class="text-link" href="{}">{}</a><br><span class="cell-more">{}</span>',
            story_address(candidate),
            reveal(shortened(str(article), 50)),
            reveal(article.outlet.name),
        )

    @display(description="state", label=STATE_COLOURS)
    def state_cell(self, candidate: Candidate) -> tuple[str, str]:
        return candidate.state, candidate.get_state_display()

    # ------------------------------------------------------------------------------ one by one

    def get_urls(self) -> list[URLPattern]:
        many = [
            path(
                f"{name.replace('_', '-')}/",
                self.admin_site.admin_view(partial(view, self)),
                name=f"claims_candidate_{name}",
            )
            for name, view in (
                ("accept_all", accept_all_view),
                ("undo_accept_all", undo_accept_all_view),
                ("reject_all", reject_all_view),
                ("undo_reject_all", undo_reject_all_view),
            )
        ]
        one = [
            path(
                f"<int:candidate_id>/{name}/",
                self.admin_site.admin_view(require_POST(self.decide_view)),
                {"decision": decision},
                name=f"claims_candidate_{name}",
            )
            for name, decision in DECISIONS.items()
        ]
        links = [
            path(
                f"<int:candidate_id>/{name.replace('_', '-')}/",
                self.admin_site.admin_view(require_POST(partial(view, self))),
                name=f"claims_candidate_{name}",
            )
            for name, view in (("not_the_same", not_the_same_view), ("no_repeat", no_repeat_view))
        ]
        return [*many, *one, *links, *super().get_urls()]

    def decide_view(
        self, request: HttpRequest, candidate_id: int, decision: Decision
    ) -> HttpResponse:
        if not self.has_decide_permission(request):
            raise denied(DECIDE)
        candidate = get_object_or_404(
            Candidate.objects.select_related("revision").defer(*NOT_THE_TEXT), pk=candidate_id
        )
        taken = decide_one(request, decision, candidate_id)
        if request.POST.get("back") != "story":
            return HttpResponseRedirect(candidate_address(candidate_id))
        if taken and decision.name in ("reopen", "separate"):
            # It is pending now, whatever the cards were limited to; it is what one goes on with.
            return HttpResponseRedirect(story_address(candidate))
        target = next_pending(candidate) if taken else candidate_id
        show = request.POST.get("show", "")
        return HttpResponseRedirect(story_address(candidate, target=target, show=show))

    def render_change_form(
        self,
        request: HttpRequest,
        context: dict[str, Any],
        add: bool = False,
        change: bool = False,
        form_url: str = "",
        obj: Any = None,
    ) -> HttpResponse:
        if isinstance(obj, Candidate):
            context |= {
                "subtitle": plain(str(obj)),
                "named": Candidate(pk=obj.pk, statement=plain(str(obj))),
                "candidate": obj,
                "story_address": story_address(obj),
                "may_decide": self.has_decide_permission(request),
                "numbers": [
                    obj.exact[one["start"] - obj.start : one["end"] - obj.start]
                    for one in obj.quantities
                ],
                "accept_form": AcceptForm(initial={"statement": obj.statement}),
                "reject_form": RejectForm(auto_id=False),
                "merge_form": MergeForm(),
                "matches": obj.matches.select_related("claim", "other_check", "decided_by"),
                "alerts": obj.repeat_alerts.select_related("dismissed_by"),
            }
        return super().render_change_form(request, context, add, change, form_url, obj)

    # ---------------------------------------------------------------------------- several at once

    atomic_actions = False  # each decision is its own transaction

    @admin.action(description="Accept …", permissions=["decide"])
    def accept_selected(
        self, request: HttpRequest, queryset: QuerySet[Candidate]
    ) -> HttpResponse | None:
        return self._decide_selected(request, "accept")

    @admin.action(description="Reject with a reason …", permissions=["decide"])
    def reject_selected(
        self, request: HttpRequest, queryset: QuerySet[Candidate]
    ) -> HttpResponse | None:
        return self._decide_selected(request, "reject")

    @admin.action(description="Reopen …", permissions=["decide"])
    def reopen_selected(
        self, request: HttpRequest, queryset: QuerySet[Candidate]
    ) -> HttpResponse | None:
        return self._decide_selected(request, "reopen")

    def _decide_selected(self, request: HttpRequest, name: str) -> HttpResponse | None:
        """Ask first, with the number and the statements; decide when the answer comes back.

        By the selected keys, not by the list's rows: a candidate that was decided meanwhile is no
        longer in a list of pending ones, and has to be reported, not passed over.
        """
        decision = DECISIONS[name]
        keys = _keys(request.POST.getlist(ACTION_CHECKBOX_NAME))
        if len(keys) > AT_ONCE:
            self.message_user(
                request, f"Select at most {AT_ONCE} candidates at once.", messages.ERROR
            )
            return None
        asked = "confirmed" in request.POST
        # What a person types for one candidate, its statement, has no meaning for several.
        form_class = RejectForm if name == "reject" else Form
        form = form_class(request.POST if asked else None)
        if asked and form.is_valid():
            decide_several(request, decision, keys, form)
            return None
        found = Candidate.objects.filter(pk__in=keys).order_by(*self.ordering)
        return TemplateResponse(
            request,
            "admin/claims/candidate/decide_selected.html",
            {
                **self.admin_site.each_context(request),
                "opts": self.opts,
                "media": self.media,
                "title": f"{decision.label} candidates",
                "decision": decision,
                "action": f"{name}_selected",
                "form": form,
                "keys": keys,
                "listed": found[:LISTED],
                "more": max(0, len(keys) - LISTED),
                "not_open": found.exclude(state=_from_state(name)).count(),
            },
        )


def _keys(selected: list[str]) -> list[int]:
    """The selected keys in their order, each once, without what can be no key."""
    numbers = map(number_in, selected)
    return list(dict.fromkeys(key for key in numbers if key is not None))


def _from_state(name: str) -> CandidateState:
    """The state in which a candidate has to be for a decision."""
    return CandidateState.REJECTED if name == "reopen" else CandidateState.PENDING
