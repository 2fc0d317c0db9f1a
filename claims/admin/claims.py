"""The claim: its list, and its page with everything that is known, asked and decided about it."""

from __future__ import annotations

from typing import Any, ClassVar

from django.contrib import admin
from django.db.models import Exists, ForeignKey, OuterRef, Q, QuerySet
from django.forms import ModelChoiceField, ModelForm
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import URLPattern
from django.utils.safestring import SafeString

from claims.admin.claim_actions import action_urls
from claims.admin.claim_form import ClaimForm
from claims.admin.claim_labels import STATE_COLOURS
from claims.admin.claim_page import load_page
from claims.admin.known import known_urls
from claims.admin.signed import explained, is_signed, why_closed
from claims.models import Claim, ClaimState, Rating
from claims.verification.second_ratings import HIDDEN, blind_claims
from claims.verification.states import CONTENT
from newsroom.accounts.models import User
from newsroom.admin_base import (
    AutocompleteSelectFilter,
    ChoicesDropdownFilter,
    ModelAdmin,
    MultipleChoicesDropdownFilter,
    RelatedDropdownFilter,
    display,
    label,
    shortened,
)
from newsroom.numbers import number_in
from sources.models import Affiliation, Source


@admin.register(Claim)
class ClaimAdmin(ModelAdmin):
    """State is never a field: the steps of `claims.verification` are the only way it changes."""

    when_empty = "A claim begins with a candidate that is accepted, at the desk or in its story."
    form = ClaimForm
    allow_delete = False
    change_form_template = "admin/claims/claim/page.html"
    add_form_template = "admin/change_form.html"

    class Media:
        css: ClassVar = {
            "all": [
                "claims/story.css",
                "claims/comments.css",
                "claims/claim.css",
                "claims/known.css",
            ]
        }
        js: ClassVar = ["claims/comments.js"]

    list_display = ("claim", "state_label", "verdict", "kind", "speaker", "assignee", "due")
    list_select_related = ("rating", "speaker", "assignee")
    list_filter = (
        ("state", MultipleChoicesDropdownFilter),
        ("kind", ChoicesDropdownFilter),
        ("rating", RelatedDropdownFilter),
        ("assignee", AutocompleteSelectFilter),
        ("speaker", AutocompleteSelectFilter),
    )
    search_fields = ("statement", "speaker__name")
    search_help_text = "Statement or speaker"
    ordering = ("-id",)
    sortable_by = ()
    compressed_fields = False
    text_rows = {"statement": 3, "rationale": 5, "method": 3}
    autocomplete_fields = ("speaker",)
    fieldsets = (
        (
            "Claim",
            {
                "fields": (
                    "statement",
                    ("kind", "language"),
                    ("speaker", "affiliation"),
                    "as_of",
                    "seen_version",
                )
            },
        ),
        ("Verdict", {"fields": ("rating", "rationale", "method")}),
    )
    add_fieldsets = (
        ("Claim", {"fields": ("statement", ("kind", "language"), "speaker", "as_of")}),
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[Claim]:
        claims: QuerySet[Any] = (
            super().get_queryset(request).select_related("affiliation", "speaker", "rating")
        )
        claims = claims.annotate(
            is_blind=Exists(blind_claims(_person(request)).filter(claim=OuterRef("pk")))
        )
        if any(name.startswith("rating") for name in request.GET):
            # To be found by its rating would tell it.
            claims = claims.filter(is_blind=False)
        return claims

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        return CONTENT if is_signed(obj) else ()

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        fieldsets = super().get_fieldsets(request, obj)
        if obj is not None and obj.is_blind:
            fieldsets = [one for one in fieldsets if not HIDDEN & set(one[1]["fields"])]
        return explained(fieldsets, why_closed(obj)) if is_signed(obj) else fieldsets

    def get_urls(self) -> list[URLPattern]:
        return [*action_urls(), *known_urls(), *super().get_urls()]

    def formfield_for_foreignkey(
        self, db_field: ForeignKey[Any, Any], request: HttpRequest, **kwargs: Any
    ) -> ModelChoiceField[Any] | None:
        if db_field.name == "affiliation":
            kwargs["queryset"] = _roles_to_choose_from(request)
        elif db_field.name == "rating":
            kwargs["queryset"] = Rating.objects.select_related("scale")
        field: ModelChoiceField[Any] | None = super().formfield_for_foreignkey(
            db_field, request, **kwargs
        )
        return field

    def save_model(
        self, request: HttpRequest, obj: Claim, form: ModelForm[Any], change: bool
    ) -> None:
        if change:
            # A field that was not on the form is not written: not the state that another person
            # has just set, and not the version that the database counts.
            obj.save(update_fields=[name for name in form.changed_data if name in CONTENT] or ())
        else:
            obj.created_by_id = request.user.pk
            super().save_model(request, obj, form, change)

    def response_change(self, request: HttpRequest, obj: Claim) -> HttpResponse:
        """Back to the page: whoever saves goes on working on the claim."""
        if "_popup" in request.POST:
            return super().response_change(request, obj)
        self.message_user(request, "Saved.")
        return HttpResponseRedirect(f"{request.get_full_path()}#verdict")

    def render_change_form(
        self,
        request: HttpRequest,
        context: dict[str, Any],
        add: bool = False,
        change: bool = False,
        form_url: str = "",
        obj: Any = None,
    ) -> HttpResponse:
        if isinstance(obj, Claim) and change:
            form = context["adminform"].form
            # As stored: what was typed and refused is in the form, and not in the claim.
            stored: Any = self.get_object(request, str(obj.pk)) if form.is_bound else obj
            context["page"] = page = load_page(
                claim=stored, blind=stored.is_blind, user=_person(request)
            )
            context["differences"] = getattr(form, "differences", ())
            context["unsaved"] = getattr(form, "unsaved", ())
            context["may_edit"] = self.has_change_permission(request, obj) and not page.is_signed
            context["subtitle"] = shortened(page.claim.statement, 90)
            context["media"] = context["media"] + page.media
        return super().render_change_form(request, context, add, change, form_url, obj)

    @display(description="claim")
    def claim(self, claim: Claim) -> str:
        return shortened(claim.statement, 140)

    @display(description="state")
    def state_label(self, claim: Claim) -> SafeString:
        return label(claim.get_state_display(), STATE_COLOURS[ClaimState(claim.state)])

    @display(description="rating")
    def verdict(self, claim: Any) -> str:
        return "hidden until you have rated" if claim.is_blind else str(claim.rating or "–")


def _person(request: HttpRequest) -> User:
    assert isinstance(request.user, User)
    return request.user


def _roles_to_choose_from(request: HttpRequest) -> QuerySet[Affiliation]:
    """The roles of the speaker: of the one just chosen, or of the one that is stored."""
    speaker = number_in(request.POST.get("speaker", ""))
    if speaker is not None:
        return _roles_of(Source.objects.filter(pk=speaker))
    match = request.resolver_match
    claim = number_in(str(match.kwargs.get("object_id", ""))) if match else None
    if claim is None:
        return Affiliation.objects.none()
    return _roles_of(Source.objects.filter(claims=claim))


def _roles_of(speakers: QuerySet[Source]) -> QuerySet[Affiliation]:
    """Also those that went to another source, which stands for the speaker since a merge."""
    stand_for = speakers.exclude(merged_into=None).values("merged_into")
    return Affiliation.objects.filter(Q(source__in=speakers.values("pk")) | Q(source__in=stand_for))
