"""Trying rejected items again: each by itself, as the reader it came by would have it."""

from __future__ import annotations

import io
import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace

from django.core.exceptions import ValidationError
from django.db import transaction

from newsroom.accounts.models import User
from newsroom.history import acting
from newsroom.imports.feeds import services as feeds
from newsroom.imports.feeds.models import FeedPage, PageState
from newsroom.imports.feeds.pages import PAGE
from newsroom.imports.formats import format_of
from newsroom.imports.items import Item, Raw, Refused
from newsroom.imports.models import (
    ImportRun,
    ImportState,
    ImportTrigger,
    Rejection,
    RejectionReason,
)
from newsroom.imports.readers import READERS
from newsroom.imports.services import ImportReport, end_run, take_chunk

AT_ONCE = 500
"""Items that one call tries; each is a transaction of its own."""

_prefix = re.compile(rb"</?([A-Za-z_][\w.-]*):|\s([A-Za-z_][\w.-]*):[\w.-]+\s*=")

NAMESPACES = {
    "content": "http://purl.org/rss/1.0/modules/content/",
    "dc": "http://purl.org/dc/elements/1.1/",
    "dcterms": "http://purl.org/dc/terms/",
    "atom": "http://www.w3.org/2005/Atom",
    "feedburner": "http://rssnamespace.org/feedburner/ext/1.0",
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
}


def retry_rejections(
    *, rejection_ids: Sequence[int], corrected: bytes | None = None, by: User | None
) -> list[ImportRun]:
    """Try rejected items again; returns the runs that did, one for each outlet.

    An item that is taken in now is settled, and stays so: tried by two at once, or once more later,
    it is taken in once. One that is refused again stays open, and its row says why; a corrected one
    that is refused is a rejection of its own. Pages
    that could not be fetched are fetched by the next run of their feed, which is asked for.
    `corrected` replaces the bytes of a single item. Raises `ValidationError`.
    """
    if corrected is not None and len(rejection_ids) != 1:
        raise ValidationError("Only a single item can be corrected.")
    if len(rejection_ids) > AT_ONCE:
        raise ValidationError(f"At most {AT_ONCE} items can be tried again at once.")
    waiting = Rejection.objects.filter(pk__in=rejection_ids, settled_in=None)
    outlets = defaultdict(list)
    runs: dict[int, ImportRun] = {}
    for rejection in waiting.select_related("run__outlet", "run__feed").order_by("pk"):
        if rejection.format == PAGE and rejection.run.feed_id is not None:
            _fetch_again(rejection, runs, by)
        else:
            outlets[rejection.run.outlet].append(rejection.pk)
    for outlet, ids in outlets.items():
        run = ImportRun.objects.create(
            outlet=outlet,
            trigger=ImportTrigger.ADMIN,
            origin=f"{len(ids)} rejected items, tried again",
            started_by=by,
        )
        report = ImportReport(run_id=run.pk)
        for rejection_id in ids:
            _retry(rejection_id, corrected, run, report, by)
        end_run(run, ImportState.FINISHED)
        run.refresh_from_db()
        runs[run.pk] = run
    return list(runs.values())


@transaction.atomic
def _retry(
    rejection_id: int,
    corrected: bytes | None,
    run: ImportRun,
    report: ImportReport,
    by: User | None,
) -> None:
    rejection = (
        Rejection.objects.select_for_update().filter(pk=rejection_id, settled_in=None).first()
    )
    if rejection is None:  # somebody else has settled it since
        return
    payload = bytes(rejection.payload) if corrected is None else corrected
    items = read_again(rejection, payload)
    before = report.rejected
    with acting(by, rejection=rejection.pk):
        take_chunk(run, items, report, by, retried=rejection)
    taken = items and report.rejected == before
    Rejection.objects.filter(pk=rejection.pk).update(
        retried_in=run, settled_in=run if taken else None
    )


def read_again(rejection: Rejection, payload: bytes) -> list[Item]:
    """What the bytes of one rejected item are by now."""
    raw_size = rejection.size if payload == bytes(rejection.payload) else len(payload)
    name = rejection.format or format_of(rejection.origin, payload[:4096])
    document = _standing_alone(name, payload)
    if raw_size > len(payload) or document is None:
        message = "It cannot be read by itself. Import the file or feed that it came from again."
        return [_refused(rejection, payload, message)]
    found = list(READERS[name](io.BytesIO(document), rejection.origin))
    items = [
        replace(
            item,
            raw=replace(
                item.raw,
                payload=payload,
                size=len(payload),
                position=rejection.position,
                format=name,
            ),
        )
        for item in found
    ]
    return items or [_refused(rejection, payload, "There is nothing in it any more.")]


def _refused(rejection: Rejection, payload: bytes, message: str) -> Refused:
    raw = Raw(rejection.origin, rejection.position, payload, rejection.size, rejection.format)
    return Refused(RejectionReason.MALFORMED, message, raw)


def _standing_alone(name: str, payload: bytes) -> bytes | None:
    """A document of that format with this one item; None where an item says too little."""
    start = payload.lstrip()[:1000]
    if name == "csv" or name not in READERS:
        return None
    if name == "jsonfeed" and b'"items"' not in start:
        return b'{"version": "https://jsonfeed.org/version/1.1", "items": [' + payload + b"]}"
    if name == "wordpress" and start.startswith(b"{"):
        return b"[" + payload + b"]"
    if name in ("feed", "newsml", "sitemap") and not start.startswith(b"<?xml"):
        return _wrapped(payload)
    return payload


def _wrapped(payload: bytes) -> bytes:
    """An element in a root that declares what prefixes it uses, which its own root did before."""
    root = {b"entry": "feed", b"item": "rss"}
    opened = re.match(rb"\s*<([\w.-]+)", payload)
    name = root.get(opened[1] if opened else b"")
    if name is None:
        return payload
    used = {one.decode() for pair in _prefix.findall(payload) for one in pair if one}
    spaces = "".join(
        f' xmlns:{prefix}="{NAMESPACES.get(prefix, "urn:unknown:" + prefix)}"'
        for prefix in sorted(used - {"xml", "xmlns"})
        if f"xmlns:{prefix}".encode() not in payload
    )
    own = ' xmlns="http://www.w3.org/2005/Atom"' if name == "feed" else ""
    return f"<{name}{own}{spaces}>".encode() + payload + f"</{name}>".encode()


def _fetch_again(rejection: Rejection, runs: dict[int, ImportRun], by: User | None) -> None:
    feed_id = rejection.run.feed_id
    assert feed_id is not None
    with transaction.atomic():
        FeedPage.objects.filter(feed=feed_id, url=rejection.origin).update(
            state=PageState.PENDING, attempts=0, etag="", last_modified=""
        )
        run = feeds.request_import(feed_id=feed_id, trigger=ImportTrigger.ADMIN, by=by)
        Rejection.objects.filter(pk=rejection.pk).update(retried_in=run)
    runs[run.pk] = run
