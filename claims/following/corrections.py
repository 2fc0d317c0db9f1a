"""What an outlet's correction means for the claims made in the story."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from datetime import timedelta

from celery.exceptions import SoftTimeLimitExceeded
from django.db import transaction
from django.db.models import F, QuerySet
from django.utils import timezone

from claims.appearances import of_latest_version
from claims.deciding import check_may_decide
from claims.errors import DomainError
from claims.models import AnchorMove, Appearance, Claim, ClaimState, CorrectionNotice
from claims.models.moves import CERTAIN
from claims.verification.recheck import recheck_changed
from newsroom.accounts.models import User
from newsroom.articles.corrections import find_corrections, new_corrections
from newsroom.articles.models import Article, Revision, UnreadNote
from newsroom.articles.reanchoring.meaning import Bearing, atoms
from newsroom.articles.reanchoring.words import words_of
from newsroom.articles.services import NOTES_TASK
from newsroom.history import acting
from newsroom.waking import wake

GONE = (ClaimState.SHELVED, ClaimState.WITHDRAWN)

NOTES = 200
"""Notes that are read in one turn."""
RETRIED_AFTER = timedelta(minutes=5)

logger = logging.getLogger(__name__)


def open_claims(*, revision: Revision, moves: Sequence[AnchorMove]) -> None:
    """Put the claims that a new version's corrections are about before an editor.

    Called when the version is followed; `moves` are those of its story's appearances.
    """
    before = (
        Revision.objects.filter(article=revision.article_id, number__lt=revision.number)
        .order_by("-number")
        .values_list("text", flat=True)
        .first()
    )
    for line in new_corrections(before or "", revision.text):
        touched = {
            move.appearance.claim_id
            for move in moves
            if move.appearance is not None
            and (move.outcome not in CERTAIN or speaks_of(line, move.appearance.exact))
        }
        _open(revision, line, touched, from_editor_note=False)


def unread_notes() -> QuerySet[UnreadNote]:
    """Notes to read now, the longest waiting first."""
    due = UnreadNote.objects.filter(next_attempt_at__lte=timezone.now())
    return due.order_by("next_attempt_at", "pk")


def read_editor_notes() -> int:
    """Read the notes that have changed, with or without a new text; returns how many were read."""
    done = 0
    for article_id in list(unread_notes().values_list("pk", flat=True)[:NOTES]):
        try:
            read_editor_note(article_id=article_id)
        except SoftTimeLimitExceeded:
            raise  # the sweep has the rest read
        except Exception:
            # That of one story must not keep those of all others from being read.
            logger.exception("the note to article %d could not be read", article_id)
            UnreadNote.objects.filter(pk=article_id).update(
                attempts=F("attempts") + 1, next_attempt_at=timezone.now() + RETRIED_AFTER
            )
        else:
            done += 1
    return done


def sweep() -> None:
    """Ask for a turn if anything is unread. Safe to run at any time and twice at once."""
    if unread_notes().exists():
        wake(NOTES_TASK)


@transaction.atomic
def read_editor_note(*, article_id: int) -> int:
    """Do the same with the note to editors that came with the story; returns the notices opened.

    Safe to call at any time: each correction is put before an editor once for each claim. A
    concluded claim that it speaks of goes back to be checked: no later version of the text, held
    against this one, would tell that it has to.
    """
    article = Article.objects.select_for_update(no_key=True).get(pk=article_id)
    # Under the lock of its story, which whoever changes the note needs.
    UnreadNote.objects.filter(pk=article_id).delete()
    revision = article.revisions.order_by("-number").first()
    if revision is None or not article.editor_note.strip():
        return 0
    opened = 0
    with acting(None, rule="editor's note"):
        rows = _heads(article_id)
        for line in find_corrections(article.editor_note):
            touched = {row.claim_id for row in rows if speaks_of(line, row.exact)}
            opened += _open(revision, line, touched, from_editor_note=True)
    return opened


def speaks_of(correction: str, passage: str) -> bool:
    """Whether a correction is about a passage: a figure in common, or a name and another word."""
    said, made = _telling(correction), _telling(passage)
    figures = {atom for atom in said & made if atom[0] == Bearing.NUMBER}
    names = {atom for atom in said & made if atom[0] == Bearing.NAME}
    words = {atom for atom in said & made if atom[0] == Bearing.WORD and len(atom[1]) > 3}
    return bool(figures) or (bool(names) and bool(words)) or len(words) >= 3


def _telling(text: str) -> set[tuple[Bearing, str]]:
    return {(atom.bearing, atom.value) for atom in atoms(text, words_of(text))}


def _heads(article_id: int) -> list[Appearance]:
    return list(
        Appearance.objects.filter(of_latest_version(), revision__article=article_id)
        .exclude(claim__state__in=GONE)
        .only("claim", "exact")
    )


def _open(revision: Revision, line: str, touched: set[int], *, from_editor_note: bool) -> int:
    """For the claims that the correction touches; if it touches none, for all of the story."""
    claims = set(
        Claim.objects.filter(appearances__revision__article=revision.article_id)
        .exclude(state__in=GONE)
        .values_list("pk", flat=True)
    )
    concerned = claims & touched or claims
    known = CorrectionNotice.objects.filter(claim__in=concerned, text=line)
    missing = concerned - set(known.values_list("claim_id", flat=True))
    CorrectionNotice.objects.bulk_create(
        CorrectionNotice(
            claim_id=claim,
            revision=revision,
            text=line,
            touches=claim in touched,
            from_editor_note=from_editor_note,
        )
        for claim in sorted(missing)
    )
    if from_editor_note:
        for claim in sorted(missing & touched):
            comment = f"The outlet tells editors of a correction in “{revision.article}”: {line}"
            recheck_changed(claim_id=claim, comment=comment)
    return len(missing)


@transaction.atomic
def close_notice(*, notice_id: int, by: User) -> CorrectionNotice:
    """Somebody has looked: the claim needs nothing, or they have seen to it."""
    check_may_decide(by)
    with acting(by, decision="correction seen"):
        notice = CorrectionNotice.objects.select_for_update().get(pk=notice_id)
        if notice.closed_at is not None:
            raise DomainError("Somebody has seen to this correction already.")
        notice.closed_by, notice.closed_at = by, timezone.now()
        notice.save(update_fields=["closed_by", "closed_at"])
    return notice


@transaction.atomic
def reopen_notice(*, notice_id: int, by: User) -> CorrectionNotice:
    """Take that back."""
    check_may_decide(by)
    with acting(by, decision="undo"):
        notice = CorrectionNotice.objects.select_for_update().get(pk=notice_id)
        notice.closed_by, notice.closed_at = None, None
        notice.save(update_fields=["closed_by", "closed_at"])
    return notice
