"""The contact log: entries are added and answered, never changed."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from claims.errors import DomainError, NotPermitted
from claims.models import Channel, Contact, Outcome
from claims.verification.contacts import log_contact, record_outcome
from newsroom.accounts.models import User
from newsroom.accounts.roles import Role
from tests.database import refused_by
from tests.factories import ClaimFactory
from tests.roles import member_of

pytestmark = pytest.mark.django_db

NOON = timezone.now()


@pytest.fixture
def checker() -> User:
    return member_of(Role.CHECKER)


def logged(by: User, **fields: Any) -> Contact:
    return log_contact(
        **{
            "claim_id": ClaimFactory.create().pk,
            "whom": " The port authority ",
            "channel": Channel.EMAIL,
            "asked_at": NOON,
            "deadline": NOON + timedelta(days=1),
            "by": by,
            **fields,
        }
    )


def test_an_entry_says_whom_how_when_until_when_and_by_whom(checker: User) -> None:
    contact = logged(checker, question=" Is it so? ")

    assert (contact.whom, contact.question) == ("The port authority", "Is it so?")
    assert (contact.channel, contact.asked_by) == ("email", checker)
    assert contact.deadline == contact.asked_at + timedelta(days=1)
    assert contact.outcome == ""
    assert contact.events.get().pgh_context["user"] == checker.pk


def test_an_answer_is_added_once(checker: User) -> None:
    contact, other = logged(checker), member_of(Role.EDITOR)

    answered = record_outcome(
        contact_id=contact.pk,
        outcome=Outcome.ANSWERED,
        answer=" It is. ",
        answered_at=NOON + timedelta(hours=2),
        by=other,
    )

    assert (answered.outcome, answered.answer, answered.recorded_by) == (
        "answered",
        "It is.",
        other,
    )
    with pytest.raises(DomainError, match="on record already"):
        record_outcome(
            contact_id=contact.pk, outcome=Outcome.DECLINED, answered_at=timezone.now(), by=checker
        )
    contact.refresh_from_db()
    assert contact.outcome == "answered"


def test_that_nobody_answered_is_an_outcome_without_words(checker: User) -> None:
    contact = record_outcome(
        contact_id=logged(checker).pk,
        outcome=Outcome.NO_ANSWER,
        answered_at=NOON + timedelta(days=2),
        by=checker,
    )

    assert (contact.outcome, contact.answer) == ("no_answer", "")


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"deadline": NOON - timedelta(days=1)}, "deadline is before"),
        ({"whom": "  "}, "whom"),
    ],
    ids=["deadline", "nobody"],
)
def test_what_makes_no_sense_is_refused_in_words(
    checker: User, fields: dict[str, Any], message: str
) -> None:
    with pytest.raises(DomainError, match=message):
        logged(checker, **fields)

    assert not Contact.objects.exists()


@pytest.mark.parametrize(
    ("outcome", "earlier", "message"),
    [
        (Outcome.ANSWERED, 0, "Write down what they answered"),
        (Outcome.DECLINED, 3, "before they were asked"),
    ],
)
def test_an_outcome_that_makes_no_sense_is_refused(
    checker: User, outcome: Outcome, earlier: int, message: str
) -> None:
    contact = logged(checker)

    with pytest.raises(DomainError, match=message):
        record_outcome(
            contact_id=contact.pk,
            outcome=outcome,
            answered_at=NOON + timedelta(hours=1 - earlier),
            by=checker,
        )

    assert Contact.objects.get().outcome == ""


@pytest.mark.parametrize("role", [Role.REPORTER, Role.API_CLIENT])
def test_it_is_for_those_who_check(role: Role, checker: User) -> None:
    contact, other = logged(checker), member_of(role)

    with pytest.raises(NotPermitted):
        logged(other)
    with pytest.raises(NotPermitted):
        record_outcome(contact_id=contact.pk, outcome=Outcome.NO_ANSWER, answered_at=NOON, by=other)

    assert Contact.objects.get().outcome == ""


@pytest.mark.parametrize(
    "change",
    [{"whom": "Somebody else"}, {"deadline": None}, {"asked_at": NOON - timedelta(days=9)}],
    ids=lambda change: next(iter(change)),
)
def test_the_database_keeps_what_was_logged(checker: User, change: dict[str, Any]) -> None:
    contact = logged(checker)

    with refused_by("contact_is_only_answered"):
        Contact.objects.filter(pk=contact.pk).update(**change)
    with refused_by("contact_stays_on_record"):
        contact.delete()


def test_the_database_keeps_the_answer(checker: User) -> None:
    contact = logged(checker)
    record_outcome(
        contact_id=contact.pk,
        outcome=Outcome.ANSWERED,
        answer="Yes.",
        answered_at=NOON + timedelta(hours=1),
        by=checker,
    )

    with refused_by("contact_is_only_answered"):
        Contact.objects.filter(pk=contact.pk).update(answer="No.")
