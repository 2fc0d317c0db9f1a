"""The comments on a claim as its page shows them."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Prefetch

from claims.comments.mentions import Piece, pieces
from claims.comments.services import COMMENT, WITHDRAW_ANY
from claims.models import Comment, Mention
from newsroom.accounts.models import User
from newsroom.counting import Bounded

SHOWN = 30
MOST = 500
"""Shown when all are asked for."""


@dataclass(frozen=True, slots=True)
class Remark:
    """A comment with its text cut into pieces (none if it was withdrawn), and what may be done."""

    comment: Comment
    pieces: list[Piece]
    may_edit: bool
    may_withdraw: bool


@dataclass(frozen=True, slots=True)
class Thread:
    """The latest remarks, the oldest of them first; `earlier` counts those that are left out."""

    claim_id: int
    remarks: list[Remark]
    earlier: Bounded
    may_comment: bool
    everything: bool
    """All were asked for; what is posted from here leads back to all of them."""


def load_thread(*, claim_id: int, viewer: User, everything: bool = False) -> Thread:
    """Three queries, however many comments there are."""
    limit = MOST if everything else SHOWN
    mentions = Prefetch("mentions", Mention.objects.select_related("person"))
    rows = list(
        Comment.objects.filter(claim=claim_id)
        .select_related("author", "withdrawn_by")
        .prefetch_related(mentions)
        .order_by("-id")[: limit + 1]
    )
    earlier = Bounded(0)
    if len(rows) > limit:
        count = Comment.objects.filter(claim=claim_id).order_by().values("pk")[: MOST + 1].count()
        earlier = Bounded.counted(max(1, count - limit), MOST - limit)
    withdraws_any = viewer.has_perm(WITHDRAW_ANY)
    return Thread(
        claim_id=claim_id,
        remarks=[_remark(row, viewer, withdraws_any) for row in reversed(rows[:limit])],
        earlier=earlier,
        may_comment=viewer.has_perm(COMMENT),
        everything=everything,
    )


def _remark(comment: Comment, viewer: User, withdraws_any: bool) -> Remark:
    people = {one.person.get_username().lower(): one.person for one in comment.mentions.all()}
    mine = comment.author_id == viewer.pk
    return Remark(
        comment=comment,
        pieces=[] if comment.is_withdrawn else list(pieces(comment.text, people)),
        may_edit=mine and not comment.is_withdrawn,
        may_withdraw=(mine or withdraws_any) and not comment.is_withdrawn,
    )
