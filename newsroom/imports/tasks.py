"""What Celery workers do for imports."""

from celery import shared_task

from newsroom.imports import batches
from newsroom.imports.feeds import schedule, services
from newsroom.imports.feeds.models import Feed
from newsroom.imports.models import ImportTrigger


@shared_task(name="imports.take_batch")
def take_batch(run_id: int) -> None:
    batches.take_batch(run_id=run_id)


@shared_task(name="imports.send_due_feeds")
def send_due_feeds() -> None:
    schedule.send_due()


# A folder may hold much, and a run ends by itself. Delivered again meanwhile, it finds itself busy.
@shared_task(name="imports.import_feed", time_limit=3600, soft_time_limit=3500)
def import_feed(feed_id: int, trigger: str) -> None:
    try:
        services.import_feed(feed_id=feed_id, trigger=ImportTrigger(trigger), by=None)
    except (services.FeedBusy, services.FeedPaused, Feed.DoesNotExist):
        return
