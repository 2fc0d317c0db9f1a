"""Taking in stories: what is new, what is not, and what must not change."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import timedelta
from typing import Any

import pytest
from django.conf import settings
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from newsroom.articles.models import Article, ExtractionState, Outlet, Revision
from newsroom.articles.services import IncomingArticle, receive_articles
from tests.database import at_once, while_uncommitted
from tests.factories import ArticleFactory, OutletFactory, UserFactory
from tests.newsroom.articles.stories import ELEVEN, NINE, TEN, outcomes, receive, story

pytestmark = pytest.mark.django_db


@pytest.fixture
def outlet(db: None) -> Outlet:
    return OutletFactory.create()


def texts(article: Article) -> list[str]:
    return list(article.revisions.order_by("number").values_list("text", flat=True))


# ---------------------------------------------------------------------------- what is new


def test_a_new_story_becomes_an_article_with_its_first_revision(outlet: Outlet) -> None:
    item = story(
        url="https://post.example/harbour",
        headline="Dredged",
        byline="Ana Lund",
        dateline="PORT",
        section="Local",
        genre="news",
        language="de",
        published_at=NINE,
        versioned_at=TEN,
    )

    (receipt,) = receive(outlet, item)

    article = Article.objects.get()
    revision = Revision.objects.get()
    assert receipt.outcome == "created"
    assert receipt.article == article
    assert receipt.revision == revision
    assert article.outlet == outlet
    for name in ("external_id", "url", "headline", "byline", "dateline", "section", "genre"):
        assert getattr(article, name) == getattr(item, name)
    assert (article.language, article.published_at, article.status) == ("de", NINE, "live")
    assert (revision.article, revision.number, revision.text) == (article, 1, item.text)
    assert (revision.sha256, revision.versioned_at) == (item.sha256, TEN)
    assert revision.extraction_state == ExtractionState.PENDING


def test_what_an_outlet_does_not_say_is_not_made_up(outlet: Outlet) -> None:
    receive(outlet, story())

    article = Article.objects.get()
    assert article.published_at is None
    assert Revision.objects.get().versioned_at is None
    assert (article.headline, article.byline, article.url) == ("", "", "")


def test_receiving_a_story_again_changes_nothing(outlet: Outlet) -> None:
    item = story(headline="Dredged", language="de", published_at=NINE)
    receive(outlet, item)
    before = list(Article.objects.values()), list(Revision.objects.values())

    receipts = receive(outlet, item, item)

    assert outcomes(receipts) == ["unchanged", "unchanged"]
    assert [receipt.revision for receipt in receipts] == [None, None]
    assert (list(Article.objects.values()), list(Revision.objects.values())) == before
    assert Article.objects.get().events.count() == 1  # type: ignore[attr-defined]


def test_a_changed_text_is_a_new_revision_and_the_old_one_stays(outlet: Outlet) -> None:
    receive(outlet, story("One."))

    (receipt,) = receive(outlet, story("Two."))

    assert receipt.outcome == "revised"
    assert receipt.revision is not None
    assert receipt.revision.number == 2
    assert texts(Article.objects.get()) == ["One.", "Two."]


def test_a_changed_headline_alone_is_an_update_and_no_revision(outlet: Outlet) -> None:
    receive(outlet, story(headline="Dredged"))

    (receipt,) = receive(outlet, story(headline="Dredged again"))

    assert receipt.outcome == "updated"
    assert receipt.revision is None
    assert Article.objects.get().headline == "Dredged again"
    assert Revision.objects.count() == 1


def test_a_revision_brings_its_details_along(outlet: Outlet) -> None:
    receive(outlet, story("One.", headline="First"))
    receive(outlet, story("Two.", headline="Second"))
    assert Article.objects.get().headline == "Second"


def test_the_same_identifier_at_another_outlet_is_another_story(outlet: Outlet) -> None:
    receipts = receive(outlet, story()) + receive(OutletFactory.create(), story())
    assert outcomes(receipts) == ["created", "created"]
    assert Article.objects.count() == 2


def test_whitespace_and_letter_case_make_a_different_text(outlet: Outlet) -> None:
    """Spans count code points: the text is compared as it is, not as it looks."""
    receipts = receive(outlet, story("É a."), story("E\u0301 a."), story("É  a."), story("é a."))
    assert outcomes(receipts) == ["created", "revised", "revised", "revised"]


# ------------------------------------------------------------------ what a delivery leaves out


@pytest.mark.parametrize(
    "field",
    ["url", "headline", "byline", "dateline", "section", "genre", "language", "published_at"],
)
@pytest.mark.parametrize("text", ["The same.", "Another."])
def test_what_a_later_delivery_leaves_out_stays(outlet: Outlet, field: str, text: str) -> None:
    values: dict[str, Any] = {
        "url": "https://post.example/1",
        "language": "no",
        "published_at": NINE,
    }
    value = values.get(field, "stated")
    receive(outlet, story("The same.", **{field: value}))

    receive(outlet, story(text))

    assert getattr(Article.objects.get(), field) == value


def test_a_story_without_a_language_is_english_until_told_otherwise(outlet: Outlet) -> None:
    receive(outlet, story())
    assert Article.objects.get().language == "en"

    assert outcomes(receive(outlet, story(language="nb"))) == ["updated"]
    assert Article.objects.get().language == "nb"


def test_what_an_editor_set_is_not_touched_by_a_delivery(outlet: Outlet) -> None:
    receive(outlet, story("One."))
    Article.objects.update(status="withheld", embargoed_until=TEN)

    receive(outlet, story("Two.", headline="News"))

    article = Article.objects.get()
    assert (article.status, article.embargoed_until) == ("withheld", TEN)


def test_an_article_without_revisions_gets_its_details_with_the_first(outlet: Outlet) -> None:
    ArticleFactory.create(outlet=outlet, external_id="harbour", headline="Made by hand")

    (receipt,) = receive(outlet, story(headline="As delivered", byline="Ana Lund"))

    article = Article.objects.get()
    assert receipt.outcome == "created"
    assert (article.headline, article.byline) == ("As delivered", "Ana Lund")


# --------------------------------------------------------------------- versions and their order


def test_two_versions_in_one_batch_are_two_revisions(outlet: Outlet) -> None:
    receipts = receive(
        outlet,
        story("One.", headline="First", versioned_at=NINE),
        story("Two.", headline="Second", versioned_at=TEN),
    )

    article = Article.objects.get()
    assert outcomes(receipts) == ["created", "revised"]
    assert texts(article) == ["One.", "Two."]
    assert article.headline == "Second"


def test_two_versions_in_one_batch_out_of_order_keep_the_newer_one(outlet: Outlet) -> None:
    receipts = receive(
        outlet,
        story("Two.", headline="Second", versioned_at=TEN),
        story("One.", headline="First", versioned_at=NINE),
    )

    article = Article.objects.get()
    assert outcomes(receipts) == ["created", "stale"]
    assert texts(article) == ["Two."]
    assert article.headline == "Second"


def test_an_older_version_that_was_never_seen_is_stale(outlet: Outlet) -> None:
    receive(outlet, story("Two.", headline="Second", versioned_at=TEN))

    (receipt,) = receive(outlet, story("One.", headline="First", versioned_at=NINE))

    assert receipt.outcome == "stale"
    assert receipt.revision is None
    assert texts(Article.objects.get()) == ["Two."]
    assert Article.objects.get().headline == "Second"


@pytest.mark.parametrize("versioned", [True, False])
def test_the_first_version_come_again_changes_nothing(outlet: Outlet, versioned: bool) -> None:
    one = story("One.", headline="First", versioned_at=NINE if versioned else None)
    two = story("Two.", headline="Second", versioned_at=TEN if versioned else None)
    receive(outlet, one, two)

    (receipt,) = receive(outlet, one)

    assert receipt.outcome == "unchanged"
    assert texts(Article.objects.get()) == ["One.", "Two."]
    assert Article.objects.get().headline == "Second"


def test_going_back_to_an_earlier_wording_is_a_revision_if_it_says_so(outlet: Outlet) -> None:
    receive(outlet, story("One.", versioned_at=NINE), story("Two.", versioned_at=TEN))

    (receipt,) = receive(outlet, story("One.", headline="Taken back", versioned_at=ELEVEN))

    assert receipt.outcome == "revised"
    assert texts(Article.objects.get()) == ["One.", "Two.", "One."]
    assert Article.objects.get().headline == "Taken back"


@pytest.mark.parametrize("moment", [None, NINE, TEN])
def test_going_back_without_being_newer_is_an_old_delivery(outlet: Outlet, moment: Any) -> None:
    receive(outlet, story("One.", versioned_at=NINE), story("Two.", versioned_at=TEN))

    (receipt,) = receive(outlet, story("One.", versioned_at=moment))

    assert receipt.outcome == "unchanged"
    assert texts(Article.objects.get()) == ["One.", "Two."]


def test_a_new_text_without_a_time_is_taken_for_newer(outlet: Outlet) -> None:
    receive(outlet, story("One.", versioned_at=TEN))
    assert outcomes(receive(outlet, story("Two."))) == ["revised"]


def test_a_later_version_with_an_older_time_than_one_before_is_stale(outlet: Outlet) -> None:
    """The newest time counts, not that of the latest revision, which may have none."""
    receive(outlet, story("One.", versioned_at=TEN), story("Two."))
    assert outcomes(receive(outlet, story("Three.", versioned_at=NINE))) == ["stale"]


def test_the_same_text_at_an_older_time_does_not_bring_back_old_details(outlet: Outlet) -> None:
    receive(outlet, story(headline="New", versioned_at=TEN))

    (receipt,) = receive(outlet, story(headline="Old", versioned_at=NINE))

    assert receipt.outcome == "unchanged"
    assert Article.objects.get().headline == "New"


# ----------------------------------------------------------------------- batches and queries


def batch(count: int, text: str, **fields: Any) -> list[IncomingArticle]:
    return [story(f"{text} {n}.", external_id=f"s{n}", **fields) for n in range(count)]


def test_receipts_come_in_the_order_of_the_items(outlet: Outlet) -> None:
    items = list(reversed(batch(5, "Text")))
    receipts = receive(outlet, *items)
    assert [one.article.external_id for one in receipts] == [one.external_id for one in items]


def test_nothing_to_receive_is_no_error(outlet: Outlet) -> None:
    assert receive(outlet) == []
    assert not Article.objects.exists()


@pytest.mark.parametrize("kind", ["new", "revised", "updated", "unchanged", "versions"])
def test_fifty_stories_take_as_many_queries_as_one(outlet: Outlet, kind: str) -> None:
    def queries(count: int) -> int:
        home = OutletFactory.create()
        if kind != "new":
            receive(home, *batch(count, "One", headline="H"))
        items = {
            "new": batch(count, "One"),
            "revised": batch(count, "Two", headline="I"),
            "updated": batch(count, "One", headline="I"),
            "unchanged": batch(count, "One"),
            "versions": batch(count, "Two") + batch(count, "Three", headline="J"),
        }[kind]
        with CaptureQueriesContext(
            connection,
        ) as captured:
            receive(home, *items)
        return len(captured)

    assert queries(50) == queries(1) <= 10


def test_receiving_is_on_record_with_who_did_it(outlet: Outlet) -> None:
    user = UserFactory.create(username="ana")
    receive_articles(outlet=outlet, items=[story()], by=user)

    (event,) = Article.objects.get().events.all()  # type: ignore[attr-defined]
    assert event.pgh_context == {"user": user.pk, "username": "ana"}


# -------------------------------------------------------------------------- announcements


@pytest.mark.django_db(transaction=True)
def test_new_revisions_are_announced_after_the_commit(sent: Callable[[], list[int]]) -> None:
    outlet = OutletFactory.create()
    with transaction.atomic():
        receipts = receive(outlet, story("One."), story("Two."), story(external_id="other"))
        assert sent() == []

    assert sent() == [one.revision.pk for one in receipts if one.revision is not None]
    assert len(sent()) == 3


@pytest.mark.django_db(transaction=True)
def test_nothing_is_announced_when_nothing_is_new(sent: Callable[[], list[int]]) -> None:
    outlet = OutletFactory.create()
    receive(outlet, story("Two.", versioned_at=TEN))
    assert len(sent()) == 1

    receive(outlet, story("Two."), story("Two.", headline="News"))
    receive(outlet, story("One.", versioned_at=NINE))

    assert len(sent()) == 1


@pytest.mark.django_db(transaction=True)
def test_nothing_is_announced_when_the_transaction_is_rolled_back(
    sent: Callable[[], list[int]],
) -> None:
    outlet = OutletFactory.create()
    with suppress(ZeroDivisionError), transaction.atomic():
        receive(outlet, story())
        raise ZeroDivisionError

    assert sent() == []
    assert not Article.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_a_broker_that_is_down_fails_no_import(
    unreachable_broker: str, caplog: pytest.LogCaptureFixture
) -> None:
    """The rows say "pending", which is all the sweep needs; and one attempt to connect is made."""
    receipts = receive(OutletFactory.create(), *batch(40, "Text"))

    assert outcomes(receipts) == ["created"] * 40
    assert [record.getMessage()[:56] for record in caplog.records] == [
        "broker unreachable, 40 revisions left to the sweep: Erro"
    ]
    within = timezone.now() + settings.EXTRACTION_RESEND_AFTER + timedelta(seconds=1)
    assert (
        Revision.objects.filter(
            extraction_state="pending",
            extraction_attempts=0,
            extraction_next_attempt_at__lte=within,
        ).count()
        == 40
    )


# ------------------------------------------------------------------------- two imports at once


@pytest.mark.django_db(transaction=True)
def test_two_imports_that_meet_a_new_story_at_once_take_it_in_once(
    sent: Callable[[], list[int]],
) -> None:
    outlet = OutletFactory.create()

    second = while_uncommitted(lambda: receive(outlet, story()), lambda: receive(outlet, story()))

    assert outcomes(second) == ["unchanged"]
    assert Article.objects.count() == 1
    assert sent() == [Revision.objects.get().pk]


@pytest.mark.django_db(transaction=True)
def test_two_imports_that_meet_a_new_version_at_once_take_it_in_once() -> None:
    outlet = OutletFactory.create()
    receive(outlet, story("One."))

    second = while_uncommitted(
        lambda: receive(outlet, story("Two.")),
        lambda: receive(outlet, story("Two."), story("Three.")),
    )

    assert outcomes(second) == ["unchanged", "revised"]
    assert texts(Article.objects.get()) == ["One.", "Two.", "Three."]


@pytest.fixture
def slow_inserts(transactional_db: None) -> Iterator[None]:
    """Each new article takes its time, so that two statements at once are sure to interleave."""
    with connection.cursor() as cursor:
        cursor.execute(
            "CREATE FUNCTION dawdle() RETURNS trigger LANGUAGE plpgsql AS "
            "'BEGIN PERFORM pg_sleep(0.03); RETURN NEW; END'"
        )
        cursor.execute(
            "CREATE TRIGGER dawdle BEFORE INSERT ON articles_article "
            "FOR EACH ROW EXECUTE FUNCTION dawdle()"
        )
    yield
    with connection.cursor() as cursor:
        cursor.execute("DROP FUNCTION dawdle CASCADE")


def test_two_imports_of_the_same_new_stories_wait_and_do_not_deadlock(slow_inserts: None) -> None:
    """In opposite order, in which each would wait for the other."""
    outlet = OutletFactory.create()
    items = batch(6, "Text")

    both = at_once(lambda: receive(outlet, *items), lambda: receive(outlet, *reversed(items)))

    assert sorted(map(outcomes, both)) == [["created"] * 6, ["unchanged"] * 6]
    assert Article.objects.count() == Revision.objects.count() == 6
