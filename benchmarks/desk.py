"""How fast the desk is, in a real browser, with many candidates waiting.

    python -m benchmarks.desk                         100,000 pending candidates, 50 decisions
    python -m benchmarks.desk --candidates 10000 --think 0

Loads stories by COPY (benchmarks/loader.py), serves them as the demo does, signs
an editor in, and decides by keyboard. Printed are the times from the key press to the frame that
shows the next candidate, as the page itself measures them, and those of the server's answers; then
the plan of each queue's query. `--think` is the pause between two decisions; 0 never lets the page
fetch ahead in peace and is not what an editor does.
"""

from __future__ import annotations

import argparse
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from urllib.error import URLError

from playwright.sync_api import Page, Request, sync_playwright

from benchmarks.loader import Amounts, load
from newsroom.runtime.ports import choose_port
from newsroom.runtime.postgres import PrivatePostgres
from newsroom.runtime.processes import Supervisor

ROOT = Path(__file__).resolve().parent.parent
PASSWORD = "only for this measurement"
ASKED = ("/take/", "/decide/")


@contextmanager
def served(url: str, folder: Path, supervisor: Supervisor) -> Iterator[str]:
    port = choose_port(0)
    (folder / "static").mkdir(exist_ok=True)
    supervisor.start(
        "web",
        [
            *(sys.executable, "-m", "gunicorn", "newsroom.wsgi", "--no-control-socket"),
            *("--bind", f"127.0.0.1:{port}", "--workers", "2", "--threads", "4"),
        ],
        env=_environment(url, folder),
        cwd=ROOT,
    )
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        supervisor.check()
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/readyz", timeout=5):
                break
        except (URLError, OSError):
            time.sleep(0.2)
    yield f"http://127.0.0.1:{port}"


def _environment(url: str, folder: Path) -> dict[str, str]:
    return {
        **os.environ,
        "DATABASE_URL": url,
        "NEWSROOM_VAR": str(folder),
        "SECRET_KEY": "benchmark",
        "LOG_LEVEL": "WARNING",
        "DJANGO_SUPERUSER_PASSWORD": PASSWORD,
    }


def manage(url: str, folder: Path, *arguments: str) -> str:
    run = subprocess.run(
        [sys.executable, str(ROOT / "manage.py"), *arguments],
        env=_environment(url, folder),
        check=True,
        capture_output=True,
        text=True,
    )
    return run.stdout


def decide(page: Page, decisions: int, think: float) -> tuple[list[float], list[float]]:
    """Milliseconds from key to frame, and of the server's answers."""
    answers: list[float] = []

    def finished(request: Request) -> None:
        if any(part in request.url for part in ASKED):
            answers.append(request.timing["responseEnd"])

    page.on("requestfinished", finished)
    for number in range(decisions):
        shown = page.locator("#desk-panel [data-id]").get_attribute("data-id")
        page.wait_for_timeout(think)
        page.keyboard.press("a" if number % 3 == 0 else "12345"[number % 5])
        page.locator(f"#desk-panel [data-id]:not([data-id='{shown}'])").wait_for()
    page.wait_for_timeout(1500)
    script = "performance.getEntriesByName('desk-next').map((one) => one.duration)"
    times: list[float] = page.evaluate(script)
    return times, answers


def plans(url: str, folder: Path) -> str:
    """Each queue as the desk asks for it, for an editor who holds and skipped nothing."""
    code = (
        "from claims.review.queues import Order, Queue, waiting\n"
        "from newsroom.accounts.models import User\n"
        "by = User.objects.get(username='chief')\n"
        "queues = [Queue(order=o) for o in list(Order)[:5]]\n"
        "queues += [Queue(outlet=3), Queue(kind='quantity'), Queue(kind='promise')]\n"
        "for queue in queues:\n"
        "    rows = waiting(queue, by=by).values_list('pk')[:3]\n"
        "    lines = rows.explain(analyze=True).splitlines()\n"
        "    scans = [l.strip() for l in lines if 'Scan' in l and 'claims_' in l]\n"
        "    print(f'{queue.order.label}, outlet {queue.outlet}, kind {queue.kind or None}:')\n"
        "    print('   ', lines[-1]); print('   ', scans[0].split('  (')[0])\n"
    )
    return manage(url, folder, "shell", "--no-imports", "-c", code)


def percentile(values: Sequence[float], share: float) -> float:
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, round(share * len(ordered)))]


def line(name: str, values: Sequence[float]) -> str:
    if not values:
        return f"{name:<40} nothing measured"
    return (
        f"{name:<40} {len(values):>4} {statistics.median(values):>8.1f} "
        f"{percentile(values, 0.95):>8.1f} {max(values):>8.1f}"
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--candidates", type=int, default=100_000)
    parser.add_argument("--decisions", type=int, default=50)
    parser.add_argument(
        "--think", type=float, default=700, help="milliseconds between two decisions (%(default)s)"
    )
    options = parser.parse_args()
    program = shutil.which("chromium") or shutil.which("google-chrome")
    if program is None:
        parser.error("there is no Chromium here")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        with PrivatePostgres(folder / "postgres") as url, Supervisor(folder / "log") as supervisor:
            manage(url, folder, "migrate", "--verbosity", "0")
            seconds = load(url, Amounts(options.candidates, all_pending=True))
            manage(
                *(url, folder, "createsuperuser", "--no-input"),
                *("--username", "chief", "--email", "chief@example.org"),
            )
            print(f"{options.candidates:,} pending candidates, loaded in {seconds:.0f} s\n")
            with served(url, folder, supervisor) as address, sync_playwright() as playwright:
                chromium = playwright.chromium.launch(
                    executable_path=program, args=["--no-sandbox", "--disable-gpu"]
                )
                page = chromium.new_page(base_url=address, viewport={"width": 1280, "height": 800})
                page.goto("/admin/login/")
                page.get_by_label("Username").fill("chief")
                page.get_by_label("Password").fill(PASSWORD)
                page.get_by_role("button", name="Log in").click()
                page.wait_for_url("**/admin/")
                page.goto("/admin/desk/")
                page.locator("#desk-panel [data-id]").wait_for()
                times, answers = decide(page, options.decisions, options.think)
                problems = page.locator("#desk-problems .notice").count()
                chromium.close()
            print(f"{'milliseconds':<40} {'n':>4} {'median':>8} {'p95':>8} {'max':>8}")
            print(line("key press to next candidate painted", times))
            print(line("server's answers (decide and take)", answers))
            print(f"problems shown: {problems}\n")
            print(plans(url, folder))


if __name__ == "__main__":
    main()
