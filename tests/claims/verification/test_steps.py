"""Which steps a person may take: one function of state, permissions and assignment."""

from __future__ import annotations

import pytest

from claims.errors import DomainError, NotPermitted
from claims.models import Claim, ClaimState
from claims.verification.services import take_step
from claims.verification.steps import available_steps
from newsroom.accounts.models import User
from newsroom.accounts.roles import Role
from tests.claims.states import claim_in
from tests.roles import member_of

pytestmark = pytest.mark.django_db

CHECKING = {"start", "submit", "shelve", "reopen", "recheck"}
EDITING = CHECKING | {"return", "verify", "publish", "correct", "withdraw"}
MAY = {
    Role.REPORTER: set[str](),
    Role.CHECKER: CHECKING,
    Role.EDITOR: EDITING,
    Role.ADMINISTRATOR: EDITING,
    Role.IMPORT_CLIENT: set[str](),
    Role.API_CLIENT: set[str](),
}


def offered(claim: Claim, user: User) -> set[str]:
    return {step.name for step in available_steps(claim, user) if step.allowed}


@pytest.mark.parametrize("state", list(ClaimState))
@pytest.mark.parametrize("role", list(Role))
def test_each_role_is_offered_what_it_may_do_and_is_told_about_the_rest(
    role: Role, state: ClaimState
) -> None:
    claim, person = claim_in(state), member_of(role)

    steps = available_steps(claim, person)

    assert {step.name for step in steps if step.allowed} == MAY[role] & {one.name for one in steps}
    for step in steps:
        assert step.allowed or " is for " in step.why_not


@pytest.mark.parametrize("state", list(ClaimState))
def test_what_is_offered_is_what_the_service_lets_through(state: ClaimState) -> None:
    """They cannot disagree: the service asks the same function."""
    checker, owner = member_of(Role.CHECKER), member_of(Role.CHECKER)
    names = [step.name for step in available_steps(claim_in(state), checker)]
    for name in names:
        claim = claim_in(state, assignee=owner)
        allowed = name in offered(claim, checker)
        try:
            take_step(claim_id=claim.pk, step=name, comment="Because.", by=checker)
        except DomainError:
            assert not allowed
        else:
            assert allowed


def test_the_work_on_an_assigned_claim_is_its_assignees_or_an_editors() -> None:
    owner, colleague = member_of(Role.CHECKER, first_name="Ana"), member_of(Role.CHECKER)
    claim = claim_in(ClaimState.CHECKING, assignee=owner)

    assert "submit" in offered(claim, owner)
    assert "submit" in offered(claim, member_of(Role.EDITOR))
    assert "submit" not in offered(claim, colleague)
    (why,) = [one.why_not for one in available_steps(claim, colleague) if one.name == "submit"]
    assert why == "The claim is Ana’s; ask them, or an editor."
    with pytest.raises(NotPermitted, match="Ana’s"):
        take_step(claim_id=claim.pk, step="submit", by=colleague)
    assert Claim.objects.get(pk=claim.pk).state == ClaimState.CHECKING


def test_whoever_submitted_is_not_offered_to_verify() -> None:
    editor, boss = member_of(Role.EDITOR), member_of(Role.ADMINISTRATOR)
    for submitter in (editor, boss):
        claim = claim_in(ClaimState.CHECKING)
        take_step(claim_id=claim.pk, step="submit", by=submitter)
        claim.refresh_from_db()
        (verify,) = [one for one in available_steps(claim, submitter) if one.name == "verify"]

        # Who may break the glass is offered it, and is asked why.
        assert verify.allowed == (submitter == boss)
        assert verify.needs_break_glass
        assert not any(
            step.needs_break_glass for step in available_steps(claim, member_of("editor"))
        )
