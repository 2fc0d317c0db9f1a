"""Pages, and HTML as plain text."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsroom.imports.items import Accepted, Unacceptable
from newsroom.imports.parsing.html_text import html_to_text, title_to_text
from tests.newsroom.imports.reading import accepted, read, refused

PARAGRAPHS = (
    "The harbour at Kellosund was dredged to eleven metres this winter, the port authority said.",
    "“We moved four hundred thousand cubic metres of mud,” its director, Ana Lund, told reporters.",
    "The work cost nine million crowns, a million less than the council had set aside in spring.",
)
BODY = "".join(f"<p>{paragraph}</p>" for paragraph in PARAGRAPHS)
TEXT = "\n\n".join(PARAGRAPHS)


def page(body: str = f"<article><h1>Dredged</h1>{BODY}</article>", head: str = "") -> str:
    return (
        f'<!doctype html><html lang="en"><head><title>Dredged - Post</title>{head}</head><body>'
        f"<nav><a href=/>Home</a> <a href=/sea>Sea</a></nav>"
        f"{body}<footer>About us</footer></body></html>"
    )


def markup(**fields: Any) -> str:
    node = {
        "@context": "https://schema.org",
        "@type": "NewsArticle",
        "headline": "Dredged",
        **fields,
    }
    return f'<script type="application/ld+json">{json.dumps(node)}</script>'


# ------------------------------------------------------------------------------------ pages


def test_the_text_of_a_page_without_markup_is_found() -> None:
    article = accepted("html", page(), "folder/dredged.html")
    assert article.text.endswith(TEXT)
    assert "Home" not in article.text
    assert "About" not in article.text
    assert (article.external_id, article.language) == ("dredged", "en")
    assert article.headline == "Dredged - Post"
    assert (article.published_at, article.versioned_at, article.partial) == (None, None, False)


def test_what_markup_says_comes_first() -> None:
    head = (
        markup(
            articleBody="One.\n\nTwo.",
            author=[{"@type": "Person", "name": "Ana Lund"}, {"name": "Bo"}],
            datePublished="2026-03-04T09:30:00Z",
            dateModified="2026-03-04T12:00:00Z",
            articleSection=["Sea"],
            inLanguage="en-GB",
            dateline="KELLOSUND",
            correction={"@type": "CorrectionComment", "text": "The depth was wrong."},
        )
        + '<link rel="canonical" href="https://post.example/dredged?utm_source=x">'
    )
    article = accepted("html", page(head=head))
    assert article.text == "One.\n\nTwo."
    assert article.external_id == "https://post.example/dredged?utm_source=x"
    assert article.url == "https://post.example/dredged"
    assert (article.headline, article.byline) == ("Dredged", "Ana Lund, Bo")
    assert (article.section, article.language, article.dateline) == ("Sea", "en-GB", "KELLOSUND")
    assert article.editor_note == "The depth was wrong."
    assert article.published_at == datetime(2026, 3, 4, 9, 30, tzinfo=UTC)
    assert article.versioned_at == datetime(2026, 3, 4, 12, tzinfo=UTC)


def test_paragraphs_that_markup_ran_together_come_from_the_page() -> None:
    article = accepted(
        "html", page(f"<article>{BODY}</article>", markup(articleBody=" ".join(PARAGRAPHS)))
    )
    assert article.text == TEXT


@pytest.mark.parametrize(
    ("kind", "genre"),
    [("OpinionNewsArticle", "opinion"), ("AnalysisNewsArticle", "analysis"), ("NewsArticle", "")],
)
def test_the_type_tells_the_genre(kind: str, genre: str) -> None:
    assert (
        accepted("html", page(head=markup(**{"@type": [kind]}, articleBody="One."))).genre == genre
    )


def test_a_page_that_wants_to_be_paid_for_shows_only_a_part() -> None:
    assert accepted("html", page(head=markup(isAccessibleForFree=False))).partial
    assert not accepted(
        "html", page(head=markup(isAccessibleForFree=False, articleBody="All."))
    ).partial


def test_metadata_of_other_kinds_is_used_where_markup_is_silent() -> None:
    head = (
        '<meta property="og:title" content="Dredged"><meta name="author" content="Ana">'
        '<meta property="article:published_time" content="2026-03-04T09:30:00Z">'
    )
    article = accepted("html", page(head=head))
    assert (article.headline, article.byline) == ("Dredged", "Ana")
    assert article.published_at == datetime(2026, 3, 4, 9, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    "script", ["{", "[1, null, []]", "[" * 100_000, '{"@type": 3}', '{"@graph": 1}', '"x"']
)
def test_broken_markup_is_as_none(script: str) -> None:
    head = f'<script type="application/ld+json">{script}</script>'
    assert accepted("html", page(head=head)).headline == "Dredged - Post"


@pytest.mark.parametrize(
    "head",
    [
        '<meta name="embargo" content="2099-01-01T00:00:00Z">',
        markup(articleBody="One.", isPartOf={"embargoedUntil": "2099-01-01"}),
    ],
)
def test_a_page_that_speaks_of_an_embargo_is_refused(head: str) -> None:
    reason, message = refused("html", page(head=head))
    assert reason == "bad_value"
    assert message.endswith("is not understood; this format has no such embargo.")


def test_another_site_is_not_believed_to_be_the_canonical_one() -> None:
    origin = "https://www.post.example/a?id=1"
    for canonical, url in (
        ("https://evil.example/a", origin),
        ("/b", "https://www.post.example/b"),
        ("https://post.example/c", "https://post.example/c"),
        ("https://[", origin),
    ):
        head = f'<link rel="canonical" href="{canonical}">'
        assert accepted("html", page(head=head), origin).url == url


@pytest.mark.parametrize(
    "payload", ["", "   ", "<html></html>", "<p></p>", "<!-- -->", "<script>x</script>"]
)
def test_a_page_without_text_is_refused(payload: str) -> None:
    assert refused("html", payload)[0] == "empty"


@pytest.mark.parametrize(
    ("encoding", "declared"),
    [
        ("utf-8", "iso-8859-1"),  # a wrong declaration
        ("utf-8", "hex"),
        ("utf-8", "unicode_escape"),
        ("windows-1252", "windows-1252"),
        ("windows-1252", "utf-8"),
        ("windows-1252", "rot13"),
        ("utf-8-sig", "koi8-r"),
        ("utf-16", "utf-8"),
    ],
)
def test_the_charset_is_found_whatever_is_declared(encoding: str, declared: str) -> None:
    payload = page(head=f'<meta charset="{declared}">').encode(encoding)
    assert "“We moved four" in accepted("html", payload).text


def test_a_picture_is_no_page() -> None:
    assert refused("html", b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR") == (
        "malformed",
        "Not a page: it holds NUL, as binary files.",
    )


# -------------------------------------------------------------------------------- plain text


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("<p>One <b>bo</b>ld.</p>\n <p>Two.</p>", "One bold.\n\nTwo."),
        ("“One” 'two' \"three\" &ldquo;four&rdquo; &#146;s", "“One” 'two' \"three\" “four” ’s"),
        ("<q>One</q>", "“One”"),
        ("a<br>b<br/><br>c", "a\nb\n\nc"),
        ("a &amp; b &lt;i&gt; &eacute; &#x1F692;", "a & b <i> é 🚒"),
        (
            "a<script>b</script><style>c</style><noscript>d</noscript><svg><text>e</text></svg>f",
            "af",
        ),
        ("<ul><li>a<li>b</ul>", "a\n\nb"),
        ("<table><tr><td>a<td>b<tr><td>c</table>", "a b\n\nc"),
        ("<p>a\n  b\t c</p>", "a b c"),
        ("<p>&nbsp;</p><p>a</p>", "a"),
        ("<!-- a -->b<?c ?>", "b"),
        ("<title>a</title><p>b", "b"),
        ("a < b and c > d", "a < b and c > d"),
        ("", ""),
    ],
)
def test_html_as_text(html: str, text: str) -> None:
    assert html_to_text(html) == text


def test_a_title_is_taken_for_html_only_if_it_is() -> None:
    assert title_to_text("A &amp; <b>B</b>\n C") == "A & B C"
    assert title_to_text("A & B < C") == "A & B < C"


def test_half_a_text_does_not_pass_for_a_whole_one() -> None:
    assert html_to_text("<div>" * 500 + "a") == "a"
    with pytest.raises(Unacceptable):
        html_to_text("<b>" * 100_000 + "a")


@given(st.text())
def test_any_text_is_html(html: str) -> None:
    text = html_to_text(html)
    assert "\n\n\n" not in text
    text.encode()


def test_a_page_of_countless_elements_is_not_looked_through() -> None:
    spans = "<span>a</span>" * 30_000
    assert refused("html", page(f"<p>{spans}"))[0] == "too_large"
    assert accepted("html", page(f"<p>{spans}", markup(articleBody="One."))).text == "One."


def test_elements_within_elements_are_no_hindrance() -> None:
    (item,) = read("html", page(f"<article>{'<div>' * 100}{BODY}{'</div>' * 100}</article>"))
    assert isinstance(item, Accepted)
