"""A page: schema.org's markup first, and trafilatura for the text where the markup has none.

Nothing is guessed: dates, author and headline are those that the page states about itself for
machines. Dates that merely stand somewhere in the page are left alone.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping
from typing import BinaryIO
from urllib.parse import urljoin, urlsplit

import trafilatura
from lxml import etree

from newsroom.imports.items import (
    Item,
    Unacceptable,
    item_from,
    language_tag,
    refuse_unknown_embargo,
)
from newsroom.imports.models import RejectionReason
from newsroom.imports.parsing.charsets import decode_page
from newsroom.imports.parsing.html_text import body_to_text, parse_html
from newsroom.imports.parsing.json_access import text_of
from newsroom.imports.parsing.schema_org import article_markup, fields_of_markup
from newsroom.imports.readers.text import file_id
from newsroom.imports.readers.whole_file import check_whole, read_bounded

MAX_ELEMENTS = 25_000
"""Pages of news have a few thousand. The time that trafilatura takes grows with the square."""

# It reports every page without a text as an error; here that is a rejection with its reason.
logging.getLogger("trafilatura").setLevel(logging.CRITICAL)


def read(stream: BinaryIO, origin: str) -> Iterator[Item]:
    """The story in `stream`. It is known by its canonical address, else by its file's name."""
    raw = read_bounded(stream, origin)

    def fields() -> Mapping[str, object]:
        check_whole(raw)
        return _fields(decode_page(raw.payload), origin)

    yield item_from(raw, fields)


def _fields(html: str, origin: str) -> Mapping[str, object]:
    page = parse_html(html)
    if page is None:
        raise Unacceptable(RejectionReason.EMPTY, "There is no text in this story.")
    markup = article_markup(page)
    stated = fields_of_markup(markup)
    metas = _metas(page)
    refuse_unknown_embargo(markup)
    refuse_unknown_embargo(metas)
    body = body_to_text(text_of(stated, "text"))
    extracted = _main_text(html, page, needed=not body)
    # Markup often runs the paragraphs together: the same words with their paragraphs are better.
    text = extracted if not body or body.split() == extracted.split() else body
    url = _address(page, origin, text_of(stated, "url"))
    return {
        **stated,
        "external_id": url or file_id(origin, html),
        "url": url,
        "headline": text_of(stated, "headline") or metas.get("og:title", "") or _title(page),
        "byline": text_of(stated, "byline") or metas.get("author", ""),
        "section": text_of(stated, "section") or metas.get("article:section", ""),
        "language": text_of(stated, "language") or language_tag(page.get("lang") or ""),
        "published_at": text_of(stated, "published_at") or metas.get("article:published_time", ""),
        "versioned_at": text_of(stated, "versioned_at") or metas.get("article:modified_time", ""),
        "text": text,
        # What a page shows to everybody of a story that has to be paid for is its beginning.
        "partial": not body and stated.get("partial") is True,
    }


def _main_text(html: str, page: etree._Element, *, needed: bool) -> str:
    count = sum(1 for _ in page.iter())
    if count > MAX_ELEMENTS:
        if not needed:
            return ""
        raise Unacceptable(
            RejectionReason.TOO_LARGE,
            f"The page has {count:,} elements; at most {MAX_ELEMENTS:,} are looked through.",
        )
    try:
        found = trafilatura.bare_extraction(
            html, favor_precision=True, include_comments=False, with_metadata=False
        )
    except Exception as error:
        raise Unacceptable(
            RejectionReason.MALFORMED, f"No text could be found in the page ({error!r:.80})."
        ) from error
    text = getattr(found, "text", None) or ""
    # It writes a paragraph a line.
    return "\n\n".join(line.strip() for line in text.split("\n") if line.strip())


def _metas(page: etree._Element) -> dict[str, str]:
    metas: dict[str, str] = {}
    for one in page.iter("meta"):
        name = (one.get("property") or one.get("name") or "").lower()
        if name and (content := (one.get("content") or "").strip()):
            metas.setdefault(name, content)
    return metas


def _title(page: etree._Element) -> str:
    title = next(page.iter("title"), None)
    return "" if title is None else " ".join("".join(title.itertext()).split())


def _address(page: etree._Element, origin: str, stated: str) -> str:
    """The page's canonical address; another site's is not believed where we know the own one."""
    own = origin if origin.startswith(("http://", "https://")) else ""
    canonical = [
        one.get("href") or ""
        for one in page.iter("link")
        if "canonical" in (one.get("rel") or "").lower().split()
    ]
    for given in (*canonical, stated):
        try:
            url: str = urljoin(own, given.strip())
            if url.startswith(("http://", "https://")) and (not own or _site(url) == _site(own)):
                return url
        except ValueError:
            continue
    return own


def _site(url: str) -> str:
    host = urlsplit(url).hostname or ""
    for prefix in ("www.", "m.", "amp."):
        host = host.removeprefix(prefix)
    return host
