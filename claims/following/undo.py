"""Taking back one's latest decision on what changed, whichever kind it was."""

from __future__ import annotations

from claims.following.corrections import reopen_notice
from claims.following.decisions import last_moves, undo_move
from claims.models import AnchorMove, CorrectionNotice
from newsroom.accounts.models import User


def undo_latest(*, by: User) -> AnchorMove | CorrectionNotice:
    """The latest decision, open again. Raises `DomainError` when there is none to undo."""
    move = last_moves(by).first()
    notice = CorrectionNotice.objects.filter(closed_by=by).order_by("-closed_at", "-pk").first()
    if notice is None or notice.closed_at is None:
        return undo_move(by=by)
    if move is None or move.decided_at is None or notice.closed_at > move.decided_at:
        return reopen_notice(notice_id=notice.pk, by=by)
    return undo_move(by=by)
