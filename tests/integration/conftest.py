"""One running tracker for all tests that speak to it from outside."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.db import connection, connections

from tests.database import database_url
from tests.integration.stack import Stack, running_stack


@pytest.fixture(scope="session")
def stack(
    django_db_setup: None, django_db_blocker: Any, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Stack]:
    with django_db_blocker.unblock(), _own_database() as database:
        django_db_blocker.block()
        try:
            with running_stack(tmp_path_factory.mktemp("stack"), database) as running:
                yield running
        finally:
            django_db_blocker.restore()


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
