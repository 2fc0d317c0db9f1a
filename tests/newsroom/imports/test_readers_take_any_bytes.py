"""Whatever the bytes: a reader gives items, never an error."""

from __future__ import annotations

import io

import pytest
from django.test import override_settings
from hypothesis import example, given, settings
from hypothesis import strategies as st

from newsroom.imports.formats import format_of
from newsroom.imports.items import Accepted, Discovered, Refused
from newsroom.imports.models import RejectionReason
from newsroom.imports.readers import READERS

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
MARKUP = [
    *(b'<?xml version="1.0" encoding="', b"windows-1252", b"utf-16", b"hex", b'"?>'),
    *(b"<!DOCTYPE x [", b'<!ENTITY e "', b'<!ENTITY e SYSTEM "file:///', b"&e;", b"]>", b"&nbsp;"),
    *(b"<rss>", b"<channel>", b"<item>", b"</item>", b"<item/>", b"</channel>", b"</rss>"),
    *(b'<feed xmlns="http://www.w3.org/2005/Atom">', b"<entry>", b"</entry>", b"</feed>"),
    *(b"<guid>", b"</guid>", b"<link>https://", b"</link>", b"<description>", b"</description>"),
    *(b"<id>", b"</id>", b'<content type="html">', b'<content type="xhtml">', b"</content>"),
    *(b'<link href="', b'"/>', b'<link href="https://[', b"<pubDate>", b"</pubDate>"),
    *(b'<newsItem guid="a">', b"</newsItem>", b"<newsMessage>", b"<contentSet><inlineXML>"),
    *(b"</inlineXML></contentSet>", b"<urlset>", b"<url>", b"<loc>", b"</loc>", b"</url>"),
    *(b"<![CDATA[", b"]]>", b"<p>", b"<br>", b"<q>", b"<!--", b"-->", b"<script>", b"</script>"),
    *(b"<html lang=", b"<meta charset=", b"<title>", b"<article>", b"&#146;", b"&#x110000;"),
    *(b'<script type="application/ld+json">', b'{"@type":"NewsArticle","articleBody":"'),
    *(b'{"items":[', b'{"uri":"', b'","body_html":"', b'","bodies":[{"value":', b'"pubstatus":"'),
    *(b'{"id":1,"content":{"rendered":"', b'"}},', b'"content_html":"', b'"id":', b"1e999", b"-"),
    *(b"external_id,text\n", b'"a","b""c"\n', b"a;b", b"a,b\n", b"https://post.example/ \n", b"# "),
    *(b"true", b"[]", b"]}", b"\\", b"\xc2\x85", b"\xe2\x80\xae", b"\xe2\x80\xa8", b"\x1b"),
]
any_bytes = st.binary(max_size=300) | st.lists(
    st.sampled_from(PIECES) | st.sampled_from(MARKUP) | st.binary(max_size=4), max_size=40
).map(b"".join)


@pytest.mark.parametrize("name", READERS)
@settings(max_examples=300, deadline=None)
@given(payload=any_bytes, limit=st.sampled_from([20, 10_000]))
@example(payload=b'---\nheadline: "\\UFFFFFFFF"\n---\nx', limit=10_000)
@example(payload=b'{"external_id": "a", "text": "b", "url": "https://[::1"}', limit=10_000)
def test_any_bytes_are_accepted_or_refused(name: str, payload: bytes, limit: int) -> None:
    with override_settings(IMPORT_MAX_KEPT_BYTES=limit):
        items = list(READERS[name](io.BytesIO(payload), "a story.x"))

    assert name not in ("text", "markdown", "html") or len(items) == 1
    for item in items:
        assert payload.find(item.raw.payload) >= 0
        assert len(item.raw.payload) <= limit
        if isinstance(item, Accepted):
            assert item.article.external_id
            assert item.article.text.strip() or item.article.status in ("killed", "withheld")
            assert "\x00" not in item.article.text
            item.article.text.encode()
        elif isinstance(item, Discovered):
            assert item.url.startswith(("http://", "https://"))
            item.title.encode()
        else:
            assert isinstance(item, Refused)
            assert item.reason in RejectionReason.values
            assert item.message.endswith(".")
            item.message.encode()


@settings(max_examples=100, deadline=None)
@given(payload=any_bytes, origin=st.text(max_size=20))
def test_any_bytes_have_a_format(payload: bytes, origin: str) -> None:
    assert format_of(origin, payload) in READERS
