"""What Celery workers do for imports."""

from celery import shared_task

from newsroom.imports import batches


@shared_task(name="imports.take_batch")
def take_batch(run_id: int) -> None:
    batches.take_batch(run_id=run_id)
