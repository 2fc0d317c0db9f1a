"""A decision in the demo before its correction arrives, so that there is something to follow."""

from __future__ import annotations

from claims.errors import DomainError
from claims.models import Candidate, CandidateState
from claims.review.additions import add_candidate
from claims.review.services import accept_candidate
from newsroom.accounts.models import User
from newsroom.articles.models import ExtractionState, Revision

STORY = "bh-2026-0310-school-buses"
PASSAGE = (
    "The county council will replace all 84 of its school buses by the autumn of 2029, "
    "the transport committee decided on Monday evening."
)


def accept_before_correction() -> bool:
    """Make a claim of what the feed's next version corrects; False while it is too early.

    True also where there is nothing to do any more: it was decided on, or the correction is here.
    """
    latest = (
        Revision.objects.filter(article__external_id=STORY)
        .select_related("article")
        .order_by("-number")
        .first()
    )
    if latest is None or (latest.number == 1 and latest.extraction_state != ExtractionState.DONE):
        return False
    checker = User.objects.filter(username="checker").first()
    if latest.number > 1 or checker is None or PASSAGE not in latest.text:
        return True
    start = latest.text.index(PASSAGE)
    end = start + len(PASSAGE)
    candidate = Candidate.objects.filter(revision=latest, start=start, end=end).first()
    try:
        if candidate is None:
            candidate = add_candidate(revision_id=latest.pk, start=start, end=end, by=checker)
        if candidate.state == CandidateState.PENDING:
            accept_candidate(candidate_id=candidate.pk, by=checker)
    except DomainError:
        return True  # somebody was quicker, at the desk
    return True
