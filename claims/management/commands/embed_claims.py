"""`manage.py embed_claims`: bring the index of claims and other checks up to date, here and now."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from claims.matching import index, services
from claims.models import MatchEntry


class Command(BaseCommand):
    help = (
        "Embed what is not embedded yet: claims and other publishers' checks, for the model in use "
        "and for a new one. Workers do the same in the background; this waits for the end."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--again",
            action="store_true",
            help="try those again that were given up, and have workers compare those stories again "
            "whose comparison was given up",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        index.install_models()
        if options["again"]:
            index.retry_given_up()
            if compared := services.retry_given_up():
                self.stdout.write(f"Compared again by the workers: {compared:,}.")
        due = MatchEntry.objects.filter(vector=None).exclude(next_attempt_at=None)
        console = Console(stderr=True)
        with Progress(
            TextColumn("Embedding"),
            BarColumn(),
            MofNCompleteColumn(),
            TimeRemainingColumn(),
            console=console,
            disable=not console.is_terminal,
            transient=True,
        ) as progress:
            bar = progress.add_task("", total=due.count())
            while done := index.embed_due():
                progress.advance(bar, done)
        index.give_up_lapsed()
        promoted = index.promote()
        while index.clear_retired():
            pass
        if promoted is not None:
            self.stdout.write(f"{promoted} is in use now.")
        for row in index.progress():
            failed = f", {row['failed']:,} given up (--again)" if row["failed"] else ""
            self.stdout.write(
                f"{row['model']} ({row['state']}): "
                f"{row['embedded']:,} of {row['entries']:,} embedded{failed}."
            )
        if uncompared := services.given_up().count():
            self.stdout.write(f"Stories whose comparison was given up: {uncompared:,} (--again).")
