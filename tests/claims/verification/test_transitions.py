"""The table of steps itself."""

from __future__ import annotations

from claims.models import Claim
from claims.verification.states import CONCLUDED, GATED, OPEN, ClaimState
from claims.verification.transitions import TRANSITIONS, state_changes, steps_from


def test_every_state_can_be_reached_from_new() -> None:
    reached = {ClaimState.NEW}
    for _ in ClaimState:
        reached |= {new for old, new in state_changes() if old in reached}

    assert reached == set(ClaimState)


def test_only_a_withdrawn_claim_is_final() -> None:
    assert [state for state in ClaimState if not steps_from(state)] == [ClaimState.WITHDRAWN]


def test_nothing_is_published_past_a_verification() -> None:
    into_published = {old for old, new in state_changes() if new == ClaimState.PUBLISHED}
    into_verified = {old for old, new in state_changes() if new == ClaimState.VERIFIED}

    assert into_published == {ClaimState.VERIFIED}
    assert into_verified == {ClaimState.IN_REVIEW}


def test_every_open_state_can_be_shelved_and_no_other() -> None:
    assert {old for old, new in state_changes() if new == ClaimState.SHELVED} == set(OPEN)


def test_every_verdict_has_passed_the_gate() -> None:
    assert set(CONCLUDED) < set(GATED)


def test_every_step_has_a_permission_of_the_claim() -> None:
    codenames = {codename for codename, _ in Claim._meta.permissions}

    assert {step.permission for step in TRANSITIONS.values()} <= codenames
    assert all(name == step.name for name, step in TRANSITIONS.items())
    assert all(len(name) <= 20 for name in TRANSITIONS)  # the column of ClaimTransition
