"""Archived copies of evidence, fetched from a real server on this machine."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from warcio.archiveiterator import ArchiveIterator

from claims.models import Evidence
from claims.publishing.archiving import may_be_told
from claims.publishing.copies import request_copies
from claims.publishing.serving import fresh, rendered
from claims.verification.services import take_step
from sources.copies import MAX_ATTEMPTS, keep_due_copies, path_of
from sources.models import Snapshot, SnapshotState
from tests.claims.publishing.published import boss, published
from tests.factories import EvidenceFactory
from tests.newsroom.imports.http.conftest import Server

pytestmark = pytest.mark.django_db

PDF = b"%PDF-1.7 port statistics"


def http(status: str, body: bytes = b"", kind: str = "application/pdf") -> bytes:
    head = f"HTTP/1.1 {status}\r\nContent-Type: {kind}\r\nContent-Length: {len(body)}\r\n\r\n"
    return head.encode() + body


@pytest.fixture
def server(settings: Any, tmp_path: Path) -> Iterator[Server]:
    one = Server()
    settings.FETCH_ALLOWED_HOSTS = [one.host]
    settings.SNAPSHOTS_DIR = str(tmp_path / "copies")
    settings.SITE_FRESH_SECONDS = 0
    rendered.forget()
    yield one
    one.stop()
    fresh.forget()


def due_again(snapshot: Snapshot) -> None:
    Snapshot.objects.filter(pk=snapshot.pk).update(next_attempt_at=timezone.now())


def test_evidence_with_an_address_is_copied_as_warc_and_readers_get_it(
    server: Server, client: Client
) -> None:
    address = server.says("/table.pdf", http("200 OK", PDF))
    fact_check = published(evidence={"url": address})
    evidence = fact_check.claim.evidence.get()
    Evidence.objects.filter(pk=evidence.pk).update(snapshot=Snapshot.objects.create(url=address))

    assert keep_due_copies() == 1
    assert keep_due_copies() == 0

    snapshot = Snapshot.objects.get()
    assert (snapshot.state, snapshot.error) == (SnapshotState.KEPT, "")
    assert snapshot.sha256 == hashlib.sha256(PDF).hexdigest()
    with path_of(snapshot.file.name).open("rb") as file:
        (record,) = [(one.rec_type, one.content_stream().read()) for one in ArchiveIterator(file)]
    assert record == ("response", PDF)
    assert f"/copies/{snapshot.pk}/" in client.get(f"/checks/{fact_check.slug}/").text
    response = client.get(f"/copies/{snapshot.pk}/")
    assert response["Content-Disposition"].startswith("attachment")
    assert b"".join(response)[:2] == b"\x1f\x8b"


def test_evidence_with_an_address_is_asked_for_once() -> None:
    evidence = EvidenceFactory.create(url="https://port.example/table")
    EvidenceFactory.create(url="")

    assert (request_copies(), request_copies()) == (1, 0)

    evidence.refresh_from_db()
    assert evidence.snapshot is not None
    assert evidence.snapshot.url == "https://port.example/table"
    assert Snapshot.objects.count() == 1


def test_what_fails_for_a_while_is_tried_again_and_says_why(server: Server) -> None:
    snapshot = Snapshot.objects.create(url=server.says("/x", http("503 Busy")))
    for attempt in range(1, MAX_ATTEMPTS + 1):
        assert keep_due_copies() == 0
        assert keep_due_copies() == 0, "it is not due again yet"
        snapshot.refresh_from_db()
        assert snapshot.attempts == attempt
        assert snapshot.error == "The server answered with 503."
        over = attempt == MAX_ATTEMPTS
        assert snapshot.state == (SnapshotState.FAILED if over else SnapshotState.PENDING)
        due_again(snapshot)


def test_a_server_that_asks_to_wait_is_asked_again_no_sooner(server: Server) -> None:
    busy = http("503 Busy").replace(b"\r\n\r\n", b"\r\nRetry-After: 7200\r\n\r\n")
    snapshot = Snapshot.objects.create(url=server.says("/x", busy))

    keep_due_copies()

    snapshot.refresh_from_db()
    assert snapshot.state == SnapshotState.PENDING
    assert snapshot.next_attempt_at is not None
    assert snapshot.next_attempt_at > timezone.now() + timedelta(minutes=110)


@pytest.mark.parametrize("status", ["404 Not Found", "410 Gone", "451 Forbidden by law"])
def test_what_is_gone_is_not_asked_for_again(server: Server, status: str) -> None:
    snapshot = Snapshot.objects.create(url=server.says("/x", http(status)))
    keep_due_copies()
    snapshot.refresh_from_db()
    assert (snapshot.state, snapshot.attempts) == (SnapshotState.FAILED, 1)


def test_an_address_of_the_intranet_is_never_fetched() -> None:
    snapshot = Snapshot.objects.create(url="http://127.0.0.1:1/secret")
    keep_due_copies()
    snapshot.refresh_from_db()
    assert snapshot.state == SnapshotState.FAILED
    assert snapshot.error


def test_a_copy_of_what_nobody_published_is_not_shown(server: Server, client: Client) -> None:
    snapshot = Snapshot.objects.create(url=server.says("/x", http("200 OK", PDF)))
    keep_due_copies()
    assert client.get(f"/copies/{snapshot.pk}/").status_code == 404


def test_what_was_added_or_readdressed_for_a_recheck_is_neither_shown_nor_told(
    server: Server, client: Client
) -> None:
    cited_at = server.says("/cited", http("200 OK", PDF))
    fact_check = published(evidence={"url": cited_at})
    request_copies()
    evidence = fact_check.claim.evidence.get()
    take_step(claim_id=fact_check.claim_id, step="recheck", comment="It changed.", by=boss())
    take_step(claim_id=fact_check.claim_id, step="start", by=boss())
    address = server.says("/leaked", http("200 OK", PDF))
    EvidenceFactory.create(claim=fact_check.claim, url=address)
    request_copies()
    assert keep_due_copies() == 2
    cited = Snapshot.objects.get(url=cited_at)
    added = Snapshot.objects.get(url=address)

    assert b"".join(client.get(f"/copies/{cited.pk}/"))[:2] == b"\x1f\x8b"
    assert client.get(f"/copies/{added.pk}/").status_code == 404
    assert list(may_be_told()) == [cited]

    Evidence.objects.filter(pk=evidence.pk).update(url=address, snapshot=added)

    assert client.get(f"/copies/{added.pk}/").status_code == 404
    assert not may_be_told().exists()
    assert "/copies/" not in client.get(f"/checks/{fact_check.slug}/").text
