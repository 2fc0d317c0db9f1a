"""History is written by the database, so that no way of changing a row leaves none."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from newsroom.articles import extraction_queue
from newsroom.articles.models import Article, Outlet, Revision
from newsroom.celery import app
from newsroom.history import acting
from tests.factories import ArticleFactory, OutletFactory, RevisionFactory, UserFactory

pytestmark = pytest.mark.django_db

OutletEvent: Any = Outlet.events.rel.related_model  # type: ignore[attr-defined]
ArticleEvent: Any = Article.events.rel.related_model  # type: ignore[attr-defined]


def events(row: Any) -> list[Any]:
    model = {Outlet: OutletEvent, Article: ArticleEvent}[type(row)]
    return list(model.objects.filter(pgh_obj_id=row.pk).order_by("pgh_id"))


def revision_events(revision: Revision) -> list[Any]:
    from newsroom.articles.models import RevisionEvent  # type: ignore[attr-defined]

    return list(RevisionEvent.objects.filter(pgh_obj_id=revision.pk).order_by("pgh_id"))


def test_every_way_of_writing_an_article_is_on_record() -> None:
    outlet = OutletFactory.create()
    (article,) = Article.objects.bulk_create([Article(outlet=outlet, external_id="a")])
    article.headline = "one"
    article.save()
    Article.objects.filter(pk=article.pk).update(headline="two")
    article.headline = "three"
    Article.objects.bulk_update([article], ["headline"])
    with connection.cursor() as cursor:
        cursor.execute("UPDATE articles_article SET headline = 'four'")
        cursor.execute("DELETE FROM articles_article")

    assert [(event.pgh_label, event.headline) for event in events(article)] == [
        ("insert", ""),
        ("update", "one"),
        ("update", "two"),
        ("update", "three"),
        ("update", "four"),
        ("delete", "four"),
    ]


def test_an_outlet_is_on_record_too() -> None:
    outlet = OutletFactory.create(name="Before")
    Outlet.objects.filter(pk=outlet.pk).update(name="After")
    pk = outlet.pk
    outlet.delete()
    outlet.pk = pk

    assert [(event.pgh_label, event.name) for event in events(outlet)] == [
        ("insert", "Before"),
        ("update", "After"),
        ("delete", "After"),
    ]


def test_a_save_that_changes_nothing_leaves_no_row() -> None:
    article = ArticleFactory.create()

    article.save()
    Article.objects.filter(pk=article.pk).update(headline=article.headline)

    assert [event.pgh_label for event in events(article)] == ["insert"]


def test_history_names_the_actor_and_the_details() -> None:
    user = UserFactory.create(username="ana")
    article = ArticleFactory.create()
    with acting(user, reason="typo"):
        Article.objects.filter(pk=article.pk).update(headline="corrected")

    inserted, updated = events(article)
    assert inserted.pgh_context is None
    assert updated.pgh_context == {"user": user.pk, "username": "ana", "reason": "typo"}


def test_the_actor_is_not_named_for_what_comes_after() -> None:
    article = ArticleFactory.create()
    with acting(UserFactory.create()):
        pass
    Article.objects.filter(pk=article.pk).update(headline="later")

    assert events(article)[-1].pgh_context is None


def test_without_an_actor_only_the_machine_is_named() -> None:
    article = ArticleFactory.create()
    with acting(None, job="sweep"):
        Article.objects.filter(pk=article.pk).update(headline="machine")

    assert events(article)[-1].pgh_context == {"job": "sweep"}


def test_contexts_add_up() -> None:
    user = UserFactory.create(username="ana")
    with acting(None, job="import"), acting(user):
        outlet = OutletFactory.create()

    assert events(outlet)[0].pgh_context == {"job": "import", "user": user.pk, "username": "ana"}


def test_a_task_names_itself_in_the_history() -> None:
    @app.task(name="tests.rename_outlet")
    def rename(pk: int) -> None:
        Outlet.objects.filter(pk=pk).update(name="Renamed")

    outlet = OutletFactory.create()
    try:
        rename.apply(args=[outlet.pk], task_id="the-id", throw=True)
    finally:
        app.tasks.unregister("tests.rename_outlet")

    context = events(outlet)[-1].pgh_context
    assert context["task"] == "tests.rename_outlet"
    assert context["task_id"] == "the-id"


@pytest.mark.parametrize("change", ["UPDATE {} SET pgh_label = 'x'", "DELETE FROM {}"])
@pytest.mark.parametrize(
    "table", ["articles_outletevent", "articles_articleevent", "articles_revisionevent"]
)
def test_history_can_be_neither_changed_nor_deleted(table: str, change: str) -> None:
    revision = RevisionFactory.create()
    extraction_queue.begin(revision.pk)
    finish(revision)
    extraction_queue.requeue(revision_ids=[revision.pk], by=None)

    with (
        pytest.raises(DatabaseError, match="Cannot update or delete rows"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(change.format(table))

    with connection.cursor() as cursor:
        cursor.execute(f"SELECT count(*) FROM {table} WHERE pgh_label <> 'x'")
        assert cursor.fetchone()[0] >= 1


def finish(revision: Revision) -> None:
    Revision.objects.filter(pk=revision.pk).update(
        extraction_state="done",
        extraction_next_attempt_at=None,
        extraction_finished_at=timezone.now(),
        extractor="rules",
        extractor_version="1",
    )


def test_of_a_revision_only_a_second_extraction_is_on_record() -> None:
    user = UserFactory.create(username="ana")
    revision = RevisionFactory.create()
    extraction_queue.begin(revision.pk)
    finish(revision)
    assert revision_events(revision) == []

    extraction_queue.requeue(revision_ids=[revision.pk], by=user)

    (event,) = revision_events(revision)
    assert event.pgh_label == "requeued"
    assert event.pgh_context == {"user": user.pk, "username": "ana"}
    # the row as it was before: what is overwritten now
    assert (event.extraction_state, event.extractor, event.extractor_version) == (
        "done",
        "rules",
        "1",
    )
    assert event.extraction_finished_at is not None
