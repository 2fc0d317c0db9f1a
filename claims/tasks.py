"""What Celery workers do for claims."""

from celery import shared_task

from claims import notifications, services


@shared_task(name="claims.extract_revision")
def extract_revision(revision_id: int) -> None:
    services.extract_revision(revision_id=revision_id)


@shared_task(name="claims.remind")
def remind() -> None:
    """Tell assignees what is overdue. Safe to run at any time and twice at once."""
    notifications.tell_of_overdue()
