"""CSV."""

from __future__ import annotations

import csv
import io

import pytest
from django.conf import LazySettings
from hypothesis import given
from hypothesis import strategies as st

from newsroom.imports.items import Accepted, Refused
from tests.newsroom.imports.reading import accepted, read


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_a_row_is_a_story(delimiter: str) -> None:
    lines = [
        ["external_id", "Headline ", "text", "colour", "partial"],
        ["a", "H", "One.", "red", "TRUE"],
    ]
    payload = "\ufeff" + "\r\n".join(delimiter.join(line) for line in lines)
    article = accepted("csv", payload)
    assert (article.external_id, article.headline, article.text, article.partial) == (
        "a",
        "H",
        "One.",
        True,
    )


def test_a_text_in_quotes_has_lines_and_quotes() -> None:
    (item, other) = read("csv", 'external_id,text\na,"One ""two"", three.\n\nFour."\nb,Five.\n')
    assert isinstance(item, Accepted)
    assert item.article.text == 'One "two", three.\n\nFour.'
    assert item.raw.payload == b'a,"One ""two"", three.\n\nFour."\n'
    assert (item.raw.position, other.raw.position) == (2, 5)


def test_a_bad_row_costs_only_itself() -> None:
    items = read("csv", 'external_id,text\na\n,x\nb,\nc,"d"e\nf,g\n')
    assert [type(item) for item in items] == [Refused, Refused, Refused, Refused, Accepted]
    assert [item.reason for item in items if isinstance(item, Refused)] == [
        "malformed",
        "missing_field",
        "empty",
        "malformed",
    ]


def test_the_first_row_names_the_columns() -> None:
    (item,) = read("csv", "id,text\na,b\n")
    assert isinstance(item, Refused)
    assert item.message.startswith("The first row has no column “external_id”.")


def test_a_quote_that_is_not_closed_ends_with_the_file(settings: LazySettings) -> None:
    settings.IMPORT_MAX_KEPT_BYTES = 1000
    good, bad = read("csv", 'external_id,text\na,b\nc,"' + "d\n" * 5000)
    assert isinstance(good, Accepted)
    assert isinstance(bad, Refused)
    assert (bad.reason, bad.raw.size, len(bad.raw.payload)) == ("too_large", 10_003, 1000)


def test_a_text_may_be_long() -> None:
    (item,) = read("csv", f"external_id,text\na,{'x' * 500_000}\n")
    assert isinstance(item, Accepted)


def test_no_rows_are_no_stories() -> None:
    assert read("csv", "") == read("csv", "\n\n") == read("csv", "external_id,text\n\n") == []


@given(
    st.lists(
        st.tuples(
            st.integers(0, 99),
            st.text(st.characters(exclude_characters="\0\r", codec="utf-8"), min_size=1),
        ),
        max_size=5,
    )
)
def test_what_a_writer_writes_is_read(rows: list[tuple[int, str]]) -> None:
    written = io.StringIO()
    csv.writer(written, lineterminator="\n").writerows([("external_id", "text"), *rows])
    items = read("csv", written.getvalue())
    texts = [text.strip("\n") for _, text in rows]
    assert [item.article.text for item in items if isinstance(item, Accepted)] == [
        text for text in texts if text.strip()
    ]
    assert len(items) == len(rows)
