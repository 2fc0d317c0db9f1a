"""`manage.py import_feed NAME|ID`: ask one feed now, here, without a worker."""

from __future__ import annotations

import sys
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from newsroom.imports.feeds.models import Feed
from newsroom.imports.feeds.services import FeedBusy, import_feed
from newsroom.imports.models import ImportRun, ImportState, ImportTrigger
from newsroom.numbers import number_in


class Command(BaseCommand):
    help = (
        "Take in what a feed has, now and in this process. "
        "Ends with 0 only when the feed answered and nothing was rejected."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("feed", metavar="NAME|ID", help="name of the feed, or its number")

    def handle(self, *args: Any, **options: Any) -> None:
        feed = find_feed(options["feed"])
        try:
            run = import_feed(feed_id=feed.pk, trigger=ImportTrigger.COMMAND, by=None)
        except FeedBusy as error:
            raise CommandError(f"{error} See import run {error.run.pk}.") from error
        self.stdout.write(described(feed, run))
        if run.state == ImportState.FAILED or run.rejected:
            sys.exit(1)


def find_feed(named: str) -> Feed:
    """The feed of that name, in any case, or of that number. Raises `CommandError`."""
    found = list(Feed.objects.filter(name__iexact=named)[:2])
    if not found and (key := number_in(named)) is not None:
        found = list(Feed.objects.filter(pk=key))
    if len(found) == 1:
        return found[0]
    exact = [feed for feed in found if feed.name == named]
    if exact:
        return exact[0]
    known = ", ".join(f"{feed.pk}: {feed.name}" for feed in Feed.objects.all()[:20])
    raise CommandError(f"There is no feed “{named}”. There are: {known or 'none yet'}.")


def described(feed: Feed, run: ImportRun) -> str:
    """A run in one line, and what it has to say below."""
    names = ("seen", "created", "revised", "updated", "unchanged", "rejected")
    counts = ", ".join(f"{getattr(run, name):,} {name}" for name in names)
    said = [line for line in (run.error, run.note) if line]
    return "\n".join([f"{feed.name}: {run.get_state_display()}; {counts}.", *said])
