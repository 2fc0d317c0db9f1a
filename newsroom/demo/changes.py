"""A check in the demo before its story is corrected, so that there is something to follow."""

from __future__ import annotations

from claims.errors import DomainError
from newsroom.articles.models import ExtractionState, Revision
from newsroom.demo.checks import publish_checks
from newsroom.demo.seeds import read_seed

SEED = "feed_check.json"


def publish_before_correction() -> bool:
    """Publish a check of what the feed's next version corrects; False while it is too early.

    True also where there is nothing to do any more: it was decided on, or the correction is here.
    """
    check = read_seed(SEED)
    latest = Revision.objects.filter(article__external_id=check["story"]).order_by("number").last()
    if latest is None or (latest.number == 1 and latest.extraction_state != ExtractionState.DONE):
        return False
    if latest.number == 1:
        try:
            publish_checks([check])
        except (DomainError, ValueError):
            return True  # somebody was quicker, at the desk
    return True
