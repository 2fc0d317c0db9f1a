"""Files that are made to do harm: each is refused in a sentence, within its bounds."""

from __future__ import annotations

import gzip
import io
import itertools
import json
import tracemalloc
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from django.conf import LazySettings

from newsroom.imports.files import InputFile, read_files
from newsroom.imports.items import Accepted, Item, Refused
from newsroom.imports.readers import READERS
from tests.newsroom.imports.reading import read

XML = ["feed", "newsml", "sitemap"]
ROOT = {"feed": "rss", "newsml": "newsItem", "sitemap": "urlset"}
MIB = 1 << 20


@contextmanager
def memory_below(limit: int) -> Iterator[None]:
    tracemalloc.start()
    try:
        yield
        assert tracemalloc.get_traced_memory()[1] < limit
    finally:
        tracemalloc.stop()


def only_refused(items: list[Item]) -> Refused:
    assert len(items) == 1, items
    assert isinstance(items[0], Refused)
    return items[0]


# -------------------------------------------------------------------------------- entities


@pytest.mark.parametrize("name", XML)
def test_entities_are_not_expanded(name: str) -> None:
    laughs = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 30))
    root = ROOT[name]
    doctype = f'<!DOCTYPE {root} [<!ENTITY l0 "ha">{laughs}]>'
    with memory_below(5 * MIB):
        item = only_refused(read(name, f"{doctype}<{root}><item>&l29;</item></{root}>"))
    assert "declares entities" in item.message


@pytest.mark.parametrize("name", XML)
@pytest.mark.parametrize(
    "declaration",
    [
        '<!ENTITY e SYSTEM "file:///etc/passwd">',
        '<!ENTITY e SYSTEM "http://127.0.0.1:9/">',
        '<!ENTITY % e SYSTEM "http://127.0.0.1:9/"> %e;',
        '<!ENTITY e PUBLIC "x" "http://127.0.0.1:9/">',
    ],
)
def test_nothing_from_outside_is_read(name: str, declaration: str) -> None:
    root = ROOT[name]
    payload = f"<!DOCTYPE {root} [{declaration}]><{root}><item>&e;</item></{root}>"
    assert "declares entities" in only_refused(read(name, payload)).message


def test_a_dtd_at_an_address_is_not_fetched() -> None:
    """Tests may open connections to this machine; a fetch would be an error in the item."""
    doctype = '<!DOCTYPE rss SYSTEM "http://127.0.0.1:9/x.dtd">'
    items = read(
        "feed", f"{doctype}<rss><item><guid>a</guid><description>x</description></item></rss>"
    )
    assert [type(item) for item in items] == [Accepted]


# ------------------------------------------------------------------------------------ sizes


@pytest.mark.parametrize("name", XML)
def test_a_tag_without_end_is_given_up(name: str, settings: LazySettings) -> None:
    settings.IMPORT_MAX_KEPT_BYTES = MIB
    root = ROOT[name].encode()
    for start in (b"<", b"<" + root + b' a="', b"<" + root + b"><!--", b"<" + root + b"><item b='"):
        with memory_below(8 * MIB):
            items = list(READERS[name](Long(start, b"x" * 4096, 16 * MIB), "x"))
        assert "does not end" in only_refused(items).message


@pytest.mark.parametrize(
    ("name", "before", "after"),
    [
        ("feed", b"<rss><item><title>", b"</title></item>{}</rss>"),
        ("newsml", b"<newsMessage><newsItem><a>", b"</a></newsItem>{}</newsMessage>"),
        ("sitemap", b"<urlset><url><loc>", b"</loc></url>{}</urlset>"),
        ("jsonfeed", b'{"items": [{"title": "', b'"}, {}]}'),
        ("ninjs", b'[{"headline": "', b'"}, {}]'),
        ("wordpress", b'[{"title": "', b'"}, {}]'),
        ("jsonl", b'{"headline": "', b'"}\n{}\n'),
        ("csv", b'external_id,text\na,"', b'"\n{}'),
        ("urls", b"https://post.example/", b"\n{}"),
        ("text", b"", b""),
        ("markdown", b"# ", b""),
        ("html", b"<title>", b"</title>"),
    ],
)
def test_an_item_that_is_too_large_is_passed_by(
    name: str, before: bytes, after: bytes, settings: LazySettings
) -> None:
    settings.IMPORT_MAX_KEPT_BYTES = MIB
    good = {
        "feed": b"<item><guid>a</guid><description>x</description></item>",
        "newsml": b'<newsItem guid="a"><contentSet><inlineData>x</inlineData></contentSet>'
        b"</newsItem>",
        "sitemap": b"<url><loc>https://post.example/</loc></url>",
        "jsonfeed": b'{"id": "a", "content_text": "x"}',
        "ninjs": b'{"uri": "a", "body_text": "x"}',
        "wordpress": b'{"id": 1, "content": {"rendered": "x"}}',
        "jsonl": b'{"external_id": "a", "text": "x"}',
        "csv": b"a,x",
        "urls": b"https://post.example/",
    }.get(name, b"")
    with memory_below(8 * MIB):
        items = list(
            READERS[name](
                Long(before, b"word " * 800, 10 * MIB, after.replace(b"{}", good, 1)), "x"
            )
        )
    assert isinstance(items[0], Refused)
    assert items[0].reason == "too_large"
    assert items[0].raw.size > 10 * MIB
    assert len(items[0].raw.payload) == MIB
    assert len(items) == 1 + bool(good)
    assert not isinstance(items[-1], Refused) or not good


class Long(io.RawIOBase):
    """A file that is long without being in memory."""

    def __init__(self, before: bytes, repeated: bytes, size: int, after: bytes = b"") -> None:
        count = size // len(repeated) + 1
        self._pieces = itertools.chain([before], itertools.repeat(repeated, count), [after])
        self._rest = b""

    def readable(self) -> bool:
        return True

    def read(self, size: int | None = -1) -> bytes:  # type: ignore[override]
        size = 1 << 62 if size is None or size < 0 else size
        while len(self._rest) < size:
            piece = next(self._pieces, None)
            if piece is None:
                break
            self._rest += piece
        taken, self._rest = self._rest[:size], self._rest[size:]
        return taken

    def readline(self, size: int | None = -1) -> bytes:  # type: ignore[override]
        taken = self.read(size)
        line, mark, rest = taken.partition(b"\n")
        if mark:
            self._rest = rest + self._rest
        return line + mark


def test_a_title_of_ten_megabytes_is_refused_and_not_cut(settings: LazySettings) -> None:
    settings.IMPORT_MAX_KEPT_BYTES = 20 * MIB
    title = "w" * (10 * MIB)
    for name, payload in (
        (
            "feed",
            f"<rss><item><guid>a</guid><title>{title}</title><description>x</description></item></rss>",
        ),
        ("ninjs", json.dumps({"uri": "a", "headline": title, "body_text": "x"})),
    ):
        item = only_refused(read(name, payload))
        assert item.reason == "bad_value"
        assert "10,485,760 characters" in item.message
    page = f"<title>{title}</title><p>{'Words of a story. ' * 20}"
    assert only_refused(read("html", page)).message.endswith(".")


# ------------------------------------------------------------------------------------ depth


@pytest.mark.parametrize("name", XML)
def test_elements_in_each_other_without_end(name: str) -> None:
    root = ROOT[name]
    for payload in (
        "<a>" * 200_000,
        f"<{root}>" + "<a>" * 200_000,
        f"<{root}><item>" + "<item>" * 200_000,
    ):
        assert isinstance(read(name, payload)[-1], Refused)


def test_one_deep_item_costs_only_itself() -> None:
    deep = f"<item><guid>a</guid>{'<b>' * 5000}{'</b>' * 5000}</item>"
    good = "<item><guid>b</guid><description>x</description></item>"
    bad, story = read("feed", f"<rss>{deep}{good}</rss>")
    assert isinstance(bad, Refused)
    assert bad.message == "Elements stand in each other more than 100 deep."
    assert bad.raw.payload.decode() == deep
    assert isinstance(story, Accepted)


@pytest.mark.parametrize("name", ["jsonfeed", "ninjs", "wordpress", "jsonl"])
@pytest.mark.parametrize("start", ["[", '{"a":', '{"items":['])
def test_json_in_json_without_end(name: str, start: str) -> None:
    assert isinstance(read(name, start * 100_000)[-1], Refused)


@pytest.mark.parametrize("name", ["jsonfeed", "feed", "html", "ninjs", "wordpress"])
def test_html_in_a_story_without_end(name: str) -> None:
    html = "<b>" * 20_000 + "x"
    payload = {
        "jsonfeed": json.dumps({"items": [{"id": "a", "content_html": html}]}),
        "feed": f"<rss><item><guid>a</guid><description><![CDATA[{html}]]></description>"
        "</item></rss>",
        "html": html,
        "ninjs": json.dumps({"uri": "a", "body_html": html}),
        "wordpress": json.dumps([{"id": 1, "content": {"rendered": html}}]),
    }[name]
    assert isinstance(only_refused(read(name, payload)), Refused)


# ------------------------------------------------------------------- what may take for ever


@pytest.mark.parametrize(
    "html",
    ["<b> </b>" * 200_000, "<br> " * 200_000, "&nbsp;" * 300_000, "<q>" * 1000, "<td>" * 100_000],
)
def test_odd_html_takes_no_more_time_than_its_length(html: str) -> None:
    assert len(read("jsonfeed", json.dumps({"items": [{"id": "a", "content_html": html}]}))) == 1


@pytest.mark.parametrize(
    "author", ["a@" * 200_000, "a@a (" * 100_000, "(" * 500_000, " " * 900_000]
)
def test_odd_bylines_take_no_more_time_than_their_length(author: str) -> None:
    item = f"<guid>a</guid><author>{author}</author><description>x</description>"
    assert len(read("feed", f"<rss><item>{item}</item></rss>")) == 1


# ----------------------------------------------------------------------------------- others


@pytest.mark.parametrize("name", READERS)
def test_archives_are_not_opened(name: str) -> None:
    zeros = bytes(50 * MIB)
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("x", zeros)
    for payload in (gzip.compress(zeros), packed.getvalue()):
        with memory_below(20 * MIB):
            items = read(name, payload)
        assert all(isinstance(item, Refused) for item in items)
        assert items


@pytest.mark.parametrize("name", READERS)
def test_a_file_may_end_anywhere(name: str) -> None:
    whole = {
        "csv": b'external_id,text\na,"b\nc"\n',
        "feed": b'<?xml version="1.0"?><rss><channel><item><guid>a</guid><description>'
        b"<![CDATA[<p>b]]></description></item></channel></rss>",
        "html": b"<html><body><article><p>Words &amp; words.</p></article></body></html>",
        "jsonfeed": b'{"version": "1.1", "items": [{"id": "a", "content_text": "b\\n\\"c"}]}',
        "newsml": b'<newsItem guid="a"><contentSet><inlineXML><html><body><p>a</p></body></html>'
        b"</inlineXML></contentSet></newsItem>",
        "ninjs": '{"uri": "a", "body_text": "ä\\u00e4"}'.encode(),
        "sitemap": b"<urlset><url><loc>https://post.example/</loc></url></urlset>",
        "wordpress": b'[{"id": 1, "content": {"rendered": "<p>a"}}]',
    }.get(name, b"---\nheadline: a\n---\n# b\n\nc")
    for end in range(len(whole) + 1):
        for item in read(name, whole[:end]):
            assert whole.find(item.raw.payload) >= 0


@pytest.mark.parametrize(
    ("name", "payload"),
    [
        (
            "feed",
            '<?xml version="1.0" encoding="utf-8"?><rss><item><title>“Größe”</title></item></rss>',
        ),
        ("newsml", '<?xml version="1.0" encoding="us-ascii"?><newsItem guid="“"/>'),
        ("jsonfeed", '{"items": [{"id": "“", "content_text": "x"}]}'),
        ("csv", "external_id,text\n“,x\n"),
    ],
)
def test_a_wrong_encoding_is_no_reason_to_guess(name: str, payload: str) -> None:
    assert only_refused(read(name, payload.encode("windows-1252"))).reason in (
        "malformed",
        "not_utf8",
    )


@pytest.mark.parametrize("encoding", ["hex", "rot13", "utf-7", "nonsense", "zlib", "undefined", ""])
def test_an_encoding_that_is_none_is_refused(encoding: str) -> None:
    payload = f'<?xml version="1.0" encoding="{encoding}"?><rss/>'
    assert only_refused(read("feed", payload)).reason == "malformed"


def test_marks_that_turn_text_around_are_kept_as_they_are() -> None:
    """The text is evidence: it is shown with the marks made visible, not changed."""
    text = "pay \u202e0001\u202c crowns\u2066 now\u2069"
    for name, payload in (
        (
            "feed",
            f"<rss><item><guid>a</guid><title>{text}</title><description>{text}</description></item></rss>",
        ),
        ("ninjs", json.dumps({"uri": "a", "headline": text, "body_html": f"<p>{text}</p>"})),
    ):
        (item,) = read(name, payload)
        assert isinstance(item, Accepted)
        assert (item.article.headline, item.article.text) == (text, text)


def test_a_name_with_control_characters_is_no_address() -> None:
    payload = "<rss><item><guid>a</guid><link>https://post.example/\u202e\x7f</link><description>x</description></item></rss>"
    (item,) = read("feed", payload)
    assert isinstance(item, Refused) or item.article.url.isascii()  # type: ignore[union-attr]


def test_files_are_recognised_and_read_like_any_other(tmp_path: object) -> None:
    payload = b'<!DOCTYPE rss [<!ENTITY a "b">]><rss/>'
    items = list(read_files([InputFile("-", 0)], stdin=io.BytesIO(payload)))
    assert "declares entities" in only_refused(items).message
