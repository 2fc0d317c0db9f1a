"""Putting on record that a claim was made in a passage."""

from __future__ import annotations

from claims.models import Appearance, Candidate


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
