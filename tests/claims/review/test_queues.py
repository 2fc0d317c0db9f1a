"""What comes next in a queue, and that an index gives it."""

from __future__ import annotations

import pytest
from django.db import connection

from claims.models import (
    Candidate,
    CandidateState,
    Lease,
)
from claims.models.choices import StatementKind
from claims.review.leases import take_next
from claims.review.queues import Order, Queue, waiting
from newsroom.articles.models import Article
from tests.claims.review.desk_work import editor
from tests.factories import (
    CandidateFactory,
    RevisionFactory,
    SourceFactory,
)

pytestmark = pytest.mark.django_db


def test_the_best_comes_first_and_only_what_is_pending() -> None:
    low = CandidateFactory.create(score=0.2)
    high = CandidateFactory.create(score=0.9)
    CandidateFactory.create(score=0.95, state=CandidateState.SUPERSEDED)

    assert take_next(queue=Queue(), count=5, by=editor()) == [high.pk, low.pk]


def test_the_newest_or_the_most_uncertain_comes_first_when_asked_for() -> None:
    sure = CandidateFactory.create(score=0.99)
    unsure = CandidateFactory.create(score=0.55)
    unlikely = CandidateFactory.create(score=0.1)

    newest = take_next(queue=Queue(order=Order.NEWEST), count=5, by=editor())
    Lease.objects.all().delete()
    uncertain = take_next(queue=Queue(order=Order.UNCERTAIN), count=5, by=editor())

    assert newest == [unlikely.pk, unsure.pk, sure.pk]
    assert uncertain == [unsure.pk, unlikely.pk, sure.pk]


def test_a_queue_is_limited_to_outlet_speaker_and_kind() -> None:
    speaker = SourceFactory.create()
    wanted = CandidateFactory.create(speaker=speaker, kind=StatementKind.PROMISE)
    outlet = wanted.revision.article.outlet
    other_kind = CandidateFactory.create(speaker=speaker, revision__article__outlet=outlet)
    CandidateFactory.create(kind=StatementKind.PROMISE)
    by = editor()

    for queue, expected in (
        (Queue(outlet=outlet.pk), {wanted.pk, other_kind.pk}),
        (Queue(speaker=speaker.pk), {wanted.pk, other_kind.pk}),
        (Queue(speaker=speaker.pk, kind=StatementKind.PROMISE), {wanted.pk}),
    ):
        assert set(take_next(queue=queue, count=5, by=by)) == expected


def test_a_queue_is_limited_to_the_stories_of_a_section() -> None:
    wanted = CandidateFactory.create(revision__article__section="Ports & Ships")
    CandidateFactory.create(revision__article__section="Sport")
    CandidateFactory.create()
    moved = CandidateFactory.create(revision__article__section="Ports & Ships")
    Article.objects.filter(pk=moved.revision.article_id).update(section="Sport")

    queue = Queue(section="Ports & Ships", outlet=wanted.outlet_id)
    assert take_next(queue=Queue(section="Ports & Ships"), count=5, by=editor()) == [wanted.pk]
    Lease.objects.all().delete()
    assert take_next(queue=queue, count=5, by=editor()) == [wanted.pk]
    assert take_next(queue=Queue(section="Weather"), count=5, by=editor()) == []


def test_a_story_is_worked_through_in_the_order_of_its_text() -> None:
    revision = RevisionFactory.create()
    second = CandidateFactory.create(revision=revision, passage=(72, 137), score=0.9)
    first = CandidateFactory.create(revision=revision, passage=(0, 70), score=0.1)
    CandidateFactory.create()

    queue = Queue(order=Order.STORY, article=revision.article_id)

    assert take_next(queue=queue, count=5, by=editor()) == [first.pk, second.pk]


def test_the_outlet_is_filled_in_by_the_database() -> None:
    revision = RevisionFactory.create()
    template = CandidateFactory.build(revision=revision)
    Candidate.objects.bulk_create([template])

    assert Candidate.objects.get().outlet == revision.article.outlet


PLANS = [
    (Queue(), "candidate_queue"),
    (Queue(order=Order.NEWEST), "candidate_newest"),
    (Queue(order=Order.UNCERTAIN), "candidate_uncertain"),
    (Queue(outlet=-1), "candidate_queue_outlet"),
    (Queue(speaker=-1), "candidate_queue_speaker"),
    (Queue(kind="promise"), "candidate_queue_kind"),
    (Queue(order=Order.FLAGGED), "flag_open"),
    (Queue(order=Order.MINE), "flag_open_for"),
]


@pytest.mark.parametrize(("queue", "index"), PLANS, ids=[index for _, index in PLANS])
def test_each_queue_can_be_read_from_an_index(queue: Queue, index: str) -> None:
    """Without sorting, that is: the first rows cost the same in a large table."""
    with connection.cursor() as cursor:
        # The table is empty, and the planner would as soon read another one.
        for _, other in PLANS[:6]:
            if other != index:
                cursor.execute(f"DROP INDEX {other}")
        cursor.execute(
            "SET LOCAL enable_seqscan = off; SET LOCAL enable_sort = off; "
            "SET LOCAL enable_bitmapscan = off; SET LOCAL enable_hashjoin = off; "
            "SET LOCAL enable_mergejoin = off"
        )
    plan = waiting(queue, by=editor())[:3].explain()

    assert f" {index} " in plan, plan
    assert "Sort  (" not in plan.replace("Incremental Sort", ""), plan
