"""Sitemaps and lists of addresses: what they give is to be fetched, by somebody else."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from newsroom.imports.items import Discovered, Refused
from tests.newsroom.imports.reading import read

SITEMAP = (
    '<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" '
    'xmlns:news="http://www.google.com/schemas/sitemap-news/0.9" '
    'xmlns:image="http://www.google.com/schemas/sitemap-image/1.1">{}</urlset>'
)


def found(format_name: str, payload: str) -> list[Discovered]:
    items = read(format_name, payload)
    assert all(isinstance(item, Discovered) for item in items), items
    return [item for item in items if isinstance(item, Discovered)]


def test_a_news_sitemap_gives_addresses_with_titles() -> None:
    (story,) = found(
        "sitemap",
        SITEMAP.format(
            "<url><image:image><image:loc>https://post.example/p.png</image:loc></image:image>"
            "<loc> https://Post.example/1?utm_source=map </loc><lastmod>2026-03-04</lastmod>"
            "<news:news><news:publication><news:name>Post</news:name></news:publication>"
            "<news:publication_date>2026-03-03</news:publication_date>"
            "<news:title>Dredged</news:title></news:news></url>"
        ),
    )
    assert (story.url, story.title, story.is_list) == ("https://post.example/1", "Dredged", False)
    assert story.lastmod == datetime(2026, 3, 4, tzinfo=UTC)


def test_an_index_gives_further_lists() -> None:
    payload = (
        "<sitemapindex><sitemap><loc>https://post.example/2.xml</loc></sitemap></sitemapindex>"
    )
    (item,) = found("sitemap", payload)
    assert (item.url, item.is_list, item.lastmod) == ("https://post.example/2.xml", True, None)


@pytest.mark.parametrize(
    ("entry", "reason"),
    [
        ("<url/>", "missing_field"),
        ("<url><loc>ftp://post.example</loc></url>", "bad_value"),
        ("<url><loc>javascript:alert(1)</loc></url>", "bad_value"),
        ("<url><loc>https://post.example</loc><lastmod>soon</lastmod></url>", "bad_date"),
    ],
)
def test_a_bad_entry_costs_only_itself(entry: str, reason: str) -> None:
    good = "<url><loc>https://post.example/1</loc></url>"
    bad, story = read("sitemap", SITEMAP.format(entry + good))
    assert isinstance(bad, Refused)
    assert bad.reason == reason
    assert isinstance(story, Discovered)


def test_a_list_has_an_address_a_line() -> None:
    items = found(
        "urls", "\ufeff# stories\n\nhttps://post.example/1#top\r\n  https://post.example/2  \n"
    )
    assert [item.url for item in items] == ["https://post.example/1", "https://post.example/2"]
    assert [item.raw.position for item in items] == [3, 4]


def test_a_line_that_is_no_address_is_refused() -> None:
    bad, good = read("urls", "harbour\nhttps://post.example/\n")
    assert isinstance(bad, Refused)
    assert bad.message == "“harbour” is not an http or https address."
    assert isinstance(good, Discovered)
