"""Housekeeping that runs on a static schedule."""

from collections.abc import Callable

from celery import shared_task
from celery.exceptions import SoftTimeLimitExceeded

from claims.following import corrections
from claims.publishing.archiving import keep_outside
from newsroom.api import idempotency, usage
from newsroom.articles import extraction_queue
from newsroom.changes import reading
from newsroom.imports import batches
from newsroom.imports import services as imports
from newsroom.imports.feeds import forgetting
from newsroom.mail import services as mail
from newsroom.webhooks import delivering
from sources.archives import archive

STEPS: tuple[Callable[[], object], ...] = (
    imports.end_interrupted_runs,
    extraction_queue.resend_due,
    batches.resend_batches,
    corrections.sweep,
    mail.resend_due,
    idempotency.forget_old_requests,
    usage.forget_old_usage,
    reading.forget_old_changes,
    delivering.forget_old_deliveries,
    forgetting.forget_empty_polls,
)
"""What is to be done first, then what may be forgotten. None waits for another."""


@shared_task(name="newsroom.sweep")
def sweep() -> None:
    """Send again what is due and close what has died. Safe to run at any time and twice at once."""
    failures = []
    for step in STEPS:
        try:
            step()
        except SoftTimeLimitExceeded:
            raise
        except Exception as error:  # noqa: BLE001 - raised below, after the others had their turn
            failures.append(error)
    if failures:
        raise ExceptionGroup("Some steps of the sweep failed", failures)


@shared_task(name="newsroom.keep_copies_outside")
def keep_copies_outside() -> None:
    """Ask the archive of this installation, if it uses one. Here, as the claims know no client."""
    chosen = archive()
    if chosen is not None:
        keep_outside(chosen)
