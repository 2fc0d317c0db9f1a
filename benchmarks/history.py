"""How long it takes to seal a long history, and to verify it; and in how much memory.

    python -m benchmarks.history                      1,000,000 events
    python -m benchmarks.history --events 20000

Writes the events straight into one table of history, of the size that a busy one has, in a private
PostgreSQL of its own; seals and verifies them by the same functions as the installation does; then
alters, removes and inserts one row each, and sees that exactly these are named.
"""

from __future__ import annotations

import argparse
import os
import resource
import shutil
import sys
import tempfile
import time
from pathlib import Path

ROWS_AT_ONCE = 100_000
MISSING = 50
"""Every so many numbers one is missing, as of transactions that were rolled back."""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--events", type=int, default=1_000_000)
    events = parser.parse_args().events
    folder = Path(tempfile.mkdtemp(prefix="bench-history-"))
    try:
        from newsroom.runtime.postgres import PrivatePostgres

        with PrivatePostgres(folder / "postgres") as url:
            os.environ |= {"DATABASE_URL": url, "SECRET_KEY": "only for this measurement"}
            os.environ |= {"DJANGO_SETTINGS_MODULE": "newsroom.settings", "LOG_LEVEL": "ERROR"}
            sys.exit(0 if _measure(events) else 1)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _measure(events: int) -> bool:
    import django

    django.setup()
    from django.core.management import call_command

    from newsroom.ledger.sealing import seal_history
    from newsroom.ledger.verifying import verify_history

    call_command("migrate", verbosity=0)
    _write(events)
    seal_history()  # what the migrations themselves have left, and half of the batches warm
    before = _memory()
    started = time.monotonic()
    told = verify_history()
    seconds = time.monotonic() - started
    grown = _memory() - before
    print(f"verified {told.rows:,} events in {told.seals} seals: {seconds:.1f} s, ", end="")
    print(f"memory grew by {grown / 1024:.0f} MiB, {len(told.findings)} findings")
    expected = _tamper()
    named = {(one.what, one.row) for one in verify_history().findings}
    print(f"altered, removed, inserted: {'all named' if named == expected else named}")
    return not told.findings and named == expected and seconds <= 60


def _write(events: int) -> None:
    from django.db import connection

    started = time.monotonic()
    with connection.cursor() as cursor:
        for first in range(1, events + 1, ROWS_AT_ONCE):
            cursor.execute(
                "INSERT INTO sources_sourceevent (pgh_id, pgh_created_at, pgh_label, pgh_obj_id, "
                "pgh_context, id, kind, name, description, url, descriptor, anonymity_reason, "
                "basis_of_knowledge, offers, created_at) SELECT n, now(), 'update', n %% 5000, "
                "jsonb_build_object('user', n %% 40, 'username', 'editor' || n %% 40, 'url', "
                "'/admin/sources/source/' || n || '/change/'), n %% 5000, 'person', "
                "'Person ' || n, repeat('What is known of them. ', 8), '', '', '', '', '', now() "
                "FROM generate_series(%s::bigint, %s::bigint) AS n WHERE n %% %s <> 0",
                [first, min(first + ROWS_AT_ONCE - 1, events), MISSING],
            )
    print(f"wrote the events in {time.monotonic() - started:.1f} s")


def _tamper() -> set[tuple[str, int | None]]:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM ledger_watch")
        cursor.execute("SET session_replication_role = replica")
        cursor.execute("UPDATE sources_sourceevent SET name = 'X' WHERE pgh_id = 11")
        cursor.execute("DELETE FROM sources_sourceevent WHERE pgh_id = 12")
        cursor.execute("UPDATE sources_sourceevent SET pgh_id = 50 WHERE pgh_id = 13")
        cursor.execute("SET session_replication_role = DEFAULT")
    return {("altered", 11), ("removed", 12), ("removed", 13), ("inserted", 50)}


def _memory() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss


if __name__ == "__main__":
    main()
