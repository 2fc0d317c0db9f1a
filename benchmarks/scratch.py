"""A database of one measurement's own, thrown away afterwards."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from newsroom.runtime.postgres import PrivatePostgres

FAST = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "shared_buffers": "1GB",
    "maintenance_work_mem": "2GB",
    "max_wal_size": "8GB",
    "autovacuum": "off",
}


@contextmanager
def scratch_database(settings: Mapping[str, str] = FAST) -> Iterator[str]:
    """Django, connected to an empty database with all tables; yields its address."""
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o711)
        os.environ["NEWSROOM_VAR"] = folder
        with PrivatePostgres(Path(folder) / "postgres", settings=settings) as url:
            os.environ["DATABASE_URL"] = url
            os.environ.setdefault("SECRET_KEY", "only for this measurement")
            os.environ.setdefault("DJANGO_SETTINGS_MODULE", "newsroom.settings")
            import django
            from django.core.management import call_command
            from django.db import connection

            django.setup()
            call_command("migrate", verbosity=0)
            try:
                yield url
            finally:
                connection.close()
