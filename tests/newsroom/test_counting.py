"""Counts and pages of large tables. The limit is made small; all else is as it is."""

from __future__ import annotations

import pytest
from django.core.paginator import EmptyPage
from django.db import connection
from django.test.utils import CaptureQueriesContext
from pytest_django import DjangoAssertNumQueries

from newsroom.articles.models import Outlet
from newsroom.counting import Bounded, BoundedPaginator, bounded_count, planner_estimate
from tests.factories import OutletFactory

pytestmark = pytest.mark.django_db


class SmallPaginator(BoundedPaginator):
    limit = 5


def whole(rows: int) -> SmallPaginator:
    """Pages of a whole table, which PostgreSQL has just looked at."""
    OutletFactory.create_batch(rows)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE articles_outlet")
    return SmallPaginator(Outlet.objects.order_by("id"), 2)


def filtered(rows: int) -> SmallPaginator:
    OutletFactory.create_batch(rows)
    return SmallPaginator(Outlet.objects.filter(name__startswith="Outlet").order_by("id"), 2)


def test_few_rows_are_counted_exactly() -> None:
    paginator = whole(5)

    assert (paginator.count, str(paginator.count), paginator.num_pages) == (5, "5", 3)


def test_more_than_the_limit_is_said_without_counting_on() -> None:
    paginator = filtered(7)

    assert str(paginator.count) == "5+"
    assert paginator.num_pages == 3


def test_the_last_page_is_as_full_as_the_others_let_it() -> None:
    paginator = filtered(7)

    assert len(paginator.page(2)) == 2
    assert len(paginator.page(3)) == 1
    with pytest.raises(EmptyPage):
        paginator.page(4)


def test_a_whole_large_table_is_estimated_and_not_counted(
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    paginator = whole(12)

    with django_assert_num_queries(1) as queries:
        assert str(paginator.count) == "about 12"

    assert "pg_class" in queries.captured_queries[0]["sql"]
    assert len(paginator.page(1)) == 2


def test_a_filtered_large_table_is_counted_up_to_the_limit(
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    whole(12)
    paginator = SmallPaginator(Outlet.objects.filter(name__startswith="Outlet"), 2)

    with django_assert_num_queries(1):
        assert str(paginator.count) == "5+"


def test_counting_reads_no_more_rows_than_it_reports() -> None:
    OutletFactory.create_batch(7)

    with CaptureQueriesContext(connection) as queries:
        assert str(bounded_count(Outlet.objects.order_by("name"), limit=5)) == "5+"

    assert "LIMIT 6" in queries[0]["sql"]
    assert "ORDER BY" not in queries[0]["sql"]


def test_a_list_that_is_no_query_is_paged_too() -> None:
    assert BoundedPaginator([1, 2, 3], 2).num_pages == 2


def test_an_unknown_table_has_no_estimate(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Outlet._meta, "db_table", "not_there")

    assert planner_estimate(Outlet, using="default") == 0


def test_thousands_are_readable() -> None:
    assert str(Bounded(12345)) == "12,345"
    assert str(Bounded.counted(10_001, 10_000)) == "10,000+"
    assert str(Bounded.counted(10_000, 10_000)) == "10,000"
