"""How fast the public fact-check page is, beside a bare Django view of the same bytes.

    python -m benchmarks.site                         3,000 requests each
    python -m benchmarks.site --requests 300

Publishes a long check in a private PostgreSQL, serves both views by the same gunicorn with the same
middleware, and asks for them in turn over one kept connection, without any conditional header.
“asked” is the page where the database is asked whether it has changed, as a process does once a
second (SITE_FRESH_SECONDS); “first” is the page rendered for the first time after a change.
"""

from __future__ import annotations

import argparse
import http.client
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from newsroom.runtime.ports import choose_port
from newsroom.runtime.postgres import PrivatePostgres

ROOT = Path(__file__).resolve().parent.parent
PATHS = {"page": "/checks/long/", "bare": "/bare/", "asked": "/asked/", "first": "/first/"}
BUDGET = 60 * 1024


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--requests", type=int, default=3000)
    requests = parser.parse_args().requests
    folder = Path(tempfile.mkdtemp(prefix="bench-site-"))
    try:
        with PrivatePostgres(folder / "postgres") as url:
            port = choose_port(8700)
            server = _serve(url, port)
            try:
                ok = _measure(port, requests)
            finally:
                server.terminate()
                server.wait(20)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    sys.exit(0 if ok else 1)


def _serve(url: str, port: int) -> subprocess.Popen[bytes]:
    environment = os.environ | {
        "DATABASE_URL": url,
        "SECRET_KEY": "only for this measurement",
        "LOG_LEVEL": "ERROR",
    }
    command = [sys.executable, "-m", "gunicorn", "benchmarks.site_server:application"]
    command += ["--bind", f"127.0.0.1:{port}", "--workers", "1", "--worker-class", "gthread"]
    command += ["--threads", "2", "--no-control-socket", "--log-level", "warning"]
    command += ["--timeout", "180"]
    server = subprocess.Popen(command, cwd=ROOT, env=environment)
    deadline = time.monotonic() + 180
    while time.monotonic() < deadline:
        try:
            _get(http.client.HTTPConnection("127.0.0.1", port, timeout=10), "/checks/long/")
        except (OSError, AssertionError, http.client.HTTPException):
            time.sleep(0.3)
        else:
            return server
    server.terminate()
    raise SystemExit("The server does not answer.")


def _get(connection: http.client.HTTPConnection, path: str) -> tuple[float, bytes]:
    started = time.perf_counter()
    connection.request("GET", path)
    response = connection.getresponse()
    body = response.read()
    assert response.status == 200, response.status
    return (time.perf_counter() - started) * 1000, body


def _measure(port: int, requests: int) -> bool:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    times: dict[str, list[float]] = {name: [] for name in PATHS}
    bodies = {name: _get(connection, path)[1] for name, path in PATHS.items()}
    assert len(set(bodies.values())) == 1, "they are not the same bytes"
    for _ in range(requests):
        for name, path in PATHS.items():
            times[name].append(_get(connection, path)[0])
    css = (ROOT / "claims/publishing/static/publishing/site.css").stat().st_size
    size = len(bodies["page"])
    print(f"HTML {size / 1024:.1f} KB + CSS {css / 1024:.1f} KB, uncompressed, 2 requests")
    middle = {name: statistics.median(one) for name, one in times.items()}
    for name, one in times.items():
        p95 = statistics.quantiles(one, n=20)[-1]
        ratio = middle[name] / middle["bare"]
        print(f"{name:6} p50 {middle[name]:6.2f} ms   p95 {p95:6.2f} ms   × {ratio:.2f} of bare")
    return middle["page"] <= 1.5 * middle["bare"] and size + css <= BUDGET


if __name__ == "__main__":
    main()
