"""axe-core finds no serious violation on the pages that people work on, light and dark."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.utils import timezone
from playwright.sync_api import Page, expect

from claims.comments.services import add_comment
from claims.models import Claim, ClaimState
from claims.review.services import accept_candidate
from newsroom.accounts.models import User
from tests.claims.states import claim_in
from tests.factories import CandidateFactory, ClaimFactory, SourceFactory, UserFactory

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

GRAVE = {"serious", "critical"}


@pytest.fixture
def newsroom(editor: User) -> Claim:
    """Something of everything that these pages show; returns the claim whose page is looked at."""
    bo = UserFactory.create(username="bo", is_superuser=True)
    CandidateFactory.create()
    accepted = CandidateFactory.create(speaker=SourceFactory.create())
    claim = accept_candidate(candidate_id=accepted.pk, by=bo)
    now = timezone.now()
    Claim.objects.filter(pk=claim.pk).update(assignee=editor, due=now - timedelta(days=1))
    for state in (ClaimState.CHECKING, ClaimState.IN_REVIEW, ClaimState.VERIFIED):
        claim_in(state)
    ClaimFactory.create(assignee=bo, due=now + timedelta(days=1))
    add_comment(claim_id=claim.pk, text="@editor, look.", by=bo)
    add_comment(claim_id=claim.pk, text="I did.", by=editor)
    return claim


def grave(page: Page) -> list[str]:
    """What axe finds, one line for each element, short enough to read in a failed test."""
    violations: list[dict[str, Any]] = Axe().run(page).response["violations"]
    return [
        f"{one['impact']} {one['id']}: {node['html'][:160]} | "
        + " ".join(node["failureSummary"].split())[:240]
        for one in violations
        if one["impact"] in GRAVE
        for node in one["nodes"]
    ]


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_pages_can_be_used_by_everybody(
    page: Page, sign_in: Callable[[], None], newsroom: Claim, scheme: Any
) -> None:
    page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
    sign_in()
    found: dict[str, list[str]] = {"dashboard": grave(page)}
    for name, address, ready in (
        ("desk", "/admin/desk/", "#desk-panel [data-id]"),
        ("claim", f"/admin/claims/claim/{newsroom.pk}/change/", "#comments"),
        ("board", "/admin/board/", ".board-card"),
        ("my e-mails", "/admin/mail/mine/", ".nr-choices"),
    ):
        page.goto(address)
        expect(page.locator(ready).first).to_be_visible()
        found[name] = grave(page)
    page.goto("/admin/board/")
    page.locator(".board-card").first.focus()
    page.keyboard.press("m")
    expect(page.get_by_role("dialog")).to_be_visible()
    found["board, steps"] = grave(page)
    assert page.locator("html.dark").count() == (scheme == "dark")
    told = [f"{name}: {line}" for name, lines in found.items() for line in lines]
    assert not told, "\n".join(told)
