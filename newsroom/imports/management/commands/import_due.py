"""`manage.py import_due`: ask all feeds that are due, here. For cron, where there is no beat."""

from __future__ import annotations

import sys
from typing import Any

from django.core.management.base import BaseCommand

from newsroom.imports.feeds.models import Feed
from newsroom.imports.feeds.schedule import claim_due
from newsroom.imports.feeds.services import FeedBusy, FeedPaused, import_feed
from newsroom.imports.management.commands.import_feed import described
from newsroom.imports.models import ImportState, ImportTrigger


class Command(BaseCommand):
    help = (
        "Ask every feed that is due, one after the other, in this process. Safe beside beat and "
        "beside itself: each feed is asked once. Ends with 1 when a feed failed."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        failed = False
        asked = 0
        # One at a time, so that those not begun yet stay due for others, and for the next time.
        while claimed := claim_due(limit=1):
            feed = Feed.objects.get(pk=claimed[0])
            try:
                run = import_feed(feed_id=feed.pk, trigger=ImportTrigger.COMMAND, by=None)
            except (FeedBusy, FeedPaused) as error:
                self.stdout.write(f"{feed.name}: {error}")
                continue
            except Exception as error:  # noqa: BLE001 - it is on the run; the others have their turn
                self.stderr.write(f"{feed.name}: {type(error).__name__}: {error}")
                failed = True
                continue
            asked += 1
            failed |= run.state == ImportState.FAILED
            self.stdout.write(described(feed, run))
        if not asked and not failed:
            self.stdout.write("Nothing is due.")
        if failed:
            sys.exit(1)
