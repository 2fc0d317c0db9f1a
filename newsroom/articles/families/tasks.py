"""What Celery workers do for families."""

from celery import shared_task

from newsroom.articles.families import services


@shared_task(name=services.FIND_TASK)
def find() -> None:
    """Compare a batch, and ask for another turn if there is more."""
    services.find_due()
    services.sweep()


@shared_task(name="families.sweep")
def sweep() -> None:
    """Safe to run at any time and twice at once."""
    services.sweep()
