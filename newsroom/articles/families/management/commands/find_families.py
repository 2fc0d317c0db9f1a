"""`manage.py find_families`: compare the stories that are here already, and wait for the end."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from newsroom.articles.families import services
from newsroom.articles.families.likeness import VERSION
from newsroom.articles.families.models import Family, FamilyMember
from newsroom.articles.models import Revision


class Command(BaseCommand):
    help = (
        "Find wire copy: stories that are the same at several outlets. Workers do this in the "
        "background for what comes in; this does it here and now, and can be stopped at any time."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--again",
            action="store_true",
            help="also compare again what an earlier version of the rules compared",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if options["again"]:
            Revision.objects.exclude(compared_by__in=("", VERSION)).update(compared_by="")
        total = services.due().count()
        console = Console(stderr=True)
        with Progress(
            TextColumn("Comparing"),
            BarColumn(),
            MofNCompleteColumn(),
            TimeRemainingColumn(),
            console=console,
            disable=not console.is_terminal,
            transient=True,
        ) as progress:
            bar = progress.add_task("", total=total)
            while services.due().exists():
                progress.advance(bar, services.find_due())
        left = services.uncompared().count()
        self.stdout.write(
            f"{total - left:,} texts compared: {FamilyMember.objects.count():,} copies of "
            f"{Family.objects.count():,} stories are known."
            + (f" {left:,} could not be compared; the log says why." if left else "")
        )
