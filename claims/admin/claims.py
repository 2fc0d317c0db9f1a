"""The claim: what is said, what was found out, and every step in between."""

from __future__ import annotations

from datetime import datetime
from typing import Any, ClassVar

from django import forms
from django.contrib import admin
from django.db.models import ForeignKey, QuerySet
from django.forms import BaseInlineFormSet, ModelChoiceField, ModelForm
from django.http import HttpRequest
from django.urls import reverse
from django.utils import formats, timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.text import capfirst

from claims.models import (
    AnchorState,
    Appearance,
    Claim,
    ClaimState,
    ClaimTransition,
    Evidence,
    Rating,
)
from claims.notifications import tell_of_assignment
from claims.verification.states import SIGNED
from claims.verification.transitions import TRANSITIONS, steps_from
from newsroom.accounts.models import User
from newsroom.admin_base import (
    AutocompleteSelectFilter,
    ChoicesDropdownFilter,
    ModelAdmin,
    MultipleChoicesDropdownFilter,
    ReadOnlyAdmin,
    ReadOnlyTabularInline,
    RelatedDropdownFilter,
    StackedInline,
    display,
    label,
    shortened,
)
from sources.models import Affiliation

STATE_COLOURS = {
    ClaimState.NEW: "info",
    ClaimState.CHECKING: "primary",
    ClaimState.IN_REVIEW: "warning",
    ClaimState.VERIFIED: "success",
    ClaimState.PUBLISHED: "success",
    ClaimState.NEEDS_RECHECK: "danger",
    ClaimState.CORRECTED: "warning",
    ClaimState.WITHDRAWN: None,
    ClaimState.SHELVED: None,
}

ANCHOR_COLOURS = {
    AnchorState.ANCHORED: "success",
    AnchorState.MOVED: "info",
    AnchorState.REWORDED: "warning",
    AnchorState.VANISHED: "danger",
    AnchorState.AMBIGUOUS: "warning",
}

CHECK = (
    "statement",
    "kind",
    "language",
    "speaker",
    "affiliation",
    "as_of",
    "rating",
    "rationale",
    "method",
)
"""What a signed claim keeps. Who works on it, and until when, may change at any time."""


def is_signed(claim: Claim | None = None) -> bool:
    return claim is not None and claim.state in SIGNED


def why_closed(claim: Claim) -> str:
    """The sentence above a check that does not change, and what has to happen before it can."""
    state = ClaimState(claim.state)
    back = next((one for one in steps_from(state) if one.name in ("return", "recheck")), None)
    return f"While a claim is {state.label}, its statement, verdict and evidence do not change." + (
        f" Before that comes the step “{back.label}”." if back else ""
    )


def explained(fieldsets: Any, why: str) -> list[Any]:
    """`fieldsets` with a sentence at the head of the first."""
    (title, options), *others = fieldsets
    return [(title, {**options, "description": why}), *others]


class ClaimForm(forms.ModelForm):  # type: ignore[type-arg]
    """Knows the version of the claim that the person saw.

    When somebody saved meanwhile, nothing is saved; what was typed stays, each field that now holds
    something else says so, and the next save is made in that knowledge.
    """

    seen_version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    class Meta:
        model = Claim
        fields = "__all__"  # noqa: DJ007  (the admin class names the fields)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            self.fields["seen_version"].initial = self.instance.version

    def clean(self) -> dict[str, Any] | None:
        cleaned = super().clean()
        if cleaned is None:
            return None
        self._check_affiliation(cleaned)
        if self.instance.pk:
            self._check_version(cleaned)
        return cleaned

    def _check_affiliation(self, cleaned: dict[str, Any]) -> None:
        affiliation = cleaned.get("affiliation")
        if affiliation and "speaker" in cleaned and affiliation.source != cleaned["speaker"]:
            self.add_error("affiliation", "This is a role of somebody else than the speaker.")

    def _check_version(self, cleaned: dict[str, Any]) -> None:
        # The lock makes two saves at the same moment wait for each other, so that the second
        # compares with what the first has written. The admin saves inside one transaction.
        stored = Claim.objects.select_for_update(of=("self",)).get(pk=self.instance.pk)
        if cleaned.get("seen_version") == stored.version:
            return
        for name in self.changed_data:
            if name != "seen_version":
                self.add_error(name, f"Stored meanwhile: {_readable(getattr(stored, name))}")
        self.add_error(
            None,
            "Somebody changed this claim while you were working on it, so nothing was saved. "
            "What you typed is still here; the history below tells what they did. "
            "Saving once more puts your text in place of theirs.",
        )
        # `data` is what is shown again: the next save has seen the present version.
        shown = self.data.copy()  # type: ignore[attr-defined]
        shown[self.add_prefix("seen_version")] = str(stored.version)
        self.data = shown


class EvidenceInline(StackedInline):
    model = Evidence
    fields = (
        ("stance", "nature"),
        "title",
        "quotation",
        "source",
        "url",
        "published_at",
    )
    text_rows = {"quotation": 2}
    autocomplete_fields = ("source",)
    show_change_link = True
    verbose_name_plural = "evidence"

    def has_add_permission(self, request: HttpRequest, *args: Any) -> bool:
        return not is_signed(*args) and super().has_add_permission(request, *args)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return not is_signed(obj) and super().has_change_permission(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return not is_signed(obj) and super().has_delete_permission(request, obj)


class AppearanceInline(ReadOnlyTabularInline):
    model = Appearance
    fields = ("passage", "story", "said_by", "speaker", "anchor")
    verbose_name_plural = "appearances"

    def get_queryset(self, request: HttpRequest) -> QuerySet[Appearance]:
        rows = super().get_queryset(request)
        return rows.select_related("revision__article__outlet", "speaker").defer(
            "revision__text", "revision__extraction_notes"
        )

    @display(description="passage")
    def passage(self, appearance: Appearance) -> str:
        return shortened(appearance.exact, 300)

    @display(description="story")
    def story(self, appearance: Appearance) -> SafeString:
        return _story_link(appearance)

    @display(description="as printed")
    def said_by(self, appearance: Appearance) -> str:
        return _said_by(appearance)

    @display(description="in the text")
    def anchor(self, appearance: Appearance) -> SafeString:
        return _anchor(appearance)


class TransitionInline(ReadOnlyTabularInline):
    model = ClaimTransition
    fields = ("at", "step", "way", "by", "comment")
    verbose_name_plural = "trail"

    def get_queryset(self, request: HttpRequest) -> QuerySet[ClaimTransition]:
        return super().get_queryset(request).select_related("by")

    @display(description="step")
    def step(self, transition: ClaimTransition) -> str:
        return _step(transition)

    @display(description="from → to")
    def way(self, transition: ClaimTransition) -> str:
        return _way(transition)


@admin.register(Claim)
class ClaimAdmin(ModelAdmin):
    """State is never a field: the steps of `claims.verification` are the only way it changes."""

    form = ClaimForm
    allow_delete = False
    history = True
    change_form_outer_after_template = "admin/claims/claim/after.html"

    class Media:
        css: ClassVar = {"all": ["claims/comments.css"]}
        js: ClassVar = ["claims/comments.js"]

    list_display = ("claim", "state_label", "rating", "kind", "speaker", "assignee", "due")
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
    text_rows = {"statement": 3, "rationale": 5, "method": 3}
    autocomplete_fields = ("speaker", "assignee")
    inlines = (EvidenceInline, AppearanceInline, TransitionInline)
    readonly_fields = (
        "state_label",
        "next_steps",
        "made_in",
        "submitted_by",
        "submitted_at",
        "verified_by",
        "verified_at",
        "break_glass_reason",
        "created_by",
        "created_at",
        "updated_at",
    )
    fieldsets = (
        (
            "Claim",
            {
                "fields": (
                    ("state_label", "next_steps"),
                    "made_in",
                    "statement",
                    ("kind", "language"),
                    ("speaker", "affiliation"),
                    "as_of",
                    "seen_version",
                )
            },
        ),
        ("Verdict", {"fields": ("rating", "rationale", "method")}),
        ("Work", {"fields": ("assignee", "due")}),
        (
            "Signatures",
            {
                "classes": ("collapse",),
                "fields": (
                    ("submitted_by", "submitted_at"),
                    ("verified_by", "verified_at"),
                    "break_glass_reason",
                    ("created_by", "created_at"),
                    "updated_at",
                ),
            },
        ),
    )
    add_fieldsets = (
        ("Claim", {"fields": ("statement", ("kind", "language"), "speaker", "as_of")}),
        ("Work", {"fields": ("assignee", "due")}),
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[Claim]:
        return super().get_queryset(request).select_related("affiliation", "speaker", "rating")

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        fields: tuple[str, ...] = self.readonly_fields
        return (*CHECK, *fields) if is_signed(obj) else fields

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        fieldsets = super().get_fieldsets(request, obj)
        return explained(fieldsets, why_closed(obj)) if is_signed(obj) else fieldsets

    def get_inlines(self, request: HttpRequest, obj: Any = None) -> Any:
        return self.inlines if obj else ()

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
            obj.save(update_fields=[name for name in form.changed_data if name in _COLUMNS] or ())
        else:
            obj.created_by_id = request.user.pk
            super().save_model(request, obj, form, change)
        if "assignee" in form.changed_data:
            assert isinstance(request.user, User)
            obj.refresh_from_db(fields=["version"])
            tell_of_assignment(obj, by=request.user)

    def save_formset(
        self,
        request: HttpRequest,
        form: Any,
        formset: BaseInlineFormSet[Any, Any, Any],
        change: Any,
    ) -> None:
        for one in formset.forms:
            if isinstance(one.instance, Evidence) and one.instance._state.adding:
                one.instance.added_by_id = request.user.pk
        super().save_formset(request, form, formset, change)

    @display(description="claim")
    def claim(self, claim: Claim) -> str:
        return shortened(claim.statement, 140)

    @display(description="state")
    def state_label(self, claim: Claim) -> SafeString:
        return label(claim.get_state_display(), STATE_COLOURS[ClaimState(claim.state)])

    @display(description="made in")
    def made_in(self, claim: Claim) -> SafeString | str:
        """What was said, by whom, on what terms and where: before anything else about the claim."""
        current = claim.appearances.filter(followed_by__isnull=True)
        made = current.select_related("revision__article__outlet")
        rows = list(made.defer("revision__text", "revision__extraction_notes")[:MADE_IN])
        return (
            format_html_join(
                "",
                '<div class="nr-made-in"><q>{}</q><div>{} · {}</div></div>',
                ((shortened(row.exact, 300), _said_by(row), _story_link(row)) for row in rows),
            )
            or "Nowhere on record."
        )

    @display(description="possible next steps")
    def next_steps(self, claim: Claim) -> SafeString | str:
        steps = steps_from(ClaimState(claim.state))
        if not steps:
            return "None: this is where its way ends."
        return format_html_join(
            "",
            '<div class="nr-step"><strong>{}</strong> → {}{}</div>',
            (
                (step.label, step.target.label, ", with a comment" if step.needs_comment else "")
                for step in steps
            ),
        )


MADE_IN = 3
"""Appearances at the head of a claim; all of them are listed below it."""


@admin.register(Appearance)
class AppearanceAdmin(ReadOnlyAdmin):
    history = True
    list_display = ("passage", "on_claim", "story", "speaker", "anchor")
    list_select_related = ("claim", "speaker", "revision__article__outlet")
    list_filter = (
        ("anchor_state", ChoicesDropdownFilter),
        ("speaker", AutocompleteSelectFilter),
    )
    search_fields = ("exact", "claim__statement")
    search_help_text = "Passage or claim"
    ordering = ("-id",)
    sortable_by = ()
    fields = ("passage", "claim", "story", "speaker", "affiliation", "anchor", "created_at")
    readonly_fields = ("passage", "story", "anchor")

    def for_list(self, queryset: QuerySet[Appearance]) -> QuerySet[Appearance]:
        return queryset.defer("revision__text", "revision__extraction_notes")

    @display(description="passage")
    def passage(self, appearance: Appearance) -> str:
        return shortened(appearance.exact)

    @display(description="claim")
    def on_claim(self, appearance: Appearance) -> str:
        return shortened(appearance.claim.statement, 80)

    @display(description="story")
    def story(self, appearance: Appearance) -> SafeString:
        return _story_link(appearance)

    @display(description="in the text")
    def anchor(self, appearance: Appearance) -> SafeString:
        return _anchor(appearance)


@admin.register(ClaimTransition)
class ClaimTransitionAdmin(ReadOnlyAdmin):
    list_display = ("at", "step", "way", "on_claim", "by", "said")
    list_select_related = ("claim", "by")
    list_filter = (
        ("to_state", ChoicesDropdownFilter),
        ("by", AutocompleteSelectFilter),
    )
    search_fields = ("claim__statement", "comment")
    search_help_text = "Claim or comment"
    ordering = ("-id",)
    sortable_by = ()
    fields = ("claim", "step", "way", "by", "at", "comment")
    readonly_fields = ("step", "way")

    @display(description="step")
    def step(self, transition: ClaimTransition) -> str:
        return _step(transition)

    @display(description="from → to")
    def way(self, transition: ClaimTransition) -> str:
        return _way(transition)

    @display(description="claim")
    def on_claim(self, transition: ClaimTransition) -> str:
        return shortened(transition.claim.statement, 80)

    @display(description="comment")
    def said(self, transition: ClaimTransition) -> str:
        return shortened(transition.comment) or "–"


_COLUMNS = frozenset((*CHECK, "assignee", "due"))


def _roles_to_choose_from(request: HttpRequest) -> QuerySet[Affiliation]:
    """The roles of the speaker: of the one just chosen, or of the one that is stored."""
    speaker = _key(request.POST.get("speaker", ""))
    if speaker is not None:
        return Affiliation.objects.filter(source=speaker)
    match = request.resolver_match
    claim = _key(str(match.kwargs.get("object_id", ""))) if match else None
    if claim is None:
        return Affiliation.objects.none()
    return Affiliation.objects.filter(source__claims=claim)


def _key(text: str) -> int | None:
    """The number of a row, where `text` is one that the database can hold."""
    return int(text) if text.isdecimal() and len(text) <= LONGEST_KEY else None


LONGEST_KEY = 18
"""Digits. Every number of so many fits a bigint."""


def _readable(value: object) -> str:
    if value in (None, ""):
        return "nothing"
    if isinstance(value, datetime):
        value = timezone.localtime(value)
    return f"“{shortened(str(formats.localize(value)), 300)}”"


def _step(transition: ClaimTransition) -> str:
    step = TRANSITIONS.get(transition.name)
    return step.label if step else capfirst(transition.name)


def _way(transition: ClaimTransition) -> str:
    return f"{transition.get_from_state_display()} → {transition.get_to_state_display()}"


def _anchor(appearance: Appearance) -> SafeString:
    colour = ANCHOR_COLOURS[AnchorState(appearance.anchor_state)]
    return label(appearance.get_anchor_state_display(), colour)


def _said_by(appearance: Appearance) -> str:
    """The speaker as the story printed it, with the terms: never lost, whoever is chosen."""
    terms = appearance.get_sourcing_display() if appearance.sourcing else ""
    parts = (appearance.speaker_name, terms, appearance.anonymity_reason)
    return " · ".join(part for part in parts if part) or "–"


def _story_link(appearance: Appearance) -> SafeString:
    article = appearance.revision.article
    return format_html(
        '<a class="text-link" href="{}">{}</a><br>{}, revision {}',
        reverse("admin:articles_article_change", args=[article.pk]),
        shortened(str(article), 90),
        article.outlet,
        appearance.revision.number,
    )
