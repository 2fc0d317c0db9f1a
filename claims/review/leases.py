"""Giving candidates to editors so that no two are given the same one.

A lease is short and is renewed while its holder works; when it has run out, the candidate is free.
Whoever changes a lease locks its candidate first. So two requests for the same queue pass each
other by (`SKIP LOCKED`), and one that was late reads what the other wrote. The database's unique
key on `Lease.candidate` would refuse a second lease all the same.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from claims.deciding import check_may_decide
from claims.models import Candidate, CandidateState, Lease
from claims.review.queues import Queue, waiting
from claims.review.services import refuse_if_held
from newsroom.accounts.models import User

MOST_AT_ONCE = 10
_ROUNDS = 3
"""How often to look again for candidates that others took between our looking and our locking."""


def take_next(*, queue: Queue, count: int, leave_out: Collection[int] = (), by: User) -> list[int]:
    """Lease up to `count` candidates of a queue to this person; returns their keys in its order.

    Those in `leave_out` are on their screen already. None may be left to give. Raises
    `NotPermitted`.
    """
    check_may_decide(by)
    wanted = min(count, MOST_AT_ONCE)
    taken: list[int] = []
    for _ in range(_ROUNDS):
        rows = waiting(queue, by=by).exclude(pk__in=[*leave_out, *taken])
        with transaction.atomic():
            found = list(
                rows.select_for_update(skip_locked=True, no_key=True, of=("self",)).values_list(
                    "pk", flat=True
                )[: wanted - len(taken)]
            )
            taken += _lease(found, by)
        if not found or len(taken) >= wanted:
            break
    return taken


@transaction.atomic
def take_one(*, candidate_id: int, take_over: bool = False, by: User) -> Lease:
    """Lease this candidate, whatever queue it is in; `take_over` also from somebody who holds it.

    Raises `HeldByAnother` (which says by whom and until when), `NotPermitted`,
    `Candidate.DoesNotExist`.
    """
    check_may_decide(by)
    candidate = Candidate.objects.select_for_update(no_key=True).only("pk").get(pk=candidate_id)
    if not take_over:
        refuse_if_held(candidate, by)
    _lease([candidate.pk], by, take_over=True)
    return Lease.objects.get(candidate=candidate)


@dataclass(frozen=True, slots=True)
class Lost:
    """A candidate that was leased and no longer is, with why."""

    candidate_id: int
    why: str


@transaction.atomic
def renew(*, candidate_ids: Collection[int], by: User) -> list[Lost]:
    """Hold these candidates for the full time again; returns those that others have by now.

    One whose time ran out is held again if nobody took it meanwhile.
    """
    rows = list(
        Candidate.objects.select_for_update(no_key=True, of=("self",))
        .filter(pk__in=list(candidate_ids)[: 5 * MOST_AT_ONCE])
        .order_by("pk")
        .select_related("decided_by")
        .only("pk", "state", "decided_by")
    )
    others = Lease.objects.filter(
        candidate__in=[row.pk for row in rows], until__gt=timezone.now()
    ).exclude(holder=by)
    holders = {lease.candidate_id: lease.holder for lease in others.select_related("holder")}
    lost = []
    for row in rows:
        if row.state != CandidateState.PENDING:
            who = f" by {row.decided_by}" if row.decided_by else ""
            lost.append(Lost(row.pk, f"{row.get_state_display().capitalize()}{who} meanwhile."))
        elif row.pk in holders:
            lost.append(Lost(row.pk, f"{holders[row.pk]} works on this one now."))
    gone = {one.candidate_id for one in lost}
    _lease([row.pk for row in rows if row.pk not in gone], by)
    return lost


def release(*, candidate_ids: Iterable[int], by: User) -> None:
    """Give back what one does not decide on after all."""
    Lease.objects.filter(candidate__in=list(candidate_ids), holder=by).delete()


def _lease(candidate_ids: list[int], by: User, *, take_over: bool = False) -> list[int]:
    """Write the leases of candidates that are locked; returns those that this person now has."""
    now = timezone.now()
    until = now + settings.DESK_LEASE
    present = {
        lease.candidate_id: lease for lease in Lease.objects.filter(candidate__in=candidate_ids)
    }
    fresh, changed = [], []
    for key in candidate_ids:
        lease = present.get(key)
        if lease is None:
            fresh.append(Lease(candidate_id=key, holder=by, until=until, taken_at=now))
            continue
        if lease.holder_id != by.pk:
            held = lease.until > now
            if held and not take_over:
                continue
            lease.taken_from_id = lease.holder_id if held else None
            lease.holder = by
            lease.taken_at = now
        lease.until = until
        changed.append(lease)
    Lease.objects.bulk_create(fresh)
    Lease.objects.bulk_update(changed, ["holder", "until", "taken_at", "taken_from"])
    got = {lease.candidate_id for lease in (*fresh, *changed)}
    return [key for key in candidate_ids if key in got]
