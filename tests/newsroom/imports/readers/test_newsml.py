"""NewsML-G2."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from newsroom.imports.items import Accepted, Refused
from tests.newsroom.imports.reading import accepted, read, refused

NAR = "http://iptc.org/std/nar/2006-10-01/"
XHTML = '<inlineXML><html xmlns="http://www.w3.org/1999/xhtml"><head><title>No</title></head><body><p>One.</p><p>Two.</p></body></html></inlineXML>'
NITF = (
    '<inlineXML contenttype="application/nitf+xml"><nitf xmlns="http://iptc.org/std/NITF/2006-10-18/">'
    "<body><body.head><hedline><hl1>Dredged</hl1></hedline><byline>Ana</byline></body.head>"
    "<body.content><block><p>One <person>Ana</person>.</p><hl2>Then</hl2><p>Two.</p></block>"
    "<media><media-caption>A ship</media-caption></media></body.content></body></nitf></inlineXML>"
)


def news_item(content: str = XHTML, *, about: str = "", guid: str = "urn:wire:1") -> str:
    return (
        f'<newsItem xmlns="{NAR}" guid="{guid}" version="3" xml:lang="en-GB">'
        "<rightsInfo><copyrightHolder><name>Meridian</name></copyrightHolder>"
        "<usageTerms>Not for broadcast.</usageTerms></rightsInfo>"
        f'<itemMeta><itemClass qcode="ninat:text"/>{about}</itemMeta>'
        "<contentMeta><slugline>harbour</slugline><headline>Dredged</headline><by>Ana Lund</by>"
        "<dateline>KELLOSUND</dateline><genre><name>Feature</name></genre>"
        '<infoSource literal="Meridian Wire"/><description>In short.</description></contentMeta>'
        f"<contentSet>{content}</contentSet></newsItem>"
    )


def test_a_news_item_with_everything() -> None:
    about = (
        "<versionCreated>2026-03-04T12:00:00Z</versionCreated>"
        "<firstCreated>2026-03-04T09:30:00Z</firstCreated><embargoed>2026-03-05T00:00:00Z</embargoed>"
        '<pubStatus qcode="stat:usable"/><edNote>Corrects the depth.</edNote>'
        '<signal qcode="sig:correction"/>'
    )
    article = accepted("newsml", news_item(about=about))
    assert article.external_id == "urn:wire:1"
    assert (article.headline, article.text, article.partial) == ("Dredged", "One.\n\nTwo.", False)
    assert (article.slug, article.byline, article.dateline) == ("harbour", "Ana Lund", "KELLOSUND")
    assert (article.genre, article.language) == ("Feature", "en-GB")
    assert (article.wire_origin, article.rights) == (
        "Meridian Wire",
        "Not for broadcast.\nMeridian",
    )
    assert article.editor_note == "Corrects the depth.\nsig:correction"
    assert article.status == "live"
    assert article.published_at == datetime(2026, 3, 4, 9, 30, tzinfo=UTC)
    assert article.versioned_at == datetime(2026, 3, 4, 12, tzinfo=UTC)
    assert article.embargoed_until == datetime(2026, 3, 5, tzinfo=UTC)


def test_nitf_gives_its_text_without_headline_byline_and_captions() -> None:
    assert accepted("newsml", news_item(NITF)).text == "One Ana.\n\nThen\n\nTwo."


def test_a_text_that_is_elsewhere_leaves_the_description() -> None:
    article = accepted("newsml", news_item('<remoteContent href="https://wire.example/1"/>'))
    assert (article.text, article.partial) == ("In short.", True)


def test_inline_data_is_a_text() -> None:
    assert accepted("newsml", news_item("<inlineData>One.</inlineData>")).text == "One."


@pytest.mark.parametrize(
    ("code", "status"),
    [
        ('qcode="stat:canceled"', "killed"),
        ('qcode="stat:withheld"', "withheld"),
        ('uri="http://cv.iptc.org/newscodes/pubstatusg2/canceled"', "killed"),
    ],
)
def test_status(code: str, status: str) -> None:
    assert accepted("newsml", news_item(about=f"<pubStatus {code}/>")).status == status


def test_a_message_holds_several_items() -> None:
    payload = (
        f'<newsMessage xmlns="{NAR}"><header><sent>2026-03-04</sent></header><itemSet>'
        f"{news_item(guid='a')}{news_item(guid='')}{news_item(guid='c')}"
        f'<packageItem guid="p"/></itemSet></newsMessage>'
    )
    items = read("newsml", payload)
    assert [type(item) for item in items] == [Accepted, Refused, Accepted]


def test_pictures_and_other_documents_are_refused() -> None:
    picture = news_item().replace("ninat:text", "ninat:picture")
    assert refused("newsml", picture) == ("bad_value", "A picture, not a text.")
    assert refused("newsml", "<NewsML/>")[0] == "malformed"


IN_HEADER = "<header><embargo>2099-01-01</embargo></header>"
LATER = datetime(2099, 1, 1, tzinfo=UTC)
RELEASE = '<docdata><date.release norm="20990101T000000Z"/></docdata>'


def test_the_release_of_nitf_is_an_embargo_where_the_item_states_none() -> None:
    nitf = NITF.replace("<body>", f"<head>{RELEASE}</head><body>", 1)
    stated = "<embargoed>2098-01-01T00:00:00Z</embargoed>"

    assert accepted("newsml", news_item(nitf)).embargoed_until == LATER
    kept = accepted("newsml", news_item(nitf, about=stated)).embargoed_until
    assert kept == datetime(2098, 1, 1, tzinfo=UTC)
    assert accepted("newsml", news_item(NITF)).embargoed_until is None


@pytest.mark.parametrize(
    ("status", "becomes"), [("", "withheld"), ("usable", "withheld"), ("canceled", "killed")]
)
def test_an_embargo_without_a_date_withholds_the_story(status: str, becomes: str) -> None:
    about = "<embargoed/>" + (f'<pubStatus qcode="stat:{status}"/>' if status else "")
    article = accepted("newsml", news_item(about=about))
    assert (article.status, article.embargoed_until) == (becomes, None)


@pytest.mark.parametrize(
    "item",
    [
        news_item().replace("<slugline>", "<embargoed>2099-01-01T00:00:00Z</embargoed><slugline>"),
        news_item(about='<x:embago xmlns:x="urn:x">2099</x:embago>'),
        news_item().replace("version=", 'embargoUntil="2099-01-01" version='),
        f'<newsMessage xmlns="{NAR}">{IN_HEADER}{news_item()}</newsMessage>',
    ],
)
def test_an_embargo_in_a_place_of_its_own_is_refused(item: str) -> None:
    (found,) = read("newsml", item)
    assert isinstance(found, Refused)
    assert "is not understood; this format has no such embargo." in found.message
