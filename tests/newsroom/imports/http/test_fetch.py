"""Fetching from a real server: what comes back, and what a hostile one can not do."""

from __future__ import annotations

import gzip
import socket
import tracemalloc
import zlib
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest
from django.conf import LazySettings
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from newsroom.imports.http import Fetched, NotModified, Unfetchable, Why, fetch, network
from tests.newsroom.imports.http.conftest import Server, redirect, response


def failed(url: str) -> Unfetchable:
    outcome = fetch(url)
    assert isinstance(outcome, Unfetchable), outcome
    assert outcome.message.endswith(".")
    return outcome


def fetched(url: str) -> Fetched:
    outcome = fetch(url)
    assert isinstance(outcome, Fetched), outcome
    return outcome


# --------------------------------------------------------------------------- what comes back


def test_a_document_comes_with_what_to_send_along_next_time(server: Server) -> None:
    date = "Wed, 04 Mar 2026 09:30:00 GMT"
    answer = response(
        b"<p>One.", 'ETag: "a1"', f"Last-Modified: {date}", content_type="text/HTML; charset=x"
    )
    url = server.says("/a?b=1", answer)

    outcome = fetched(url + "#part")

    assert outcome == Fetched(url, b"<p>One.", "text/html", '"a1"', date)


def test_we_say_who_we_are_and_nothing_else(server: Server, settings: LazySettings) -> None:
    settings.FETCH_USER_AGENT = "Desk/1 (desk@post.example)"
    fetched(server.says("/", response(b"x", "Set-Cookie: a=b")))
    fetched(server.url("/"))

    names = [line.partition(":")[0] for line in server.requests[1].split("\r\n")[1:] if line]
    assert names == ["Host", "User-Agent", "Accept", "Accept-Encoding"]
    assert "User-Agent: Desk/1 (desk@post.example)" in server.requests[1]


def test_what_is_known_already_is_not_sent_again(server: Server) -> None:
    url = server.says("/", b"HTTP/1.1 304 Not Modified\r\n\r\n")

    outcome = fetch(url, etag='W/"a1"', last_modified="Wed, 04 Mar 2026 09:30:00 GMT")

    assert outcome == NotModified(url)
    assert 'If-None-Match: W/"a1"' in server.requests[0]
    assert "If-Modified-Since: Wed, 04 Mar 2026 09:30:00 GMT" in server.requests[0]


def test_not_modified_without_being_asked_is_no_document(server: Server) -> None:
    assert failed(server.says("/", b"HTTP/1.1 304 Not Modified\r\n\r\n")).status == 304


def test_an_etag_can_not_smuggle_headers(server: Server) -> None:
    url = server.says("/", response(b"x"))
    fetch(url, etag='"a"\r\nX-Evil: 1')
    assert "Evil" not in server.requests[0]


def test_proxies_of_the_environment_are_not_used(
    server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("http_proxy", "HTTP_PROXY", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    assert fetched(server.says("/", response(b"x"))).content == b"x"


def test_packed_documents_are_unpacked(server: Server) -> None:
    page = "Größe. ".encode() * 1000
    url = server.says("/", response(gzip.compress(page), "Content-Encoding: gzip"))
    assert fetched(url).content == page


def test_when_to_come_back_is_told(server: Server) -> None:
    def after(value: str) -> timedelta | None:
        answer = response(b"", f"Retry-After: {value}", status="429 Too Many Requests")
        outcome = failed(server.says("/", answer))
        assert (outcome.why, outcome.status) == (Why.STATUS, 429)
        return outcome.retry_after

    assert after("120") == timedelta(minutes=2)
    assert after("9" * 5000) == timedelta(days=7)
    assert after("soon") is None
    assert after("-5") is None
    assert after("Wed, 04 Mar 2020 09:30:00 GMT") == timedelta()
    soon = after(format_datetime(datetime.now(UTC) + timedelta(hours=1), usegmt=True))
    assert soon is not None
    assert timedelta(minutes=55) < soon <= timedelta(hours=1)


@pytest.mark.parametrize("status", ["404 Not Found", "500 Oops", "204 No Content", "206 Partial"])
def test_other_answers_are_no_documents(server: Server, status: str) -> None:
    outcome = failed(server.says("/", response(b"x", status=status)))
    assert (outcome.why, outcome.status) == (Why.STATUS, int(status[:3]))


@pytest.mark.parametrize(
    "content_type",
    ["application/rss+xml", "application/feed+json", "text/xml", "application/json", "text/plain"],
)
def test_feeds_and_pages_are_taken(server: Server, content_type: str) -> None:
    assert fetched(server.says("/", response(b"x", content_type=content_type)))


@pytest.mark.parametrize(
    "content_type",
    ["image/png", "application/octet-stream", "application/zip", "video/mp4", "", "text", "*/*"],
)
def test_other_kinds_are_not_even_read(server: Server, content_type: str) -> None:
    url = server.says("/", response(b"x" * 100, content_type=content_type))
    assert failed(url).why == Why.CONTENT_TYPE


def test_what_a_page_says_of_its_charset_is_left_to_the_reader(server: Server) -> None:
    page = "Größe".encode("latin-1")
    url = server.says("/", response(page, content_type="text/html; charset=utf-8"))
    assert fetched(url).content == page


# ------------------------------------------------------------------------------- addresses


@pytest.mark.parametrize(
    "url",
    [
        *("", "post.example", "/a", "ftp://post.example/", "file:///etc/passwd", "gopher://x/"),
        *("javascript:alert(1)", "data:text/html,x", "http://", "https:///a", "http://[::1"),
        *("http://post.example:99999/", "http://a:b@post.example/", "http://\x00/"),
    ],
)
def test_what_is_no_address_is_not_tried(url: str) -> None:
    assert failed(url).why == Why.BAD_ADDRESS


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1/",
        "http://127.1/",
        "http://2130706433/",
        "http://0x7f.0.0.1/",
        "http://017700000001/",
        "http://localhost/",
        "http://[::1]/",
        "http://[::ffff:127.0.0.1]/",
        "http://[64:ff9b::7f00:1]/",
        "http://0.0.0.0/",
        "http://169.254.169.254/latest/meta-data/",
        "http://100.100.100.200/",
        "https://10.0.0.1:8443/",
    ],
)
def test_the_inside_is_not_fetched_from_however_it_is_written(url: str) -> None:
    assert failed(url).why in (Why.BLOCKED, Why.NO_SUCH_HOST)


@pytest.mark.parametrize("port", [22, 25, 6379, 5432, 81])
def test_other_ports_are_not_fetched_from(port: int) -> None:
    outcome = failed(f"http://93.184.215.14:{port}/")
    assert outcome.why == Why.BLOCKED
    assert str(port) in outcome.message


@pytest.mark.parametrize(
    "answers",
    [
        ["93.184.215.14", "10.0.0.1"],
        ["10.0.0.1", "93.184.215.14"],
        ["2606:4700:4700::1111", "::1"],
        ["93.184.215.14", "169.254.169.254"],
    ],
)
def test_one_inner_address_among_the_answers_spoils_all(
    monkeypatch: pytest.MonkeyPatch, answers: list[str]
) -> None:
    monkeypatch.setattr(network, "resolve", lambda host, port: answers)
    assert failed("http://post.example/").why == Why.BLOCKED


def test_a_name_is_looked_up_once_and_that_address_is_connected_to(
    server: Server, settings: LazySettings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A second look-up could answer otherwise than the one that was vetted."""
    asked: list[str] = []

    def resolve(host: str, port: int) -> list[str]:
        asked.append(host)
        return ["127.0.0.1"] if len(asked) == 1 else ["127.0.0.2"]

    monkeypatch.setattr(network, "resolve", resolve)
    settings.FETCH_ALLOWED_HOSTS = [f"post.example:{server.port}"]
    server.says("/", response(b"x"))

    assert fetched(f"http://post.example:{server.port}/").content == b"x"
    assert asked == ["post.example"]


def test_the_next_address_is_tried_if_one_does_not_answer(
    server: Server, settings: LazySettings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(network, "resolve", lambda host, port: ["127.0.0.9", "127.0.0.1"])
    settings.FETCH_ALLOWED_HOSTS = [f"post.example:{server.port}"]
    server.says("/", response(b"x"))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(network.httpcore2.SyncBackend, "connect_tcp", _only_127_0_0_1())
        assert fetched(f"http://post.example:{server.port}/").content == b"x"


def _only_127_0_0_1() -> object:
    real = network.httpcore2.SyncBackend.connect_tcp

    def connect(self: object, host: str, *args: object) -> object:
        if host != "127.0.0.1":
            raise network.httpcore2.ConnectError("refused")
        return real(self, host, *args)  # type: ignore[arg-type]

    return connect


def test_a_host_that_does_not_exist_is_said_so(monkeypatch: pytest.MonkeyPatch) -> None:
    def resolve(host: str, port: int) -> list[str]:
        raise network.NoSuchHost(host)

    monkeypatch.setattr(network, "resolve", resolve)
    assert failed("http://nowhere.example/").why == Why.NO_SUCH_HOST


def test_a_name_server_that_is_silent_does_not_hold_us(
    server: Server, settings: LazySettings, monkeypatch: pytest.MonkeyPatch
) -> None:
    def resolve(host: str, port: int) -> list[str]:
        server.wait(30)
        return []

    monkeypatch.setattr(network, "resolve", resolve)
    settings.FETCH_DEADLINE = timedelta(seconds=0.2)
    assert failed("http://post.example/").why == Why.TIMEOUT


def test_a_server_that_is_not_there_is_said_so(settings: LazySettings) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    settings.FETCH_ALLOWED_HOSTS = [f"127.0.0.1:{port}"]
    assert failed(f"http://127.0.0.1:{port}/").why == Why.UNREACHABLE


# ------------------------------------------------------------------------------- redirects


def test_redirects_are_followed_and_a_lasting_one_is_told(server: Server) -> None:
    server.says("/a", redirect("/b", "301 Moved Permanently"))
    server.says("/b", redirect(server.url("/c"), "308 Permanent Redirect"))
    server.says("/c", response(b"x"))

    outcome = fetched(server.url("/a"))

    assert (outcome.url, outcome.moved_to, outcome.content) == (
        server.url("/c"),
        server.url("/c"),
        b"x",
    )


def test_a_passing_redirect_is_no_move(server: Server) -> None:
    server.says("/a", redirect("/b"))
    server.says("/b", redirect("/c", "301 Moved Permanently"))
    server.says("/c", response(b"x"))
    assert fetched(server.url("/a")).moved_to == ""


def test_redirects_end(server: Server) -> None:
    server.says("/loop", redirect("/loop"))
    assert failed(server.url("/loop")).why == Why.REDIRECTS
    assert len(server.requests) == 4


@pytest.mark.parametrize(
    ("target", "why"),
    [
        ("http://169.254.169.254/latest/meta-data/", Why.BLOCKED),
        ("http://127.0.0.1/", Why.BLOCKED),
        ("http://127.0.0.1:8080/", Why.BLOCKED),
        ("//localhost/", Why.BLOCKED),
        ("http://127.0.0.1:6379/", Why.BLOCKED),
        ("file:///etc/passwd", Why.BAD_ADDRESS),
        ("ftp://post.example/", Why.BAD_ADDRESS),
        ("http://a:b@post.example/", Why.BAD_ADDRESS),
        ("http://post.example:99999/", Why.BAD_ADDRESS),
        ("", Why.REDIRECTS),
    ],
)
def test_a_redirect_is_vetted_as_the_first_address_is(
    server: Server, target: str, why: Why
) -> None:
    assert failed(server.says("/", redirect(target))).why == why


# ------------------------------------------------------------------------- hostile answers


def test_a_byte_at_a_time_is_not_waited_for(server: Server, settings: LazySettings) -> None:
    settings.FETCH_DEADLINE = timedelta(seconds=0.5)

    def drip(request: str) -> Iterator[bytes]:
        yield b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n"
        while True:
            server.wait(0.05)
            yield b"x"

    def drip_headers(request: str) -> Iterator[bytes]:
        yield b"HTTP/1.1 200 OK\r\n"
        while True:
            server.wait(0.05)
            yield b"X: y\r\n"

    def silence(request: str) -> Iterator[bytes]:
        server.wait(30)
        yield b""

    for path, answer in (("/a", drip), ("/b", drip_headers), ("/c", silence)):
        assert failed(server.says(path, answer)).why == Why.TIMEOUT


def test_a_body_without_end_is_cut_off(server: Server, settings: LazySettings) -> None:
    settings.FETCH_MAX_BYTES = 1_000_000

    def endless(request: str) -> Iterator[bytes]:
        yield response()
        while True:
            yield b"x" * 65536

    assert failed(server.says("/", endless)).why == Why.TOO_LARGE


def test_a_body_that_announces_too_much_is_not_read(server: Server, settings: LazySettings) -> None:
    settings.FETCH_MAX_BYTES = 1000
    url = server.says("/", response(b"x", "Content-Length: 5000000000"))
    assert failed(url).why == Why.TOO_LARGE


def test_a_bomb_is_not_unpacked(server: Server, settings: LazySettings) -> None:
    settings.FETCH_MAX_UNPACKED_BYTES = 1_000_000
    packer = zlib.compressobj(9, wbits=zlib.MAX_WBITS | 16)
    zeros = bytes(1 << 20)
    bomb = b"".join(packer.compress(zeros) for _ in range(200)) + packer.flush()
    url = server.says("/", response(bomb, "Content-Encoding: gzip"))

    tracemalloc.start()
    outcome = failed(url)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()

    assert outcome.why == Why.TOO_LARGE
    assert peak < 20_000_000


@pytest.mark.parametrize(
    ("answer", "why"),
    [
        (response(b"not gzip", "Content-Encoding: gzip"), Why.BROKEN),
        (response(gzip.compress(b"x" * 999)[:20], "Content-Encoding: gzip"), Why.BROKEN),
        (response(b"x", "Content-Encoding: br"), Why.BROKEN),
        (response(b"x", "Content-Encoding: gzip, gzip, gzip"), Why.BROKEN),
        (response(b"x", "Content-Length: 10"), Why.BROKEN),
        (response(b"x", "Content-Length: ten"), Why.BROKEN),
        (response(b"zz\r\nx\r\n0\r\n\r\n", "Transfer-Encoding: chunked"), Why.BROKEN),
        (response(b"ffffffffffffffffff\r\nx", "Transfer-Encoding: chunked"), Why.BROKEN),
        (response(b"5\r\nx", "Transfer-Encoding: chunked"), Why.BROKEN),
        (response(b"", f"X-Long: {'x' * 500_000}"), Why.BROKEN),
        (response(b"", *(f"X-{n}: y" for n in range(50_000))), Why.BROKEN),
        (b"\x16\x03\x01\x02\x00", Why.BROKEN),
        (b"SSH-2.0-OpenSSH_9.2\r\n", Why.BROKEN),
        (b"", Why.BROKEN),
    ],
)
def test_broken_answers_are_said_to_be_broken(server: Server, answer: bytes, why: Why) -> None:
    assert failed(server.says("/", answer)).why == why


@hypothesis_settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(head=st.binary(max_size=60), body=st.binary(max_size=200))
def test_any_bytes_are_an_outcome(server: Server, head: bytes, body: bytes) -> None:
    server.says("/", b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n" + head + b"\r\n\r\n" + body)
    assert isinstance(fetch(server.url("/")), Fetched | Unfetchable)
