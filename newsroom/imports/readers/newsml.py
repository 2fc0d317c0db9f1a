"""IPTC NewsML-G2: one story a `newsItem`, alone or in a `newsMessage`. The body is XHTML or NITF.

A story whose text is only referred to (`remoteContent`) comes with its description, marked partial.
An embargo stands in `itemMeta/embargoed`; where that is empty, its end is not known yet.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import partial
from typing import BinaryIO
from xml.etree.ElementTree import Element

from newsroom.articles.models import ArticleStatus
from newsroom.imports.items import (
    Item,
    Refused,
    Unacceptable,
    item_from,
    language_tag,
    refuse_unknown_embargo,
    refuse_unknown_embargo_in_xml,
)
from newsroom.imports.models import RejectionReason
from newsroom.imports.parsing.html_text import html_to_text
from newsroom.imports.parsing.xml_items import Envelope, local, markup_of, xml_items
from newsroom.imports.readers.ninjs import status_of

XML = "{http://www.w3.org/XML/1998/namespace}"
STORIES = ("", "text", "composite")
WHOLE_TEXT = ("body.content", "body")


def read(stream: BinaryIO, origin: str) -> Iterator[Item]:
    """The stories in `stream`, one after the other, in constant memory."""
    roots = {"newsItem", "newsMessage"}
    for found in xml_items(stream, origin, names={"newsItem"}, roots=roots):
        if isinstance(found, Refused):
            yield found
            continue
        element = found.element
        yield item_from(found.raw, partial(_fields, element, found.envelope))


def _fields(item: Element, envelope: Envelope) -> Mapping[str, object]:
    about, content = _child(item, "itemMeta"), _child(item, "contentMeta")
    embargo = _child(about, "embargoed")
    refuse_unknown_embargo(envelope.fields)
    refuse_unknown_embargo_in_xml(item, known=embargo)
    kind = _code(_child(about, "itemClass"))
    if kind not in STORIES:
        raise Unacceptable(RejectionReason.BAD_VALUE, f"A {kind[:40]}, not a text.")
    released = _release(_child(item, "contentSet"))
    body = _body(_child(item, "contentSet"))
    return {
        "external_id": item.get("guid", ""),
        "slug": _text(content, "slugline"),
        "headline": _text(content, "headline") or _text(about, "title"),
        "text": body or _text(content, "description"),
        "partial": not body,
        "byline": ", ".join(_texts(content, "by")),
        "dateline": _text(content, "dateline") or _name(_child(content, "located")),
        "genre": _name(_child(content, "genre")),
        "language": _language(item, content),
        "wire_origin": ", ".join(_origins(content)),
        "rights": "\n".join(_rights(_child(item, "rightsInfo"))),
        "editor_note": "\n".join([*_texts(about, "edNote"), *_signals(about)]),
        "status": _status(about, embargo),
        "published_at": _text(about, "firstCreated") or _text(content, "contentCreated"),
        "embargoed_until": _text(about, "embargoed") or released,
        "versioned_at": _text(about, "versionCreated"),
    }


def _status(about: Element | None, embargo: Element | None) -> str:
    """An embargo without a date has no end that is known: the story is withheld until one is."""
    status = status_of(_code(_child(about, "pubStatus")))
    endless = embargo is not None and not _all_text(embargo)
    return ArticleStatus.WITHHELD if endless and status in ("", ArticleStatus.LIVE) else status


def _release(contents: Element | None) -> str:
    """NITF's own embargo, `date.release`."""
    if contents is None:
        return ""
    found = (one for one in contents.iter() if local(one.tag) == "date.release")
    return next((norm for one in found if (norm := one.get("norm", ""))), "")


def _body(contents: Element | None) -> str:
    for one in () if contents is None else contents:
        kind = local(one.tag)
        if kind == "inlineXML":
            text = html_to_text(markup_of(_whole_text(one)))
        elif kind == "inlineData":
            is_html = "html" in one.get("contenttype", "")
            text = html_to_text(_all_text(one)) if is_html else _all_text(one)
        else:  # remoteContent: a reader never fetches
            continue
        if text.strip():
            return text
    return ""


def _whole_text(inline: Element) -> Element:
    """NITF repeats headline and byline in its body, before the text itself."""
    for name in WHOLE_TEXT:
        for element in inline.iter():
            if local(element.tag) == name:
                return element
    return inline


def _language(item: Element, content: Element | None) -> str:
    stated = _child(content, "language")
    tag = "" if stated is None else stated.get("tag", "")
    return language_tag(tag) or language_tag(item.get(f"{XML}lang", ""))


def _origins(content: Element | None) -> Iterator[str]:
    for one in _children(content, "infoSource"):
        if name := _name(one):
            yield name


def _rights(rights: Element | None) -> Iterator[str]:
    for name in ("usageTerms", "copyrightNotice"):
        yield from _texts(rights, name)
    if holder := _name(_child(rights, "copyrightHolder")):
        yield holder


def _signals(about: Element | None) -> Iterator[str]:
    """`sig:correction` and the like, which is said in no other place."""
    for one in _children(about, "signal"):
        if code := one.get("qcode") or one.get("uri"):
            yield code


def _children(parent: Element | None, name: str) -> Iterator[Element]:
    for one in () if parent is None else parent:
        if local(one.tag) == name:
            yield one


def _child(parent: Element | None, name: str) -> Element | None:
    return next(_children(parent, name), None)


def _texts(parent: Element | None, name: str) -> list[str]:
    return [text for one in _children(parent, name) if (text := _all_text(one))]


def _text(parent: Element | None, name: str) -> str:
    return next(iter(_texts(parent, name)), "")


def _all_text(element: Element) -> str:
    return "".join(element.itertext()).strip()


def _name(element: Element | None) -> str:
    """What people call it, else its code."""
    if element is None:
        return ""
    return _text(element, "name") or element.get("literal", "") or _code(element)


def _code(element: Element | None) -> str:
    """`usable` of `stat:usable`, and of `http://cv.iptc.org/newscodes/pubstatusg2/usable`."""
    if element is None:
        return ""
    code = element.get("qcode") or element.get("uri") or ""
    return code.rpartition(":")[2].rpartition("/")[2]
