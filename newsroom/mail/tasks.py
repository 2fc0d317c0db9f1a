"""What Celery workers do for mails."""

from celery import shared_task

from newsroom.mail import services


@shared_task(name=services.DELIVER_TASK)
def deliver_mail(mail_id: int) -> None:
    services.deliver_mail(mail_id=mail_id)
