"""JSON Lines: one story a line, in constant memory."""

from __future__ import annotations

import io
from collections.abc import Iterator

import pytest
from django.conf import LazySettings

from newsroom.imports.items import Accepted, Refused
from newsroom.imports.readers import jsonl
from tests.newsroom.imports.reading import accepted, line, read, refused


def test_a_line_is_a_story() -> None:
    article = accepted("jsonl", line(headline="H", language="nb", url="https://post.example/1"))
    assert (article.external_id, article.text) == ("harbour", "The harbour was dredged.")
    assert (article.headline, article.language) == ("H", "nb")
    assert article.url == "https://post.example/1"


def test_a_bad_line_costs_only_itself_and_is_named_by_its_number() -> None:
    items = read("jsonl", line() + b"\n{\n" + line(external_id="b") + b"   \n[]\n", "in/x.jsonl")

    assert [type(item) for item in items] == [Accepted, Refused, Accepted, Refused]
    assert [item.raw.position for item in items] == [1, 3, 4, 6]
    assert {item.raw.origin for item in items} == {"in/x.jsonl"}
    assert [item.raw.payload for item in items] == [line(), b"{\n", line(external_id="b"), b"[]\n"]


@pytest.mark.parametrize("payload", [b"", b"\n\n", b"  \n\t\n"])
def test_no_lines_are_no_stories(payload: bytes) -> None:
    assert read("jsonl", payload) == []


def test_the_last_line_needs_no_end() -> None:
    assert accepted("jsonl", line().rstrip(b"\n")).external_id == "harbour"


def test_windows_line_ends_and_a_mark_make_no_difference() -> None:
    items = read("jsonl", b"\xef\xbb\xbf" + line().replace(b"\n", b"\r\n") + line(text="b"))
    assert [type(item) for item in items] == [Accepted, Accepted]


@pytest.mark.parametrize(
    ("payload", "message"),
    [
        (b"{", "Not JSON: Expecting property name enclosed in double quotes."),
        (b"harbour", "Not JSON: Expecting value."),
        (b'{"a": 1} {"b": 2}', "Not JSON: Extra data."),
        (b'{"a": "\x01"}', "Not JSON: Invalid control character at."),
        (b"[" * 200_000, "Not JSON: nested too deeply."),
        (b'{"a":' * 200_000, "Not JSON: nested too deeply."),
        (b'{"external_id": ' + b"1" * 5000 + b"}", "Not JSON: a number has too many digits."),
        (b"[]", 'Not a JSON object: a story is {"external_id": …}.'),
        (b'"text"', 'Not a JSON object: a story is {"external_id": …}.'),
        (b"null", 'Not a JSON object: a story is {"external_id": …}.'),
        (b"NaN", 'Not a JSON object: a story is {"external_id": …}.'),
        (b"12", 'Not a JSON object: a story is {"external_id": …}.'),
    ],
)
def test_what_is_no_json_object_is_refused(payload: bytes, message: str) -> None:
    assert refused("jsonl", payload) == ("malformed", message)


def test_other_rules_hold_for_lines_too() -> None:
    assert refused("jsonl", line(external_id=None))[0] == "missing_field"
    assert refused("jsonl", line(text="  "))[0] == "empty"
    assert refused("jsonl", line(text=12))[0] == "bad_value"
    assert refused("jsonl", b'{"external_id": "a", "text": "\\u0000"}')[0] == "bad_value"
    assert refused("jsonl", b'{"external_id": "a", "text": "\\ud800"}')[0] == "not_utf8"
    assert refused("jsonl", b'{"external_id": "a", "text": "\xff"}')[0] == "not_utf8"
    assert refused("jsonl", line(published_at="soon"))[0] == "bad_date"
    assert accepted("jsonl", b'{"external_id": "a", "text": "\\ud83d\\ude92"}').text == "🚒"


def test_a_line_over_the_limit_is_passed_by_and_the_next_is_read(settings: LazySettings) -> None:
    settings.IMPORT_MAX_KEPT_BYTES = 100
    long = line(text="x" * 2_500_000)

    bad, good = read("jsonl", long + line())

    assert isinstance(bad, Refused)
    assert (bad.reason, bad.raw.payload, bad.raw.size) == ("too_large", long[:100], len(long))
    assert bad.message == (
        f"The line has {len(long):,} bytes; at most 100 are read (IMPORT_MAX_KEPT_BYTES)."
    )
    assert isinstance(good, Accepted)
    assert good.raw.position == 2


def test_a_long_line_that_begins_with_blanks_is_not_taken_for_empty(settings: LazySettings) -> None:
    settings.IMPORT_MAX_KEPT_BYTES = 100
    (item,) = read("jsonl", b" " * 200 + line())
    assert isinstance(item, Refused)
    assert item.reason == "too_large"


def test_a_line_of_exactly_the_limit_is_taken(settings: LazySettings) -> None:
    settings.IMPORT_MAX_KEPT_BYTES = len(line())
    items = read("jsonl", line() + line().rstrip(b"\n"))
    assert [type(item) for item in items] == [Accepted, Accepted]


class Endless(io.RawIOBase):
    """A stream of lines without end, which counts what is taken from it."""

    def __init__(self) -> None:
        self.taken = 0
        self._lines = self._endless()

    def _endless(self) -> Iterator[bytes]:
        while True:
            yield line(external_id=str(self.taken))

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: bytearray | memoryview) -> int:  # type: ignore[override]
        payload = next(self._lines)
        self.taken += 1
        buffer[: len(payload)] = payload
        return len(payload)


def test_a_stream_is_read_no_further_than_needed() -> None:
    source = Endless()
    items = jsonl.read(io.BufferedReader(source), "-")

    first = [next(items) for _ in range(3)]

    assert all(isinstance(item, Accepted) for item in first)
    assert source.taken <= 5
