"""A small news site for the demo: one feed, in which a correction and a story arrive after a while.

    python -m newsroom.demo.feed_server --port 8100 --correct-after 40

Serves this machine only, from `seeds/feed`, and knows nothing of the tracker: to the worker that
polls it, it is a server like any other, with an ETag and a robots.txt.
"""

from __future__ import annotations

import argparse
import hashlib
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from xml.sax.saxutils import escape

import yaml

HOST = "127.0.0.1"
FEED = "/feed.xml"
SEEDS = Path(__file__).resolve().parents[2] / "seeds" / "feed"

ROBOTS = b"User-agent: *\nDisallow: /private/\n"


def feed(folder: Path, *, corrected: bool) -> bytes:
    """The feed as RSS; once corrected, with stories’ second versions, and with later stories."""
    items = "".join(_item(path) for path in _stories(folder, corrected=corrected))
    return (
        '<?xml version="1.0" encoding="utf-8"?>\n<rss version="2.0" '
        'xmlns:content="http://purl.org/rss/1.0/modules/content/" '
        'xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:atom="http://www.w3.org/2005/Atom" '
        'xmlns:dcterms="http://purl.org/dc/terms/">'
        "<channel><title>Brakehaven Herald</title><language>en</language>"
        f"{items}</channel></rss>\n"
    ).encode()


def _stories(folder: Path, *, corrected: bool) -> Iterator[Path]:
    for path in sorted(folder.glob("*.md")):
        if ".v2" in path.name or (".later" in path.name and not corrected):
            continue
        second = path.with_suffix(".v2.md")
        yield second if corrected and second.exists() else path


def _item(path: Path) -> str:
    _, front, body = path.read_text(encoding="utf-8").split("---\n", 2)
    fields = yaml.safe_load(front)
    html = "".join(f"<p>{escape(one)}</p>" for one in body.strip().split("\n\n"))
    version = fields.get("versioned_at") or fields["published_at"]
    return (
        f'<item><guid isPermaLink="false">{escape(fields["external_id"])}</guid>'
        f"<link>{escape(fields['url'])}</link><title>{escape(fields['headline'])}</title>"
        f"<dc:creator>{escape(fields['byline'])}</dc:creator>"
        f"<category>{escape(fields['section'])}</category>"
        f"<dc:date>{fields['published_at'].isoformat()}</dc:date>"
        f"<dcterms:modified>{version.isoformat()}</dcterms:modified>"
        f"<content:encoded>{escape(html)}</content:encoded></item>"
    )


class _Handler(BaseHTTPRequestHandler):
    server: Site

    def do_GET(self) -> None:
        if self.path == "/robots.txt":
            self._answer(ROBOTS, "text/plain")
        elif self.path == FEED:
            self._answer(self.server.document(), "application/rss+xml")
        else:
            self.send_error(404)

    def _answer(self, body: bytes, content_type: str) -> None:
        etag = f'"{hashlib.sha256(body).hexdigest()[:16]}"'
        if self.headers.get("If-None-Match") == etag:
            self.send_response(304)
            self.end_headers()
            return
        self.send_response(200)
        self.send_header("Content-Type", content_type)
        self.send_header("Content-Length", str(len(body)))
        self.send_header("ETag", etag)
        self.end_headers()
        self.wfile.write(body)


class Site(ThreadingHTTPServer):
    """Serves the feed; corrected as many seconds after its first reader came."""

    daemon_threads = True

    def __init__(self, port: int, *, folder: Path, correct_after: float) -> None:
        super().__init__((HOST, port), _Handler)
        self._folder = folder
        self._correct_after = correct_after
        self._first_read: float | None = None

    def document(self) -> bytes:
        now = time.monotonic()
        if self._first_read is None:
            self._first_read = now
        return feed(self._folder, corrected=now - self._first_read >= self._correct_after)


def main() -> None:
    parser = argparse.ArgumentParser(description="A small news site for the demo.")
    parser.add_argument("--port", type=int, default=8100)
    parser.add_argument("--correct-after", type=float, default=40.0, metavar="SECONDS")
    parser.add_argument("--folder", type=Path, default=SEEDS)
    options = parser.parse_args()
    Site(options.port, folder=options.folder, correct_after=options.correct_after).serve_forever()


if __name__ == "__main__":
    main()
