"""The steps that were taken, of all claims."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest

from claims.admin import claim_labels
from claims.models import ClaimTransition
from claims.verification.second_ratings import blind_claims
from newsroom.accounts.models import User
from newsroom.admin_base import (
    AutocompleteSelectFilter,
    ChoicesDropdownFilter,
    ReadOnlyAdmin,
    display,
    shortened,
)


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

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """Comments tell of verdicts: not to who is to give a second one blind."""
        assert isinstance(request.user, User)
        return super().get_queryset(request).exclude(claim__in=blind_claims(request.user))

    @display(description="step")
    def step(self, transition: ClaimTransition) -> str:
        return claim_labels.step_label(transition)

    @display(description="from → to")
    def way(self, transition: ClaimTransition) -> str:
        return claim_labels.way(transition)

    @display(description="claim")
    def on_claim(self, transition: ClaimTransition) -> str:
        return shortened(transition.claim.statement, 80)

    @display(description="comment")
    def said(self, transition: ClaimTransition) -> str:
        return shortened(transition.comment) or "–"
