"""Summaries, kills, holds and embargoes: what a delivery may change, and what it must not."""

from __future__ import annotations

import pytest

from newsroom.articles.models import Article, Outlet, Revision
from tests.database import refused_by
from tests.factories import OutletFactory
from tests.newsroom.articles.stories import ELEVEN, NINE, TEN, outcomes, receive, story

pytestmark = pytest.mark.django_db


@pytest.fixture
def outlet(db: None) -> Outlet:
    return OutletFactory.create()


def revisions() -> list[tuple[str, bool]]:
    return list(Revision.objects.order_by("number").values_list("text", "is_partial"))


# -------------------------------------------------------------------------------- summaries


def test_a_summary_is_marked(outlet: Outlet) -> None:
    receive(outlet, story("In short.", partial=True))
    assert revisions() == [("In short.", True)]


def test_a_summary_does_not_replace_the_whole_but_brings_its_details(outlet: Outlet) -> None:
    receive(outlet, story("The whole story.", headline="First", versioned_at=NINE))

    receipts = receive(
        outlet, story("In short.", headline="Second", partial=True, versioned_at=TEN)
    )

    assert outcomes(receipts) == ["updated"]
    assert revisions() == [("The whole story.", False)]
    assert Article.objects.get().headline == "Second"
    assert outcomes(receive(outlet, story("In short.", headline="Second", partial=True))) == [
        "unchanged"
    ]


def test_the_whole_replaces_a_summary_and_a_newer_summary_an_older(outlet: Outlet) -> None:
    receipts = receive(
        outlet,
        story("In short.", partial=True),
        story("In brief.", partial=True),
        story("The whole story."),
        story("In other words.", partial=True),
    )
    assert outcomes(receipts) == ["created", "revised", "revised", "unchanged"]
    assert revisions() == [("In short.", True), ("In brief.", True), ("The whole story.", False)]


@pytest.mark.parametrize("together", [True, False])
def test_what_was_taken_for_a_summary_may_be_the_whole(outlet: Outlet, together: bool) -> None:
    deliveries = [story("All of it.", partial=True), story("All of it.")]
    if together:
        receipts = receive(outlet, *deliveries)
    else:
        receipts = [*receive(outlet, deliveries[0]), *receive(outlet, deliveries[1])]
    assert outcomes(receipts) == ["created", "updated"]
    assert revisions() == [("All of it.", False)]
    assert outcomes(receive(outlet, *deliveries)) == ["unchanged", "unchanged"]
    assert revisions() == [("All of it.", False)]


# ------------------------------------------------------------------------------------ kills


def test_a_kill_ends_a_story_and_keeps_its_text(outlet: Outlet) -> None:
    receive(outlet, story("One."))
    for text in ("", "Editors: kill this story."):
        receive(outlet, story(text, status="killed", editor_note="Kill."))

    article = Article.objects.get()
    assert (article.status, article.editor_note) == ("killed", "Kill.")
    assert revisions() == [("One.", False)]


def test_a_kill_again_changes_nothing(outlet: Outlet) -> None:
    kill = story("", status="killed")
    assert outcomes(receive(outlet, story("One."), kill, kill)) == [
        "created",
        "updated",
        "unchanged",
    ]
    before = list(Article.objects.values())
    assert outcomes(receive(outlet, story("One."), kill)) == ["unchanged", "unchanged"]
    assert list(Article.objects.values()) == before


def test_a_kill_that_comes_before_its_story_holds(outlet: Outlet) -> None:
    assert outcomes(receive(outlet, story("", status="killed"))) == ["created"]
    assert outcomes(receive(outlet, story("", status="killed"))) == ["unchanged"]
    assert Revision.objects.count() == 0

    assert outcomes(receive(outlet, story("One.", status="live"))) == ["created"]
    assert Article.objects.get().status == "killed"


def test_no_delivery_brings_a_killed_story_back(outlet: Outlet) -> None:
    receive(outlet, story("One.", status="killed", versioned_at=NINE))

    receipts = receive(outlet, story("Two.", status="live", headline="H", versioned_at=TEN))

    assert outcomes(receipts) == ["revised"]
    article = Article.objects.get()
    assert (article.status, article.headline) == ("killed", "H")


def test_a_kill_of_an_earlier_version_is_for_a_person_to_see(outlet: Outlet) -> None:
    receive(outlet, story("One.", versioned_at=NINE), story("Two.", versioned_at=ELEVEN))

    assert outcomes(receive(outlet, story("", status="killed", versioned_at=TEN))) == ["stale"]
    assert Article.objects.get().status == "live"


# ----------------------------------------------------------------------- holds and embargoes


def test_a_hold_lasts_until_the_outlet_lifts_it(outlet: Outlet) -> None:
    receive(outlet, story("One.", status="live"))
    receive(outlet, story("", status="withheld"))
    receive(outlet, story("Two."))
    assert Article.objects.get().status == "withheld"

    receive(outlet, story("Two.", status="live"))
    assert Article.objects.get().status == "live"
    assert revisions() == [("One.", False), ("Two.", False)]


def test_an_embargo_and_what_else_an_outlet_says_are_kept(outlet: Outlet) -> None:
    item = story(
        "One.",
        embargoed_until=TEN,
        slug="harbour",
        wire_origin="Meridian Wire",
        rights="Not for broadcast.",
        editor_note="Corrects the depth.",
        url="https://post.example/1",
        original_url="https://post.example/1#a",
    )
    receive(outlet, item)
    receive(outlet, story("Two."))

    article = Article.objects.get()
    assert article.embargoed_until == TEN
    for name in ("slug", "wire_origin", "rights", "editor_note", "url", "original_url"):
        assert getattr(article, name) == getattr(item, name)


def test_a_whole_text_never_becomes_a_part_again(outlet: Outlet) -> None:
    receive(outlet, story("The whole story."))
    with refused_by("revision_whole_stays_whole"):
        Revision.objects.update(is_partial=True)
