"""The board in a real browser: moved by keyboard and by mouse, refused, and beaten to it."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from claims.models import Claim, ClaimState, ClaimTransition
from claims.verification.services import take_step
from tests.claims.states import claim_in
from tests.factories import ClaimFactory, UserFactory

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def state_of(claim: Claim) -> str:
    return str(Claim.objects.values_list("state", flat=True).get(pk=claim.pk))


def test_a_claim_is_moved_by_keyboard_alone(page: Page, sign_in: Callable[[], None]) -> None:
    claim, other = ClaimFactory.create(), ClaimFactory.create()
    sign_in()
    page.goto("/admin/board/")
    page.locator(f"#card-{other.pk}").focus()
    page.keyboard.press("ArrowDown")
    expect(page.locator(f"#card-{claim.pk}")).to_be_focused()
    said = page.locator("#board-said")

    # Picked up and thought better of.
    page.keyboard.press("Space")
    expect(said).to_contain_text("Possible: checking, shelved")
    page.keyboard.press("Escape")
    expect(said).to_have_text("Put back.")

    page.keyboard.press("Space")
    page.keyboard.press("ArrowRight")
    expect(said).to_have_text("checking: possible")
    page.keyboard.press("Space")
    moved = page.locator(f'.board-column[data-state="checking"] #card-{claim.pk}')
    expect(moved).to_be_focused()
    expect(said).to_contain_text("is checking now")
    expect(page.locator('.board-column[data-state="checking"] .board-count')).to_have_text("1")
    assert state_of(claim) == ClaimState.CHECKING
    assert state_of(other) == ClaimState.NEW


def test_what_a_column_does_not_take_comes_back_with_the_reason(
    page: Page, sign_in: Callable[[], None]
) -> None:
    claim = ClaimFactory.create()
    sign_in()
    page.goto("/admin/board/")
    page.locator(f"#card-{claim.pk}").drag_to(page.locator('.board-column[data-state="verified"]'))
    expect(page.get_by_role("alert")).to_contain_text("No step leads from “new” to “verified”.")
    expect(page.locator(f'[data-state="new"] #card-{claim.pk}')).to_be_focused()

    # The way is open, the gate is not: nobody has rated it.
    page.locator(f"#card-{claim.pk}").drag_to(page.locator('.board-column[data-state="checking"]'))
    expect(page.locator(f'.board-column[data-state="checking"] #card-{claim.pk}')).to_be_visible()
    page.locator(f"#card-{claim.pk}").drag_to(page.locator('.board-column[data-state="in_review"]'))
    expect(page.get_by_role("alert")).to_contain_text("a rating")
    expect(page.locator(f'.board-column[data-state="checking"] #card-{claim.pk}')).to_be_visible()
    assert state_of(claim) == ClaimState.CHECKING


def test_a_step_that_needs_a_comment_asks_for_it(page: Page, sign_in: Callable[[], None]) -> None:
    claim = claim_in(ClaimState.IN_REVIEW)
    sign_in()
    page.goto("/admin/board/")
    moving = page.locator(f"#card-{claim.pk}")
    moving.drag_to(page.locator('.board-column[data-state="checking"]'))
    dialog = page.get_by_role("dialog")
    dialog.get_by_role("button", name="Cancel").click()
    expect(page.locator(f'.board-column[data-state="in_review"] #card-{claim.pk}')).to_be_focused()

    page.keyboard.press("m")
    dialog.get_by_role("button", name="Return with a comment").click()
    dialog.get_by_role("button", name="Return with a comment").click()
    expect(dialog.get_by_role("alert")).to_have_text("Write something first.")
    dialog.get_by_label("Comment").fill("Which table?")
    dialog.get_by_role("button", name="Return with a comment").click()
    expect(page.locator(f'.board-column[data-state="checking"] #card-{claim.pk}')).to_be_focused()
    last = ClaimTransition.objects.filter(claim=claim).first()
    assert last is not None
    assert (last.name, last.comment) == ("return", "Which table?")


def test_what_readers_see_is_asked_for_by_its_form(page: Page, sign_in: Callable[[], None]) -> None:
    claim = claim_in(ClaimState.VERIFIED)
    sign_in()
    page.goto("/admin/board/")
    page.locator(f"#card-{claim.pk}").drag_to(page.locator('[data-state="published"]'))
    page.wait_for_url(f"**/publish/{claim.pk}/")
    expect(page.get_by_role("button", name="Publish")).to_be_visible()
    assert state_of(claim) == ClaimState.VERIFIED
    assert not ClaimTransition.objects.filter(claim=claim).exists()


def test_who_was_beaten_to_it_sees_by_whom_and_the_card_goes_where_it_is(
    page: Page, sign_in: Callable[[], None]
) -> None:
    claim = ClaimFactory.create()
    sign_in()
    page.goto("/admin/board/")
    quick = UserFactory.create(username="quick", is_superuser=True)
    take_step(claim_id=claim.pk, step="start", by=quick)

    page.locator(f"#card-{claim.pk}").drag_to(page.locator('.board-column[data-state="checking"]'))

    expect(page.get_by_role("alert")).to_contain_text("quick took the last step")
    expect(page.locator(f'.board-column[data-state="checking"] #card-{claim.pk}')).to_be_focused()
    assert ClaimTransition.objects.filter(claim=claim).count() == 1
