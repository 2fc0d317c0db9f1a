"""News sitemaps and plain ones: addresses of stories to fetch; an index lists further sitemaps."""

from __future__ import annotations

from collections.abc import Iterator
from typing import BinaryIO
from xml.etree.ElementTree import Element

from newsroom.imports.items import (
    Discovered,
    Item,
    Raw,
    Refused,
    Unacceptable,
    discovered,
    refuse_unknown_embargo_in_xml,
)
from newsroom.imports.models import RejectionReason
from newsroom.imports.parsing.xml_items import local, xml_items

ITEMS = frozenset({"url", "sitemap"})
ROOTS = frozenset({"urlset", "sitemapindex"})


def read(stream: BinaryIO, origin: str) -> Iterator[Item]:
    """The addresses in `stream`, one after the other, in constant memory."""
    for found in xml_items(stream, origin, names=ITEMS, roots=ROOTS):
        if isinstance(found, Refused):
            yield found
            continue
        try:
            yield _address(found.element, found.raw)
        except Unacceptable as error:
            yield Refused(error.reason, error.message, found.raw)


def _address(entry: Element, raw: Raw) -> Discovered:
    refuse_unknown_embargo_in_xml(entry)
    # Pictures have a "loc" as well, one level deeper.
    url = next((_text(one) for one in entry if local(one.tag) == "loc"), "")
    if not url:
        raise Unacceptable(RejectionReason.MISSING_FIELD, "The field “loc” is missing.")
    return discovered(
        url,
        raw,
        # The day of publication is no substitute: it says nothing of later changes.
        lastmod=next((_text(one) for one in entry if local(one.tag) == "lastmod"), ""),
        title=_title(entry),
        is_list=local(entry.tag) == "sitemap",
    )


def _title(entry: Element) -> str:
    news = next((one for one in entry if local(one.tag) == "news"), None)
    if news is None:
        return ""
    return next((_text(one) for one in news if local(one.tag) == "title"), "")


def _text(element: Element) -> str:
    return "".join(element.itertext()).strip()
