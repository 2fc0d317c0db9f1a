"""The one step that the tracker takes by itself: back to be checked, when the story changed."""

from __future__ import annotations

from django.db import transaction

from claims.models import Claim, ClaimTransition
from claims.verification.states import CONCLUDED, ClaimState
from newsroom.history import acting


@transaction.atomic
def recheck_changed(*, claim_id: int, comment: str) -> bool:
    """Mark a concluded claim for recheck, with what changed; False if it is not concluded.

    Safe to call again: a claim that waits for its recheck already is left alone.
    """
    with acting(None, rule="needs recheck"):
        claim = Claim.objects.select_for_update(of=("self",)).get(pk=claim_id)
        before = ClaimState(claim.state)
        if before not in CONCLUDED:
            return False
        claim.state = ClaimState.NEEDS_RECHECK
        claim.save(update_fields=["state"])
        ClaimTransition.objects.create(
            claim=claim,
            name="recheck",
            from_state=before,
            to_state=ClaimState.NEEDS_RECHECK,
            by=None,
            comment=comment,
        )
    return True
