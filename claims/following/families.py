"""One decision serves a story at all its outlets.

What a person decided on a passage of one story holds for the same passage of its copies, whether
they are here already or come later. The decision stays that of the person, says where it was made,
and goes when that one is undone. A copy whose passage, or what turns it, reads differently stays
pending: the guard is the one that follows passages from version to version.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from claims.appearances import appear
from claims.errors import DomainError
from claims.models import (
    AnchorMove,
    Appearance,
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
from newsroom.articles.families.models import FamilyMember
from newsroom.articles.families.queries import families_of
from newsroom.articles.models import Revision
from newsroom.articles.reanchoring import Outcome, reanchor
from newsroom.articles.selectors import Anchor
from newsroom.history import acting

RULE = "same story"
DUE = 200

DECISION = (
    "state",
    "decided_by",
    "decided_at",
    "decision_reason",
    "decision_note",
    "claim",
    "remembered_from",
)


@transaction.atomic
def settle_siblings(*, candidate_ids: Collection[int], by_id: int | None) -> int:
    """Decide pending candidates of sibling stories like these, just decided; returns how many.

    What somebody else has on the desk is left to them. Three queries where no story is in a family.
    """
    articles = set(
        Candidate.objects.filter(pk__in=candidate_ids).values_list("revision__article", flat=True)
    )
    families = families_of(articles)
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
    for family in families_of([article_id]):
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


@transaction.atomic
def follow_family(*, article_id: int) -> int:
    """What joining a family means for the story and for those that it joins."""
    count = settle_article(article_id=article_id)
    own = _by_people().filter(revision__article=article_id).values_list("pk", flat=True)
    count += settle_siblings(candidate_ids=list(own), by_id=None)
    FamilyMember.objects.filter(article=article_id).update(followed_at=timezone.now())
    return count


def follow_due() -> int:
    """Memberships whose message was lost; returns how many were followed."""
    due = FamilyMember.objects.filter(followed_at=None).order_by("pk")
    articles = list(due.values_list("article", flat=True)[:DUE])
    for article_id in articles:
        follow_family(article_id=article_id)
    return len(articles)


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
    """Make pending again what was merged in sibling stories because of this decision.

    Call before the decision itself is taken back. Raises `DomainError` where a sibling story has
    changed since: then its appearance has been followed.
    """
    rows = Candidate.objects.select_for_update(of=("self",)).filter(
        remembered_from=decided, state=CandidateState.MERGED
    )
    siblings = list(rows.exclude(revision__article=decided.revision.article_id).order_by("pk"))
    for candidate in siblings:
        _remove(
            Appearance.objects.filter(
                claim=candidate.claim_id,
                revision=candidate.revision_id,
                start=candidate.start,
                end=candidate.end,
            )
        )
        Flag.objects.filter(candidate=candidate, closed_at=candidate.decided_at).update(
            closed_at=None
        )
        candidate.state = CandidateState.PENDING
        candidate.decided_by = candidate.decided_at = candidate.claim = None
        candidate.remembered_from = None
        candidate.decision_reason = candidate.decision_note = ""
        candidate.save(update_fields=DECISION)
    return len(siblings)


def _remove(appearances: Iterable[Appearance]) -> None:
    for one in appearances:
        if AnchorMove.objects.filter(appearance=one).exists():
            raise DomainError(
                "This cannot be undone: the story has changed at another outlet since."
            )
        made = one.events.filter(pgh_label="insert").first()  # type: ignore[attr-defined]
        if made and (made.pgh_context or {}).get("decision") == "family":
            one.delete()
