"""Comments on the claim page, with and without its script."""

from __future__ import annotations

import pytest
from django.test import Client

from claims.comments.services import add_comment
from claims.comments.thread import SHOWN
from claims.models import Claim, Comment, Mention
from newsroom.accounts.models import User
from tests.factories import ClaimFactory, UserFactory

pytestmark = pytest.mark.django_db

BY_SCRIPT = {"x-comments": "1"}


@pytest.fixture
def claim() -> Claim:
    return ClaimFactory.create()


def page_of(claim: Claim) -> str:
    return f"/admin/claims/claim/{claim.pk}/change/"


def add(claim: Claim) -> str:
    return f"/admin/comments/claim/{claim.pk}/"


def test_a_comment_is_shown_on_the_claim_with_its_mentions(
    editor_client: Client, claim: Claim
) -> None:
    UserFactory.create(username="bo", is_superuser=True)
    answer = editor_client.post(add(claim), {"text": "<b>@bo</b> see \u202eevil"})
    comment = Comment.objects.get()
    assert answer.headers["Location"] == f"{page_of(claim)}#comment-{comment.pk}"
    text = editor_client.get(page_of(claim)).text
    assert '<span class="comment__mention" title="bo">@bo</span>' in text
    assert "<b>@bo" not in text
    assert "&lt;b&gt;" in text


def test_by_script_the_thread_comes_back(editor_client: Client, claim: Claim) -> None:
    answer = editor_client.post(add(claim), {"text": "Hello"}, headers=BY_SCRIPT).json()
    assert answer["ok"]
    assert f'id="comment-{answer["comment"]}"' in answer["html"]
    assert "csrfmiddlewaretoken" in answer["html"]


def test_who_posts_from_all_comments_comes_back_to_all(
    editor_client: Client, editor: User, claim: Claim
) -> None:
    first = add_comment(claim_id=claim.pk, text="The first", by=editor).comment
    for number in range(SHOWN):
        add_comment(claim_id=claim.pk, text=f"Comment {number}", by=editor)
    page = editor_client.get(f"{page_of(claim)}?comments=all").text
    assert 'name="comments" value="all"' in page
    posted = {"text": "Hello", "comments": "all"}

    by_script = editor_client.post(add(claim), posted, headers=BY_SCRIPT).json()
    assert f'id="comment-{first.pk}"' in by_script["html"]
    answer = editor_client.post(add(claim), posted)
    assert answer.headers["Location"].startswith(f"{page_of(claim)}?comments=all#comment-")
    refused = editor_client.post(add(claim), {"text": " ", "comments": "all"}).text
    assert f'href="{page_of(claim)}?comments=all#comments"' in refused

    shown = editor_client.post(add(claim), {"text": "Hello"}, headers=BY_SCRIPT).json()
    assert f'id="comment-{first.pk}"' not in shown["html"]


def test_what_cannot_be_saved_is_shown_again(editor_client: Client, claim: Claim) -> None:
    long = "x" * 5001
    page = editor_client.post(add(claim), {"text": long})
    assert page.status_code == 200
    assert "at most 5,000 characters" in page.text
    assert long in page.text
    answer = editor_client.post(add(claim), {"text": " "}, headers=BY_SCRIPT).json()
    assert answer == {"ok": False, "message": "A comment needs a text."}
    assert not Comment.objects.exists()


def test_a_comment_is_edited_and_withdrawn(
    editor_client: Client, editor: User, claim: Claim
) -> None:
    comment = add_comment(claim_id=claim.pk, text="One", by=editor).comment
    editor_client.post(f"/admin/comments/{comment.pk}/edit/", {"text": "Two", "seen": "One"})
    page = editor_client.get(page_of(claim)).text
    assert "Two" in page
    assert "edited" in page
    page = editor_client.post(f"/admin/comments/{comment.pk}/edit/", {"text": "3", "seen": "One"})
    assert "elsewhere meanwhile" in page.text
    editor_client.post(f"/admin/comments/{comment.pk}/withdraw/")
    assert "Withdrawn" in editor_client.get(page_of(claim)).text


def test_the_names_offered_are_those_of_people_who_may_see_claims(
    editor_client: Client, editor: User
) -> None:
    UserFactory.create(username="edda")
    UserFactory.create(username="zoe", first_name="Edith", last_name="Z", is_superuser=True)
    people = editor_client.get("/admin/comments/people/?q=ED").json()["people"]
    assert people == [
        {"username": "editor", "name": ""},
        {"username": "zoe", "name": "Edith Z"},
    ]


def test_a_mention_is_marked_as_read_and_leads_nowhere_else(
    editor_client: Client, editor: User, claim: Claim
) -> None:
    bo = UserFactory.create(username="bo", is_superuser=True)
    add_comment(claim_id=claim.pk, text="@editor", by=bo)
    mention = Mention.objects.get()
    answer = editor_client.post(
        f"/admin/comments/mentions/{mention.pk}/read/", {"back": "https://evil.example/"}
    )
    assert answer.headers["Location"] == "/admin/"
    mention.refresh_from_db()
    assert mention.read_at is not None


@pytest.mark.parametrize("where", ["claim/{}/", "{}/edit/", "{}/withdraw/"])
def test_what_is_not_there_is_not_found(editor_client: Client, where: str) -> None:
    assert (
        editor_client.post(f"/admin/comments/{where.format(999)}", {"text": "x"}).status_code == 404
    )


def test_who_may_not_see_claims_is_refused(client: Client, claim: Claim) -> None:
    client.force_login(UserFactory.create(is_staff=True))
    assert client.post(add(claim), {"text": "x"}).status_code == 403
    assert client.get("/admin/comments/people/").status_code == 403
