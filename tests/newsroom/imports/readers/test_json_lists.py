"""JSON Feed and WordPress."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from newsroom.imports.items import Accepted, Refused
from tests.newsroom.imports.reading import accepted, read

MORNING = datetime(2026, 3, 4, 9, 30, tzinfo=UTC)


def feed(*items: object, **fields: Any) -> str:
    return json.dumps(
        {"version": "https://jsonfeed.org/version/1.1", "title": "Feed", **fields, "items": items}
    )


def test_an_item_of_json_feed_with_everything() -> None:
    article = accepted(
        "jsonfeed",
        feed(
            {
                "id": 7,
                "url": "https://post.example/7#a",
                "external_url": "https://elsewhere.example/",
                "title": "Dredged",
                "content_html": "<p>One.</p><p>Two.</p>",
                "summary": "In short.",
                "date_published": "2026-03-04T09:30:00Z",
                "date_modified": "2026-03-04T10:30:00+01:00",
                "authors": [{"name": "Ana"}, {"url": "https://bo.example"}, {"name": "Bo"}],
                "tags": ["Local", "Sea"],
            },
            language="en_GB",
        ),
    )
    assert (article.external_id, article.url) == ("7", "https://post.example/7")
    assert (article.headline, article.text, article.partial) == ("Dredged", "One.\n\nTwo.", False)
    assert (article.byline, article.section, article.language) == ("Ana, Bo", "Local", "en-GB")
    assert (article.published_at, article.versioned_at) == (MORNING, MORNING)


def test_a_feed_speaks_for_its_items() -> None:
    article = accepted("jsonfeed", feed({"id": "a", "content_text": "x"}, author={"name": "Desk"}))
    assert article.byline == "Desk"
    article = accepted(
        "jsonfeed", feed({"id": "a", "content_text": "x", "author": {"name": "Ana"}})
    )
    assert article.byline == "Ana"


def test_a_summary_alone_is_only_a_part() -> None:
    assert accepted("jsonfeed", feed({"id": "a", "summary": "In short."})).partial


def test_a_bad_item_costs_only_itself() -> None:
    items = read(
        "jsonfeed",
        feed({"id": "a", "content_text": "x"}, 3, {"id": "b"}, {"id": "c", "content_text": "y"}),
    )
    assert [type(item) for item in items] == [Accepted, Refused, Refused, Accepted]


def test_a_feed_that_breaks_off_gives_what_stood_before() -> None:
    payload = feed({"id": "a", "content_text": "x"}, {"id": "b", "content_text": "y"})[:-12]
    first, second = read("jsonfeed", payload)
    assert isinstance(first, Accepted)
    assert isinstance(second, Refused)
    assert second.message == "Not JSON: it ends within a value."
    assert second.raw.payload.startswith(b'{"id": "b"')


@pytest.mark.parametrize(
    "payload", ["", "{", "[", '{"items":', '{"items": [}', '{"a" 1}', "]", "{]"]
)
def test_what_is_no_json_is_refused(payload: str) -> None:
    items = read("jsonfeed", payload)
    assert isinstance(items[-1], Refused)


def post(**fields: Any) -> dict[str, Any]:
    return {
        "id": 5,
        "date_gmt": "2026-03-04T09:30:00",
        "modified_gmt": "2026-03-04T09:30:00",
        "guid": {"rendered": "https://post.example/?p=5"},
        "link": "https://post.example/dredged/",
        "slug": "dredged",
        "status": "publish",
        "title": {"rendered": "Dredgers &#8211; <i>docks</i>"},
        "content": {"rendered": "<p>One.</p>\n<p>Two.</p>", "protected": False},
        "excerpt": {"rendered": "<p>In short.</p>"},
        "author": 3,
        "_embedded": {"author": [{"name": "Ana"}]},
        **fields,
    }


def test_a_post_with_everything() -> None:
    article = accepted("wordpress", json.dumps([post()]))
    assert article.external_id == "https://post.example/?p=5"
    assert (article.url, article.slug) == ("https://post.example/dredged/", "dredged")
    assert (article.headline, article.text) == ("Dredgers – docks", "One.\n\nTwo.")
    assert (article.byline, article.status, article.partial) == ("Ana", "live", False)
    assert (article.published_at, article.versioned_at) == (MORNING, MORNING)


def test_a_protected_post_gives_its_excerpt() -> None:
    article = accepted("wordpress", json.dumps([post(content={"rendered": "", "protected": True})]))
    assert (article.text, article.partial) == ("In short.", True)


def test_a_post_that_was_never_published_has_no_date() -> None:
    article = accepted(
        "wordpress", json.dumps([post(date_gmt="0000-00-00T00:00:00", status="draft")])
    )
    assert (article.published_at, article.status) == (None, "withheld")


def test_no_posts_are_no_stories() -> None:
    assert read("wordpress", "[]") == []


@pytest.mark.parametrize(
    "payload",
    [
        feed({"id": "a", "content_text": "x", "_wire": {"embargo": "2099-01-01"}}),
        feed({"id": "a", "content_text": "x"}, _embargo="2099-01-01"),
    ],
)
def test_an_embargo_in_an_extension_of_a_feed_or_its_items_is_refused(payload: str) -> None:
    (item,) = read("jsonfeed", payload)
    assert isinstance(item, Refused)
    assert "is not understood; this format has no such embargo." in item.message
