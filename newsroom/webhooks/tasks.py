"""What Celery workers do for webhooks."""

from celery import shared_task

from newsroom.webhooks import delivering


@shared_task(name="newsroom.deliver_webhooks")
def deliver_webhooks() -> None:
    delivering.make_messages()
    delivering.send_due()
