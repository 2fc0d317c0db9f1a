"""What the database itself refuses, whoever asks: no model code runs in these statements."""

from __future__ import annotations

import hashlib
from datetime import timedelta
from typing import Any

import pytest
from django.db import DataError, connection
from django.utils import timezone

from claims.models import Candidate
from newsroom.articles.anchors import CONTEXT, anchor_at
from newsroom.articles.models import Article, ExtractionState, Outlet, Revision
from tests.database import refused_by
from tests.factories import ArticleFactory, CandidateFactory, OutletFactory, RevisionFactory

pytestmark = pytest.mark.django_db


def execute(sql: str, *parameters: object) -> None:
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)


def bulk_copy(row: Any, **changes: object) -> None:
    """Insert a copy of `row` with `changes`, past `save` and every validator."""
    model = type(row)
    fields = {
        field.attname: getattr(row, field.attname)
        for field in model._meta.concrete_fields
        if not field.primary_key
    }
    model.objects.bulk_create([model(**{**fields, **changes})])


# ------------------------------------------------------------------------- outlets, articles


def test_an_outlet_has_a_name_and_a_slug_of_its_own() -> None:
    outlet = OutletFactory.create()

    with refused_by("articles_outlet_name_key"):
        bulk_copy(outlet, slug="another")
    with refused_by("articles_outlet_slug_key"):
        bulk_copy(outlet, name="Another")

    assert Outlet.objects.count() == 1


def test_an_article_is_there_once_for_each_outlet() -> None:
    article = ArticleFactory.create()

    with refused_by("article_once_per_outlet"):
        bulk_copy(article)
    bulk_copy(article, outlet_id=OutletFactory.create().pk)

    assert Article.objects.filter(external_id=article.external_id).count() == 2


def test_an_article_has_an_external_id() -> None:
    article = ArticleFactory.create()

    with refused_by("article_has_external_id"):
        Article.objects.filter(pk=article.pk).update(external_id="")


def test_an_article_has_a_known_status() -> None:
    article = ArticleFactory.create()

    with refused_by("article_status_known"):
        Article.objects.filter(pk=article.pk).update(status="hidden")


# ------------------------------------------------------------------------------- revisions


def test_a_revision_number_is_there_once_for_each_article() -> None:
    revision = RevisionFactory.create()

    with refused_by("revision_number_once"):
        bulk_copy(revision)
    bulk_copy(revision, number=2)

    assert Revision.objects.filter(article=revision.article).count() == 2


def test_revision_numbers_begin_with_one() -> None:
    with refused_by("revision_number_from_one"):
        bulk_copy(RevisionFactory.create(), number=0)


def test_a_revision_has_a_text() -> None:
    with refused_by("revision_has_text"):
        bulk_copy(RevisionFactory.create(), number=2, text="")


@pytest.mark.parametrize("digest", ["", "abc", "G" * 64, "A" * 64])
def test_a_revision_has_the_hash_of_its_text_in_hex(digest: str) -> None:
    with refused_by("revision_sha256_is_hex"):
        bulk_copy(RevisionFactory.create(), number=2, sha256=digest)


NEWS: dict[str, Any] = {
    "text": "Something else.",
    "sha256": hashlib.sha256(b"Something else.").hexdigest(),
    "number": 7,
    "versioned_at": timezone.now(),
    "received_at": timezone.now() - timedelta(days=1),
}


@pytest.mark.parametrize("field", NEWS)
@pytest.mark.parametrize("way", ["save", "update", "bulk_update", "raw SQL"])
def test_what_was_received_never_changes(field: str, way: str) -> None:
    revision = RevisionFactory.create()
    revision.refresh_from_db()
    before = getattr(revision, field)
    setattr(revision, field, NEWS[field])

    with refused_by("revision_text_never_changes"):
        if way == "save":
            revision.save()
        elif way == "update":
            Revision.objects.filter(pk=revision.pk).update(**{field: NEWS[field]})
        elif way == "bulk_update":
            Revision.objects.bulk_update([revision], [field])
        else:
            execute(
                f"UPDATE articles_revision SET {field} = %s WHERE id = %s", NEWS[field], revision.pk
            )

    revision.refresh_from_db()
    assert getattr(revision, field) == before


def test_a_revision_stays_with_its_article() -> None:
    revision = RevisionFactory.create()
    with refused_by("revision_text_never_changes"):
        Revision.objects.filter(pk=revision.pk).update(article=ArticleFactory.create())


@pytest.mark.parametrize("way", ["delete", "queryset", "raw SQL"])
def test_a_revision_is_never_deleted(way: str) -> None:
    revision = RevisionFactory.create()

    with refused_by("revision_is_never_deleted"):
        if way == "delete":
            Revision.objects.get(pk=revision.pk).delete()
        elif way == "queryset":
            Revision.objects.all().delete()
        else:
            execute("DELETE FROM articles_revision WHERE id = %s", revision.pk)

    assert Revision.objects.filter(pk=revision.pk).exists()


def test_a_revision_may_move_through_the_queue() -> None:
    """The rules above are about the text: what the queue writes into the row is not refused."""
    revision = RevisionFactory.create()
    revision.extraction_state = ExtractionState.RUNNING
    revision.extraction_attempts = 1
    revision.save()

    revision.refresh_from_db()
    assert revision.extraction_state == ExtractionState.RUNNING


def test_a_revision_has_a_known_extraction_state() -> None:
    revision = RevisionFactory.create()
    # By the first of two rules that speak of it, in the order of their names.
    with refused_by("revision_due_until_finished"):
        Revision.objects.filter(pk=revision.pk).update(extraction_state="paused")


@pytest.mark.parametrize(
    ("state", "due", "finished", "fits"),
    [
        ("pending", True, False, True),
        ("running", True, False, True),
        ("done", False, True, True),
        ("failed", False, True, True),
        # an unfinished revision that the sweep would never find
        ("pending", False, False, False),
        ("running", False, False, False),
        ("pending", True, True, False),
        ("running", True, True, False),
        # a finished one that it would send again, or that does not say when it was finished
        ("done", True, True, False),
        ("failed", True, True, False),
        ("done", False, False, False),
        ("failed", False, False, False),
    ],
)
def test_a_revision_is_due_until_it_is_finished(
    state: str, due: bool, finished: bool, fits: bool
) -> None:
    revision = RevisionFactory.create()
    now = timezone.now()
    change: dict[str, Any] = {
        "extraction_state": state,
        "extraction_next_attempt_at": now if due else None,
        "extraction_finished_at": now if finished else None,
    }

    if fits:
        Revision.objects.filter(pk=revision.pk).update(**change)
    else:
        with refused_by("revision_due_until_finished"):
            Revision.objects.filter(pk=revision.pk).update(**change)

    revision.refresh_from_db()
    assert (revision.extraction_state == state) == (fits or state == "pending")


# --------------------------------------------------------------------------------- anchors

TEXT = "A👩‍🚒e\u0301𝔘 “ß” said: Übermut\n\nZ"


@pytest.mark.parametrize(
    ("start", "end"),
    [(0, 1), (1, 2), (1, 4), (4, 6), (5, 6), (6, 7), (0, len(TEXT)), (len(TEXT) - 1, len(TEXT))],
)
def test_an_anchor_counts_code_points_as_python_does(start: int, end: int) -> None:
    """An emoji of three code points, a combining accent, a letter beyond 16 bits."""
    revision = RevisionFactory.create(text=TEXT)

    candidate = CandidateFactory.create(revision=revision, passage=(start, end))

    assert Candidate.objects.get(pk=candidate.pk).exact == TEXT[start:end]


@pytest.mark.parametrize(
    ("start", "end", "exact"),
    [
        (0, 1, "B"),  # other words
        (1, 3, TEXT[1:4]),  # the end in the middle of an emoji
        (2, 4, TEXT[1:3]),  # the right words one code point beside
        (4, 5, "é"),  # composed, where the text has it decomposed
        (len(TEXT) - 1, len(TEXT) + 1, "Z"),  # beyond the end, where SQL and Python would cut it
        (len(TEXT), len(TEXT) + 1, "Z"),
        (len(TEXT) + 5, len(TEXT) + 6, ""),
        (-1, 1, "A"),  # before the beginning, which SQL would cut too
        (0, 1, ""),
        (0, 1, "a"),  # case counts
    ],
)
def test_an_anchor_that_does_not_fit_the_text_is_refused(start: int, end: int, exact: str) -> None:
    fitting = CandidateFactory.create(revision=RevisionFactory.create(text=TEXT), passage=(9, 12))

    with refused_by("anchor_fits_text"):
        bulk_copy(fitting, start=start, end=end, exact=exact)
    with refused_by("anchor_fits_text"):
        Candidate.objects.filter(pk=fitting.pk).update(start=start, end=end, exact=exact)

    assert Candidate.objects.count() == 1


def test_a_passage_is_not_empty() -> None:
    fitting = CandidateFactory.create()
    with refused_by("candidate_passage_not_empty"):
        bulk_copy(fitting, start=3, end=3, exact="")


def test_an_anchor_cannot_be_moved_to_a_revision_where_it_does_not_fit() -> None:
    candidate = CandidateFactory.create()
    other = RevisionFactory.create(text="Quite another story, and a long one, about the weather.")

    with refused_by("anchor_fits_text"):
        Candidate.objects.filter(pk=candidate.pk).update(revision=other)


def test_an_anchor_keeps_a_little_of_what_stands_around_it() -> None:
    text = "𝔘" * 50 + "here" + "é" * 50

    anchor = anchor_at(text, 50, 54)

    assert anchor.exact == "here"
    assert anchor.prefix == "𝔘" * CONTEXT
    assert anchor.suffix == "é" * CONTEXT
    assert anchor_at(text, 0, 104).prefix == anchor_at(text, 0, 104).suffix == ""


@pytest.mark.parametrize(("start", "end"), [(-1, 2), (2, 2), (3, 2), (0, 6), (5, 6)])
def test_there_is_no_anchor_at_what_is_no_passage(start: int, end: int) -> None:
    with pytest.raises(ValueError, match="is not a passage of a text of 5 code points"):
        anchor_at("story", start, end)


def test_a_text_with_nul_does_not_reach_the_database() -> None:
    with pytest.raises(DataError):
        RevisionFactory.create(text="a\x00b")
