"""What Celery workers do for sources."""

from celery import shared_task

from sources.copies import keep_due_copies


@shared_task(name="sources.keep_copies")
def keep_copies() -> None:
    keep_due_copies(at_most=5)
