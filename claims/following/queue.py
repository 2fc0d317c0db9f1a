"""What waits for an editor because a story changed."""

from __future__ import annotations

from django.db.models import QuerySet

from claims.following.corrections import GONE
from claims.models import AnchorMove, CandidateState, CorrectionNotice


def open_moves() -> QuerySet[AnchorMove]:
    """Passages to decide on, oldest first; not those of claims that are no longer worked on."""
    return (
        AnchorMove.objects.filter(settled="")
        .exclude(appearance__claim__state__in=GONE)
        .exclude(candidate__state__in=set(CandidateState) - {CandidateState.PENDING})
        .order_by("pk")
    )


def open_notices() -> QuerySet[CorrectionNotice]:
    """Corrections that nobody has looked at, oldest first."""
    return (
        CorrectionNotice.objects.filter(closed_at__isnull=True)
        .exclude(claim__state__in=GONE)
        .order_by("pk")
    )
