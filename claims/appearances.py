"""Putting on record that a claim was made in a passage."""

from __future__ import annotations

from django.db.models import Q, QuerySet

from claims.errors import DomainError
from claims.models import AnchorMove, Appearance, Candidate


def of_latest_version() -> Q:
    """Those that have not gone on in a later version of their story.

    Two that led to one passage there are one from then on: only one of them can be followed by it.
    """
    return Q(followed_by__isnull=True) & ~Q(moves__became__isnull=False)


def appear(*, claim_id: int, candidate: Candidate, speaker_id: int | None) -> None:
    """Record the candidate's passage, unless somebody has entered it by hand already.

    Call in the transaction of the decision that it belongs to.
    """
    Appearance.objects.get_or_create(
        claim_id=claim_id,
        revision=candidate.revision,
        start=candidate.start,
        end=candidate.end,
        defaults={
            "exact": candidate.exact,
            "prefix": candidate.prefix,
            "suffix": candidate.suffix,
            "speaker_id": speaker_id,
            "speaker_name": candidate.speaker_line[:300],
            "sourcing": candidate.sourcing,
            "anonymity_reason": candidate.anonymity_reason,
        },
    )


def disappear(*, claim_id: int, candidate: Candidate) -> None:
    """Take the candidate's passage off the claim's record, unless it was there before the merge.

    Raises `DomainError` where the story has changed since: then the appearance has been followed.
    """
    for appearance in appearances_of(claim_id=claim_id, candidate=candidate):
        if AnchorMove.objects.filter(appearance=appearance).exists():
            where = candidate.revision.article.outlet
            raise DomainError(f"This cannot be undone: the story has changed at {where} since.")
        made = appearance.events.filter(pgh_label="insert").first()  # type: ignore[attr-defined]
        if made and (made.pgh_context or {}).get("decision") in ("merge", "join", "family"):
            appearance.delete()


def appearances_of(*, claim_id: int, candidate: Candidate) -> QuerySet[Appearance]:
    return Appearance.objects.filter(
        claim=claim_id,
        revision=candidate.revision_id,
        start=candidate.start,
        end=candidate.end,
    )
