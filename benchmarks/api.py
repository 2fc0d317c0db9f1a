"""How fast the API is with many rows: figures, and ratios to the least that DRF can do.

    python -m benchmarks.api                                   1,000,000 candidates, 100,000 claims
    python -m benchmarks.api --candidates 20000 --claims 5000 --requests 100

Loads a newsroom by COPY, serves it by gunicorn with the settings of production, and asks over HTTP,
one request after the other, on one connection. The endpoint and what it is compared with are asked
in turns, so that both meet the same machine.
"""

from __future__ import annotations

import argparse
import http.client
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg

from benchmarks.loader import Amounts, load
from benchmarks.stories import story
from newsroom.runtime.ports import choose_port
from newsroom.runtime.postgres import PrivatePostgres
from newsroom.runtime.processes import Supervisor

ROOT = Path(__file__).resolve().parent.parent
WORDS = ("harbour", "417 percent", '"more freight" 2013', "handled -2020", "99", "nothing such")
"""From one that all statements hold to one that none does."""


class Asker:
    """One connection that is kept, as a client with a session has it."""

    def __init__(self, port: int, token: str = "") -> None:
        self._connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        self._headers = {"Authorization": f"Bearer {token}"} if token else {}

    def __call__(
        self, path: str, body: bytes | None = None, **headers: str
    ) -> tuple[float, int, dict[str, str], bytes]:
        sent = {**self._headers, **{k.replace("_", "-"): v for k, v in headers.items()}}
        if body is not None:
            sent["Content-Type"] = "application/json"
        started = time.perf_counter()
        self._connection.request("GET" if body is None else "POST", path, body, sent)
        answer = self._connection.getresponse()
        read = answer.read()
        took = 1000 * (time.perf_counter() - started)
        return took, answer.status, dict(answer.getheaders()), read


def environment(url: str, folder: Path) -> dict[str, str]:
    return {
        **os.environ,
        "DATABASE_URL": url,
        "SECRET_KEY": "only for this measurement",
        "NEWSROOM_VAR": str(folder),
        "DJANGO_SETTINGS_MODULE": "newsroom.settings",
        "DEBUG": "False",
        "LOG_LEVEL": "WARNING",
        "API_READS_PER_MINUTE": "1000000",
        "API_WRITES_PER_MINUTE": "1000000",
    }


def manage(url: str, folder: Path, *arguments: str) -> str:
    done = subprocess.run(
        [sys.executable, "manage.py", *arguments],
        cwd=ROOT,
        env=environment(url, folder),
        check=True,
        capture_output=True,
        text=True,
    )
    return done.stdout


@contextmanager
def served(name: str, application: str, url: str, folder: Path) -> Iterator[int]:
    port = choose_port(0)
    (folder / "static").mkdir(exist_ok=True)
    with Supervisor(folder / f"log-{name}") as supervisor:
        supervisor.start(
            name,
            [
                *(sys.executable, "-m", "gunicorn", application, "--no-control-socket"),
                *("--bind", f"127.0.0.1:{port}", "--workers", "1", "--threads", "2"),
                *("--keep-alive", "30"),
            ],
            env=environment(url, folder),
            cwd=ROOT,
        )
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline:
            supervisor.check()
            try:
                with urllib.request.urlopen(f"http://127.0.0.1:{port}/readyz", timeout=5):
                    break
            except (urllib.error.URLError, OSError):
                time.sleep(0.1)
        yield port


def in_turns(times: int, *asks: Callable[[int], float]) -> list[list[float]]:
    """Ask each in turn; the first tenth is only to warm up."""
    took: list[list[float]] = [[] for _ in asks]
    for number in range(times + times // 10):
        for place, ask in enumerate(asks):
            milliseconds = ask(number)
            if number >= times // 10:
                took[place].append(milliseconds)
    return took


def percentile(values: list[float], share: float) -> float:
    ranked = sorted(values)
    return ranked[min(len(ranked) - 1, int(share * len(ranked)))]


def batch(first: int, number: int) -> bytes:
    items = [
        {"external_id": f"api-{key}", "headline": one["headline"], "text": one["text"]}
        for key in range(first, first + number)
        for one in [story(key)]
    ]
    return json.dumps({"outlet": "outlet-1", "items": items}).encode()


def measure(url: str, folder: Path, port: int, bare_port: int, requests: int) -> None:
    token = manage(url, folder, "api_token", "bench", "--scope", "admin").strip()
    api, bare = Asker(port, token), Asker(bare_port)
    with psycopg.connect(url) as connection:
        rows = connection.execute(
            "SELECT id FROM claims_claim WHERE speaker_id IS NOT NULL ORDER BY md5(id::text) "
            "LIMIT %s",
            [requests + requests // 10],
        ).fetchall()
        keys = [key for (key,) in rows]
        connection.execute("CREATE TABLE bench_stored (id bigint PRIMARY KEY, body jsonb)")
        tags = {}
        for key in keys:
            _, status, headers, body = api(f"/api/v1/claims/{key}")
            assert status == 200, body
            tags[key] = headers["ETag"]
            connection.execute("INSERT INTO bench_stored VALUES (%s, %s)", [key, body.decode()])
    key_of = lambda number: keys[number % len(keys)]  # noqa: E731
    known = lambda key: api(f"/api/v1/claims/{key}", If_None_Match=tags[key])  # noqa: E731
    assert known(keys[0])[1] == 304
    one, least, short = in_turns(
        requests,
        lambda number: api(f"/api/v1/claims/{key_of(number)}")[0],
        lambda number: bare(f"/stored/{key_of(number)}")[0],
        lambda number: known(key_of(number))[0],
    )
    full, floor = statistics.median(one), statistics.median(least)
    print(
        f"one claim, p50              {full:6.1f} ms = {full / floor:.2f} × bare ({floor:.1f} ms)"
    )
    print(
        f"304 answer, p50             {statistics.median(short):6.1f} ms = "
        f"{statistics.median(short) / full:.2f} × the full answer, "
        f"{statistics.median(short) / floor:.2f} × bare"
    )
    pages = in_turns(
        max(20, requests // 3),
        lambda number: api(
            "/api/v1/claims?limit=50&include=appearances"
            + ("" if number % 2 else "&state=published")
        )[0],
    )[0]
    print(
        f"page of 50 claims, p95      {percentile(pages, 0.95):6.1f} ms "
        f"(p50 {statistics.median(pages):.1f})"
    )
    for order in ("", "&ordering=relevance"):
        found = in_turns(
            max(20, requests // 3),
            lambda number, order=order: api(
                "/api/v1/claims?limit=20&q="
                + urllib.request.quote(WORDS[number % len(WORDS)])  # type: ignore[attr-defined]
                + order
            )[0],
        )[0]
        print(
            f"full-text search{order or ' by age':20}, p95 {percentile(found, 0.95):6.1f} ms "
            f"(p50 {statistics.median(found):.1f})"
        )
    # A new connection each time: between two the server has long closed an idle one.
    compare_batches(url, folder, port, token)


def compare_batches(url: str, folder: Path, port: int, token: str) -> None:
    """500 stories by POST against the same number by the import command's own function."""
    posted, imported = [], []
    for turn in range(3):
        body = batch(10_000_000 + turn * 1000, 500)
        took, status, _, answer = Asker(port, token)("/api/v1/articles", body)
        assert status == 200, answer
        assert json.loads(answer)["counts"]["created"] == 500
        posted.append(500_000 / took)
        imported.append(float(manage(url, folder, "shell", "-c", _import(turn)).split()[-1]))
    rate, usual = statistics.median(posted), statistics.median(imported)
    print(
        f"batch POST of 500           {rate:6.0f} stories/s = {rate / usual:.2f} × the import "
        f"({usual:.0f}/s)"
    )


def _import(turn: int) -> str:
    return (
        "import io, json, time\n"
        "from benchmarks.stories import story\n"
        "from newsroom.articles.models import Outlet\n"
        "from newsroom.imports.readers import READERS\n"
        "from newsroom.imports.services import run_import\n"
        f"rows = [story(k) for k in range({20_000_000 + turn * 1000}, "
        f"{20_000_500 + turn * 1000})]\n"
        "lines = '\\n'.join(json.dumps({'external_id': r['external_id'], 'text': r['text'], "
        "'headline': r['headline']}) for r in rows).encode()\n"
        "outlet = Outlet.objects.get(slug='outlet-1')\n"
        "start = time.perf_counter()\n"
        "items = READERS['jsonl'](io.BytesIO(lines), 'bench')\n"
        "run_import(outlet=outlet, items=items, trigger='command', by=None)\n"
        "print(500 / (time.perf_counter() - start))\n"
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--candidates", type=int, default=1_000_000)
    parser.add_argument("--claims", type=int, default=100_000)
    parser.add_argument("--requests", type=int, default=300)
    options = parser.parse_args()
    folder = Path(tempfile.mkdtemp(prefix="bench-api-"))
    folder.chmod(0o711)
    try:
        with PrivatePostgres(folder / "postgres") as url:
            manage(url, folder, "migrate", "--verbosity", "0")
            took = load(url, Amounts(candidates=options.candidates, claims=options.claims))
            print(
                f"loaded {options.candidates:,} candidates, {options.claims:,} claims "
                f"in {took:.0f} s",
                flush=True,
            )
            with (
                served("api", "newsroom.wsgi", url, folder) as port,
                served("bare", "benchmarks.bare", url, folder) as bare_port,
            ):
                measure(url, folder, port, bare_port, options.requests)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    main()
