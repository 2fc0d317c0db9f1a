"""How long the pages take on the server, in a newsroom of years: time, queries, slow plans.

    python -m benchmarks.pages                        1,000,000 candidates and 100,000 claims
    python -m benchmarks.pages --candidates 50000 --claims 5000 --requests 10

Loads by COPY (benchmarks/loader.py), then asks for each page as often as `--requests` says, each
time another claim or story where there are many, through all of the middleware, in this process:
what is measured is the server's work, without a network or a browser. For pages slower than
`--target` at the 95th percentile, the plan of the slowest query follows the table.

The first two rows are a yardstick: a list of groups, two columns of fifty rows and none at all, by
which the table says how much of each page is the theme's frame and how much is ours.

“own” is the time of the processor that this process took, “asked” the time in which it waited for
the database. On a machine that does nothing else the two add up to the first column.
"""

from __future__ import annotations

import argparse
import os
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from benchmarks.desk import _environment as environment
from benchmarks.desk import manage, percentile
from benchmarks.loader import Amounts, add_story, load
from newsroom.runtime.postgres import PrivatePostgres

BIG = 1_000
"""Candidates of the one large story."""
BARE = 50
"""Rows of the bare list."""
NOWHERE = "nowhere"
"""What no group's name has in it."""


@dataclass(frozen=True, slots=True)
class Page:
    """`address` gives the address of the N-th request; `data` is posted to it, if there is any."""

    name: str
    address: Callable[[int], str]
    data: dict[str, str] | None = None


@dataclass(slots=True)
class Query:
    sql: str = ""
    params: Any = None
    seconds: float = 0.0


@dataclass(slots=True)
class Figures:
    page: Page
    seconds: list[float] = field(default_factory=list)
    own: list[float] = field(default_factory=list)
    """Of the processor, in this process: what a machine that does other things, too, does not
    change."""
    asked: list[float] = field(default_factory=list)
    """Seconds until the database had answered, of all queries together."""
    queries: list[int] = field(default_factory=list)
    slowest: Query = field(default_factory=Query)


def pages(amounts: Amounts, big_story: int) -> list[Page]:
    def claim(number: int) -> str:
        return f"/admin/claims/claim/{1 + number * 7919 % amounts.claims}/change/"

    def story(number: int) -> str:
        return f"/admin/articles/article/{1 + number * 104_729 % amounts.stories}/change/"

    def always(address: str) -> Callable[[int], str]:
        return lambda number: address

    return [
        Page("yardstick: bare list", always("/admin/auth/group/")),
        Page("yardstick: no rows", always(f"/admin/auth/group/?q={NOWHERE}")),
        Page("dashboard", always("/admin/")),
        Page("desk", always("/admin/desk/")),
        Page("desk, next three", always("/admin/desk/take/"), {"queue": "best"}),
        Page("desk, next of an outlet", always("/admin/desk/take/"), {"outlet": "3"}),
        Page("candidate list", always("/admin/claims/candidate/")),
        Page("candidate list, rejected", always("/admin/claims/candidate/?state__exact=rejected")),
        Page("claim list", always("/admin/claims/claim/")),
        Page("claim list, in review", always("/admin/claims/claim/?state__exact=in_review")),
        Page("claim page", claim),
        Page("story page", story),
        Page(
            f"story page, {BIG:,} candidates",
            lambda _: f"/admin/articles/article/{big_story}/change/",
        ),
        Page("board", always("/admin/board/")),
        Page("board of a person", lambda number: f"/admin/board/?assignee={2 + number % 9}"),
        Page("board of an outlet", lambda number: f"/admin/board/?outlet={1 + number % 12}"),
        Page("board of a topic", always("/admin/board/?topic=health")),
        Page("board of an outlet and topic", always("/admin/board/?outlet=3&topic=health")),
        Page("board, more", always("/admin/board/more/published/?offset=140")),
    ]


def measure(page: Page, requests: int) -> Figures:
    """Two requests come first that do not count: a process answers them once."""
    from django.db import connection
    from django.test import Client

    from newsroom.accounts.models import User

    client = Client()
    client.force_login(User.objects.get(username="editor"))
    figures = Figures(page)
    for number in range(requests + 2):
        counts = number >= 2
        seen: list[Query] = []
        with connection.execute_wrapper(_watching(seen)):
            started, worked = time.perf_counter(), time.process_time()
            address = page.address(number)
            answer = client.get(address) if page.data is None else client.post(address, page.data)
            seconds, own = time.perf_counter() - started, time.process_time() - worked
        if answer.status_code >= 400:
            raise SystemExit(f"{page.name}: {address} answered {answer.status_code}")
        if counts:
            figures.seconds.append(seconds)
            figures.own.append(own)
            figures.asked.append(sum(one.seconds for one in seen))
            figures.queries.append(len(seen))
            figures.slowest = max([figures.slowest, *seen], key=lambda one: one.seconds)
    return figures


def _watching(seen: list[Query]) -> Callable[..., Any]:
    def run(execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:
        started = time.perf_counter()
        try:
            return execute(sql, params, many, context)
        finally:
            seen.append(Query(sql, params, time.perf_counter() - started))

    return run


def line(figures: Figures) -> str:
    times, own, asked = (
        [1000 * one for one in values] for values in (figures.seconds, figures.own, figures.asked)
    )
    return (
        f"{figures.page.name:<32} {percentile(times, 0.5):>6.0f} {percentile(times, 0.95):>6.0f} "
        f"{percentile(own, 0.5):>8.0f} {percentile(own, 0.95):>6.0f} "
        f"{percentile(asked, 0.5):>8.0f} {percentile(asked, 0.95):>6.0f} "
        f"{max(figures.queries):>8} {1000 * figures.slowest.seconds:>8.1f}"
    )


def plan(query: Query) -> str:
    from django.db import connection, transaction

    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN (ANALYZE, BUFFERS) {query.sql}", query.params)
        lines = [row[0] for row in cursor.fetchall()]
        transaction.set_rollback(True)
    return "\n".join(f"    {one}" for one in [query.sql[:2000], *lines[:40]])


@contextmanager
def newsroom_of(amounts: Amounts, folder: Path) -> Iterator[tuple[int, float]]:
    """A server with so much in it, and Django set up to use it: key of the large story, seconds."""
    with PrivatePostgres(folder / "postgres") as url:
        manage(url, folder, "migrate", "--verbosity", "0")
        seconds = load(url, amounts)
        big = add_story(url, amounts, candidates=BIG)
        os.environ.update(environment(url, folder), DJANGO_SETTINGS_MODULE="newsroom.settings")
        import django

        django.setup()
        from django.conf import settings
        from django.contrib.auth.models import Group

        import newsroom.wsgi  # noqa: F401 - as a web process does, for what else it prepares

        settings.ALLOWED_HOSTS = ["testserver"]
        missing = BARE - Group.objects.count()
        Group.objects.bulk_create(Group(name=f"group {n}") for n in range(missing))
        (folder / "static").mkdir(exist_ok=True)
        yield big, seconds


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--candidates", type=int, default=1_000_000)
    parser.add_argument("--claims", type=int, default=100_000)
    parser.add_argument("--requests", type=int, default=40)
    parser.add_argument("--target", type=float, default=60, help="milliseconds (%(default)s)")
    parser.add_argument("--only", default="", help="pages whose name begins so")
    options = parser.parse_args()
    amounts = Amounts(candidates=options.candidates, claims=options.claims)
    with (
        tempfile.TemporaryDirectory() as name,
        newsroom_of(amounts, Path(name)) as (big_story, seconds),
    ):
        print(
            f"{amounts.candidates:,} candidates, {amounts.claims:,} claims, "
            f"{amounts.stories:,} stories, loaded in {seconds:.0f} s\n"
        )
        print(
            f"{'milliseconds':<32} {'p50':>6} {'p95':>6} {'own p50':>8} {'p95':>6} "
            f"{'asked p50':>8} {'p95':>6} {'queries':>7} {'slowest':>8}"
        )
        slow = []
        for page in pages(amounts, big_story):
            if page.name.startswith(options.only):
                figures = measure(page, options.requests)
                print(line(figures), flush=True)
                if 1000 * percentile(figures.seconds, 0.95) > options.target:
                    slow.append(figures)
        for figures in slow:
            print(f"\nSlowest query of “{figures.page.name}”:\n{plan(figures.slowest)}")


if __name__ == "__main__":
    main()
