"""One decision serves a story at all its outlets.

What a person decided on a passage of one story holds for the same passage of its copies, whether
they are here already or come later. The decision stays that of the person, says where it was made,
and goes when that one is undone. A copy whose passage, or what turns it, reads differently stays
pending: the guard is the one that follows passages from version to version.
"""

from __future__ import annotations

import logging
from collections.abc import Collection, Iterable, Sequence
from datetime import timedelta

from celery.exceptions import SoftTimeLimitExceeded
from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from claims.appearances import appear, disappear
from claims.deciding import DECISION, check_may_decide, make_pending
from claims.errors import DomainError
from claims.models import (
    Candidate,
    CandidateState,
    DecisionReason,
    Flag,
    Lease,
    Match,
    MatchState,
)
from claims.models.candidates import DECIDED
from claims.models.matching import GONE
from newsroom.accounts.models import User
from newsroom.articles.families.models import FamilyMember, NotACopy
from newsroom.articles.families.queries import families_of
from newsroom.articles.families.services import compare_again, hold, take_out
from newsroom.articles.models import Revision
from newsroom.articles.reanchoring import Outcome, reanchor
from newsroom.articles.selectors import Anchor
from newsroom.attempts import pause_after, told
from newsroom.history import acting

RULE = "same story"
DUE = 200
LONGEST_WAIT = timedelta(hours=6)
"""Between two attempts to follow a copy."""

logger = logging.getLogger(__name__)


@transaction.atomic
def settle_siblings(*, candidate_ids: Collection[int], by_id: int | None) -> int:
    """Decide pending candidates of sibling stories like these, just decided; returns how many.

    What somebody else has on the desk is left to them. Three queries where no story is in a family.
    """
    articles = set(
        Candidate.objects.filter(pk__in=candidate_ids).values_list("revision__article", flat=True)
    )
    families = _held_families(articles)
    if not families:
        return 0
    decided = list(
        _by_people().filter(pk__in=candidate_ids, revision__article__in=set().union(*families))
    )
    return sum(
        _settle(
            [one for one in decided if one.revision.article_id in family],
            _pending(family, {one.fingerprint for one in decided}, by_id),
        )
        for family in families
    )


@transaction.atomic
def settle_article(*, article_id: int) -> int:
    """Decide what is pending in a story like the same passages elsewhere; returns how many.

    Safe to call any number of times.
    """
    for family in _held_families([article_id]):
        pending = _pending({article_id}, None, None)
        decided = list(
            _by_people()
            .filter(
                revision__article__in=family - {article_id},
                fingerprint__in={one.fingerprint for one in pending},
            )
            .order_by("-decided_at", "-pk")
        )
        return _settle(decided, pending)
    return 0


def follow_family(*, article_id: int) -> int:
    """What joining a family means for the story and for those that it joins.

    An error is written to the membership, to be tried again later each time, and raised.
    """
    try:
        with transaction.atomic():
            count = settle_article(article_id=article_id)
            own = _by_people().filter(revision__article=article_id).values_list("pk", flat=True)
            count += settle_siblings(candidate_ids=list(own), by_id=None)
            FamilyMember.objects.filter(article=article_id).update(
                followed_at=timezone.now(), follow_error=""
            )
    except Exception as error:
        _put_off(article_id, told(error))
        raise
    return count


def _put_off(article_id: int, error: str) -> None:
    member = FamilyMember.objects.filter(article=article_id).first()
    if member is not None:
        member.follow_attempts = min(member.follow_attempts + 1, 20)
        member.follow_next_at = timezone.now() + min(
            pause_after(member.follow_attempts), LONGEST_WAIT
        )
        member.follow_error = error
        member.save(update_fields=["follow_next_at", "follow_attempts", "follow_error"])


def follow_due() -> int:
    """Memberships whose message was lost, or that failed before; returns how many were followed.

    One that fails says so in its row, and the rest goes on.
    """
    due = FamilyMember.objects.filter(followed_at=None, follow_next_at__lte=timezone.now())
    articles = due.order_by("follow_next_at").values_list("article", flat=True)
    followed = 0
    for article_id in list(articles[:DUE]):
        try:
            follow_family(article_id=article_id)
        except SoftTimeLimitExceeded:
            raise  # the next sweep goes on
        except Exception:
            logger.exception("the copy %d could not be followed", article_id)
        else:
            followed += 1
    return followed


@transaction.atomic
def leave_family(*, article_id: int, by: User) -> int:
    """Say that a story is not a copy, and take back what was decided in one for the other.

    Only what went on record: a rejection of the same words holds wherever they stand, and what has
    gone on in a later version stays, too. Returns how many candidates are pending again. Raises
    `NotPermitted`, and `DomainError` for a story that is in no family, or that came first there.
    """
    check_may_decide(by)
    with acting(by, decision="not a copy"):
        try:
            family = take_out(article_id=article_id, by=by)
        except FamilyMember.DoesNotExist:
            raise DomainError("This story is not on record as a copy of another.") from None
        here, there = "revision__article", "remembered_from__revision__article"
        of_it = Q(**{here: article_id, f"{there}__in": family})
        because_of_it = Q(**{f"{here}__in": family, there: article_id})
        merged = _followers().filter(of_it | because_of_it, state=CandidateState.MERGED)
        return sum(_release_if_possible(one) for one in merged)


@transaction.atomic
def return_to_family(*, article_id: int, by: User) -> FamilyMember | None:
    """Take back that a story is not a copy; returns its membership, if it is found to be one.

    What was decided in one for the other is carried over again, as it is for any copy that comes.
    Raises `NotPermitted`, and `DomainError` for a story of which nobody said that it is not a copy.
    """
    check_may_decide(by)
    try:
        return compare_again(article_id=article_id, by=by)
    except NotACopy.DoesNotExist:
        raise DomainError("Nobody said that this story is not a copy.") from None


def _held_families(article_ids: Collection[int]) -> list[set[int]]:
    """Their families, as they are until this transaction ends: of a story that is taken out
    meanwhile, either its decisions are seen and taken back, or none is carried to it any more."""
    families = families_of(article_ids)
    if not families:
        return []
    hold(set().union(*families))
    return families_of(article_ids)


def _by_people() -> QuerySet[Candidate]:
    """Decisions that may be followed: made by a person on this very passage, and still standing."""
    return (
        Candidate.objects.filter(
            state__in=DECIDED, remembered_from__isnull=True, decided_by__isnull=False
        )
        .exclude(claim__state__in=GONE)
        .select_related("revision")
        .defer("revision__text", "revision__extraction_notes")
    )


def _pending(
    articles: Collection[int], fingerprints: Collection[str] | None, by_id: int | None
) -> list[Candidate]:
    """Undecided candidates of these stories, locked; not those that somebody is deciding on."""
    rows = Candidate.objects.filter(
        revision__article__in=articles, state=CandidateState.PENDING, created_by=None
    )
    if fingerprints is not None:
        rows = rows.filter(fingerprint__in=fingerprints)
    held = Lease.objects.filter(until__gt=timezone.now()).exclude(holder=by_id)
    # Taken out of a decision by a person: that is a decision, too.
    taken_out = Candidate.objects.filter(
        pk__in=rows.values("pk"), events__pgh_context__decision__in=["reopen", "separate"]
    )
    return list(
        rows.exclude(pk__in=held.values("candidate"))
        .exclude(pk__in=taken_out.values("pk"))
        .order_by("pk")
        .select_for_update(of=("self",), skip_locked=True)
        .select_related("revision")
        .defer("revision__text", "revision__extraction_notes")
    )


def _settle(decided: Sequence[Candidate], pending: Sequence[Candidate]) -> int:
    pairs = [
        (candidate, one)
        for candidate in pending
        for one in decided
        if one.fingerprint == candidate.fingerprint
        and one.revision.article_id != candidate.revision.article_id
        and not _mistake_of_another(one, candidate)
    ]
    if not pairs:
        return 0
    texts = dict(
        Revision.objects.filter(
            pk__in={one.revision_id for pair in pairs for one in pair}
        ).values_list("pk", "text")
    )
    refused = set(
        Match.objects.filter(candidate__in=[one for one, _ in pairs])
        .exclude(state=MatchState.SUGGESTED)
        .values_list("candidate", "claim")
    )
    settled: set[int] = set()
    for candidate, one in pairs:
        if (
            candidate.pk in settled
            or (candidate.pk, one.claim_id) in refused
            or not _same_passage(one, candidate, texts)
        ):
            continue
        _decide_like(candidate, one)
        settled.add(candidate.pk)
    return len(settled)


def _mistake_of_another(decided: Candidate, candidate: Candidate) -> bool:
    """A rejection for an error of the extractor says nothing of what another one finds."""
    return decided.decision_reason == DecisionReason.EXTRACTION_ERROR and (
        decided.extractor,
        decided.extractor_version,
    ) != (candidate.extractor, candidate.extractor_version)


def _same_passage(decided: Candidate, candidate: Candidate, texts: dict[int, str]) -> bool:
    """Whether the passage stands in the copy just where the candidate is, and says the same."""
    anchor = Anchor(decided.start, decided.end, decided.exact, decided.prefix, decided.suffix)
    (found,) = reanchor(texts[decided.revision_id], texts[candidate.revision_id], [anchor])
    return (
        found.outcome in (Outcome.UNCHANGED, Outcome.MOVED)
        and not found.meaning_changed
        and found.proposal is not None
        and (found.proposal.start, found.proposal.end) == (candidate.start, candidate.end)
    )


def _decide_like(candidate: Candidate, decided: Candidate) -> None:
    """Save the decision and its appearance. What was accepted there is merged here."""
    rejected = decided.state == CandidateState.REJECTED
    with acting(None, decision="family", rule=RULE, candidate=decided.pk):
        candidate.state = CandidateState.REJECTED if rejected else CandidateState.MERGED
        candidate.decision_reason = decided.decision_reason if rejected else DecisionReason.REPEATS
        candidate.decision_note = decided.decision_note
        candidate.decided_by_id = decided.decided_by_id
        candidate.decided_at = decided.decided_at
        candidate.claim_id = decided.claim_id
        candidate.remembered_from = decided
        candidate.save(update_fields=DECISION)
        if decided.claim_id is not None:
            appear(claim_id=decided.claim_id, candidate=candidate, speaker_id=candidate.speaker_id)
        Lease.objects.filter(candidate=candidate).delete()
        Flag.objects.filter(candidate=candidate, closed_at=None).update(
            closed_at=candidate.decided_at
        )


def take_back(decided: Candidate) -> int:
    """Make pending again what was decided elsewhere because of this decision; returns how many.

    With it goes all that it changed there: the appearance, and the flags that it closed. Call
    before the decision itself is taken back. Raises `DomainError` where a sibling story has changed
    since: then its appearance has been followed.
    """
    # Later versions of the story itself have rejections only: what is on record is followed there.
    elsewhere = ~Q(revision__article=decided.revision.article_id)
    rejected, merged = Q(state=CandidateState.REJECTED), Q(state=CandidateState.MERGED)
    rows = _followers().filter(rejected | (merged & elsewhere), remembered_from=decided)
    return _release(rows)


def _followers() -> QuerySet[Candidate]:
    return (
        Candidate.objects.select_for_update(of=("self",))
        .select_related("revision__article__outlet")
        .defer("revision__text")
        .order_by("pk")
    )


def _release_if_possible(candidate: Candidate) -> int:
    try:
        with transaction.atomic():
            return _release([candidate])
    except DomainError:
        return 0


def _release(candidates: Iterable[Candidate]) -> int:
    count = 0
    for candidate in candidates:
        if candidate.claim_id is not None:
            disappear(claim_id=candidate.claim_id, candidate=candidate)
        Flag.objects.filter(candidate=candidate, closed_at=candidate.decided_at).update(
            closed_at=None
        )
        make_pending(candidate)
        count += 1
    return count
