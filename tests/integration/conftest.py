"""Running trackers for tests that speak to them from outside."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.db import connection, connections

from tests.database import database_url
from tests.integration.stack import Stack, running_stack


@pytest.fixture(scope="module")
def stack(
    django_db_setup: None, django_db_blocker: Any, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Stack]:
    """All of it."""
    with _on_own_database(django_db_blocker, tmp_path_factory, worker=True) as running:
        yield running


@pytest.fixture(scope="module")
def served(
    django_db_setup: None, django_db_blocker: Any, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Stack]:
    """Without a worker: made-up requests add webhooks and evidence with made-up addresses, which
    are somebody's, and a worker would call there."""
    with _on_own_database(django_db_blocker, tmp_path_factory, worker=False) as running:
        yield running


@contextmanager
def _on_own_database(
    blocker: Any, folders: pytest.TempPathFactory, *, worker: bool
) -> Iterator[Stack]:
    with (
        blocker.unblock(),
        _own_database() as database,
        running_stack(folders.mktemp("stack"), database, worker=worker) as running,
    ):
        yield running


@contextmanager
def _own_database() -> Iterator[str]:
    """The address of a copy of the tests' database: migrating once more would take far longer."""
    original = str(connection.settings_dict["NAME"])
    name = f"{original}_stack"
    connections.close_all()
    quoted = connection.ops.quote_name
    with connection._nodb_cursor() as cursor:
        cursor.execute(f"DROP DATABASE IF EXISTS {quoted(name)} WITH (FORCE)")
        cursor.execute(f"CREATE DATABASE {quoted(name)} TEMPLATE {quoted(original)}")
    try:
        yield database_url(name)
    finally:
        with connection._nodb_cursor() as cursor:
            cursor.execute(f"DROP DATABASE IF EXISTS {quoted(name)} WITH (FORCE)")
