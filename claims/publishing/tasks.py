"""What is asked for in the background."""

from celery import shared_task

from claims.publishing.copies import request_copies


@shared_task(name="publishing.request_copies")
def ask_for_copies() -> None:
    request_copies()
