"""Wire copy on the story page: where else it is, and what was edited there."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from newsroom.accounts.roles import Role
from newsroom.articles.anchors import anchor_at
from newsroom.articles.families.models import FamilyMember, NotACopy
from newsroom.articles.families.services import find_family
from newsroom.articles.models import Article
from tests.factories import AppearanceFactory, OutletFactory, RevisionFactory
from tests.newsroom.articles.families.texts import OTHER, WIRE
from tests.roles import member_of

pytestmark = pytest.mark.django_db


def story(text: str, outlet: str) -> Article:
    revision = RevisionFactory.create(
        text=text, article__outlet=OutletFactory.create(name=outlet), article__headline="Harbour"
    )
    find_family(revision_id=revision.pk)
    return revision.article


def compared(article: Article, other: Article) -> str:
    return reverse("admin:articles_article_copy", args=[article.pk, other.pk])


def page_of(client: Client, article: Article) -> str:
    address = reverse("admin:articles_article_change", args=[article.pk])
    return client.get(address).content.decode()


def test_the_story_page_says_where_else_the_story_is(editor_client: Client) -> None:
    first = story(WIRE, "<b>Wire & Co</b>")
    copy = story(WIRE.replace("reckless", "daring"), "Gazette")
    lone = story(OTHER, "Post")

    html = page_of(editor_client, copy)

    assert "Also at" in html
    assert "&lt;b&gt;Wire &amp; Co&lt;/b&gt;" in html
    assert "<b>Wire" not in html
    assert "98 % the same" in html or "99 % the same" in html
    assert compared(copy, first) in html
    assert "Also at" not in page_of(editor_client, lone)


def test_local_edits_are_marked_word_by_word(editor_client: Client) -> None:
    first = story(WIRE, "Wire")
    copy = story(WIRE.replace("reckless", "<script>daring"), "Gazette")

    html = editor_client.get(compared(copy, first)).content.decode()

    assert "<del>reckless</del>" in html
    assert "<ins>" in html
    assert "&lt;script&gt;" in html or "&lt;<ins>script" in html
    assert "<script>daring" not in html


def test_stories_that_are_no_copies_are_not_compared(editor_client: Client) -> None:
    first, other = story(WIRE, "Wire"), story(OTHER, "Post")

    assert editor_client.get(compared(first, other)).status_code == 404
    assert editor_client.get(compared(first, first)).status_code == 404


def test_nobody_compares_without_signing_in(client: Client) -> None:
    first, copy = story(WIRE, "Wire"), story(WIRE, "Gazette")

    assert client.get(compared(copy, first)).status_code == 302


def test_a_story_is_taken_out_by_hand_and_stays_out(editor_client: Client) -> None:
    first, copy = story(WIRE, "Wire"), story(WIRE, "Gazette")
    address = reverse("admin:articles_article_no_copy", args=[copy.pk])
    assert address in page_of(editor_client, copy)
    assert "This is not a copy" not in page_of(editor_client, first), "others are copies of it"

    answer = editor_client.post(address, follow=True)

    assert "The story is one of its own now." in answer.text
    assert "Also at" not in answer.text
    again = editor_client.post(address, follow=True)
    assert "not on record as a copy" in again.text
    assert editor_client.get(address).status_code == 405


def test_what_was_said_not_to_be_a_copy_is_taken_back_by_hand(editor_client: Client) -> None:
    first, copy = story(WIRE, "<b>Wire"), story(WIRE, "Gazette")
    back = reverse("admin:articles_article_copy_after_all", args=[copy.pk])
    assert back not in page_of(editor_client, copy)
    editor_client.post(reverse("admin:articles_article_no_copy", args=[copy.pk]))
    html = page_of(editor_client, copy)
    assert back in html
    assert "the story of <bdi>&lt;b&gt;Wire</bdi>" in html
    assert back not in page_of(editor_client, first)
    assert editor_client.get(back).status_code == 405

    answer = editor_client.post(back, follow=True)

    assert "Taken back: the story is with the others again." in answer.text
    assert "Also at" in answer.text
    assert back not in answer.text
    assert "Nobody said that" in editor_client.post(back, follow=True).text


def test_a_story_that_has_changed_meanwhile_does_not_come_back(editor_client: Client) -> None:
    story(WIRE, "Wire")
    copy = story(WIRE, "Gazette")
    editor_client.post(reverse("admin:articles_article_no_copy", args=[copy.pk]))
    find_family(revision_id=RevisionFactory.create(article=copy, number=2, text=OTHER).pk)
    back = reverse("admin:articles_article_copy_after_all", args=[copy.pk])

    answer = editor_client.post(back, follow=True)

    assert "is no copy of another now" in answer.text
    assert "Also at" not in answer.text
    assert back not in answer.text


def test_only_those_who_decide_take_back_that_a_story_is_no_copy(
    editor_client: Client, client: Client
) -> None:
    story(WIRE, "Wire")
    copy = story(WIRE, "Gazette")
    editor_client.post(reverse("admin:articles_article_no_copy", args=[copy.pk]))
    client.force_login(member_of(Role.REPORTER))
    back = reverse("admin:articles_article_copy_after_all", args=[copy.pk])

    html = page_of(client, copy)

    assert "Not a copy" in html
    assert back not in html
    assert client.post(back).status_code == 403
    assert NotACopy.objects.filter(article=copy).exists()


def test_only_those_who_decide_take_a_story_out(client: Client) -> None:
    story(WIRE, "Wire")
    copy = story(WIRE, "Gazette")
    client.force_login(member_of(Role.REPORTER))
    address = reverse("admin:articles_article_no_copy", args=[copy.pk])

    assert address not in page_of(client, copy)
    assert client.post(address).status_code == 403
    assert FamilyMember.objects.filter(article=copy).exists()


def test_a_failure_to_take_decisions_over_is_in_sight(editor_client: Client) -> None:
    story(WIRE, "Wire")
    copy = story(WIRE, "Gazette")
    FamilyMember.objects.update(follow_error="DataError: <too much>")

    html = page_of(editor_client, copy)

    assert "DataError: &lt;too much&gt;" in html
    FamilyMember.objects.update(followed_at=timezone.now())
    assert "DataError" not in page_of(editor_client, copy)


def test_the_claim_shows_what_copies_made_of_its_passage(editor_client: Client) -> None:
    passage = "at a cost of 210 million euros"
    first = story(WIRE, "Wire")
    edited = story(WIRE.replace(passage, "at a cost of <b>240</b> million euros"), "Gazette")
    story(WIRE, "Same")
    revision = first.revisions.get()
    start = revision.text.index(passage)
    anchor = anchor_at(revision.text, start, start + len(passage))
    appearance = AppearanceFactory.create(
        revision=revision,
        start=anchor.start,
        end=anchor.end,
        exact=anchor.exact,
        prefix=anchor.prefix,
        suffix=anchor.suffix,
    )

    html = editor_client.get(f"/admin/claims/claim/{appearance.claim_id}/change/").text

    assert "Edited at" in html
    assert html.count("claim-local") == 1, "the copy with the same words is not listed"
    assert "<del>210</del>" in html
    assert "240" in html
    assert "<b>240" not in html
    assert compared(first, edited) in html


def test_a_claim_in_a_story_without_copies_shows_none(editor_client: Client) -> None:
    appearance = AppearanceFactory.create()

    html = editor_client.get(f"/admin/claims/claim/{appearance.claim_id}/change/").text

    assert "Edited at" not in html
