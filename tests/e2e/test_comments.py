"""Comments on the page of a claim, in a real browser."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, Page, expect

from claims.comments.services import add_comment, edit_comment
from claims.comments.thread import SHOWN
from claims.models import Claim, Comment, Mention
from newsroom.accounts.models import User
from newsroom.mail.models import Mail, MailKind
from tests.factories import ClaimFactory, UserFactory

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def open_claim(page: Page, claim: Claim, query: str = "") -> None:
    page.goto(f"/admin/claims/claim/{claim.pk}/change/{query}")


def edit(page: Page, comment: Comment) -> Locator:
    """The form by which a comment is edited, open."""
    row = page.locator(f"#comment-{comment.pk}")
    if not row.get_by_role("textbox").is_visible():
        row.locator("summary", has_text="Edit").click()
    return row.locator(f'form[action$="/{comment.pk}/edit/"]')


def text_of(comment: Comment) -> str:
    return Comment.objects.get(pk=comment.pk).text


def test_a_colleague_is_chosen_from_the_names_and_told(
    page: Page, sign_in: Callable[[], None], editor: User
) -> None:
    bo = UserFactory.create(username="bo.berg", email="bo@paper.example", is_superuser=True)
    UserFactory.create(username="zoe", is_superuser=True)
    claim = ClaimFactory.create()
    sign_in()
    open_claim(page, claim)

    field = page.get_by_label("Add a comment")
    field.press_sequentially("Which table, @bo")
    expect(page.locator(".comments__people").get_by_role("option")).to_have_count(1)
    page.keyboard.press("Enter")
    expect(field).to_have_value("Which table, @bo.berg ")
    field.press_sequentially("?")
    page.keyboard.press("Control+Enter")

    expect(page.locator(".comment__mention")).to_have_text("@bo.berg")
    expect(page.get_by_label("Add a comment")).to_have_value("")
    comment = Comment.objects.get()
    assert (comment.text, comment.author) == ("Which table, @bo.berg ?", editor)
    assert [one.person for one in Mention.objects.all()] == [bo]
    assert [one.recipient for one in Mail.objects.filter(kind=MailKind.MENTION)] == [bo]


def test_saving_one_edit_loses_no_other_that_is_open(
    page: Page, sign_in: Callable[[], None], editor: User
) -> None:
    claim = ClaimFactory.create()
    first = add_comment(claim_id=claim.pk, text="First", by=editor).comment
    second = add_comment(claim_id=claim.pk, text="Second", by=editor).comment
    sign_in()
    open_claim(page, claim)
    edit(page, first).get_by_role("textbox").fill("First, half done")
    edit(page, second).get_by_role("textbox").fill("Second, done")
    page.get_by_label("Add a comment").fill("And a third")

    edit(page, second).get_by_role("button", name="Save").click()

    expect(page.locator(f"#comment-{second.pk} .comment__text")).to_have_text("Second, done")
    expect(edit(page, first).get_by_role("textbox")).to_have_value("First, half done")
    expect(page.get_by_label("Add a comment")).to_have_value("And a third")
    assert (text_of(first), text_of(second)) == ("First", "Second, done")
    edit(page, first).get_by_role("button", name="Save").click()
    expect(page.locator(f"#comment-{first.pk} .comment__text")).to_have_text("First, half done")
    expect(page.get_by_label("Add a comment")).to_have_value("And a third")


def test_an_edit_in_two_places_is_told_and_neither_text_is_lost(
    page: Page, sign_in: Callable[[], None], editor: User
) -> None:
    claim = ClaimFactory.create()
    comment = add_comment(claim_id=claim.pk, text="As it was", by=editor).comment
    other = add_comment(claim_id=claim.pk, text="Other", by=editor).comment
    sign_in()
    open_claim(page, claim)
    edit(page, comment).get_by_role("textbox").fill("As typed here")
    edit_comment(comment_id=comment.pk, text="As saved elsewhere", seen_text="As it was", by=editor)

    # What is saved beside it brings the new text, which the one begun before has not seen.
    edit(page, other).get_by_role("textbox").fill("Other, done")
    edit(page, other).get_by_role("button", name="Save").click()
    shown = page.locator(f"#comment-{comment.pk} .comment__text")
    expect(shown).to_have_text("As saved elsewhere")
    edit(page, comment).get_by_role("button", name="Save").click()

    expect(page.locator(".comments__problem")).to_contain_text("elsewhere meanwhile")
    expect(edit(page, comment).get_by_role("textbox")).to_have_value("As typed here")
    assert text_of(comment) == "As saved elsewhere"


def test_who_reads_all_comments_still_sees_them_all_after_posting(
    page: Page, sign_in: Callable[[], None], editor: User
) -> None:
    claim = ClaimFactory.create()
    for number in range(SHOWN + 2):
        add_comment(claim_id=claim.pk, text=f"Comment {number}", by=editor)
    sign_in()
    open_claim(page, claim)
    page.get_by_role("link", name=re.compile("^Show .* earlier")).click()
    expect(page.locator(".comment")).to_have_count(SHOWN + 2)

    page.get_by_label("Add a comment").fill("One more")
    page.get_by_role("button", name="Comment", exact=True).click()

    expect(page.locator(".comment")).to_have_count(SHOWN + 3)
    expect(page.get_by_role("link", name=re.compile("^Show .* earlier"))).to_have_count(0)
