"""Who is mailed of what happens to a claim, and who is not."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from django.utils import timezone

from claims.models import Claim, ClaimState, Reminder
from claims.notifications import tell_of_assignment, tell_of_overdue
from claims.verification.services import take_step
from newsroom.accounts.models import User
from newsroom.mail.models import Mail, MailKind
from newsroom.mail.services import choose_kinds
from tests.claims.states import claim_in
from tests.factories import ClaimFactory, UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def ana() -> User:
    return UserFactory.create(username="ana", email="ana@example.org")


def kinds() -> list[tuple[str, str]]:
    return [(mail.recipient.username, mail.kind) for mail in Mail.objects.order_by("pk")]


def ago(**time: int) -> datetime:
    return timezone.now() - timedelta(**time)


def test_an_assignee_is_told_but_not_by_themselves(ana: User, editor: User) -> None:
    claim = ClaimFactory.create(assignee=ana, due=ago(days=-1))
    tell_of_assignment(claim, by=ana)
    assert kinds() == []
    tell_of_assignment(claim, by=editor)
    tell_of_assignment(claim, by=editor)
    assert kinds() == [("ana", MailKind.ASSIGNMENT)]
    assert claim.statement in Mail.objects.get().body


def test_assigned_away_and_back_is_told_again(ana: User, editor: User) -> None:
    claim = ClaimFactory.create(assignee=ana)
    tell_of_assignment(claim, by=editor)
    for assignee in (editor, ana):
        claim.assignee = assignee
        claim.save()
        claim.refresh_from_db()
        tell_of_assignment(claim, by=editor)
    assert kinds() == [("ana", MailKind.ASSIGNMENT)] * 2


def test_who_submitted_and_who_works_on_it_hear_of_a_return(ana: User, editor: User) -> None:
    claim = claim_in(ClaimState.IN_REVIEW)
    submitter = claim.submitted_by
    assert submitter is not None
    User.objects.filter(pk=submitter.pk).update(email="sub@example.org")
    Claim.objects.filter(pk=claim.pk).update(assignee=ana)

    take_step(claim_id=claim.pk, step="return", comment="Which table?", by=editor)

    assert {name for name, _ in kinds()} == {submitter.username, "ana"}
    assert all("Which table?" in mail.body for mail in Mail.objects.all())


def test_a_refused_return_is_told_to_nobody(ana: User, editor: User) -> None:
    claim = claim_in(ClaimState.CHECKING)
    with pytest.raises(Exception, match="not possible"):
        take_step(claim_id=claim.pk, step="return", comment="Why?", by=editor)
    assert kinds() == []


def test_the_assignee_is_reminded_once_for_each_due_date(ana: User) -> None:
    claim = ClaimFactory.create(assignee=ana, due=ago(hours=1))
    ClaimFactory.create(assignee=ana, due=ago(hours=-1))
    ClaimFactory.create(due=ago(hours=1))
    assert [tell_of_overdue() for _ in range(3)] == [1, 0, 0]
    Claim.objects.filter(pk=claim.pk).update(due=ago(minutes=5))
    assert tell_of_overdue() == 1
    assert kinds() == [("ana", MailKind.OVERDUE)] * 2


def test_what_is_closed_is_never_overdue(ana: User) -> None:
    claim = claim_in(ClaimState.VERIFIED)
    Claim.objects.filter(pk=claim.pk).update(assignee=ana, due=ago(days=1))
    assert tell_of_overdue() == 0
    assert not Reminder.objects.exists()


def test_many_late_claims_are_reminded_of_bit_by_bit(ana: User) -> None:
    choose_kinds(wanted=[], by=ana)
    for hours in range(3):
        ClaimFactory.create(assignee=ana, due=ago(hours=hours + 1))
    tell_of_overdue(limit=2)
    assert Reminder.objects.count() == 2
    tell_of_overdue(limit=2)
    assert Reminder.objects.count() == 3
