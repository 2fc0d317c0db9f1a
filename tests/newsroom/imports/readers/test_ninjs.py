"""ninjs in its three branches."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from newsroom.imports.items import Accepted, Refused
from tests.newsroom.imports.reading import accepted, read, refused

MORNING = datetime(2026, 3, 4, 9, 30, tzinfo=UTC)
NOON = datetime(2026, 3, 4, 12, tzinfo=UTC)
ONE = {
    "uri": "urn:wire:1",
    "$standard": {"name": "ninjs", "version": "1.7"},
    "type": "text",
    "firstcreated": "2026-03-04T09:30:00Z",
    "versioncreated": "2026-03-04T12:00:00Z",
    "pubstatus": "usable",
    "embargoed": "2026-03-04T12:00:00Z",
    "headline": "Dredged",
    "slugline": "harbour-dredging",
    "byline": "Ana Lund",
    "located": "Kellosund",
    "language": "en-GB",
    "genre": [{"name": "Analysis", "code": "analysis"}],
    "infosource": [{"name": "Meridian Wire"}, {"name": "Post"}],
    "ednote": "Corrects the depth.",
    "usageterms": "Not for broadcast.",
    "copyrightholder": "Meridian",
    "body_text": "One.\n\nTwo.",
}
TWO = {
    **{
        k: v
        for k, v in ONE.items()
        if k not in ("$standard", "headline", "byline", "genre", "infosource", "body_text")
    },
    "standard": {"name": "ninjs", "version": "2.3"},
    "headlines": [{"role": "short", "value": "D."}, {"role": "main", "value": "Dredged"}],
    "by": "Ana Lund",
    "genres": [{"name": "Analysis"}],
    "infosources": [{"name": "Meridian Wire"}, {"name": "Post"}],
    "bodies": [{"role": "main", "contenttype": "text/plain", "value": "One.\n\nTwo."}],
}
THREE = {
    "uri": "urn:wire:1",
    "standard": {"name": "ninjs", "version": "3.2"},
    "type": "text",
    "firstCreated": "2026-03-04T09:30:00Z",
    "versionCreated": "2026-03-04T12:00:00Z",
    "pubStatus": "usable",
    "embargoedUntil": "2026-03-04T12:00:00Z",
    "headlines": [{"role": "main", "contentType": "text/plain", "value": "Dredged"}],
    "slugline": "harbour-dredging",
    "by": "Ana Lund",
    "located": "Kellosund",
    "language": "en-GB",
    "genres": [{"name": "Analysis", "uri": "genre:analysis"}],
    "infoSources": [{"name": "Meridian Wire"}, {"name": "Post"}],
    "edNote": "Corrects the depth.",
    "usageTerms": "Not for broadcast.",
    "copyrightHolder": "Meridian",
    "bodies": [
        {"role": "main", "contentType": "text/html", "value": "<p>One.</p><p>Two!</p>"},
        {"role": "main", "contentType": "text/plain", "value": "One.\n\nTwo."},
    ],
    "vendorRating": {"stars": 5},
}


def story(**fields: Any) -> str:
    return json.dumps({"uri": "urn:wire:1", "body_text": "One.", **fields})


@pytest.mark.parametrize("branch", [ONE, TWO, THREE], ids=["1.x", "2.x", "3.x"])
def test_the_three_branches_say_the_same(branch: dict[str, Any]) -> None:
    article = accepted("ninjs", json.dumps(branch))
    assert article.external_id == "urn:wire:1"
    assert (article.headline, article.text) == ("Dredged", "One.\n\nTwo.")
    assert (article.slug, article.byline) == ("harbour-dredging", "Ana Lund")
    assert (article.dateline, article.language, article.genre) == ("Kellosund", "en-GB", "Analysis")
    assert article.wire_origin == "Meridian Wire, Post"
    assert article.editor_note == "Corrects the depth."
    assert article.rights == "Not for broadcast.\nMeridian"
    assert (article.status, article.embargoed_until) == ("live", NOON)
    assert (article.published_at, article.versioned_at) == (MORNING, NOON)
    assert not article.partial


@pytest.mark.parametrize(
    ("code", "status"),
    [("usable", "live"), ("withheld", "withheld"), ("canceled", "killed"), ("cancelled", "killed")],
)
def test_status(code: str, status: str) -> None:
    assert accepted("ninjs", story(pubstatus=code)).status == status
    assert accepted("ninjs", story(pubStatus=code)).status == status


def test_no_status_states_none() -> None:
    assert accepted("ninjs", story()).status == ""


def test_a_status_that_we_do_not_understand_is_not_taken_for_usable() -> None:
    assert refused("ninjs", story(pubstatus="spiked")) == (
        "bad_value",
        "“spiked” is not a publishing status: usable, withheld or canceled.",
    )


def test_a_kill_needs_no_text_and_others_do() -> None:
    killed = accepted("ninjs", json.dumps({"uri": "a", "pubstatus": "canceled", "ednote": "Kill."}))
    assert (killed.text, killed.status, killed.editor_note) == ("", "killed", "Kill.")
    assert refused("ninjs", '{"uri": "a", "pubstatus": "usable"}')[0] == "empty"


@pytest.mark.parametrize(
    ("fields", "text"),
    [
        ({"body_html": "<p>a</p><p>b &amp; c</p>"}, "a\n\nb & c"),
        ({"body_xhtml": "<p>a</p>", "body_text": "plain"}, "plain"),
        ({"body_mobile": "m"}, "m"),
        ({"bodies": {"value": "alone", "contenttype": "text/plain"}}, "alone"),
        (
            {
                "bodies": [
                    {"role": "caption", "contentType": "text/plain", "value": "c"},
                    {"contentType": "text/html", "value": "<p>a"},
                ]
            },
            "a",
        ),
    ],
)
def test_the_body_is_the_main_one_and_plain_if_there_is_one(
    fields: dict[str, Any], text: str
) -> None:
    assert accepted("ninjs", json.dumps({"uri": "a", **fields})).text == text


@pytest.mark.parametrize(
    "fields",
    [
        {"representationtype": "incomplete", "body_text": "x"},
        {"representationType": "partial", "body_text": "x"},
        {"description_text": "x"},
        {"descriptions": [{"value": "x"}]},
    ],
)
def test_an_incomplete_story_is_marked(fields: dict[str, Any]) -> None:
    article = accepted("ninjs", json.dumps({"uri": "a", **fields}))
    assert (article.text, article.partial) == ("x", True)


def test_pictures_are_no_stories() -> None:
    assert refused("ninjs", story(type="picture")) == ("bad_value", "A picture, not a text.")
    assert accepted("ninjs", story(type="composite"))


def test_a_document_is_a_story_a_list_or_one_after_the_other() -> None:
    for payload in (f"[{story()}, {story()}]", f"{story()}\n{story()}\n", f"{story()}{story()}"):
        items = read("ninjs", payload)
        assert [type(item) for item in items] == [Accepted, Accepted]
        assert [item.raw.payload.decode() for item in items] == [story(), story()]
    assert [type(item) for item in read("ninjs", f"[{story()}, 3, []]")] == [
        Accepted,
        Refused,
        Refused,
    ]


@pytest.mark.parametrize(
    "value", [None, 1, 1.5, True, [], {}, [[]], [1], {"value": 1}, [{"value": [1]}], [{"name": {}}]]
)
@pytest.mark.parametrize("name", sorted({*ONE, *TWO, *THREE} - {"uri"}))
def test_values_of_another_kind_are_an_item_all_the_same(name: str, value: object) -> None:
    (item,) = read("ninjs", json.dumps({"uri": "a", "body_text": "x", name: value}))
    assert isinstance(item, Accepted | Refused)


@pytest.mark.parametrize("name", ["embargo", "embargoed_until", "embargoUntilDate"])
def test_an_embargo_by_a_name_that_ninjs_does_not_have_is_refused(name: str) -> None:
    (item,) = read("ninjs", story(**{name: "2099-01-01T00:00:00Z"}))
    assert isinstance(item, Refused)
    assert f"“{name.lower()}” is not understood" in item.message


def test_an_embargo_that_stands_deeper_is_refused() -> None:
    (item,) = read("ninjs", story(rightsinfo=[{"terms": {"embargoed": "2099-01-01T00:00:00Z"}}]))
    assert isinstance(item, Refused)
    assert "“embargoed” is not understood" in item.message


def test_the_embargo_of_a_picture_is_not_that_of_the_story() -> None:
    picture = {"main": {"uri": "p", "type": "picture", "embargoed": "2099-01-01T00:00:00Z"}}
    (item,) = read("ninjs", story(associations=picture))
    assert isinstance(item, Accepted)
    assert item.article.embargoed_until is None
