"""RSS, RDF and Atom."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from newsroom.imports.items import Accepted, Refused
from tests.newsroom.imports.reading import accepted, read

MORNING = datetime(2026, 3, 4, 9, 30, tzinfo=UTC)
NAMESPACES = (
    'xmlns:content="http://purl.org/rss/1.0/modules/content/" '
    'xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:media="http://search.yahoo.com/mrss/" '
    'xmlns:atom="http://www.w3.org/2005/Atom"'
)


def rss(*items: str, channel: str = "") -> str:
    inner = "".join(f"<item>{item}</item>" for item in items)
    return f'<rss version="2.0" {NAMESPACES}><channel>{channel}{inner}</channel></rss>'


def atom(*entries: str, feed: str = "") -> str:
    inner = "".join(f"<entry>{entry}</entry>" for entry in entries)
    return f'<feed xmlns="http://www.w3.org/2005/Atom" xml:base="https://post.example/">{feed}{inner}</feed>'


def test_an_item_of_rss_with_everything() -> None:
    article = accepted(
        "feed",
        rss(
            "<media:title>A picture</media:title><title>Dredgers &amp;amp; docks</title>"
            "<link>https://post.example/1?utm_source=feed</link>"
            '<guid isPermaLink="false">post-1</guid><dc:creator>Ana Lund</dc:creator>'
            "<category>Local</category><pubDate>Wed, 04 Mar 2026 09:30:00 GMT</pubDate>"
            "<atom:updated>2026-03-04T10:30:00+01:00</atom:updated>"
            '<source url="https://wire.example/feed">Meridian Wire</source>'
            "<description>In short.</description>"
            "<content:encoded><![CDATA[<p>“One.”</p><p>Two &amp; three.</p>]]></content:encoded>",
            channel="<language>en_gb</language><copyright>Post</copyright><title>Feed</title>",
        ),
    )
    assert article.external_id == "post-1"
    assert article.url == "https://post.example/1"
    assert article.original_url == "https://post.example/1?utm_source=feed"
    assert article.headline == "Dredgers & docks"
    assert article.text == "“One.”\n\nTwo & three."
    assert not article.partial
    assert (article.byline, article.section, article.language) == ("Ana Lund", "Local", "en-gb")
    assert (article.wire_origin, article.rights) == ("Meridian Wire", "Post")
    assert (article.published_at, article.versioned_at) == (MORNING, MORNING)


def test_a_description_alone_is_only_a_part() -> None:
    article = accepted(
        "feed", rss("<guid>a</guid><description>In &lt;b&gt;short&lt;/b&gt;.</description>")
    )
    assert (article.text, article.partial) == ("In short.", True)


def test_what_a_feed_does_not_say_is_not_made_up() -> None:
    article = accepted("feed", rss("<guid>a</guid><description>x</description>"))
    assert (article.published_at, article.versioned_at) == (None, None)
    assert (article.url, article.headline, article.language, article.status) == ("", "", "", "")


@pytest.mark.parametrize(
    ("item", "external_id", "url"),
    [
        (
            "<link>https://post.example/1?utm_medium=x#top</link>",
            "https://post.example/1",
            "https://post.example/1",
        ),
        (
            "<guid>https://post.example/?p=1</guid>",
            "https://post.example/?p=1",
            "https://post.example/?p=1",
        ),
        (
            '<guid isPermaLink="false">https://post.example/?p=1</guid>',
            "https://post.example/?p=1",
            "",
        ),
    ],
)
def test_a_story_is_known_by_guid_or_address(item: str, external_id: str, url: str) -> None:
    article = accepted("feed", rss(f"{item}<description>x</description>"))
    assert (article.external_id, article.url) == (external_id, url)


@pytest.mark.parametrize(
    ("author", "byline"),
    [
        ("<author>desk@post.example (Ana Lund)</author>", "Ana Lund"),
        ("<author>desk@post.example</author>", "desk@post.example"),
        ("<dc:creator>Ana</dc:creator><dc:creator>Bo</dc:creator>", "Ana, Bo"),
    ],
)
def test_a_byline_is_a_name(author: str, byline: str) -> None:
    item = f"<guid>a</guid>{author}<description>x</description>"
    assert accepted("feed", rss(item)).byline == byline


def test_names_of_html_need_no_declaration() -> None:
    item = "<guid>a</guid><title>A&nbsp;&ndash; B</title><description>Caf&eacute;</description>"
    for doctype in (
        "",
        '<!DOCTYPE rss PUBLIC "-//Netscape//DTD RSS 0.91//EN" "http://x.example/y.dtd">',
    ):
        article = accepted("feed", f"{doctype}{rss(item)}")
        assert (article.headline, article.text) == ("A – B", "Café")


def test_rdf_has_its_items_beside_the_channel() -> None:
    article = accepted(
        "feed",
        '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" '
        'xmlns="http://purl.org/rss/1.0/" xmlns:dc="http://purl.org/dc/elements/1.1/">'
        '<channel rdf:about="https://post.example/"><title>Feed</title></channel>'
        '<item rdf:about="https://post.example/3"><title>Title</title>'
        "<description>In short.</description><dc:date>2026-03-04T10:30+01:00</dc:date></item>"
        "</rdf:RDF>",
    )
    assert (article.external_id, article.headline) == ("https://post.example/3", "Title")
    assert article.published_at == MORNING


def test_an_entry_of_atom_with_everything() -> None:
    article = accepted(
        "feed",
        atom(
            '<id>tag:post.example,2026:1</id><title type="html">Dredgers &amp;amp; docks</title>'
            '<link rel="enclosure" href="x.mp3"/><link href="a/1"/>'
            "<author><name>Ana</name></author><author><name>Bo</name></author>"
            '<category term="local" label="Local"/><rights>Post</rights>'
            "<published>2026-03-04T09:30:00Z</published><updated>2026-03-04T09:30:00Z</updated>"
            "<source><title>Meridian Wire</title></source>"
            '<content type="xhtml" xml:lang="nb"><div xmlns="http://www.w3.org/1999/xhtml">'
            "<p>En.</p><p>To <q>tre</q>.</p></div></content>",
            feed="<title>Feed</title><author><name>Desk</name></author>",
        ),
    )
    assert article.external_id == "tag:post.example,2026:1"
    assert (article.url, article.headline) == ("https://post.example/a/1", "Dredgers & docks")
    assert (article.text, article.partial) == ("En.\n\nTo “tre”.", False)
    assert (article.byline, article.section) == ("Ana, Bo", "Local")
    assert (article.rights, article.wire_origin) == ("Post", "Meridian Wire")
    assert (article.published_at, article.versioned_at) == (MORNING, MORNING)


def test_the_time_of_an_update_is_no_time_of_publication() -> None:
    article = accepted(
        "feed", atom("<id>a</id><updated>2026-03-04T09:30:00Z</updated><content>x</content>")
    )
    assert (article.published_at, article.versioned_at) == (None, MORNING)


@pytest.mark.parametrize(
    ("content", "text", "partial"),
    [
        ('<content type="html">&lt;p&gt;a&lt;p&gt;b</content>', "a\n\nb", False),
        ("<content>1 &lt; 2 &amp;amp; 3</content>", "1 < 2 &amp; 3", False),
        ('<content type="text/plain">a</content>', "a", False),
        ('<content src="https://post.example/a"/><summary>s</summary>', "s", True),
        ('<content type="image/png">iVBORw0</content><summary>s</summary>', "s", True),
        ("<summary>s</summary>", "s", True),
    ],
)
def test_atom_says_itself_what_its_content_is(content: str, text: str, partial: bool) -> None:
    article = accepted("feed", atom(f"<id>a</id>{content}"))
    assert (article.text, article.partial) == (text, partial)


def test_a_bad_item_costs_only_itself() -> None:
    good = "<guid>{}</guid><description>x</description>"
    payload = rss(
        good.format("a"),
        "",
        "<guid>b</guid>",
        good.format("c"),
        f"{good.format('d')}<pubDate>soon</pubDate>",
    )

    items = read("feed", payload, "in.xml")

    assert [type(item) for item in items] == [Accepted, Refused, Refused, Accepted, Refused]
    assert [item.raw.position for item in items] == [1, 2, 3, 4, 5]
    assert [item.reason for item in items if isinstance(item, Refused)] == [
        "empty",
        "empty",
        "bad_date",
    ]
    assert items[2].raw.payload == b"<item><guid>b</guid></item>"


def test_a_feed_that_breaks_off_gives_what_stood_before() -> None:
    whole = rss(
        "<guid>a</guid><description>x</description>", "<guid>b</guid><description>y</description>"
    )
    first, second = read("feed", whole[:-40])
    assert isinstance(first, Accepted)
    assert isinstance(second, Refused)
    assert second.message.startswith("Not XML: line 1 has an error")
    assert second.raw.payload.startswith(b"<item><guid>b")


@pytest.mark.parametrize(
    ("payload", "reason", "message"),
    [
        ("", "empty", "The file is empty."),
        ("<html></html>", "malformed", "The document is <html>, not <RDF> or <feed> or <rss>."),
        ("words", "malformed", "Not XML: line 1 has an error (syntax error)."),
    ],
)
def test_what_is_no_feed_is_refused(payload: str, reason: str, message: str) -> None:
    (item,) = read("feed", payload)
    assert isinstance(item, Refused)
    assert (item.reason, item.message) == (reason, message)


def test_a_feed_without_items_is_no_fault() -> None:
    assert read("feed", rss()) == []


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "windows-1252", "iso-8859-1", "koi8-r"])
def test_declared_encodings_are_read(encoding: str) -> None:
    text = "Привет" if encoding == "koi8-r" else "Größe"
    item = f"<guid>a</guid><description>{text}</description>"
    payload = f'<?xml version="1.0" encoding="{encoding}"?>{rss(item)}'.encode(encoding)
    (found,) = read("feed", payload)
    assert isinstance(found, Accepted)
    assert found.article.text == text


EMBARGO = '<x:embargo xmlns:x="urn:x">2099-01-01T00:00:00Z</x:embargo>'
PART = "<guid>a</guid><id>a</id><description>One.</description><summary>One.</summary>"


@pytest.mark.parametrize(
    "payload",
    [
        rss(PART + EMBARGO),
        rss(f"{PART}<media:group><media:content embargoedUntil='2099'/></media:group>"),
        rss(PART, channel=EMBARGO),
        atom(PART + EMBARGO),
        atom(
            PART.replace(
                "<summary>", "<x:y xmlns:x='urn:x'><x:embago>2099</x:embago></x:y><summary>"
            )
        ),
    ],
)
def test_an_embargo_of_an_extension_is_refused(payload: str) -> None:
    (item,) = read("feed", payload)
    assert isinstance(item, Refused)
    assert "is not understood; this format has no such embargo." in item.message


def test_an_embargo_of_an_extension_that_is_none_lets_the_story_in() -> None:
    for value in ("", "false", " none "):
        item = PART + EMBARGO.replace("2099-01-01T00:00:00Z", value)
        assert accepted("feed", rss(item)).external_id == "a"
