"""Links between a candidate and what says the same: rows that are only ever added to.

Every link has its score, what it was computed by, what differed, and who confirmed or refused it.
"""

from __future__ import annotations

from collections.abc import Iterable

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from claims.deciding import check_may_decide
from claims.errors import DomainError
from claims.matching.guard import TRUTH, Difference, Kind, Said, differences
from claims.matching.index import serving
from claims.matching.ranking import scorer
from claims.matching.search import Found, score_of
from claims.models import Appearance, Candidate, Claim, Match, MatchState, Rating, RepeatAlert
from claims.verification.states import CONCLUDED
from newsroom.accounts.models import User
from newsroom.history import acting

LOW = 0.25
"""Up to this share of its scale a rating says that a claim is false."""
APART = 30
"""Days after which the same words may speak of another state of things."""


def matcher_name() -> str:
    """Encoder and scorer with their versions."""
    return f"{serving().name}, ranking {scorer().version}"


def said_by_candidate(candidate: Candidate) -> Said:
    return Said(candidate.statement, candidate.speaker_id, candidate.speaker_name)


def said_by_claim(claim: Claim) -> Said:
    """Who said it, as printed where it was made first, if no known source is chosen."""
    name = str(getattr(claim, "first_speaker_name", None) or "")
    if claim.speaker_id is None and not hasattr(claim, "first_speaker_name"):
        first = Appearance.objects.filter(claim=claim).order_by("pk").only("speaker_name").first()
        name = first.speaker_name if first else ""
    return Said(claim.statement, claim.speaker_id, name)


def compare(candidate: Candidate, claim: Claim) -> list[Difference]:
    """All that keeps the matcher from joining the candidate to the claim."""
    found = differences(said_by_candidate(candidate), said_by_claim(claim))
    days = abs((candidate.created_at - claim.created_at).days)
    if days > APART:
        found.append(Difference(Kind.TIME, f"{days} days"))
    return found


def suggest(candidate: Candidate, found: Iterable[Found], claims: dict[int, Claim]) -> list[Match]:
    """Put on record what the matcher found; what is on record already stays as it is."""
    rows = []
    name = matcher_name()
    for one in found:
        claim = claims.get(one.entry.claim) if one.entry.claim is not None else None
        what = compare(candidate, claim) if claim else _with_check(candidate, one.entry.text)
        rows.append(
            Match(
                candidate=candidate,
                claim=claim,
                other_check_id=one.entry.other_check,
                score=one.score,
                matcher=name,
                differences=[str(difference) for difference in what],
            )
        )
    return Match.objects.bulk_create(rows, ignore_conflicts=True)


def _with_check(candidate: Candidate, text: str) -> list[Difference]:
    """Who said it is free text in another publisher's check, and not compared."""
    return differences(Said(candidate.statement), Said(text))


def confirm(*, candidate: Candidate, claim: Claim, by: User) -> Match:
    """A person merged the candidate into the claim. Call in the transaction that does it."""
    score = score_of(candidate.statement, claim.pk)
    match, _ = Match.objects.update_or_create(
        candidate=candidate,
        claim=claim,
        defaults={
            "score": score,
            "matcher": matcher_name(),
            "differences": [str(one) for one in compare(candidate, claim)],
            "state": MatchState.CONFIRMED,
            "decided_by": by,
            "decided_at": timezone.now(),
        },
    )
    alert_of_repeat(candidate=candidate, claim=claim, score=score)
    return match


def separate(*, candidate: Candidate, claim_id: int, by: User) -> None:
    """The two were merged and are not any more. Call in the transaction that does it."""
    Match.objects.filter(candidate=candidate, claim=claim_id).update(
        state=MatchState.SEPARATED, decided_by=by, decided_at=timezone.now()
    )


@transaction.atomic
def dismiss(
    *,
    candidate_id: int,
    claim_id: int | None = None,
    other_check_id: int | None = None,
    by: User,
) -> Match:
    """Say that a candidate is not the same as a claim or a check; it is not offered there again.

    Raises `NotPermitted`, `DomainError` when the two are merged, `Candidate.DoesNotExist`.
    """
    check_may_decide(by)
    with acting(by, decision="not the same"):
        candidate = Candidate.objects.select_for_update(of=("self",)).get(pk=candidate_id)
        if claim_id is not None and candidate.claim_id == claim_id:
            raise DomainError("They are merged; take the candidate out of the claim first.")
        if claim_id is not None and not Claim.objects.filter(pk=claim_id).exists():
            raise DomainError(f"There is no claim {claim_id}.")
        decided = {
            "state": MatchState.DISMISSED,
            "decided_by": by,
            "decided_at": timezone.now(),
        }
        match = Match.objects.filter(
            Q(claim=claim_id) if claim_id is not None else Q(other_check=other_check_id),
            candidate=candidate,
        ).first()
        match = match or Match(
            candidate=candidate,
            claim_id=claim_id,
            other_check_id=other_check_id,
            score=score_of(candidate.statement, claim_id, other_check_id),
            matcher=matcher_name(),
        )
        for name, value in decided.items():
            setattr(match, name, value)
        match.save()
    return match


# -------------------------------------------------------------------------------------- alerts


def says_false(rating: Rating | None) -> bool:
    """Whether a rating lies at the false end of its line; one that lies on no line does not."""
    if rating is None or rating.value is None:
        return False
    return (rating.value - rating.worst) / (rating.best - rating.worst) <= LOW


def is_repeat(candidate: Candidate, claim: Claim) -> bool:
    """Whether the claim is the candidate's speaker's own, and was found to be false."""
    return (
        candidate.speaker_id is not None
        and candidate.speaker_id == claim.speaker_id
        and claim.state in CONCLUDED
        and says_false(claim.rating)
    )


def alert_of_repeat(*, candidate: Candidate, claim: Claim, score: float) -> RepeatAlert | None:
    """Raise an alert when the candidate's speaker says again what was rated false of theirs."""
    if candidate.speaker_id is None or not is_repeat(candidate, claim):
        return None
    alert, _ = RepeatAlert.objects.get_or_create(
        candidate=candidate,
        claim=claim,
        defaults={
            "speaker_id": candidate.speaker_id,
            "rating": str(claim.rating),
            "score": score,
        },
    )
    return alert


def says_the_same(found: Iterable[Difference]) -> bool:
    """Whether nothing differs that could make one true and the other false."""
    return not any(one.kind in TRUTH for one in found)


@transaction.atomic
def dismiss_alert(*, alert_id: int, by: User) -> RepeatAlert:
    """Say that it is no repeat after all; it is not counted any more.

    Raises `NotPermitted`, `RepeatAlert.DoesNotExist`.
    """
    check_may_decide(by)
    with acting(by, decision="no repeat"):
        alert = RepeatAlert.objects.select_for_update(of=("self",)).get(pk=alert_id)
        if alert.dismissed_at is None:
            alert.dismissed_by, alert.dismissed_at = by, timezone.now()
            alert.save(update_fields=["dismissed_by", "dismissed_at"])
    return alert
