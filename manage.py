#!/usr/bin/env python
"""Django's command line, with a private PostgreSQL where no DATABASE_URL is set."""

import os
import sys

from newsroom.runtime.local import database_url_if_needed
from newsroom.runtime.postgres_errors import PrivatePostgresError


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "newsroom.settings")
    try:
        with database_url_if_needed(sys.argv):
            from django.core.management import execute_from_command_line

            execute_from_command_line(sys.argv)
    except PrivatePostgresError as error:
        sys.exit(f"manage.py: {error}")


if __name__ == "__main__":
    main()
