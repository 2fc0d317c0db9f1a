"""Writing, changing and withdrawing comments."""

from __future__ import annotations

from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone

from claims.comments.mentions import people_mentioned
from claims.errors import ChangedMeanwhile, DomainError, NotPermitted
from claims.models import Claim, Comment, Mention
from claims.models.comments import LONGEST_COMMENT
from claims.notifications import tell_of_mention
from newsroom.accounts.models import User
from newsroom.accounts.roles import who_may
from newsroom.history import acting

COMMENT = "claims.view_claim"
"""Whoever may read a claim may say something about it."""

WITHDRAW_ANY = "claims.delete_comment"

MOST_MENTIONS = 20


@dataclass(frozen=True, slots=True)
class Written:
    """The comment, and those it newly mentions."""

    comment: Comment
    mentioned: list[User]


@transaction.atomic
def add_comment(*, claim_id: int, text: str, by: User) -> Written:
    """Comment on a claim, and tell those whom the comment mentions.

    Raises `NotPermitted`, `Claim.DoesNotExist`, and `DomainError` for a text that is empty, too
    long, or mentions too many.
    """
    if not by.has_perm(COMMENT):
        raise NotPermitted(f"Commenting is for {who_may(COMMENT)}.")
    text = _checked(text)
    with acting(by, comment="add"):
        claim = Claim.objects.get(pk=claim_id)
        comment = Comment.objects.create(claim=claim, author=by, text=text)
        mentioned = _mention(comment, by)
    comment.refresh_from_db(fields=["created_at"])
    return Written(comment, mentioned)


@transaction.atomic
def edit_comment(*, comment_id: int, text: str, seen_text: str | None = None, by: User) -> Written:
    """Replace the text of one's own comment; those newly mentioned are told.

    `seen_text` is what the person changed; None skips the comparison. Raises `NotPermitted`,
    `ChangedMeanwhile`, `Comment.DoesNotExist`, and `DomainError` as `add_comment` does.
    """
    text = _checked(text)
    with acting(by, comment="edit"):
        comment = _locked(comment_id)
        if comment.author_id != by.pk:
            raise NotPermitted("Only the author changes a comment.")
        _refuse_withdrawn(comment)
        if seen_text is not None and _plain(seen_text) != comment.text:
            raise ChangedMeanwhile("You changed this comment elsewhere meanwhile; read it again.")
        mentioned: list[User] = []
        if text != comment.text:
            comment.text = text
            comment.save(update_fields=["text"])
            mentioned = _mention(comment, by)
    comment.refresh_from_db(fields=["edited_at"])
    return Written(comment, mentioned)


@transaction.atomic
def withdraw_comment(*, comment_id: int, by: User) -> Comment:
    """Withdraw a comment: one's own, or, with the permission to delete comments, anybody's.

    That it was there, by whom it was, and who withdrew it stays visible; the text stays in the
    history only. Raises `NotPermitted`, `Comment.DoesNotExist`, and `DomainError` when it is
    withdrawn already.
    """
    with acting(by, comment="withdraw"):
        comment = _locked(comment_id)
        if comment.author_id != by.pk and not by.has_perm(WITHDRAW_ANY):
            raise NotPermitted("Only the author withdraws a comment.")
        _refuse_withdrawn(comment)
        comment.withdrawn_at, comment.withdrawn_by = timezone.now(), by
        comment.save(update_fields=["withdrawn_at", "withdrawn_by"])
        Mention.objects.filter(comment=comment).delete()
    return comment


def read_mention(*, mention_id: int, by: User) -> None:
    """Take a mention off one's list. Somebody else's, or none, changes nothing."""
    Mention.objects.filter(pk=mention_id, person=by, read_at=None).update(read_at=timezone.now())


def _locked(comment_id: int) -> Comment:
    rows = Comment.objects.select_for_update(of=("self",)).select_related("claim", "author")
    return rows.get(pk=comment_id)


def _refuse_withdrawn(comment: Comment) -> None:
    if comment.is_withdrawn:
        raise DomainError("This comment was withdrawn.")


def _checked(text: str) -> str:
    text = _plain(text)
    if not text:
        raise DomainError("A comment needs a text.")
    if len(text) > LONGEST_COMMENT:
        raise DomainError(
            f"A comment has at most {LONGEST_COMMENT:,} characters; this one has {len(text):,}."
        )
    if len(people_mentioned(text)) > MOST_MENTIONS:
        raise DomainError(f"A comment mentions at most {MOST_MENTIONS} people.")
    return text


def _plain(text: str) -> str:
    """As it is stored. Browsers send a line's end as two characters."""
    return text.replace("\r\n", "\n").replace("\r", "\n").strip()


def _mention(comment: Comment, by: User) -> list[User]:
    """Bring the mentions in step with the text; returns whom it mentions anew."""
    people = {person.pk: person for person in people_mentioned(comment.text).values()}
    known = set(Mention.objects.filter(comment=comment).values_list("person", flat=True))
    Mention.objects.filter(comment=comment).exclude(person__in=people).delete()
    new = [person for key, person in people.items() if key not in known and key != by.pk]
    Mention.objects.bulk_create([Mention(comment=comment, person=person) for person in new])
    for person in new:
        tell_of_mention(comment, person, by=by)
    return new
