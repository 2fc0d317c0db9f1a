"""Which mails claims give rise to, what they say, and to whom they go.

Each is written in the transaction of the change that it tells of (`newsroom.mail`), so that there
is neither a mail without the change nor a change without its mail. Nobody is told of what they did
themselves.
"""

from __future__ import annotations

from django.db import transaction
from django.db.models import Exists, OuterRef
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format

from claims.models import Claim, ClaimTransition, Comment, Reminder
from claims.verification.states import OPEN
from newsroom.accounts.models import User
from newsroom.mail.models import MailKind
from newsroom.mail.services import write_mail

OVERDUE_AT_ONCE = 200


def tell_of_mention(comment: Comment, person: User, *, by: User) -> None:
    write_mail(
        recipient=person,
        kind=MailKind.MENTION,
        subject=f"{by} mentions you: {comment.claim}",
        body=f"{by} wrote on the claim\n\n    {comment.claim.statement}\n\n{comment.text}",
        path=f"{_page(comment.claim_id)}#comment-{comment.pk}",
        key=f"mention:{comment.pk}:{person.pk}",
    )


def tell_of_assignment(claim: Claim, *, by: User) -> None:
    """Call it when `claim.assignee` has just changed and was saved."""
    if claim.assignee is None or claim.assignee_id == by.pk:
        return
    due = f"\n\nIt is due {_moment(claim.due)}." if claim.due else ""
    write_mail(
        recipient=claim.assignee,
        kind=MailKind.ASSIGNMENT,
        subject=f"Assigned to you: {claim}",
        body=f"{by} assigned this claim to you:\n\n    {claim.statement}{due}",
        path=_page(claim.pk),
        # The version is that of the change: assigned away and back is another event.
        key=f"assignment:{claim.pk}:{claim.version}:{claim.assignee_id}",
    )


def tell_of_return(transition: ClaimTransition, *, by: User) -> None:
    """To whoever submitted the check, and to whoever works on it, if that is somebody else."""
    claim = transition.claim
    people = {one.pk: one for one in (claim.submitted_by, claim.assignee) if one is not None}
    people.pop(by.pk, None)
    for person in people.values():
        write_mail(
            recipient=person,
            kind=MailKind.RETURN,
            subject=f"Returned: {claim}",
            body=(
                f"{by} returned the check of\n\n    {claim.statement}\n\n"
                f"and says:\n\n{transition.comment}"
            ),
            path=_page(claim.pk),
            key=f"return:{transition.pk}:{person.pk}",
        )


def tell_of_overdue(*, limit: int = OVERDUE_AT_ONCE) -> int:
    """Remind the assignees of open claims whose time is over, once for each due date.

    Used by the sweep. Returns how many mails were written.
    """
    reminded = Reminder.objects.filter(
        claim=OuterRef("pk"), due=OuterRef("due"), person=OuterRef("assignee")
    )
    late = Claim.objects.filter(
        ~Exists(reminded), state__in=OPEN, assignee__isnull=False, due__lt=timezone.now()
    )
    rows = late.select_related("assignee").order_by("due", "pk")[:limit]
    return sum(_remind(claim.pk) for claim in rows)


@transaction.atomic
def _remind(claim_id: int) -> bool:
    """Once, however many sweeps run; also where the person wants no mail."""
    claim = (
        Claim.objects.select_for_update(of=("self",)).select_related("assignee").get(pk=claim_id)
    )
    if claim.assignee is None or claim.due is None or claim.due >= timezone.now():
        return False
    _, new = Reminder.objects.get_or_create(claim=claim, due=claim.due, person=claim.assignee)
    return new and write_mail(
        recipient=claim.assignee,
        kind=MailKind.OVERDUE,
        subject=f"Overdue: {claim}",
        body=f"This claim was due {_moment(claim.due)}:\n\n    {claim.statement}",
        path=_page(claim.pk),
        key=f"overdue:{claim.pk}:{claim.due:%Y%m%d%H%M%S}:{claim.assignee_id}",
    )


def _page(claim_id: int) -> str:
    return reverse("admin:claims_claim_change", args=[claim_id])


def _moment(moment: object) -> str:
    return date_format(timezone.localtime(moment), "j F Y, H:i")  # type: ignore[arg-type]
