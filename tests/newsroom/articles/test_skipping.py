"""What is taken in but not extracted by itself: opinion, and what is withheld or killed."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.conf import LazySettings
from django.utils import timezone

from newsroom.articles import extraction_queue
from newsroom.articles.genres import is_opinion
from newsroom.articles.models import Article, ArticleStatus, Outlet, Revision
from newsroom.articles.services import IncomingArticle, receive_articles
from tests.database import refused_by
from tests.factories import OutletFactory, RevisionFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def outlet(db: None) -> Outlet:
    return OutletFactory.create()


def receive(outlet: Outlet, *items: IncomingArticle) -> Revision:
    receive_articles(outlet=outlet, items=items, by=None)
    return Revision.objects.latest("pk")


def story(text: str = "Text.", **details: object) -> IncomingArticle:
    return IncomingArticle(external_id="a", text=text, **details)  # type: ignore[arg-type]


def state(revision: Revision) -> tuple[str, str]:
    revision.refresh_from_db()
    return revision.extraction_state, revision.extraction_skipped


@pytest.mark.parametrize(
    "genre",
    ["opinion", "OpinionNewsArticle", "genre:Analysis", "Op-Ed", "Letters to the editor"],
)
def test_opinion_and_analysis_are_known_by_the_words_of_their_genre(genre: str) -> None:
    assert is_opinion(genre)


@pytest.mark.parametrize(
    "genre", ["", "news", "NewsArticle", "Reportage", "opinionated", "current"]
)
def test_other_genres_are_news(genre: str) -> None:
    assert not is_opinion(genre)


def test_without_a_genre_the_section_has_to_do() -> None:
    assert is_opinion("", "Opinion")
    assert not is_opinion("news", "Opinion")
    assert not is_opinion("", "Business")


def test_the_words_are_a_setting(settings: LazySettings) -> None:
    settings.OPINION_GENRES = frozenset({"glosse"})
    assert is_opinion("Glosse")
    assert not is_opinion("opinion")


def test_opinion_is_kept_and_not_extracted(outlet: Outlet) -> None:
    revision = receive(outlet, story(genre="Opinion"))

    assert state(revision) == ("skipped", "opinion")
    assert extraction_queue.begin(revision.pk) is None
    assert extraction_queue.resend_due() == 0


def test_an_outlet_can_have_its_opinion_extracted(outlet: Outlet) -> None:
    outlet.extracts_opinion = True

    assert state(receive(outlet, story(genre="opinion"))) == ("pending", "")


def test_somebody_can_ask_for_it_and_later_versions_then_follow(outlet: Outlet) -> None:
    first = receive(outlet, story(genre="opinion"))

    assert extraction_queue.requeue(revision_ids=[first.pk], by=None) == 1
    assert state(first) == ("pending", "")

    assert state(receive(outlet, story("New text.", genre="opinion"))) == ("pending", "")


@pytest.mark.parametrize("status", ["killed", "withheld"])
def test_what_waits_or_runs_is_taken_back_with_the_story(outlet: Outlet, status: str) -> None:
    waiting = receive(outlet, story())
    running = receive(outlet, story("Second."))
    attempt = extraction_queue.begin(running.pk)
    assert attempt is not None

    receive(outlet, story("", status=status))

    assert state(waiting) == state(running) == ("skipped", status)
    assert not extraction_queue.still_held(attempt)
    assert extraction_queue.begin(waiting.pk) is None


def test_a_killed_story_is_not_extracted_however_often_somebody_asks(outlet: Outlet) -> None:
    revision = receive(outlet, story())
    receive(outlet, story("", status="killed"))

    assert extraction_queue.requeue(revision_ids=[revision.pk], by=None) == 0
    assert state(revision) == ("skipped", "killed")


def test_a_story_killed_in_the_same_delivery_is_not_extracted(outlet: Outlet) -> None:
    assert state(receive(outlet, story(), story("", status="killed"))) == ("skipped", "killed")


def test_a_withheld_story_is_extracted_once_it_is_live_again(outlet: Outlet) -> None:
    revision = receive(outlet, story(status="withheld"))
    assert state(revision) == ("skipped", "withheld")

    receive(outlet, story(status="live"))

    assert state(revision) == ("pending", "")
    assert extraction_queue.begin(revision.pk) is not None


def test_whoever_changes_the_status_the_queue_follows() -> None:
    revision = RevisionFactory.create()

    Article.objects.filter(pk=revision.article_id).update(status=ArticleStatus.WITHHELD)
    assert state(revision) == ("skipped", "withheld")
    Article.objects.filter(pk=revision.article_id).update(status=ArticleStatus.KILLED)
    assert state(revision) == ("skipped", "killed")
    Article.objects.filter(pk=revision.article_id).update(status=ArticleStatus.LIVE)
    assert state(revision) == ("pending", "")


def test_opinion_that_was_withheld_does_not_come_back_as_news(outlet: Outlet) -> None:
    revision = receive(outlet, story(genre="opinion", status="withheld"))

    receive(outlet, story(status="live"))

    assert state(revision) == ("skipped", "opinion")


def test_an_embargo_does_not_hold_up_what_happens_on_our_own_machines(outlet: Outlet) -> None:
    tomorrow = timezone.now() + timedelta(days=1)

    assert state(receive(outlet, story(embargoed_until=tomorrow))) == ("pending", "")


def test_skipped_and_its_reason_go_together() -> None:
    revision = RevisionFactory.create()
    rows = Revision.objects.filter(pk=revision.pk)
    with refused_by("revision_skipped_with_reason"):
        rows.update(extraction_skipped="opinion")
    with refused_by("revision_skip_reason_known"):
        rows.update(
            extraction_state="skipped",
            extraction_skipped="mood",
            extraction_next_attempt_at=None,
            extraction_finished_at=timezone.now(),
        )
