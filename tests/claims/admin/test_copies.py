"""Wire copy on the story page: where else it is, and what was edited there."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from newsroom.articles.families.services import find_family
from newsroom.articles.models import Article
from tests.factories import OutletFactory, RevisionFactory
from tests.newsroom.articles.families.texts import OTHER, WIRE

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
