"""Who works on a claim."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from claims.errors import ChangedMeanwhile, DomainError, NotPermitted
from claims.models import Claim, ClaimState
from claims.verification.assignment import assign_claim
from newsroom.accounts.roles import Role
from newsroom.mail.models import Mail
from tests.claims.states import claim_in
from tests.factories import ClaimFactory
from tests.roles import member_of

pytestmark = pytest.mark.django_db

DUE = timezone.now() + timedelta(days=2)

# (actor, whose the claim is, who shall have it): may they?
MAY = {
    (Role.EDITOR, "nobody", "other"): True,
    (Role.EDITOR, "other", "actor"): True,
    (Role.EDITOR, "other", "nobody"): True,
    (Role.CHECKER, "nobody", "actor"): True,
    (Role.CHECKER, "actor", "nobody"): True,
    (Role.CHECKER, "actor", "actor"): True,
    (Role.CHECKER, "nobody", "other"): False,
    (Role.CHECKER, "actor", "other"): False,
    (Role.CHECKER, "other", "actor"): False,
    (Role.CHECKER, "other", "nobody"): False,
    (Role.REPORTER, "nobody", "actor"): False,
    (Role.API_CLIENT, "nobody", "other"): False,
}


@pytest.mark.parametrize(("role", "before", "after"), MAY, ids=str)
def test_who_may_assign_what_to_whom(role: Role, before: str, after: str) -> None:
    actor, other = member_of(role), member_of(Role.CHECKER)
    people = {"nobody": None, "actor": actor, "other": other}
    claim = ClaimFactory.create(assignee=people[before])
    wanted = people[after]

    def assign() -> Claim:
        return assign_claim(
            claim_id=claim.pk, assignee_id=wanted.pk if wanted else None, due=DUE, by=actor
        )

    if MAY[role, before, after]:
        assert (assign().assignee, assign().due) == (wanted, DUE)
    else:
        with pytest.raises(NotPermitted):
            assign()
    stored = Claim.objects.get(pk=claim.pk)
    assert stored.assignee == (wanted if MAY[role, before, after] else people[before])


def test_it_is_on_record_and_the_same_twice_is_once() -> None:
    editor, checker = member_of(Role.EDITOR), member_of(Role.CHECKER, email="c@example.org")
    claim = ClaimFactory.create()

    for _ in range(2):
        result = assign_claim(claim_id=claim.pk, assignee_id=checker.pk, due=None, by=editor)

    assert result.version == 2
    latest = claim.events.latest("pgh_id")
    assert (latest.assignee_id, latest.pgh_context["step"]) == (checker.pk, "assign")
    assert latest.pgh_context["user"] == editor.pk
    assert [mail.recipient for mail in Mail.objects.all()] == [checker]


@pytest.mark.parametrize("who", ["reporter", "gone", "nobody there"])
def test_only_somebody_who_checks_claims_is_assigned(who: str) -> None:
    assignee = {
        "reporter": lambda: member_of(Role.REPORTER).pk,
        "gone": lambda: member_of(Role.CHECKER, is_active=False).pk,
        "nobody there": lambda: 10**9,
    }[who]()
    claim = ClaimFactory.create()

    with pytest.raises(DomainError):
        assign_claim(claim_id=claim.pk, assignee_id=assignee, due=None, by=member_of(Role.EDITOR))

    assert Claim.objects.get(pk=claim.pk).assignee is None


def test_a_claim_that_changed_meanwhile_is_not_assigned_unseen() -> None:
    claim = ClaimFactory.create()
    Claim.objects.filter(pk=claim.pk).update(method="By hand.")

    with pytest.raises(ChangedMeanwhile):
        assign_claim(
            claim_id=claim.pk, assignee_id=None, due=DUE, expected_version=1, by=member_of("editor")
        )

    assert Claim.objects.get(pk=claim.pk).due is None


def test_what_is_in_review_can_still_change_hands_but_a_tombstone_does_not() -> None:
    editor = member_of(Role.EDITOR)

    claim = claim_in(ClaimState.IN_REVIEW)
    assert assign_claim(claim_id=claim.pk, assignee_id=editor.pk, due=None, by=editor).assignee
    with pytest.raises(DomainError):
        assign_claim(
            claim_id=claim_in(ClaimState.WITHDRAWN).pk, assignee_id=editor.pk, due=None, by=editor
        )
