"""`manage.py import_articles PATH… --outlet NAME`: take in stories from files."""

from __future__ import annotations

import json
import shutil
import sys
import tempfile
from argparse import ArgumentParser
from collections import Counter
from collections.abc import Sequence
from contextlib import nullcontext
from pathlib import Path
from typing import Any, BinaryIO, cast

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError, InterfaceError, OperationalError
from rich.console import Console
from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn

from newsroom.articles.services import find_or_add_outlet
from newsroom.imports.files import find_files, printable, read_files, storable
from newsroom.imports.formats import SUFFIXES
from newsroom.imports.models import ImportTrigger
from newsroom.imports.readers import READERS
from newsroom.imports.readers.text import STDIN
from newsroom.imports.services import ImportReport, dry_run, run_import
from newsroom.triggers import violation_message

COUNTED = ("created", "revised", "updated", "unchanged", "rejected")


class Command(BaseCommand):
    help = (
        "Take in stories from files: text, Markdown, JSON Lines, CSV, feeds, ninjs, NewsML-G2 "
        "and others (docs/readers.md). "
        "A folder stands for the files in it; - reads standard input. "
        "Ends with 0 only when nothing was rejected."
    )

    _outlet_is_new = False
    _passed_over: Counter[str]
    _stdin: BinaryIO | None = None

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("paths", nargs="+", metavar="PATH", help="file, folder, or -")
        parser.add_argument(
            "--outlet", required=True, metavar="NAME", help="name or slug; made if it is new"
        )
        parser.add_argument(
            "--format", choices=sorted(READERS), help="instead of going by name and content"
        )
        parser.add_argument("--json", action="store_true", help="print a report for machines")
        parser.add_argument(
            "--dry-run", action="store_true", help="do everything, then take it all back"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        self._passed_over = Counter()
        try:
            if options["dry_run"]:
                # A pipe may take its time; a transaction, with what it locks, must not wait for it.
                self._stdin = _read_ahead(options["paths"])
            with dry_run() if options["dry_run"] else nullcontext():
                report = self._import(options)
        except ValidationError as error:
            raise CommandError(f"--outlet: {' '.join(error.messages)}") from error
        except (OperationalError, InterfaceError) as error:
            what = violation_message(error)
            raise CommandError(
                f"The database does not answer: {what}. {_what_is_left(options)}"
            ) from error
        except DatabaseError as error:
            raise CommandError(
                f"The database refused: {violation_message(error)}. Is every migration applied "
                f"(manage.py migrate)? {_what_is_left(options)}"
            ) from error
        except KeyboardInterrupt as error:
            raise CommandError(f"Stopped. {_what_is_left(options)}", returncode=130) from error
        finally:
            if self._stdin is not None:
                self._stdin.close()
        if options["json"]:
            found = _as_dict(report, options["dry_run"])
            found["passed_over"] = dict(self._passed_over)
            self.stdout.write(json.dumps(found, indent=2))
        else:
            self._print(report, dry=options["dry_run"])
        if report.rejected:
            sys.exit(1)

    def _import(self, options: dict[str, Any]) -> ImportReport:
        files = find_files(options["paths"], on_passed_over=self._note_passed_over)
        if self._passed_over:
            most = self._passed_over.most_common(8)
            kinds = ", ".join(f"{count:,} {kind}" for kind, count in most)
            self.stderr.write(printable(f"Passed over, as they do not end like stories: {kinds}."))
        if not files:
            endings = " ".join(sorted(SUFFIXES))
            self.stderr.write(f"There are no stories in there (files ending in {endings}).")
        total = sum(file.size for file in files)
        console = Console(stderr=True)
        with Progress(
            TextColumn("{task.description}"),
            BarColumn(),
            DownloadColumn(),
            TextColumn("{task.fields[stories]:,} stories"),
            console=console,
            disable=not console.is_terminal,
            transient=True,
        ) as progress:
            bar = progress.add_task("Importing", total=total or None, stories=0)
            outlet = find_or_add_outlet(name=options["outlet"], by=None)
            self._outlet_is_new = not outlet.import_runs.exists()
            return run_import(
                outlet=outlet,
                items=read_files(
                    files,
                    stdin=self._stdin,
                    format_name=options["format"],
                    on_read=lambda count: progress.advance(bar, count),
                ),
                trigger=ImportTrigger.COMMAND,
                origin="\n".join(map(storable, options["paths"])),
                on_progress=lambda report: progress.update(bar, stories=report.seen),
                by=None,
            )

    def _note_passed_over(self, path: str) -> None:
        self._passed_over[storable(Path(path).suffix.lower()) or "without an ending"] += 1

    def _print(self, report: ImportReport, *, dry: bool) -> None:
        for item in report.rejections:
            line = f"{item.raw.origin}:{item.raw.position}: {item.message}"
            self.stderr.write(printable(line))
        if report.rejected > len(report.rejections):
            self.stderr.write(f"… and {report.rejected - len(report.rejections):,} more.")
        counts = ", ".join(f"{report.counts[name]:,} {name}" for name in COUNTED)
        if dry:
            self.stdout.write(f"Dry run, nothing was kept: {report.seen:,} seen, {counts}.")
            return
        self.stdout.write(f"Import run {report.run_id}: {report.seen:,} seen, {counts}.")
        if self._outlet_is_new:
            self.stdout.write("It is the first of this outlet.")
        if report.rejected:
            self.stdout.write("The rejected items are kept, with the reasons, under Rejections.")


def _read_ahead(paths: Sequence[str]) -> BinaryIO | None:
    """All of standard input, if it is to be read: in memory, or on disk where it is much."""
    if STDIN not in paths or sys.stdin is None:
        return None
    # Closed when the command ends.
    spool = cast("BinaryIO", tempfile.SpooledTemporaryFile(max_size=16 << 20))  # noqa: SIM115
    shutil.copyfileobj(sys.stdin.buffer, spool, 1 << 16)
    spool.seek(0)
    return spool


def _what_is_left(options: dict[str, Any]) -> str:
    if options["dry_run"]:
        return "Nothing was kept, as it was a dry run."
    return "What was taken in stays; the same command does the rest, and nothing twice."


def _as_dict(report: ImportReport, dry: bool) -> dict[str, object]:
    return {
        "dry_run": dry,
        "run": None if dry else report.run_id,
        "seen": report.seen,
        **{name: report.counts[name] for name in COUNTED},
        "rejections": [
            {
                "origin": item.raw.origin,
                "position": item.raw.position,
                "reason": item.reason.value,
                "message": item.message,
            }
            for item in report.rejections
        ],
        "rejections_not_listed": report.rejected - len(report.rejections),
    }
