"""RSS 0.9 to 2.0, RDF and Atom: one story an item or entry.

A story is known by its `guid` or `id`, else by its address. The text is that of `content:encoded`
or Atom's `content`; where there is only a description or summary, the story is marked partial.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import partial
from typing import BinaryIO
from urllib.parse import urljoin
from xml.etree.ElementTree import Element

from newsroom.imports.addresses import canonical_url
from newsroom.imports.items import (
    Item,
    Refused,
    item_from,
    language_tag,
    refuse_unknown_embargo,
    refuse_unknown_embargo_in_xml,
)
from newsroom.imports.parsing.html_text import body_to_text, html_to_text, title_to_text
from newsroom.imports.parsing.xml_items import Envelope, local, markup_of, xml_items

ITEMS = frozenset({"item", "entry"})
ROOTS = frozenset({"rss", "RDF", "feed"})

XML = "{http://www.w3.org/XML/1998/namespace}"
DC = "{http://purl.org/dc/elements/1.1/}"
DCTERMS = "{http://purl.org/dc/terms/}"
CONTENT = "{http://purl.org/rss/1.0/modules/content/}"
FEEDBURNER = "{http://rssnamespace.org/feedburner/ext/1.0}"
RDF = "{http://www.w3.org/1999/02/22-rdf-syntax-ns#}"
ATOM = "{http://www.w3.org/2005/Atom}"

LONGEST_BYLINE = 500
"""Longer ones do not fit, and are not looked into."""

# RSS writes "desk@post.example (Ana Lund)".
_mail_and_name = re.compile(r"\S+@\S+\s*\((.+)\)")


def read(stream: BinaryIO, origin: str) -> Iterator[Item]:
    """The stories in `stream`, one after the other, in constant memory."""
    for found in xml_items(stream, origin, names=ITEMS, roots=ROOTS):
        if isinstance(found, Refused):
            yield found
            continue
        element, envelope = found.element, found.envelope
        yield item_from(found.raw, partial(_fields, element, envelope))


def _fields(element: Element, envelope: Envelope) -> Mapping[str, object]:
    # None of these formats has an embargo; extensions do.
    refuse_unknown_embargo(envelope.fields)
    refuse_unknown_embargo_in_xml(element)
    read_it = _of_entry if local(element.tag) == "entry" else _of_item
    return read_it(element, envelope)


# --------------------------------------------------------------------------------- RSS and RDF


def _of_item(item: Element, envelope: Envelope) -> Mapping[str, object]:
    content = _first(item, f"{CONTENT}encoded")
    description = _first(item, "description")
    guid = _first(item, "guid")
    url = _link_of_item(item, guid)
    return {
        "external_id": guid or canonical_url(url) or item.get(f"{RDF}about", ""),
        "url": url,
        "headline": title_to_text(_first(item, "title")),
        "text": body_to_text(content or description),
        "partial": not content,
        "byline": _byline_of_item(item),
        "section": _first(item, "category") or _first(item, f"{DC}subject"),
        "language": _language(item, envelope, _first(item, f"{DC}language")),
        "rights": _first(item, f"{DC}rights") or envelope.fields.get("copyright", ""),
        # The channel that the item was taken over from.
        "wire_origin": _first(item, "source") or _first(item, f"{DC}source"),
        "published_at": _first(item, "pubDate") or _first(item, f"{DC}date"),
        "versioned_at": _first(item, f"{ATOM}updated") or _first(item, f"{DCTERMS}modified"),
    }


def _link_of_item(item: Element, guid: str) -> str:
    link = _first(item, f"{FEEDBURNER}origLink") or _first(item, "link")
    permalink = _child(item, "guid")
    if not link and permalink is not None and permalink.get("isPermaLink") != "false":
        link = guid if guid.startswith(("http://", "https://")) else ""
    return link


def _byline_of_item(item: Element) -> str:
    creators = [_text(one) for one in item if one.tag == f"{DC}creator"]
    byline = ", ".join(filter(None, creators)) or _first(item, "author")
    named = _mail_and_name.fullmatch(byline) if len(byline) <= LONGEST_BYLINE else None
    return named.group(1) if named else byline


# ---------------------------------------------------------------------------------------- Atom


def _of_entry(entry: Element, envelope: Envelope) -> Mapping[str, object]:
    content, summary = _construct(entry, "content"), _construct(entry, "summary")
    url = _link_of_entry(entry, envelope)
    source = _child(entry, "source")
    return {
        "external_id": _first(entry, "id") or canonical_url(url),
        "url": url,
        "headline": " ".join(_construct(entry, "title").split()),
        "text": content or summary,
        "partial": not content,
        "byline": _byline_of_entry(entry) or envelope.fields.get("name", ""),
        "section": _category(entry),
        "language": _language(entry, envelope, ""),
        "rights": _construct(entry, "rights") or envelope.fields.get("rights", ""),
        "wire_origin": "" if source is None else _construct(source, "title"),
        "published_at": _first(entry, "published") or _first(entry, "issued"),
        "versioned_at": _first(entry, "updated") or _first(entry, "modified"),
    }


def _construct(parent: Element, name: str) -> str:
    """The text of an Atom text construct, which says itself whether it is HTML."""
    element = _child(parent, name)
    if element is None:
        return ""
    kind = element.get("type", "text")
    if kind in ("html", "text/html"):
        return html_to_text(_text(element))
    if kind in ("xhtml", "application/xhtml+xml"):
        return html_to_text(markup_of(element))
    if kind == "text" or kind.startswith("text/"):
        return _text(element)
    return ""  # a picture in base64, or some XML of its own


def _link_of_entry(entry: Element, envelope: Envelope) -> str:
    links = [one for one in entry if local(one.tag) == "link" and one.get("href")]
    wanted = [one for one in links if one.get("rel", "alternate") == "alternate"]
    if not wanted:
        return ""
    base = urljoin(envelope.attributes.get(f"{XML}base", ""), entry.get(f"{XML}base", ""))
    try:
        return urljoin(base, wanted[0].get("href", "").strip())
    except ValueError:  # "https://[": the check of the address says what is wrong with it
        return wanted[0].attrib["href"]


def _byline_of_entry(entry: Element) -> str:
    authors = (one for one in entry if local(one.tag) == "author")
    return ", ".join(filter(None, (_first(one, "name") for one in authors)))


def _category(entry: Element) -> str:
    category = _child(entry, "category")
    return "" if category is None else category.get("label", "") or category.get("term", "")


# ------------------------------------------------------------------------------------- elements


def _child(parent: Element, name: str) -> Element | None:
    """The first child of that name. A name with its namespace means exactly that one.

    A name without means the feed's own elements, which RSS writes in no namespace or in one of
    several, and not those of extensions: `media:title` is no title of the story.
    """
    space = parent.tag.rpartition("}")[0]
    for one in parent:
        if one.tag == name or (space and one.tag == f"{space}}}{name}"):
            return one
    return None


def _first(parent: Element, name: str) -> str:
    element = _child(parent, name)
    return "" if element is None else _text(element)


def _text(element: Element) -> str:
    return "".join(element.itertext()).strip()


def _language(element: Element, envelope: Envelope, stated: str) -> str:
    for value in (
        element.get(f"{XML}lang", ""),
        stated,
        envelope.attributes.get(f"{XML}lang", ""),
        envelope.fields.get("language", ""),
    ):
        if tag := language_tag(value):
            return tag
    return ""
