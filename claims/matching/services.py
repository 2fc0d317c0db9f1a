"""Comparing the candidates of a revision with what is known: suggesting, alerting, joining.

The rows of `RevisionMatching` are the queue's truth: written together with the candidates, deleted
when the comparison is done. What has failed too often stays, with its error, until somebody asks
for it again (`retry_given_up`).
"""

from __future__ import annotations

from django.conf import settings
from django.db import transaction
from django.db.models import F, QuerySet
from django.utils import timezone

from claims.appearances import appear
from claims.deciding import DECISION
from claims.matching.links import alert_of_repeat, compare, matcher_name, says_the_same, suggest
from claims.matching.ranking import scorer
from claims.matching.search import Filters, Found, find
from claims.models import (
    Candidate,
    CandidateState,
    Claim,
    DecisionReason,
    Lease,
    Match,
    MatchState,
    RevisionMatching,
)
from claims.models.matching import GONE
from newsroom.articles.models import Revision
from newsroom.attempts import LAPSED, pause_after, told
from newsroom.history import acting
from newsroom.waking import wake

MATCH_TASK = "claims.match_revision"
SUGGESTED = 5
"""Links of one candidate that are put on record."""
RESENT = 200


def expect(revision: Revision) -> None:
    """Have the revision's candidates compared. Call in the transaction that writes them."""
    RevisionMatching.objects.update_or_create(
        revision=revision,
        defaults={"attempts": 0, "error": "", "next_attempt_at": timezone.now()},
    )
    transaction.on_commit(lambda: announce(revision.pk))


def announce(revision_id: int) -> bool:
    """Tell the workers. A lost message is the sweep's to repeat."""
    return wake(MATCH_TASK, revision_id)


def resend_due() -> int:
    """Send again what is due; returns how many were sent. Used by the sweep."""
    now = timezone.now()
    with transaction.atomic():
        rows = list(
            RevisionMatching.objects.filter(next_attempt_at__lte=now)
            .order_by("next_attempt_at")
            .select_for_update(skip_locked=True)[:RESENT]
        )
        # What took every worker down with it must not do so for ever.
        spent = [row.pk for row in rows if row.attempts >= settings.EXTRACTION_MAX_ATTEMPTS]
        RevisionMatching.objects.filter(pk__in=spent).update(next_attempt_at=None, error=LAPSED)
        due = [row.pk for row in rows if row.attempts < settings.EXTRACTION_MAX_ATTEMPTS]
        RevisionMatching.objects.filter(pk__in=due).update(
            next_attempt_at=now + settings.EXTRACTION_RESEND_AFTER
        )
    for sent, key in enumerate(due):
        if not announce(key):
            return sent
    return len(due)


def match_revision(*, revision_id: int) -> int | None:
    """Compare the undecided candidates of a revision; returns how many, None if it was not due.

    Safe to call at any time and any number of times: what is on record already stays.
    """
    lease = timezone.now() + settings.EXTRACTION_LEASE
    taken = RevisionMatching.objects.filter(
        pk=revision_id, attempts__lt=settings.EXTRACTION_MAX_ATTEMPTS, next_attempt_at__isnull=False
    ).update(attempts=F("attempts") + 1, next_attempt_at=lease)
    if not taken:
        return None
    # Not what has been asked for anew meanwhile: new candidates may have come after these.
    held = RevisionMatching.objects.filter(pk=revision_id, next_attempt_at=lease)
    candidates = Candidate.objects.filter(revision=revision_id, state=CandidateState.PENDING)
    try:
        count = 0
        for candidate in candidates.select_related("revision__article").defer("revision__text"):
            match_candidate(candidate)
            count += 1
    except Exception as error:
        _fail(held, told(error))
        raise
    held.delete()
    return count


def _fail(held: QuerySet[RevisionMatching], error: str) -> None:
    attempts = held.values_list("attempts", flat=True).first()
    if attempts is not None:
        given_up = attempts >= settings.EXTRACTION_MAX_ATTEMPTS
        held.update(
            error=error,
            next_attempt_at=None if given_up else timezone.now() + pause_after(attempts),
        )


def given_up() -> QuerySet[RevisionMatching]:
    """Revisions that nobody compares any more, because it has failed too often."""
    return RevisionMatching.objects.filter(next_attempt_at__isnull=True)


def retry_given_up() -> int:
    """Have workers compare again what was given up; returns how many revisions."""
    return given_up().update(attempts=0, error="", next_attempt_at=timezone.now())


def match_candidate(candidate: Candidate) -> list[Found]:
    """Suggest, alert and perhaps join; returns what was suggested."""
    filters = Filters(language=candidate.revision.article.language)
    found = [
        one for one in find(candidate.statement, filters=filters) if one.score >= scorer().suggest
    ][:SUGGESTED]
    keys = [one.entry.claim for one in found if one.entry.claim is not None]
    claims = Claim.objects.select_related("rating").in_bulk(keys)
    with transaction.atomic(), acting(None, rule=matcher_name()):
        suggest(candidate, found, claims)
        for one in found:
            claim = claims.get(one.entry.claim) if one.entry.claim is not None else None
            if claim is not None and says_the_same(compare(candidate, claim)):
                alert_of_repeat(candidate=candidate, claim=claim, score=one.score)
    if settings.MATCH_JOIN:
        for one in found:
            key = one.entry.claim
            if key is not None and join(candidate_id=candidate.pk, claim_id=key, score=one.score):
                break
    return found


@transaction.atomic
def join(*, candidate_id: int, claim_id: int, score: float) -> bool:
    """Merge a candidate into a claim by the machine; returns whether that was done.

    Refused, whatever the score, when anything differs (`claims.matching.guard`), when a person has
    decided on the candidate, has it on the desk, or has taken it out of this claim before. The
    candidate says where it went, and any editor can take it out again.
    """
    with acting(None, decision="join", rule=matcher_name()):
        candidate = (
            Candidate.objects.select_for_update(of=("self",))
            .select_related("revision__article")
            .get(pk=candidate_id)
        )
        claim = Claim.objects.get(pk=claim_id)
        now = timezone.now()
        if (
            score < scorer().join
            or candidate.state != CandidateState.PENDING
            or candidate.created_by_id is not None
            or claim.state in GONE
            or compare(candidate, claim)
            or Lease.objects.filter(candidate=candidate, until__gt=now).exists()
            or Match.objects.filter(candidate=candidate, claim=claim)
            .exclude(state=MatchState.SUGGESTED)
            .exists()
        ):
            return False
        Match.objects.update_or_create(
            candidate=candidate,
            claim=claim,
            defaults={
                "state": MatchState.JOINED,
                "score": score,
                "matcher": matcher_name(),
                "differences": [],
                "decided_at": now,
            },
        )
        appear(claim_id=claim.pk, candidate=candidate, speaker_id=candidate.speaker_id)
        candidate.state = CandidateState.MERGED
        candidate.decision_reason = DecisionReason.JOINED
        candidate.decided_at = now
        candidate.decision_note = f"Same words as claim {claim.pk}, score {score:.2f}."
        candidate.claim = claim
        candidate.save(update_fields=DECISION)
    return True
