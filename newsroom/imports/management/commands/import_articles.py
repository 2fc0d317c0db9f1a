"""`manage.py import_articles PATH… --outlet NAME`: take in stories from files."""

from __future__ import annotations

import json
import sys
from argparse import ArgumentParser
from contextlib import nullcontext
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError, InterfaceError, OperationalError
from rich.console import Console
from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn

from newsroom.articles.services import find_or_add_outlet
from newsroom.imports.files import find_files, read_files, storable
from newsroom.imports.models import ImportTrigger
from newsroom.imports.readers import READERS
from newsroom.imports.services import ImportReport, dry_run, run_import
from newsroom.triggers import violation_message

COUNTED = ("created", "revised", "updated", "unchanged", "rejected")


class Command(BaseCommand):
    help = (
        "Take in stories from files: plain text, Markdown with front matter, or JSON Lines. "
        "A folder stands for the files in it; - reads standard input. "
        "Ends with 0 only when nothing was rejected."
    )

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
        try:
            with dry_run() if options["dry_run"] else nullcontext():
                report = self._import(options)
        except ValidationError as error:
            raise CommandError(f"--outlet: {' '.join(error.messages)}") from error
        except (OperationalError, InterfaceError) as error:
            raise CommandError(
                f"The database went away: {violation_message(error)}. {_what_is_left(options)}"
            ) from error
        except DatabaseError as error:
            raise CommandError(
                f"The database refused: {violation_message(error)}. Is every migration applied "
                f"(manage.py migrate)? {_what_is_left(options)}"
            ) from error
        except KeyboardInterrupt as error:
            raise CommandError(f"Stopped. {_what_is_left(options)}", returncode=130) from error
        if options["json"]:
            self.stdout.write(json.dumps(_as_dict(report, options["dry_run"]), indent=2))
        else:
            self._print(report, dry=options["dry_run"])
        if report.rejected:
            sys.exit(1)

    def _import(self, options: dict[str, Any]) -> ImportReport:
        files = find_files(options["paths"])
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
            return run_import(
                outlet=find_or_add_outlet(name=options["outlet"], by=None),
                items=read_files(
                    files,
                    format_name=options["format"],
                    on_read=lambda count: progress.advance(bar, count),
                ),
                trigger=ImportTrigger.COMMAND,
                origin="\n".join(map(storable, options["paths"])),
                on_progress=lambda report: progress.update(bar, stories=report.seen),
                by=None,
            )

    def _print(self, report: ImportReport, *, dry: bool) -> None:
        for item in report.rejections:
            line = f"{item.raw.origin}:{item.raw.position}: {item.message}"
            self.stderr.write(_printable(line))
        if report.rejected > len(report.rejections):
            self.stderr.write(f"… and {report.rejected - len(report.rejections):,} more.")
        counts = ", ".join(f"{report.counts[name]:,} {name}" for name in COUNTED)
        if dry:
            self.stdout.write(f"Dry run, nothing was kept: {report.seen:,} seen, {counts}.")
            return
        self.stdout.write(f"Import run {report.run_id}: {report.seen:,} seen, {counts}.")
        if report.rejected:
            self.stdout.write("The rejected items are kept, with the reasons, under Rejections.")


def _what_is_left(options: dict[str, Any]) -> str:
    if options["dry_run"]:
        return "Nothing was kept, as it was a dry run."
    return "What was taken in stays; the same command does the rest, and nothing twice."


def _printable(line: str) -> str:
    """`line` without what a terminal would take for a command: names and values are not ours."""
    return "".join(one if one.isprintable() else ascii(one)[1:-1] for one in line)


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
