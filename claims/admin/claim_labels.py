"""How states, steps and passages of claims are written in lists and on pages."""

from __future__ import annotations

from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.text import capfirst

from claims.models import AnchorState, Appearance, ClaimState, ClaimTransition
from claims.verification.transitions import TRANSITIONS
from newsroom.admin_base import label, shortened

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


def step_label(transition: ClaimTransition) -> str:
    step = TRANSITIONS.get(transition.name)
    return step.label if step else capfirst(transition.name)


def way(transition: ClaimTransition) -> str:
    return f"{transition.get_from_state_display()} → {transition.get_to_state_display()}"


def anchor_label(appearance: Appearance) -> SafeString:
    colour = ANCHOR_COLOURS[AnchorState(appearance.anchor_state)]
    return label(appearance.get_anchor_state_display(), colour)


def story_link(appearance: Appearance) -> SafeString:
    article = appearance.revision.article
    return format_html(
        '<a class="text-link" href="{}">{}</a><br>{}, revision {}',
        reverse("admin:articles_article_change", args=[article.pk]),
        shortened(str(article), 90),
        article.outlet,
        appearance.revision.number,
    )
