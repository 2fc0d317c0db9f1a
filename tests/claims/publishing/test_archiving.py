"""A second copy at the Wayback Machine, asked for from a server that speaks its protocol."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs

import pytest
from django.test import Client
from django.utils import timezone

from claims.models import Claim, Evidence
from claims.publishing.archiving import MAX_ATTEMPTS
from claims.publishing.services import withdraw
from claims.publishing.serving import fresh, rendered
from newsroom.articles.models import Article
from newsroom.tasks import keep_copies_outside
from sources.models import OutsideCopy, OutsideState, Snapshot
from tests.claims.publishing.published import boss, published, verified_claim
from tests.database import refused_by
from tests.factories import AppearanceFactory, ArticleFactory, RevisionFactory

pytestmark = pytest.mark.django_db

CITED = "https://port.example/table?year=2024&x=1"
JOB = "spn2-0a1b2c"
KEYS = "LOW key:secret"


class Spn2(ThreadingHTTPServer):
    """Save Page Now: takes orders of those whose keys are right, and says what became of them."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.ordered: list[str] = []
        self.order: tuple[int, dict[str, Any]] = (200, {"url": CITED, "job_id": JOB})
        self.statuses: list[Any] = []

    @property
    def host(self) -> str:
        return f"127.0.0.1:{self.server_port}"


class _Handler(BaseHTTPRequestHandler):
    server: Spn2

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        form = parse_qs(body, strict_parsing=True)
        if self.path != "/save" or "form" not in self.headers["Content-Type"]:
            return self._say(404, {})
        if self.headers["Authorization"] != KEYS:
            return self._say(401, {"message": "You need to be logged in."})
        self.server.ordered.append(form["url"][0])
        return self._say(*self.server.order)

    def do_GET(self) -> None:
        known = self.path == f"/save/status/{JOB}" and self.headers["Authorization"] == KEYS
        said = self.server.statuses.pop(0) if known else {}
        self._say(200 if known else 404, said)

    def _say(self, status: int, said: Any) -> None:
        body = json.dumps(said).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args: Any) -> None:
        pass


@pytest.fixture
def spn2(settings: Any) -> Iterator[Spn2]:
    server = Spn2()
    threading.Thread(target=server.serve_forever, daemon=True).start()
    settings.FETCH_ALLOWED_HOSTS = [server.host]
    settings.WAYBACK_URL = f"http://{server.host}"
    settings.WAYBACK_KEY, settings.WAYBACK_SECRET = "key", "secret"
    settings.SITE_FRESH_SECONDS = 0
    rendered.forget()
    yield server
    server.shutdown()
    server.server_close()
    fresh.forget()


def cited(claim: Claim, url: str = CITED) -> Snapshot:
    snapshot = Snapshot.objects.create(url=url)
    Evidence.objects.filter(claim=claim).update(snapshot=snapshot)
    return snapshot


def ask() -> OutsideCopy:
    """As if the wait were over."""
    OutsideCopy.objects.update(next_attempt_at=timezone.now())
    keep_copies_outside()
    return OutsideCopy.objects.get()


def success(**other: Any) -> dict[str, Any]:
    return {
        "status": "success",
        "job_id": JOB,
        "original_url": CITED,
        "timestamp": "20260401123000",
        **other,
    }


def test_what_a_published_check_cites_is_archived_outside_and_shown(
    spn2: Spn2, client: Client, editor_client: Client
) -> None:
    fact_check = published(evidence={"url": CITED})
    cited(fact_check.claim)
    page = f"/checks/{fact_check.slug}/"
    before = client.get(page)
    spn2.statuses = [{"status": "pending"}, success()]

    assert ask().state == OutsideState.REQUESTED
    keep_copies_outside()
    assert len(spn2.statuses) == 2, "it is not asked again at once"
    assert ask().state == OutsideState.REQUESTED
    done = ask()

    assert (done.state, done.error) == (OutsideState.ARCHIVED, "")
    assert done.url == f"http://{spn2.host}/web/20260401123000/{CITED}"
    assert done.taken_at == datetime(2026, 4, 1, 12, 30, tzinfo=UTC)
    keep_copies_outside()
    assert spn2.ordered == [CITED], "ordered once"
    after = client.get(page)
    assert "archived at web.archive.org on" in after.text
    assert after["ETag"] != before["ETag"]
    desk = editor_client.get(f"/admin/claims/claim/{fact_check.claim_id}/change/").text
    assert "archived at web.archive.org" in desk


def test_without_keys_nothing_is_asked_of_anybody(spn2: Spn2, settings: Any) -> None:
    settings.WAYBACK_SECRET = ""
    cited(published(evidence={"url": CITED}).claim)
    keep_copies_outside()
    assert not spn2.ordered
    assert not OutsideCopy.objects.exists()


def test_nothing_is_told_before_it_is_published_or_after_it_was_withdrawn(spn2: Spn2) -> None:
    claim = published(evidence={"url": CITED}).claim
    Evidence.objects.filter(claim=claim).update(snapshot=Snapshot.objects.create(url=CITED))
    withdraw(claim_id=claim.pk, reason="Wrong.", by=boss())
    cited(verified_claim())
    keep_copies_outside()
    assert not spn2.ordered


class TestEmbargo:
    def test_the_address_of_an_embargoed_story_is_not_told(self, spn2: Spn2) -> None:
        tomorrow = timezone.now() + timedelta(days=1)
        ArticleFactory.create(url=CITED, embargoed_until=tomorrow)
        cited(published(evidence={"url": CITED}).claim)
        keep_copies_outside()
        assert not spn2.ordered

    def test_nor_what_the_check_of_a_story_cites_that_is_embargoed_meanwhile(
        self, spn2: Spn2
    ) -> None:
        claim = published(evidence={"url": CITED}).claim
        cited(claim)
        story = RevisionFactory.create().article
        AppearanceFactory.create(claim=claim, revision=story.revisions.get())
        spn2.order = (429, {})
        ask()
        assert len(spn2.ordered) == 1
        Article.objects.filter(pk=story.pk).update(
            embargoed_until=timezone.now() + timedelta(days=1)
        )
        ask()
        assert len(spn2.ordered) == 1, "it waited for its second attempt, and is looked at anew"


class TestFailure:
    @pytest.fixture(autouse=True)
    def check(self, spn2: Spn2) -> None:
        cited(published(evidence={"url": CITED}).claim)

    def test_their_bad_day_is_waited_for_and_told(self, spn2: Spn2) -> None:
        spn2.order = (429, {"message": "You have reached your limit."})
        one = ask()
        assert (one.state, one.error) == (OutsideState.PENDING, "Too many requests for now.")
        assert one.next_attempt_at > timezone.now() + timedelta(minutes=4)
        spn2.order = (200, {"job_id": JOB})
        spn2.statuses = [
            {"status": "error", "status_ext": "error:proxy-error", "message": "Come back."}
        ]
        ask()
        one = ask()
        assert (one.state, one.error) == (
            OutsideState.PENDING,
            "Come back. (error:proxy-error)",
        )

    def test_it_gives_up_in_the_end(self, spn2: Spn2) -> None:
        spn2.order = (503, {})
        for attempt in range(1, MAX_ATTEMPTS + 1):
            one = ask()
            assert one.attempts == attempt
        assert one.state == OutsideState.FAILED
        ask()
        assert len(spn2.ordered) == MAX_ATTEMPTS

    def test_what_cannot_be_archived_is_not_asked_for_again(self, spn2: Spn2) -> None:
        spn2.statuses = [
            {"status": "error", "status_ext": "error:blocked-url", "message": "It is blocked."}
        ]
        ask()
        one = ask()
        assert one.state == OutsideState.FAILED
        assert one.error == "It is blocked. (error:blocked-url)"

    def test_wrong_keys_are_told(self, spn2: Spn2, settings: Any) -> None:
        settings.WAYBACK_SECRET = "other"
        assert "WAYBACK_SECRET" in ask().error

    @pytest.mark.parametrize(
        "said",
        [
            success(original_url="javascript:alert(1)"),
            success(original_url=None),
            success(timestamp="yesterday"),
            success(timestamp=None),
            {"status": "error", "status_ext": ["x"], "message": {"a": "\x00"}},
            {"status": "error", "message": "\x00"},
            [],
            None,
        ],
    )
    def test_nonsense_is_a_failure_like_any_other(self, spn2: Spn2, said: Any) -> None:
        spn2.statuses = [said]
        ask()
        one = ask()
        assert (one.state, one.url) == (OutsideState.PENDING, "")
        assert one.error

    @pytest.mark.parametrize("job", ["../../x", "", None, 7, "a" * 101])
    def test_a_job_that_is_no_name_is_not_taken(self, spn2: Spn2, job: Any) -> None:
        spn2.order = (200, {"job_id": job})
        one = ask()
        assert (one.state, one.job) == (OutsideState.PENDING, "")

    def test_the_database_refuses_a_copy_without_an_address(self) -> None:
        ask()
        with refused_by("outside_archived_or_not"):
            OutsideCopy.objects.update(state=OutsideState.ARCHIVED)
