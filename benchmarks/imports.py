"""How fast stories come in: bulk imports against plain COPY, and polls that find nothing new.

    python -m benchmarks.imports                              100,000 stories, 1,000 feeds
    python -m benchmarks.imports --stories 5000 --there 0 50000 --feeds 200

Everything in one run, on a private PostgreSQL of its own with its usual (durable) settings:

* COPY of the texts alone into a table with one column: what the rest is a ratio of;
* `manage.py import_articles` on the same texts as JSON Lines, as a process, from the first story
  to the last, with hashes, dedupe, history, deliveries and the messages to the workers; then the
  same file again;
* imports of further stories with ever more articles already there;
* one worker process that polls feeds which answer 304, from a local server with as many addresses,
  with a Redis of its own between, or (`--broker filesystem`) as an installation without one.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import psycopg

from benchmarks.stories import story
from newsroom.runtime.broker import WORKER_OPTIONS
from newsroom.runtime.ports import choose_port
from newsroom.runtime.postgres import PrivatePostgres

ROOT = Path(__file__).resolve().parent.parent
PATIENCE = 900.0
SIZE = 5_000
"""Characters of a story."""


# ------------------------------------------------------------------------------------- bulk


def texts(count: int, first: int = 0) -> Iterator[str]:
    """Different texts of SIZE characters, put together from a stock of paragraphs."""
    stock = [story(number, paragraphs=1)["text"] for number in range(2000)]
    for number in range(first, first + count):
        chance = random.Random(number)
        body = f"Story {number}."
        while len(body) < SIZE:
            body += "\n\n" + chance.choice(stock)
        yield body[:SIZE].strip()


def write_lines(path: Path, count: int, first: int = 0) -> None:
    with path.open("w", encoding="utf-8") as file:
        for number, text in enumerate(texts(count, first), start=first):
            fields = {
                "external_id": f"bulk-{number}",
                "url": f"https://bulk.example/news/{number % 365}/{number}",
                "headline": f"Story number {number}",
                "byline": "Asta Moe",
                "published_at": "2026-03-04T09:30:00+01:00",
                "text": text,
            }
            file.write(json.dumps(fields, ensure_ascii=False) + "\n")


def copy_rate(url: str, count: int) -> float:
    """Stories a second by COPY of their texts alone. They are made before the clock runs."""
    rows = list(texts(count))
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("CREATE TABLE bench_copy (text text)")
        started = time.monotonic()
        with connection.cursor() as cursor, cursor.copy("COPY bench_copy FROM STDIN") as target:
            for row in rows:
                target.write_row((row,))
        seconds = time.monotonic() - started
        connection.execute("DROP TABLE bench_copy")
    return count / seconds


def import_file(
    url: str, path: Path, environment: dict[str, str], outlet: str
) -> tuple[float, int]:
    """Seconds of the import by its own row, and the most memory that the command had, in MB."""
    process = subprocess.Popen(
        [sys.executable, "manage.py", "import_articles", str(path), "--outlet", outlet],
        cwd=ROOT,
        env=environment,
        stdout=subprocess.DEVNULL,
    )
    _, status, usage = os.wait4(process.pid, 0)
    assert status == 0, status
    with psycopg.connect(url) as connection:
        row = connection.execute(
            "SELECT extract(epoch FROM finished_at - started_at), updated + rejected "
            "FROM imports_importrun ORDER BY id DESC LIMIT 1"
        ).fetchone()
    assert row is not None
    assert row[1] == 0, row
    return float(row[0]), usage.ru_maxrss // 1024


def fill(url: str, wanted: int) -> None:
    """So many articles, each with a short revision, written past triggers and history."""
    with psycopg.connect(url, autocommit=True) as connection:
        row = connection.execute("SELECT count(*) FROM articles_article").fetchone()
        assert row is not None
        there = row[0]
        if there >= wanted:
            return
        connection.execute("SET session_replication_role = replica")
        blank = "url, original_url, slug, byline, dateline, section, genre, wire_origin, rights"
        blanks = ", ".join("''" for _ in blank.split())
        connection.execute(
            "WITH outlet AS (SELECT min(id) AS id FROM articles_outlet), made AS ("
            "INSERT INTO articles_article "
            f"(outlet_id, external_id, headline, {blank}, editor_note, language, status) "
            "SELECT outlet.id, 'filled-' || n, 'Filled ' || n, "
            f"{blanks}, '', 'en', 'live' "
            "FROM outlet, generate_series(%s::int, %s::int) n RETURNING id) "
            "INSERT INTO articles_revision (article_id, number, text, sha256, is_partial, "
            "extraction_state, extraction_attempts, extraction_finished_at, "
            "extraction_next_attempt_at, extraction_error, extractor, extractor_version, "
            "extraction_notes) SELECT id, 1, 'Text ' || id, "
            "encode(sha256(('Text ' || id)::bytea), 'hex'), false, 'done', 1, now(), NULL, '', "
            "'', '', '' FROM made",
            [there + 1, wanted],
        )
        connection.execute("VACUUM ANALYZE articles_article, articles_revision")


def bulk(url: str, folder: Path, environment: dict[str, str], count: int, there: list[int]) -> None:
    path = folder / "bulk.jsonl"
    write_lines(path, count)
    plain = copy_rate(url, count)
    first, memory = import_file(url, path, environment, "Bulk")
    again, _ = import_file(url, path, environment, "Bulk")
    rate = count / first
    print(f"plain COPY              {plain:>10,.0f} stories/s")
    print(f"import of {count:>9,}     {rate:>10,.0f} stories/s   {rate / plain:.2f} of COPY")
    print(f"the same again          {count / again:>10,.0f} stories/s   {first / again:.1f} times")
    print(f"memory                  {memory:>10,} MB")
    path.unlink()
    part = max(1000, count // 10)
    for number, size in enumerate(there):
        fill(url, size)
        write_lines(path, part, first=(number + 1) * 10_000_000)
        seconds, memory = import_file(url, path, environment, "Bulk")
        print(f"{part:,} more, {size:>9,} there {part / seconds:>7,.0f} stories/s   {memory:,} MB")
        path.unlink()


# ------------------------------------------------------------------------------------- polls


class _Quiet(BaseHTTPRequestHandler):
    """A feed with one story, which does not change."""

    protocol_version = "HTTP/1.0"

    def do_GET(self) -> None:
        if self.path == "/robots.txt":
            self.send_error(404)
        elif self.headers.get("If-None-Match"):
            self.send_response(304)
            self.end_headers()
        else:
            host = self.headers["Host"]
            body = (
                f"<rss><channel><item><guid>{host}</guid><title>t</title>"
                "<description>A story.</description></item></channel></rss>"
            ).encode()
            self.send_response(200)
            self.send_header("Content-Type", "application/rss+xml")
            self.send_header("ETag", '"v1"')
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

    def log_message(self, *what: object) -> None:
        pass


class _Server(ThreadingHTTPServer):
    request_queue_size = 256


def serve(port: int) -> None:
    _Server(("0.0.0.0", port), _Quiet).serve_forever()


def addresses(count: int, port: int) -> list[str]:
    """Each feed has a host of its own: all of 127.0.0.0/8 is this machine."""
    return [f"127.1.{number // 250}.{number % 250 + 1}:{port}" for number in range(count)]


@contextlib.contextmanager
def redis(folder: Path) -> Iterator[str]:
    """A Redis of this measurement's own; yields its address."""
    port = choose_port(0)
    process = subprocess.Popen(
        [
            *("redis-server", "--port", str(port), "--bind", "127.0.0.1"),
            *("--save", "", "--appendonly", "no", "--dir", str(folder)),
        ],
        stdout=subprocess.DEVNULL,
    )
    try:
        yield f"redis://127.0.0.1:{port}/0"
    finally:
        process.terminate()
        process.wait()


def polls(url: str, environment: dict[str, str], count: int) -> None:
    port = choose_port(0)
    hosts = addresses(count, port)
    environment = {**environment, "FETCH_ALLOWED_HOSTS": ",".join(hosts), "LOG_LEVEL": "ERROR"}
    code = (
        "import sys\n"
        "from newsroom.imports.feeds.models import Feed\n"
        "from newsroom.articles.services import find_or_add_outlet\n"
        "outlet = find_or_add_outlet(name='Polled', by=None)\n"
        "Feed.objects.bulk_create(Feed(outlet=outlet, name=host, url=f'http://{host}/feed')\n"
        f"    for host in {hosts!r})\n"
    )
    manage(environment, "shell", "--no-imports", "-c", code)
    with contextlib.ExitStack() as stack:
        for command in (
            [sys.executable, "-m", "benchmarks.imports", "--serve", str(port)],
            [
                *(sys.executable, "-m", "celery", "--app", "newsroom", "worker", "-Q", "imports"),
                *("--concurrency", "1", "--loglevel", "ERROR", *WORKER_OPTIONS),
            ],
        ):
            process = subprocess.Popen(
                command, cwd=ROOT, env=environment, stdout=subprocess.DEVNULL
            )
            stack.callback(process.wait)
            stack.callback(process.terminate)
        print(f"first poll of {count:,} feeds {poll_all(url, environment, count):>7.1f} s")
        print(f"poll of {count:,} feeds, 304  {poll_all(url, environment, count):>7.1f} s")
    with psycopg.connect(url) as connection:
        row = connection.execute(
            "SELECT count(*) FILTER (WHERE note LIKE 'Not changed%'), "
            "count(*) FILTER (WHERE state <> 'finished') FROM imports_importrun "
            "WHERE feed_id IS NOT NULL"
        ).fetchone()
    assert row == (count, 0), row


def poll_all(url: str, environment: dict[str, str], count: int) -> float:
    """Seconds from the look at the schedule until the last feed has been polled."""
    with psycopg.connect(url, autocommit=True) as connection:

        def ended() -> int:
            row = connection.execute(
                "SELECT count(*) FROM imports_importrun WHERE feed_id IS NOT NULL "
                "AND finished_at IS NOT NULL"
            ).fetchone()
            assert row is not None
            return int(row[0])

        wanted = ended() + count
        connection.execute("UPDATE imports_feed SET next_at = now()")
        manage(environment, "shell", "--no-imports", "-c", "import django")  # warm the disk
        started = time.monotonic()
        code = "from newsroom.imports.feeds.schedule import send_due; send_due()"
        manage(environment, "shell", "--no-imports", "-c", code)
        while ended() < wanted:
            assert time.monotonic() - started < PATIENCE, ended()
            time.sleep(0.1)
        return time.monotonic() - started


def manage(environment: dict[str, str], *arguments: str) -> None:
    subprocess.run([sys.executable, "manage.py", *arguments], cwd=ROOT, env=environment, check=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--stories", type=int, default=100_000)
    parser.add_argument("--there", type=int, nargs="*", default=[200_000, 1_000_000])
    parser.add_argument("--feeds", type=int, default=1000)
    parser.add_argument("--broker", choices=("redis", "filesystem"), default="redis")
    parser.add_argument("--serve", type=int, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.serve:
        serve(options.serve)
        return
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        with PrivatePostgres(folder / "postgres") as url:
            environment = {
                **os.environ,
                "DATABASE_URL": url,
                "SECRET_KEY": "only for measuring",
                "NEWSROOM_VAR": str(folder / "var"),
                "FETCH_HOST_DELAY_MS": "0",
            }
            environment.pop("CELERY_BROKER_URL", None)
            manage(environment, "migrate", "--verbosity", "0")
            if options.stories:
                bulk(url, folder, environment, options.stories, options.there)
            if options.feeds and options.broker == "redis":
                with redis(folder) as environment["CELERY_BROKER_URL"]:
                    polls(url, environment, options.feeds)
            elif options.feeds:
                polls(url, environment, options.feeds)


if __name__ == "__main__":
    main()
