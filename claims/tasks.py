"""What Celery workers do for claims."""

from celery import shared_task

from claims import services


@shared_task(name="claims.extract_revision")
def extract_revision(revision_id: int) -> None:
    services.extract_revision(revision_id=revision_id)
