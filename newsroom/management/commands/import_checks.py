"""`manage.py import_checks FILE… --outlet NAME`: take in other publishers' checks."""

from __future__ import annotations

import sys
from argparse import ArgumentParser
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError

from newsroom.articles.services import find_or_add_outlet
from newsroom.imports.files import printable, storable
from newsroom.imports.models import ImportTrigger
from newsroom.other_checks.files import Item, items_of
from newsroom.other_checks.services import run_check_import

COUNTED = ("created", "updated", "unchanged", "rejected")


class Command(BaseCommand):
    help = (
        "Take in ClaimReviews of other publishers, as their own records: from pages (JSON-LD), "
        "a Data Commons feed, or JSON Lines. Ends with 0 only when nothing was rejected."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("files", nargs="+", type=Path, metavar="FILE")
        parser.add_argument(
            "--outlet", required=True, metavar="NAME", help="whose file it is; made if it is new"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        paths: list[Path] = options["files"]
        for path in paths:
            if not path.is_file():
                raise CommandError(f"There is no file {path}.")
        try:
            outlet = find_or_add_outlet(name=options["outlet"], by=None)
            report = run_check_import(
                outlet=outlet,
                items=self._items(paths),
                trigger=ImportTrigger.COMMAND,
                origin="\n".join(storable(str(path)) for path in paths),
                by=None,
            )
        except ValidationError as error:
            raise CommandError(f"--outlet: {' '.join(error.messages)}") from error
        except OSError as error:
            raise CommandError(f"{error.filename}: {error.strerror}") from error
        for item in report.rejections:
            line = f"{item.raw.origin}:{item.raw.position}: {item.message}"
            self.stderr.write(printable(line))
        counts = ", ".join(f"{report.counts[name]:,} {name}" for name in COUNTED)
        self.stdout.write(f"Import run {report.run_id}: {report.seen:,} seen, {counts}.")
        if report.rejected:
            sys.exit(1)

    def _items(self, paths: list[Path]) -> Iterator[Item]:
        for path in paths:
            yield from items_of(path)
