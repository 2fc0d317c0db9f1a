"""From a file to the ClaimReviews in it: a data feed, JSON Lines, or a page."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from lxml import etree
from lxml import html as lxml_html

from claims.matching.claim_review import Review, Unusable, parse, reviews_in
from newsroom.imports.files import storable
from newsroom.imports.items import Raw, Refused
from newsroom.imports.models import RejectionReason

LARGEST = 1024 * 1024 * 1024
"""Bytes of a file that is read; the feed of all publishers has some hundreds of millions."""
KEPT = 64 * 1024
_HTML = b"<"


@dataclass(frozen=True, slots=True)
class Received:
    """A review that can be stored, with the markup it came as."""

    review: Review
    raw: Raw
    markup: Mapping[str, object]


Item = Received | Refused


def items_of(path: Path) -> Iterator[Item]:
    """All reviews of a file in their order; what cannot be used says why. Raises `OSError`."""
    origin = storable(str(path))
    size = path.stat().st_size
    if size > LARGEST:
        yield _refused(origin, 1, RejectionReason.TOO_LARGE, "The file is too large.", b"", size)
        return
    body = path.read_bytes()
    found = 0
    for number, document in enumerate(_documents(body, path.suffix.lower()), start=1):
        if isinstance(document, str):
            yield _refused(origin, number, RejectionReason.MALFORMED, document, body, size)
            found += 1
            continue
        for node in reviews_in(document):
            found += 1
            yield _item(origin, found, node)
    if not found:
        message = "There is no ClaimReview in it."
        yield _refused(origin, 1, RejectionReason.EMPTY, message, body, size)


def _documents(body: bytes, suffix: str) -> Iterator[object]:
    """JSON documents; a text instead of one says what is wrong with it."""
    if suffix in (".html", ".htm", ".xhtml") or body.lstrip()[:1] == _HTML:
        yield from _scripts(body)
    elif suffix in (".jsonl", ".ndjson"):
        for line in body.splitlines():
            if line.strip():
                yield _json(line)
    else:
        yield _json(body)


def _scripts(body: bytes) -> Iterator[object]:
    try:
        page = lxml_html.document_fromstring(body)
    except (etree.ParserError, etree.XMLSyntaxError, ValueError) as error:
        yield f"The page cannot be read: {error}."
        return
    for script in page.iter("script"):
        kind = (script.get("type") or "").split(";")[0].strip().lower()
        if kind == "application/ld+json" and (script.text or "").strip():
            document = _json((script.text or "").encode(errors="ignore"))
            # Pages hold broken markup of other things; it is told only if it is of a review.
            if not isinstance(document, str) or "ClaimReview" in (script.text or ""):
                yield document


def _json(body: bytes) -> object:
    try:
        document: object = json.loads(body, strict=False)
    except (ValueError, RecursionError) as error:
        return f"It is not JSON: {str(error)[:200]}."
    return document if isinstance(document, dict | list) else "It is JSON, but no object or list."


def _item(origin: str, position: int, node: Mapping[str, object]) -> Item:
    # NUL cannot be stored, neither as text nor in JSON.
    text = json.dumps(node, ensure_ascii=True).replace("\\u0000", "")
    markup = json.loads(text)
    body = text.encode()
    raw = Raw(origin, position, body[:KEPT], len(body))
    try:
        return Received(parse(markup), raw, markup)
    except Unusable as error:
        return Refused(RejectionReason.MISSING_FIELD, str(error), raw)


def _refused(
    origin: str, position: int, reason: RejectionReason, message: str, body: bytes, size: int
) -> Refused:
    return Refused(reason, message, Raw(origin, position, body[:KEPT], size))
