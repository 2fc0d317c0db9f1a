#!/usr/bin/env python
"""Django's command line, with a private PostgreSQL where no DATABASE_URL is set."""

import os
import sys

from newsroom.runtime.credentials import BrokenSecretFile
from newsroom.runtime.local import database_url_if_needed
from newsroom.runtime.postgres_errors import PrivatePostgresError


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "newsroom.settings")
    try:
        with database_url_if_needed(sys.argv):
            _run()
    except (PrivatePostgresError, BrokenSecretFile, OSError, ValueError) as error:
        if "--traceback" in sys.argv:
            raise
        sys.exit(f"manage.py: {error}")


def _run() -> None:
    """Run the command. What is wrong around it is told in a line; `--traceback` shows all of it."""
    from django.core.exceptions import ImproperlyConfigured
    from django.core.management import execute_from_command_line
    from django.db import OperationalError

    try:
        execute_from_command_line(sys.argv)
    except (ImproperlyConfigured, OperationalError) as error:
        if "--traceback" in sys.argv:
            raise
        what = "The database: " if isinstance(error, OperationalError) else ""
        sys.exit(f"manage.py: {what}{str(error).strip()}")


if __name__ == "__main__":
    main()
