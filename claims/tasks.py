"""What Celery workers do for claims."""

import logging

from celery import shared_task
from celery.exceptions import SoftTimeLimitExceeded

from claims import notifications, services
from claims.following import corrections, families
from claims.matching import index
from claims.matching import services as matching

logger = logging.getLogger(__name__)


@shared_task(name="claims.extract_revision")
def extract_revision(revision_id: int) -> None:
    services.extract_revision(revision_id=revision_id)


@shared_task(name="claims.extract_revisions")
def extract_revisions(revision_ids: list[int]) -> None:
    """Several in one message. One that fails says so on its row, and costs only itself."""
    for revision_id in revision_ids:
        try:
            services.extract_revision(revision_id=revision_id)
        except SoftTimeLimitExceeded:
            raise  # the sweep sends the rest again
        except Exception:
            logger.exception("revision %d could not be extracted", revision_id)


@shared_task(name="claims.read_editor_notes")
def read_editor_notes() -> None:
    """Put the corrections before editors that came as a note, and ask for a turn if more wait."""
    corrections.read_editor_notes()
    corrections.sweep()


@shared_task(name="claims.remind")
def remind() -> None:
    """Tell assignees what is overdue. Safe to run at any time and twice at once."""
    notifications.tell_of_overdue()


@shared_task(name="claims.match_revision")
def match_revision(revision_id: int) -> None:
    matching.match_revision(revision_id=revision_id)


@shared_task(name="claims.embed_entries")
def embed_entries() -> None:
    """Embed what is due, a batch at a time, and ask for another turn until nothing is."""
    if index.embed_due():
        index.announce()


@shared_task(name="claims.sweep_matching")
def sweep_matching() -> None:
    """Send again what is due in the matching. Safe to run at any time and twice at once."""
    matching.resend_due()
    index.sweep()
    families.follow_due()


@shared_task(name="claims.follow_family")
def follow_family(article_id: int) -> None:
    """Carry decisions over between a story and those that it was found to be a copy of."""
    families.follow_family(article_id=article_id)
