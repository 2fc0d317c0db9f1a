"""Whatever the bytes: a reader gives items, never an error."""

from __future__ import annotations

import io

import pytest
from django.test import override_settings
from hypothesis import example, given, settings
from hypothesis import strategies as st

from newsroom.imports.items import Accepted, Refused
from newsroom.imports.models import RejectionReason
from newsroom.imports.readers import READERS, format_of

PIECES = [
    *(b"---\n", b"\n---\n", b"headline: ", b"byline: &a ", b"*a", b"!!python/object:os ", b"? "),
    *(b"- ", b"[", b"]", b"{", b"}", b'"', b"'", b"\\u", b"\\U", b"\\x", b"|\n ", b">-\n ", b"%"),
    *(b'{"external_id": "a", "text": "', b'"}', b'", "published_at": "', b'", "url": "', b"null"),
    *(
        b"2026-03-04",
        b"T09:30",
        b"Wed, 04 Mar 2026 ",
        b"+25:00",
        b"https://",
        b"[::",
        b"javascript:",
    ),
    *(
        b"\xef\xbb\xbf",
        b"\r\n",
        b"\n",
        b"\x00",
        b"\xff",
        b"\xed\xa0\x80",
        b"\xf0\x9f\x9a\x92",
        b" ",
    ),
    *(
        b"# ",
        b"![",
        b"](",
        b")",
        b"`",
        b"~~~",
        b"<",
        b"&#0;",
        b"&#xD800;",
        b"*",
        b"_",
        b"text: ",
        b"1",
    ),
]
any_bytes = st.binary(max_size=300) | st.lists(
    st.sampled_from(PIECES) | st.binary(max_size=4), max_size=40
).map(b"".join)


@pytest.mark.parametrize("name", READERS)
@settings(max_examples=300, deadline=None)
@given(payload=any_bytes, limit=st.sampled_from([20, 10_000]))
@example(payload=b'---\nheadline: "\\UFFFFFFFF"\n---\nx', limit=10_000)
@example(payload=b'{"external_id": "a", "text": "b", "url": "https://[::1"}', limit=10_000)
def test_any_bytes_are_accepted_or_refused(name: str, payload: bytes, limit: int) -> None:
    with override_settings(IMPORT_MAX_KEPT_BYTES=limit):
        items = list(READERS[name](io.BytesIO(payload), "a story.x"))

    assert name == "jsonl" or len(items) == 1
    for item in items:
        assert payload.find(item.raw.payload) >= 0
        assert len(item.raw.payload) <= limit
        if isinstance(item, Accepted):
            assert item.article.external_id
            assert item.article.text.strip()
            assert "\x00" not in item.article.text
            item.article.text.encode()
        else:
            assert isinstance(item, Refused)
            assert item.reason in RejectionReason.values
            assert item.message.endswith(".")
            item.message.encode()


@settings(max_examples=100, deadline=None)
@given(payload=any_bytes, origin=st.text(max_size=20))
def test_any_bytes_have_a_format(payload: bytes, origin: str) -> None:
    assert format_of(origin, payload) in READERS
