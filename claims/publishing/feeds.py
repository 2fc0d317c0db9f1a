"""Feeds for readers and machines: Atom, JSON Feed, sitemap, and a DataFeed of all ClaimReviews."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator
from io import StringIO
from typing import Any
from xml.sax.saxutils import XMLGenerator

from django.conf import settings
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.feedgenerator import Atom1Feed
from django.utils.html import format_html, format_html_join
from django.utils.xmlutils import SimplerXMLGenerator
from django.views.decorators.http import require_safe

from claims.publishing import queries
from claims.publishing.addresses import absolute, page_of
from claims.publishing.claim_review import CONTEXT, feed_element
from claims.publishing.models import Correction, FactCheck, FactCheckState
from claims.publishing.serving import public, respond

LATEST = 50
"""Entries of a feed."""
SITEMAP = 50_000
"""Addresses that a sitemap may hold."""
CHUNK = 200


@public
@require_safe
def atom(request: HttpRequest) -> HttpResponseBase:
    return respond(
        request,
        queries.latest_change(FactCheck.objects.all()),
        _atom,
        "application/atom+xml; charset=utf-8",
    )


@public
@require_safe
def json_feed(request: HttpRequest) -> HttpResponseBase:
    return respond(
        request,
        queries.latest_change(FactCheck.objects.all()),
        lambda: json.dumps(_json_feed(), ensure_ascii=False).encode(),
        "application/feed+json",
    )


@public
@require_safe
def data_feed(request: HttpRequest) -> HttpResponseBase:
    """A schema.org DataFeed of everything published, streamed: it may be thousands."""
    return respond(
        request,
        queries.latest_change(FactCheck.objects.all()),
        _data_feed,
        "application/ld+json",
    )


@public
@require_safe
def sitemap(request: HttpRequest) -> HttpResponseBase:
    return respond(
        request,
        queries.latest_change(FactCheck.objects.all()),
        _sitemap,
        "application/xml; charset=utf-8",
    )


def _latest() -> list[tuple[FactCheck, list[Correction]]]:
    """What changed last, withdrawals included, each with its corrections."""
    rows = queries.with_standing(FactCheck.objects.order_by("-modified_at", "-id"))
    return list(_with_corrections(rows[:LATEST]))


def _with_corrections(
    rows: Iterable[FactCheck],
) -> Iterator[tuple[FactCheck, list[Correction]]]:
    batch = list(rows)
    made = defaultdict(list)
    rows_made = Correction.objects.filter(fact_check__in=batch).select_related("by")
    for correction in rows_made.order_by("-at", "-id"):
        made[correction.fact_check_id].append(correction)
    for fact_check in batch:
        yield fact_check, made[fact_check.pk]


def _title(fact_check: FactCheck) -> str:
    if fact_check.state == FactCheckState.WITHDRAWN:
        return f"Withdrawn: {fact_check.headline}"
    again = " (being checked again)" if _is_checked_again(fact_check) else ""
    return f"{fact_check.body['rating']['label']}{again}: {fact_check.headline}"


def _is_checked_again(fact_check: FactCheck) -> bool:
    return bool(fact_check.being_checked_again)  # type: ignore[attr-defined]


def _content(fact_check: FactCheck, corrections: list[Correction]) -> str:
    """What an entry says, as HTML. What is news to who has read it comes first."""
    if fact_check.state == FactCheckState.WITHDRAWN:
        return format_html("<p><strong>Withdrawn.</strong> {}</p>", fact_check.withdrawal_reason)
    again = "We are checking this again. Until we are done, this is what we found before."
    notice = format_html("<p><strong>{}</strong></p>", again)
    told = format_html_join(
        "",
        "<p><strong>Correction ({}), {}, {}:</strong> {}</p>",
        (
            (one.get_severity_display(), one.at.date().isoformat(), one.by, one.text)
            for one in corrections
        ),
    )
    body = fact_check.body
    said = format_html("<blockquote>{}</blockquote>", body["statement"])
    verdict = format_html(
        "<p><strong>{}.</strong> {}</p>", body["rating"]["label"], fact_check.summary
    )
    return (notice if _is_checked_again(fact_check) else "") + told + said + verdict


def _atom() -> bytes:
    entries = _latest()
    feed = Atom1Feed(
        title=f"{settings.NEWSROOM_NAME}: fact checks",
        link=absolute("/"),
        description="What was checked, and what was corrected since.",
        feed_url=absolute(reverse("feed_atom")),
        author_name=settings.NEWSROOM_NAME,
        language="en",
    )
    for fact_check, corrections in entries:
        address = page_of(fact_check)
        feed.add_item(
            title=_title(fact_check),
            link=address,
            description=_content(fact_check, corrections),
            unique_id=address,
            pubdate=fact_check.published_at,
            updateddate=fact_check.modified_at,
            author_name=settings.NEWSROOM_NAME,
        )
    return feed.writeString("utf-8").encode()


def _json_feed() -> dict[str, Any]:
    return {
        "version": "https://jsonfeed.org/version/1.1",
        "title": f"{settings.NEWSROOM_NAME}: fact checks",
        "home_page_url": absolute("/"),
        "feed_url": absolute(reverse("feed_json")),
        "authors": [{"name": settings.NEWSROOM_NAME, "url": absolute("/")}],
        "language": "en",
        "items": [_json_item(fact_check, corrections) for fact_check, corrections in _latest()],
    }


def _json_item(fact_check: FactCheck, corrections: list[Correction]) -> dict[str, Any]:
    item = {
        "id": page_of(fact_check),
        "url": page_of(fact_check),
        "title": _title(fact_check),
        "content_html": _content(fact_check, corrections),
        "date_published": fact_check.published_at.isoformat(),
        "date_modified": fact_check.modified_at.isoformat(),
    }
    if fact_check.state == FactCheckState.WITHDRAWN:
        return item  # its verdict no longer stands, wherever it is read
    return item | {"summary": fact_check.summary, "tags": [fact_check.body["rating"]["label"]]}


def _data_feed() -> Iterator[str]:
    head = {
        "@context": CONTEXT,
        "@type": "DataFeed",
        "name": f"{settings.NEWSROOM_NAME}: all fact checks",
        "url": absolute(reverse("data_feed")),
    }
    yield json.dumps(head, ensure_ascii=False)[:-1] + ', "dataFeedElement": ['
    before, first = 0, True
    while True:
        rows = FactCheck.objects.exclude(state=FactCheckState.WITHDRAWN).filter(pk__gt=before)
        batch = list(_with_corrections(rows.order_by("pk")[:CHUNK]))
        for fact_check, corrections in batch:
            element = json.dumps(feed_element(fact_check, corrections), ensure_ascii=False)
            yield element if first else f",\n{element}"
            before, first = fact_check.pk, False
        if len(batch) < CHUNK:
            break
    yield "]}"


def _sitemap() -> bytes:
    written = StringIO()
    xml: XMLGenerator = SimplerXMLGenerator(written, "utf-8")
    xml.startDocument()
    xml.startElement("urlset", {"xmlns": "http://www.sitemaps.org/schemas/sitemap/0.9"})  # type: ignore[arg-type]
    places = [(absolute(reverse(name)), None) for name in ("checks", "corrections", "methodology")]
    rows = queries.visible().select_related(None).only("slug", "modified_at", "published_at")
    checks = ((page_of(one), one.modified_at) for one in rows[: SITEMAP - len(places)])
    for address, modified in (*places, *checks):
        xml.startElement("url", {})  # type: ignore[arg-type]
        _element(xml, "loc", address)
        if modified:
            _element(xml, "lastmod", modified.isoformat(timespec="seconds"))
        xml.endElement("url")
    xml.endElement("urlset")
    xml.endDocument()
    return written.getvalue().encode()


def _element(xml: XMLGenerator, name: str, text: str) -> None:
    xml.startElement(name, {})  # type: ignore[arg-type]
    xml.characters(text)
    xml.endElement(name)
