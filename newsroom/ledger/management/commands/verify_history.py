"""`manage.py verify_history`: is the history still what it was when it was sealed?"""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from newsroom.ledger.sealing import seal_history
from newsroom.ledger.verifying import verify_history


class Command(BaseCommand):
    help = (
        "Find every row of the history that was altered, removed or inserted since it was sealed, "
        "and say which. Ends with 1 if there is one."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--heads",
            type=Path,
            default=Path(settings.HISTORY_HEADS),
            help="daily heads to compare with, such as the copy that you keep elsewhere "
            "(%(default)s)",
        )
        parser.add_argument(
            "--seal", action="store_true", help="first seal what has been added since"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if options["seal"]:
            seal_history()
        told = verify_history(heads=options["heads"])
        for finding in told.findings:
            self.stdout.write(str(finding))
        if told.left_out:
            self.stdout.write(f"… and {told.left_out} more.")
        self.stdout.write(
            f"{told.rows} rows in {told.seals} seals, {told.unsealed} not sealed yet."
        )
        if told.head:
            self.stdout.write(f"Head: {told.head}")
        if told.findings:
            count = len(told.findings) + told.left_out
            raise CommandError(f"The history is not what was sealed: {count} findings.")
        self.stdout.write("The history is what was sealed.")
