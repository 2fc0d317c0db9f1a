"""The page of changed stories, in a browser: keys, and a passage chosen by selecting it."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from claims.following.services import follow_revision
from claims.models import AnchorMove, ClaimState, Settled
from tests.claims.following.stories import QUAY, TEXT, VALUE, first, later, said_in
from tests.claims.states import claim_in

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

LINE = "Correction: The ferry contract is worth €221 million, not €212 million."


def test_by_keys_a_passage_is_kept_undone_and_chosen(
    page: Page, sign_in: Callable[[], None]
) -> None:
    old = said_in(first(), VALUE, claim_in(ClaimState.VERIFIED))
    new = later(old.revision, f"🚢 {TEXT.replace('212', '221')}\n\n{LINE}")
    follow_revision(revision_id=new.pk)
    move = AnchorMove.objects.get()
    sign_in()
    page.goto("/admin/changes/")
    expect(page.locator("del").filter(has_text="212").first).to_be_visible()
    expect(page.locator("ins").filter(has_text="221").first).to_be_visible()
    page.keyboard.press("a")
    expect(page.get_by_text("Kept at the proposed passage.")).to_be_visible()
    page.keyboard.press("u")
    expect(page.get_by_text("Undone")).to_be_visible()

    page.keyboard.press("c")
    page.evaluate(
        """words => {
            const node = document.getElementById("changes-new-text").firstChild;
            const start = node.data.indexOf(words);
            const range = document.createRange();
            range.setStart(node, start);
            range.setEnd(node, start + words.length);
            const selection = window.getSelection();
            selection.removeAllRanges();
            selection.addRange(range);
        }""",
        QUAY,
    )
    page.get_by_role("button", name="Keep it at the selection").click()
    expect(page.get_by_text("Kept at the passage that you chose.")).to_be_visible()
    move.refresh_from_db()
    assert move.settled == Settled.CHOSEN
    assert move.became is not None
    assert move.became.exact == QUAY
