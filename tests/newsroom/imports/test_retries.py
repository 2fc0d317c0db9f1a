"""Rejected items tried again after a fix: taken in once, linked to the run that did."""

from __future__ import annotations

import io

import pytest
from django.conf import LazySettings
from django.core.exceptions import ValidationError
from django.test import Client

from newsroom.articles.models import Article, Outlet, Revision
from newsroom.imports.files import read_stream
from newsroom.imports.models import ImportRun, ImportTrigger, Rejection
from newsroom.imports.retries import retry_rejections
from newsroom.imports.services import run_import
from tests.database import at_once, refused_by
from tests.factories import ImportRunFactory, OutletFactory, RejectionFactory
from tests.newsroom.imports.feeds.conftest import (
    LONG,
    NOT_FOUND,
    item,
    page,
    rss,
)
from tests.newsroom.imports.http.conftest import Server, server
from tests.newsroom.imports.reading import line

__all__ = ["server"]

pytestmark = pytest.mark.django_db


def reject(payload: bytes, origin: str, outlet: Outlet | None = None) -> Rejection:
    """What becomes of a file of which exactly one item is rejected."""
    run_import(
        outlet=outlet or OutletFactory.create(),
        items=read_stream(io.BytesIO(payload), origin),
        trigger=ImportTrigger.COMMAND,
        origin=origin,
        by=None,
    )
    return Rejection.objects.latest("pk")


def retry(*rejections: Rejection, corrected: bytes | None = None) -> ImportRun:
    (run,) = retry_rejections(
        rejection_ids=[one.pk for one in rejections], corrected=corrected, by=None
    )
    for one in rejections:
        one.refresh_from_db()
    return run


def big(extra: str = "") -> str:
    return "A long story. " * 50 + "The end." + extra


@pytest.mark.parametrize(
    ("origin", "payload"),
    [
        ("in.jsonl", line(external_id="a", text=big()) + line(external_id="b")),
        ("feed.xml", rss(item("a", big()), item("b"))),
        (
            "atom.xml",
            f'<feed xmlns="http://www.w3.org/2005/Atom"><entry><id>a</id><content>{big()}</content>'
            "</entry></feed>".encode(),
        ),
        (
            "feed.json",
            b'{"version": "https://jsonfeed.org/version/1.1", "items": [{"id": "a", '
            b'"content_text": "' + big().encode() + b'"}]}',
        ),
        ("a.txt", big().encode()),
    ],
)
def test_after_a_fix_an_item_of_any_format_is_taken_in(
    settings: LazySettings, origin: str, payload: bytes
) -> None:
    settings.IMPORT_MAX_ARTICLE_BYTES = 100
    rejection = reject(payload, origin)
    assert rejection.reason == "too_large"
    settings.IMPORT_MAX_ARTICLE_BYTES = 10_000

    run = retry(rejection)

    assert (run.trigger, run.state, run.created, run.rejected) == ("admin", "finished", 1, 0)
    assert rejection.settled_in == rejection.retried_in == run
    assert Revision.objects.filter(article__external_id="a", text=big().strip("\n")).exists()


def test_what_is_refused_again_stays_open_and_says_why() -> None:
    rejection = reject(b"{\n", "in.jsonl")

    run = retry(rejection)

    assert (run.seen, run.rejected) == (1, 1)
    assert (rejection.retried_in, rejection.settled_in) == (run, None)


def test_however_often_it_is_tried_it_stays_one_rejection_with_the_latest_reason(
    settings: LazySettings,
) -> None:
    settings.IMPORT_MAX_ARTICLE_BYTES = 100
    rejection = reject(line(external_id="a", text=big(), published_at="soon"), "in.jsonl")
    assert rejection.reason == "too_large"
    settings.IMPORT_MAX_ARTICLE_BYTES = 10_000

    retry(rejection)
    run = retry(rejection)

    assert Rejection.objects.count() == 1
    assert (run.seen, run.rejected) == (1, 1)
    assert (rejection.reason, rejection.retried_in) == ("bad_date", run)
    assert "soon" in rejection.message


def test_a_correction_that_is_refused_is_kept_beside_the_original() -> None:
    rejection = reject(b"{\n", "in.jsonl")
    message = rejection.message

    retry(rejection, corrected=b'{"external_id": "a"}')

    assert rejection.message == message
    other = Rejection.objects.exclude(pk=rejection.pk).get()
    assert bytes(other.payload) == b'{"external_id": "a"}'


def test_why_it_was_rejected_changes_by_a_try_only() -> None:
    rejection = reject(b"{\n", "in.jsonl")
    with refused_by("rejection_reason_by_a_try"):
        Rejection.objects.update(message="Nothing is wrong.")
    retry(rejection)
    with refused_by("rejection_is_kept"):
        Rejection.objects.update(payload=b"{}")


def test_a_corrected_item_is_taken_in_and_the_original_kept() -> None:
    rejection = reject(b'{"external_id": "a", "text": "A story."\n', "in.jsonl")

    run = retry(rejection, corrected=b'{"external_id": "a", "text": "A story."}')

    assert run.created == 1
    assert rejection.settled_in == run
    assert bytes(rejection.payload) == b'{"external_id": "a", "text": "A story."\n'


def test_tried_once_more_it_is_not_taken_in_once_more(settings: LazySettings) -> None:
    settings.IMPORT_MAX_ARTICLE_BYTES = 100
    rejection = reject(line(external_id="a", text=big()), "in.jsonl")
    settings.IMPORT_MAX_ARTICLE_BYTES = 10_000
    retry(rejection)

    assert retry_rejections(rejection_ids=[rejection.pk], by=None) == []
    assert Article.objects.count() == Revision.objects.count() == 1
    with refused_by("rejection_settled_once"):
        Rejection.objects.update(settled_in=ImportRunFactory.create())
    with refused_by("rejection_reason_by_a_try"):
        Rejection.objects.update(message="Nothing.")


@pytest.mark.django_db(transaction=True)
def test_tried_by_two_at_once_it_is_taken_in_once(settings: LazySettings) -> None:
    settings.IMPORT_MAX_ARTICLE_BYTES = 100
    rejection = reject(line(external_id="a", text=big()), "in.jsonl")
    settings.IMPORT_MAX_ARTICLE_BYTES = 10_000

    at_once(*[lambda: retry_rejections(rejection_ids=[rejection.pk], by=None)] * 2)

    assert Revision.objects.count() == 1
    assert ImportRun.objects.filter(created=1).count() == 1


def test_many_go_in_one_run_for_each_outlet() -> None:
    one, other = OutletFactory.create(), OutletFactory.create()
    rejections = [
        reject(b'{"external_id": "%d"}\n' % number, "in.jsonl", outlet)
        for number, outlet in enumerate([one, one, other])
    ]

    runs = retry_rejections(rejection_ids=[row.pk for row in rejections], by=None)

    assert {(run.outlet, run.seen) for run in runs} == {(one, 2), (other, 1)}
    with pytest.raises(ValidationError):
        retry_rejections(rejection_ids=list(range(1000)), by=None)
    with pytest.raises(ValidationError):
        retry_rejections(rejection_ids=[1, 2], corrected=b"x", by=None)


def test_a_row_of_csv_says_too_little_by_itself() -> None:
    rejection = reject(b"external_id,text\na,\n", "in.csv")
    retry(rejection)
    assert "by itself" in Rejection.objects.latest("pk").message


def test_a_page_is_fetched_again_by_the_next_run_of_its_feed(
    server: Server, settings: LazySettings
) -> None:
    from datetime import timedelta

    from newsroom.imports.feeds.services import import_feed
    from tests.factories import FeedFactory
    from tests.newsroom.imports.http.conftest import response

    settings.FETCH_HOST_DELAY = timedelta()
    server.says("/robots.txt", NOT_FOUND)
    server.says("/feed", response(server.url("/a").encode(), content_type="text/plain"))
    server.says("/a", NOT_FOUND)
    feed = FeedFactory.create(url=server.url("/feed"))
    import_feed(feed_id=feed.pk, trigger=ImportTrigger.COMMAND, by=None)
    rejection = Rejection.objects.get()

    run = retry(rejection)
    assert run.state == "queued"
    server.says("/a", page(LONG))
    import_feed(feed_id=feed.pk, trigger=ImportTrigger.SCHEDULE, by=None)

    rejection.refresh_from_db()
    assert rejection.settled_in == run
    assert Article.objects.count() == 1


def test_in_the_admin_one_and_many_are_tried_again(editor_client: Client) -> None:
    rejection = reject(b'{"external_id": "a", "text": "A story."\n', "in.jsonl")
    url = f"/admin/imports/rejection/{rejection.pk}/"
    assert "A story." in editor_client.get(f"{url}correct/").text

    editor_client.post(f"{url}retry/", {"_form_submitted": "on"})
    editor_client.post(
        f"{url}correct/",
        {"_form_submitted": "on", "corrected": '{"external_id": "a", "text": "A story."}'},
    )
    rejection.refresh_from_db()
    assert rejection.settled_in is not None
    assert rejection.settled_in.started_by is not None
    shown = editor_client.get(f"{url}change/").text
    assert "taken in" in shown

    other = RejectionFactory.create(payload=line(external_id="b", text="B."), format="jsonl")
    editor_client.post(
        "/admin/imports/rejection/",
        {"action": "retry_these", "_selected_action": [rejection.pk, other.pk]},
    )
    other.refresh_from_db()
    assert other.settled_in is not None
    assert Article.objects.count() == 2
