"""What tests of the database's own rules need: its refusals, and two connections at once."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import quote, urlencode

import pytest
from django.db import IntegrityError, connection, transaction

from newsroom.triggers import violated_constraint

PATIENCE = 10.0
"""Seconds after which a thread that should have gone on is taken for stuck."""


@contextmanager
def refused_by(constraint: str) -> Iterator[None]:
    """The block is refused by the database, by exactly this constraint or trigger."""
    with pytest.raises(IntegrityError) as caught, transaction.atomic():
        yield
    assert violated_constraint(caught.value) == constraint, caught.value


class Worker(threading.Thread):
    """Runs `work` on a connection of its own; `outcome` is what it returned or raised."""

    outcome: Any = None

    def __init__(self, work: Callable[[], Any]) -> None:
        super().__init__(daemon=True)
        self._work = work

    def run(self) -> None:
        try:
            self.outcome = self._work()
        except Exception as error:  # noqa: BLE001 - handed to the test, which compares it
            self.outcome = error
        finally:
            connection.close()


def at_once(*works: Callable[[], Any]) -> list[Any]:
    """Start all at the same moment; returns what each returned or raised, in order."""
    gate = threading.Barrier(len(works))

    def waiting(work: Callable[[], Any]) -> Callable[[], Any]:
        def run() -> Any:
            gate.wait(PATIENCE)
            return work()

        return run

    workers = [Worker(waiting(work)) for work in works]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join(PATIENCE)
        assert not worker.is_alive(), "a connection is stuck"
    return [worker.outcome for worker in workers]


def while_uncommitted(first: Callable[[], Any], second: Callable[[], Any]) -> Any:
    """Do `first` in a transaction, and commit it only once `second` waits for it elsewhere.

    Returns what `second` returned or raised. The order is certain, and so is that they met.
    """
    worker = Worker(second)
    with transaction.atomic():
        first()
        worker.start()
        _until_somebody_waits(worker)
    worker.join(PATIENCE)
    assert not worker.is_alive(), "the second connection is stuck"
    return worker.outcome


def _until_somebody_waits(worker: Worker) -> None:
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        with connection.cursor() as cursor:
            # Who is connected is looked up once in a transaction, maybe before the second was.
            cursor.execute("SELECT pg_stat_clear_snapshot()")
            cursor.execute(
                "SELECT count(*) FROM pg_locks WHERE NOT granted AND pid <> pg_backend_pid() "
                "AND pid IN (SELECT pid FROM pg_stat_activity WHERE datname = current_database())"
            )
            (waiting,) = cursor.fetchone()
        if waiting:
            return
        assert worker.is_alive(), f"the second did not wait: {worker.outcome!r}"
        time.sleep(0.005)
    pytest.fail("the second connection neither waited nor finished")


def until_settled() -> None:
    """Wait until all changes can be read: no transaction that began before them is still writing.

    PostgreSQL counts those of all databases of a server, so also those of tests beside this one.
    """
    deadline = time.monotonic() + 6 * PATIENCE
    while time.monotonic() < deadline:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT pg_snapshot_xmin(pg_current_snapshot())::text::bigint > "
                "coalesce(max(transaction), 0) FROM changes_change"
            )
            (settled,) = cursor.fetchone()
        if settled:
            return
        time.sleep(0.02)
    pytest.fail("some transaction went on and on")


def database_url(name: str = "") -> str:
    """The tests' database, or another one of its server, for a process of its own."""
    parts = connection.settings_dict
    login = quote(str(parts["USER"]))
    if parts["PASSWORD"]:
        login += ":" + quote(str(parts["PASSWORD"]), safe="")
    port = f":{parts['PORT']}" if parts["PORT"] else ""
    options = urlencode(parts.get("OPTIONS", {}))
    return (
        f"postgresql://{login}@{parts['HOST']}{port}/{quote(name or str(parts['NAME']))}?{options}"
    )
