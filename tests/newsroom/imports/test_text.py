"""Plain text: one story a file."""

from __future__ import annotations

import pytest
from django.conf import LazySettings

from newsroom.imports.readers.text import split_headline
from tests.newsroom.imports.reading import accepted, read, refused


def test_a_file_is_a_story_known_by_the_name_of_its_file() -> None:
    article = accepted("text", "Harbour dredged\n\nIt was.\n", "in/2026/harbour.v2.txt")
    assert article.external_id == "harbour.v2"
    assert (article.headline, article.text) == ("Harbour dredged", "It was.")


def test_standard_input_is_known_by_its_text() -> None:
    one, same, other = (accepted("text", text, "-").external_id for text in ("a", "a", "b"))
    assert one == same != other
    assert one.startswith("text-")


@pytest.mark.parametrize(
    ("text", "headline", "body"),
    [
        ("Head\n\nBody.", "Head", "Body."),
        ("\n\nHead\n\n\n\nBody.\n\nMore.", "Head", "Body.\n\nMore."),
        ("  Head  \n\nBody.", "Head", "Body."),
        ("Is it so?\n\nBody.", "Is it so?", "Body."),
        # no headline: nothing is taken away
        ("A sentence.\n\nBody.", "", "A sentence.\n\nBody."),
        ("“Quoted”\n\nBody.", "", "“Quoted”\n\nBody."),
        ('"Quoted"\n\nBody.', "", '"Quoted"\n\nBody.'),
        ("Head\nBody.", "", "Head\nBody."),
        ("Head\n\n", "", "Head\n\n"),
        ("Head", "", "Head"),
        ("x" * 201 + "\n\nBody.", "", "x" * 201 + "\n\nBody."),
        ("", "", ""),
    ],
)
def test_a_first_line_that_stands_alone_is_the_headline(
    text: str, headline: str, body: str
) -> None:
    assert split_headline(text) == (headline, body)


def test_windows_line_ends_and_a_mark_make_no_difference() -> None:
    assert accepted("text", b"\xef\xbb\xbfHead\r\n\r\nBody.\r\n") == accepted(
        "text", "Head\n\nBody."
    )


@pytest.mark.parametrize("payload", [b"", b"\n", b" \t\r\n", b"\xef\xbb\xbf", "\u3000".encode()])
def test_a_file_without_text_is_refused(payload: bytes) -> None:
    assert refused("text", payload) == ("empty", "There is no text in this story.")


def test_what_is_no_text_is_refused() -> None:
    assert refused("text", b"\x1f\x8b\x08\x00gzip")[0] == "not_utf8"
    assert refused("text", b"PK\x03\x04\x14\x00zip")[0] == "malformed"


def test_a_file_over_the_limit_is_counted_and_its_beginning_kept(settings: LazySettings) -> None:
    settings.IMPORT_MAX_KEPT_BYTES = 100
    (item,) = read("text", b"x" * 3_000_000)
    assert refused("text", b"x" * 3_000_000) == (
        "too_large",
        "The file has 3,000,000 bytes; at most 100 are read (IMPORT_MAX_KEPT_BYTES).",
    )
    assert (item.raw.payload, item.raw.size) == (b"x" * 100, 3_000_000)


def test_a_file_of_exactly_the_limit_is_taken(settings: LazySettings) -> None:
    settings.IMPORT_MAX_KEPT_BYTES = 100
    assert accepted("text", b"x" * 100).text == "x" * 100
