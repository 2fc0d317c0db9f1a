"""A migrated database to copy: migrating takes many seconds, a copy a fraction of one."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager

from django.conf import settings
from django.core.management import call_command
from django.db import connection

LOCK = 20_260_301
"""Of the parallel workers, which all come here at once."""
PREFIX = "migrated_"


def template_database() -> str:
    """The name of a database in which all migrations have run.

    It is kept from run to run, and made anew when a migration, or what one depends on, has changed.
    """
    name = PREFIX + _digest()
    with connection._nodb_cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s)", [LOCK])
        cursor.execute("SELECT datname FROM pg_database WHERE starts_with(datname, %s)", [PREFIX])
        present = {row[0] for row in cursor.fetchall()}
        if name not in present:
            for old in present:
                cursor.execute(f'DROP DATABASE "{old}"')
            # Under another name until it is whole.
            cursor.execute(f'CREATE DATABASE "{name}_half"')
            _migrate(f"{name}_half")
            cursor.execute(f'ALTER DATABASE "{name}_half" RENAME TO "{name}"')
    return name


def _digest() -> str:
    files = [
        settings.BASE_DIR / "requirements/dev.txt",
        settings.BASE_DIR / "newsroom/accounts/roles.py",
        *sorted(settings.BASE_DIR.glob("*/migrations/*.py")),
        *sorted(settings.BASE_DIR.glob("*/*/migrations/*.py")),
    ]
    digest = hashlib.sha256()
    for file in files:
        digest.update(str(file.relative_to(settings.BASE_DIR)).encode() + file.read_bytes())
    return digest.hexdigest()[:20]


def _migrate(name: str) -> None:
    with _connected_to(name):
        call_command("migrate", verbosity=0, run_syncdb=True)


@contextmanager
def _connected_to(name: str) -> Iterator[None]:
    before = connection.settings_dict["NAME"]
    connection.close()
    connection.settings_dict["NAME"] = name
    try:
        yield
    finally:
        connection.close()
        connection.settings_dict["NAME"] = before
