"""Publishing in the admin: forms of its steps, what is out, what readers ask, and the report."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from io import StringIO
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from claims.errors import ChangedMeanwhile, DomainError
from claims.models import Claim
from claims.publishing import services
from claims.publishing.compliance import report, write_csv
from claims.publishing.forms import (
    CorrectForm,
    PublishAgainForm,
    PublishForm,
    SeenForm,
    WithdrawForm,
)
from claims.publishing.models import Correction, CorrectionRequest, FactCheck, RequestState
from claims.publishing.requests import ANSWERED, answer_request
from claims.publishing.services import NotFit
from claims.verification.steps import available_steps, refusal
from claims.verification.transitions import TRANSITIONS
from newsroom.accounts.models import User
from newsroom.admin_base import (
    ChoicesDropdownFilter,
    ModelAdmin,
    ReadOnlyAdmin,
    display,
    shortened,
)
from newsroom.denied import denied


@dataclass(frozen=True, slots=True)
class StepPage:
    """A step of publishing: what is asked, and which service takes it."""

    label: str
    form: Callable[..., SeenForm]
    take: Callable[[Claim, Any, User], FactCheck]


def _publish(claim: Claim, form: Any, by: User) -> FactCheck:
    again = isinstance(form, PublishAgainForm)
    return services.publish(
        claim_id=claim.pk,
        wording=form.wording,
        comment=form.cleaned_data["comment"] if again else "",
        severity=form.cleaned_data["severity"] if again else None,
        expected_version=form.seen,
        by=by,
    )


def _correct(claim: Claim, form: CorrectForm, by: User) -> FactCheck:
    return services.correct(
        claim_id=claim.pk,
        text=form.cleaned_data["text"],
        severity=form.cleaned_data["severity"],
        changes=form.changes,
        wording=form.wording,
        expected_version=form.seen,
        by=by,
    )


def _withdraw(claim: Claim, form: WithdrawForm, by: User) -> FactCheck:
    return services.withdraw(
        claim_id=claim.pk, reason=form.cleaned_data["reason"], expected_version=form.seen, by=by
    )


def _publish_form(*args: Any, claim: Claim) -> SeenForm:
    kind = PublishAgainForm if hasattr(claim, "fact_check") else PublishForm
    return kind(*args, claim=claim)


STEP_PAGES = {
    "publish": StepPage("Publish", _publish_form, _publish),
    "correct": StepPage("Correct", CorrectForm, _correct),
    "withdraw": StepPage("Withdraw", WithdrawForm, _withdraw),
}


def step_view(request: HttpRequest, step: str, claim_id: int) -> HttpResponse:
    """The form of a step; what the lint or a rule finds wrong stands at its field."""
    by = request.user
    page = STEP_PAGES.get(step)
    if not isinstance(by, User) or page is None:
        raise Http404
    if not by.has_perm("claims.publish_claim"):
        raise denied("claims.publish_claim")
    rows = Claim.objects.select_related("rating__scale", "fact_check")
    claim = get_object_or_404(rows, pk=claim_id)
    back = reverse("admin:claims_claim_change", args=[claim_id])
    if refused := _why_not_open(request, step, claim, by):
        messages.error(request, refused)
        return redirect(back)
    form = (
        page.form(request.POST, claim=claim) if request.method == "POST" else page.form(claim=claim)
    )
    if request.method == "POST" and form.is_valid():
        try:
            if form.seen != claim.version:
                raise ChangedMeanwhile
            fact_check = page.take(claim, form, by)
        except NotFit as error:
            for finding in error.findings:
                known = finding.field if finding.field in form.fields else None
                form.add_error(known, finding.message)
        except ChangedMeanwhile:
            form.show_changed(rows.get(pk=claim_id))
        except DomainError as error:
            form.add_error(None, str(error))
        else:
            messages.success(
                request,
                format_html(
                    'Done: <a href="{}"><u>{}</u></a>',
                    reverse("check", args=[fact_check.slug]),
                    fact_check.headline,
                ),
            )
            return redirect(back)
    context = {
        **admin.site.each_context(request),
        "title": page.label,
        "claim": claim,
        "form": form,
        "back": back,
    }
    return TemplateResponse(request, "admin/publishing/step.html", context)


def _why_not_open(request: HttpRequest, step: str, claim: Claim, by: User) -> str:
    """Why the form of a step is not shown. One that is sent is answered with what was typed."""
    if request.method != "POST":
        return str(refusal(TRANSITIONS[step], claim, by) or "")
    published = hasattr(claim, "fact_check")
    return "" if published or step == "publish" else "This claim has not been published."


def compliance_view(request: HttpRequest) -> HttpResponse:
    """The report on a period: page, CSV and JSON."""
    by = request.user
    if not by.has_perm("publishing.view_factcheck"):
        raise denied("publishing.view_factcheck")
    today = timezone.localdate()
    start = _day(request.GET.get("start"), today.replace(month=1, day=1))
    end = max(start, _day(request.GET.get("end"), today))
    told = report(start, end)
    name = f"compliance-{start}-{end}"
    if request.GET.get("format") == "json":
        text = json.dumps(told.as_json(), ensure_ascii=False, indent=1)
        return _download(text, "application/json", f"{name}.json")
    if request.GET.get("format") == "csv":
        file = StringIO()
        write_csv(told, file)
        return _download(file.getvalue(), "text/csv; charset=utf-8", f"{name}.csv")
    context = {**admin.site.each_context(request), "title": "Compliance", "report": told}
    return TemplateResponse(request, "admin/publishing/compliance.html", context)


def _download(text: str, kind: str, name: str) -> HttpResponse:
    response = HttpResponse(text, content_type=kind)
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def _day(text: str | None, otherwise: date) -> date:
    try:
        day = date.fromisoformat(text or "")
    except ValueError:
        return otherwise
    return day if 1900 < day.year < 9000 else otherwise


@admin.register(FactCheck)
class FactCheckAdmin(ReadOnlyAdmin):
    when_empty = "A verified claim is published from its page."
    history = True
    list_display = ("headline", "state", "rating", "speaker", "published_at", "version")
    list_select_related = ("rating", "speaker")
    list_filter = (("state", ChoicesDropdownFilter),)
    search_fields = ("headline", "short_claim")
    search_help_text = "Headline or claim"
    ordering = ("-published_at", "-id")
    sortable_by = ()
    fields = (
        *("headline", "state", "page", "steps", "claim", "short_claim", "summary", "rating"),
        *("speaker", "version", "published_at", "published_by", "modified_at"),
        *("withdrawn_at", "withdrawn_by", "withdrawal_reason"),
    )
    readonly_fields = ("page", "steps")

    def for_list(self, queryset: QuerySet[FactCheck]) -> QuerySet[FactCheck]:
        return queryset.defer("body", "search")

    def get_object(
        self, request: HttpRequest, object_id: str, from_field: str | None = None
    ) -> Any:
        fact_check = super().get_object(request, object_id, from_field)
        if fact_check is not None:
            assert isinstance(request.user, User)
            steps = available_steps(fact_check.claim, request.user)
            fact_check.offered = [
                one.transition for one in steps if one.allowed and one.transition.shown_to_readers
            ]
        return fact_check

    @display(description="page")
    def page(self, fact_check: FactCheck) -> SafeString:
        address = reverse("check", args=[fact_check.slug])
        return format_html('<a class="text-link" href="{}">{}</a>', address, address)

    @display(description="steps")
    def steps(self, fact_check: FactCheck) -> SafeString:
        """What this person may do with it now; the rest, and why not, is on the claim's page."""
        links = [
            (reverse("publishing_step", args=[step.name, fact_check.claim_id]), step.label)
            for step in fact_check.offered  # type: ignore[attr-defined]
        ]
        more = reverse("admin:claims_claim_change", args=[fact_check.claim_id])
        links.append((f"{more}#steps", "The claim and its steps"))
        return format_html_join(" · ", '<a class="text-link" href="{}">{}</a>', links)


@admin.register(Correction)
class CorrectionAdmin(ReadOnlyAdmin):
    list_display = ("at", "fact_check", "severity", "said", "by")
    list_select_related = ("fact_check", "by")
    list_filter = (("severity", ChoicesDropdownFilter),)
    ordering = ("-at", "-id")
    sortable_by = ()
    fields = ("fact_check", "severity", "text", "rating_before", "rating_after", "by", "at")

    @display(description="text")
    def said(self, correction: Correction) -> str:
        return shortened(correction.text)


class AnswerForm(forms.ModelForm):  # type: ignore[type-arg]
    """Its fields are not the model's: `answer_request` writes them together with who and when."""

    decision = forms.ChoiceField(
        choices=[one for one in RequestState.choices if one[0] != RequestState.RECEIVED]
    )
    reply = forms.CharField(
        required=False,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text="The reader sees it. It can be given once.",
    )

    class Meta:
        model = CorrectionRequest
        fields = ()

    def clean(self) -> dict[str, Any] | None:
        cleaned = super().clean() or {}
        answered = cleaned.get("decision") in ANSWERED
        if answered and not cleaned.get("reply", "").strip():
            self.add_error("reply", "An answer needs words: the reader sees it.")
        if not answered and cleaned.get("reply", "").strip():
            self.add_error("decision", "With an answer it is either corrected or not corrected.")
        return cleaned


@admin.register(CorrectionRequest)
class CorrectionRequestAdmin(ModelAdmin):
    """What readers wrote. Nothing of it changes; it is answered once."""

    when_empty = "Readers write from the page of a fact check."
    form = AnswerForm
    history = True
    allow_add = False
    allow_delete = False
    list_display = ("created_at", "fact_check", "said", "state")
    list_select_related = ("fact_check",)
    list_filter = (("state", ChoicesDropdownFilter),)
    ordering = ("-id",)
    sortable_by = ()
    fields = (
        *("fact_check", "text", "source", "email", "created_at", "state"),
        *("answer", "answered_by", "answered_at"),
    )
    readonly_fields = fields

    def get_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        open_now = self.has_change_permission(request, obj)
        return (*self.fields, "decision", "reply") if open_now else self.fields

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        may: bool = request.user.has_perm("claims.publish_claim")
        return may and not (obj is not None and obj.is_answered)

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return bool(request.user.has_perm("claims.publish_claim"))

    def has_module_permission(self, request: HttpRequest) -> bool:
        return self.has_view_permission(request)

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        assert isinstance(request.user, User)
        answer_request(
            request_id=obj.pk,
            state=RequestState(form.cleaned_data["decision"]),
            answer=form.cleaned_data["reply"],
            by=request.user,
        )

    @display(description="what is wrong")
    def said(self, asked: CorrectionRequest) -> str:
        return shortened(asked.text)


urlpatterns = [
    path(
        "<slug:step>/<int:claim_id>/",
        admin.site.admin_view(step_view),
        name="publishing_step",
    ),
    path("compliance/", admin.site.admin_view(compliance_view), name="compliance"),
]
