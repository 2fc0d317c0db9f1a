"""Taking a claim through its states."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from itertools import pairwise
from typing import Any

import pytest
from django.contrib.auth.models import Permission
from hypothesis import given, settings
from hypothesis import strategies as st

from claims.errors import (
    ChangedMeanwhile,
    DomainError,
    GateClosed,
    NotPermitted,
    TransitionNotAllowed,
)
from claims.models import Claim, ClaimState, ClaimTransition, Evidence
from claims.publishing.models import FactCheck
from claims.verification import services
from claims.verification.states import CONCLUDED, GATED, SIGNED
from claims.verification.transitions import TRANSITIONS, Transition, steps_from
from newsroom.accounts.models import User
from tests.claims.states import claim_in
from tests.claims.states import take_step_on_record as take_step
from tests.database import at_once, while_uncommitted
from tests.factories import EvidenceFactory, UserFactory

pytestmark = pytest.mark.django_db

STEPS = list(TRANSITIONS.values())
ARROWS = [(step, source) for step in STEPS for source in step.sources]
WRONG = [(step, state) for step in STEPS for state in ClaimState if state not in step.sources]


def named(value: object) -> str:
    return value.name if isinstance(value, Transition) else str(value)


def person(*permissions: str, **fields: Any) -> User:
    user = UserFactory.create(**fields)
    user.user_permissions.set(
        Permission.objects.filter(content_type__app_label="claims", codename__in=permissions)
    )
    return user


def unchanged(claim: Claim) -> None:
    """Nothing of `claim` was written since it was read."""
    now = Claim.objects.get(pk=claim.pk)
    assert (now.state, now.version) == (claim.state, claim.version)
    assert not ClaimTransition.objects.filter(claim=claim).exists()


def recorded(claim: Claim) -> list[tuple[str, str, str]]:
    """The steps on record, first one first."""
    steps = ClaimTransition.objects.filter(claim=claim).order_by("pk")
    return [(step.name, step.from_state, step.to_state) for step in steps]


# -- the table --------------------------------------------------------------------------------


@pytest.mark.parametrize(("step", "source"), ARROWS, ids=named)
def test_a_step_leads_where_the_table_says_and_is_on_record(
    step: Transition, source: ClaimState
) -> None:
    claim = claim_in(source)
    by = person(step.permission)

    result = take_step(claim_id=claim.pk, step=step.name, by=by, comment="  Seen.  ")

    assert result.state == step.target
    assert result.version == claim.version + 1
    stored = Claim.objects.get(pk=claim.pk)
    assert (stored.state, stored.version) == (step.target, result.version)
    record = ClaimTransition.objects.get(claim=claim)
    assert (record.name, record.from_state, record.to_state) == (step.name, source, step.target)
    assert (record.by, record.comment) == (by, "Seen.")


@pytest.mark.parametrize(("step", "state"), WRONG, ids=named)
def test_a_step_from_elsewhere_is_refused_and_says_what_is_possible(
    step: Transition, state: ClaimState
) -> None:
    claim = claim_in(state)

    with pytest.raises(TransitionNotAllowed) as refusal:
        take_step(claim_id=claim.pk, step=step.name, by=person(step.permission), comment="Please.")

    message = str(refusal.value)
    assert message.startswith(f"“{step.label}” is not possible while a claim is {state.label}")
    possible = message.partition("possible now: ")[2]
    assert possible == ", ".join(f"“{one.label}”" for one in steps_from(state)) + "." or (
        possible == "nothing." and not steps_from(state)
    )
    unchanged(claim)


def test_nothing_leads_away_from_a_tombstone() -> None:
    assert steps_from(ClaimState.WITHDRAWN) == []
    with pytest.raises(TransitionNotAllowed, match="possible now: nothing"):
        take_step(
            claim_id=claim_in(ClaimState.WITHDRAWN).pk, step="publish", by=person("publish_claim")
        )


@pytest.mark.parametrize("step", [step for step in STEPS if step.needs_comment], ids=named)
@pytest.mark.parametrize("comment", ["", " \n\t "])
def test_a_step_that_needs_a_comment_is_not_taken_without_one(
    step: Transition, comment: str
) -> None:
    claim = claim_in(step.sources[0])

    with pytest.raises(DomainError, match="needs a comment"):
        take_step(claim_id=claim.pk, step=step.name, by=person(step.permission), comment=comment)

    unchanged(claim)


@pytest.mark.parametrize("step", ["", "vanish", "Verify", "in_review"])
def test_an_unknown_step_is_refused(step: str) -> None:
    claim = claim_in(ClaimState.IN_REVIEW)

    with pytest.raises(DomainError, match="There is no step"):
        take_step(claim_id=claim.pk, step=step, by=person("verify_claim"), comment="Please.")

    unchanged(claim)


def test_a_claim_that_is_not_there_is_not_found() -> None:
    with pytest.raises(Claim.DoesNotExist):
        take_step(claim_id=0, step="start", by=person("check_claim"))


@pytest.mark.parametrize("step", [step for step in STEPS if step.shown_to_readers], ids=named)
def test_what_readers_see_does_not_change_by_a_step_alone(step: Transition) -> None:
    claim = claim_in(step.sources[0])
    seen = list(FactCheck.objects.values())

    with pytest.raises(DomainError, match=f"“{step.label}” does: it has a form of its own"):
        services.take_step(
            claim_id=claim.pk, step=step.name, by=person(step.permission), comment="Please."
        )

    unchanged(claim)
    assert list(FactCheck.objects.values()) == seen


# -- who may do what --------------------------------------------------------------------------

ACTORS: dict[str, tuple[str, ...]] = {
    "nobody in particular": (),
    "reviewer of candidates": ("change_candidate", "change_claim", "view_claim"),
    "checker": ("check_claim",),
    "verifier": ("verify_claim",),
    "publisher": ("publish_claim",),
    "breaker of glass": ("break_glass",),
}


@pytest.mark.parametrize("step", STEPS, ids=named)
@pytest.mark.parametrize("actor", ACTORS)
def test_each_step_is_for_those_who_may(step: Transition, actor: str) -> None:
    claim = claim_in(step.sources[0])
    by = person(*ACTORS[actor])

    if step.permission in ACTORS[actor]:
        take_step(claim_id=claim.pk, step=step.name, by=by, comment="Seen.")
    else:
        with pytest.raises(NotPermitted, match=r"is for .*editors and administrators"):
            take_step(claim_id=claim.pk, step=step.name, by=by, comment="Seen.")
        unchanged(claim)


@pytest.mark.parametrize("step", STEPS, ids=named)
def test_an_administrator_may_take_every_step_and_one_who_left_none(step: Transition) -> None:
    claim = claim_in(step.sources[0])
    gone = person(step.permission, is_active=False)

    with pytest.raises(NotPermitted):
        take_step(claim_id=claim.pk, step=step.name, by=gone, comment="Seen.")
    unchanged(claim)

    boss = UserFactory.create(is_superuser=True)
    result = take_step(claim_id=claim.pk, step=step.name, by=boss, comment="Seen.")
    assert result.state == step.target


# -- the gate ---------------------------------------------------------------------------------

GATE: dict[str, dict[str, Any]] = {
    "a rating": {"rating": None},
    "a rationale": {"rationale": " \n "},
    "at least one piece of evidence": {},
}


@pytest.mark.parametrize(
    "missing",
    [
        ["a rating"],
        ["a rationale"],
        ["at least one piece of evidence"],
        ["a rating", "at least one piece of evidence"],
        list(GATE),
    ],
)
def test_the_gate_says_all_that_is_missing_at_once(missing: Iterable[str]) -> None:
    fields = {key: value for name in missing for key, value in GATE[name].items()}
    claim = claim_in(ClaimState.CHECKING, **fields)
    if "at least one piece of evidence" in missing:
        claim.evidence.all().delete()
        claim.refresh_from_db()

    with pytest.raises(GateClosed) as refusal:
        take_step(claim_id=claim.pk, step="submit", by=person("check_claim"))

    assert str(refusal.value) == f"Before review this claim needs {' and '.join(missing)}."
    unchanged(claim)


def test_what_the_service_overlooks_the_database_refuses_in_words(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    claim = claim_in(ClaimState.CHECKING)
    claim.evidence.all().delete()
    claim.refresh_from_db()
    monkeypatch.setattr(services, "_check_gate", lambda *_: None)

    with pytest.raises(GateClosed, match="Review needs at least one piece of evidence"):
        take_step(claim_id=claim.pk, step="submit", by=person("check_claim"))

    unchanged(claim)


def test_a_refusal_by_the_database_leaves_the_caller_s_transaction_usable(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    claim = claim_in(ClaimState.CHECKING, rating=None)
    monkeypatch.setattr(services, "_check_gate", lambda *_: None)

    with pytest.raises(GateClosed):
        take_step(claim_id=claim.pk, step="submit", by=person("check_claim"))

    assert Evidence.objects.filter(claim=claim).exists()


# -- four eyes --------------------------------------------------------------------------------


def test_both_signatures_are_on_record() -> None:
    claim = claim_in(ClaimState.CHECKING)
    checker, verifier = person("check_claim"), person("verify_claim")

    take_step(claim_id=claim.pk, step="submit", by=checker)
    result = take_step(claim_id=claim.pk, step="verify", by=verifier)

    assert (result.submitted_by, result.verified_by) == (checker, verifier)
    assert result.submitted_at is not None
    assert result.verified_at is not None
    assert result.submitted_at < result.verified_at
    assert result.break_glass_reason == ""
    assert recorded(claim) == [
        ("submit", "checking", "in_review"),
        ("verify", "in_review", "verified"),
    ]


EVERYTHING = ("check_claim", "verify_claim", "publish_claim")


def submitted_by(by: User) -> Claim:
    claim = claim_in(ClaimState.CHECKING)
    return take_step(claim_id=claim.pk, step="submit", by=by)


@pytest.mark.parametrize("reason", ["", "   "])
@pytest.mark.parametrize("also", [(), ("break_glass",)])
def test_whoever_submitted_does_not_verify_without_a_reason(
    reason: str, also: tuple[str, ...]
) -> None:
    by = person(*EVERYTHING, *also)
    claim = submitted_by(by)

    with pytest.raises(GateClosed, match="cannot be the one to verify"):
        take_step(claim_id=claim.pk, step="verify", by=by, break_glass_reason=reason)

    assert Claim.objects.get(pk=claim.pk).verified_by is None
    assert recorded(claim) == [("submit", "checking", "in_review")]


def test_a_reason_alone_is_not_enough() -> None:
    by = person(*EVERYTHING)
    claim = submitted_by(by)

    with pytest.raises(NotPermitted, match="is for administrators"):
        take_step(claim_id=claim.pk, step="verify", by=by, break_glass_reason="Christmas Day.")

    stored = Claim.objects.get(pk=claim.pk)
    assert (stored.state, stored.break_glass_reason) == (ClaimState.IN_REVIEW, "")


def test_with_permission_and_reason_the_glass_is_broken_on_record() -> None:
    by = person(*EVERYTHING, "break_glass")
    claim = submitted_by(by)

    take_step(claim_id=claim.pk, step="verify", by=by, break_glass_reason=" Christmas Day. ")

    stored = Claim.objects.get(pk=claim.pk)
    assert stored.verified_by == stored.submitted_by == by
    assert stored.break_glass_reason == "Christmas Day."


def test_a_second_person_breaks_no_glass() -> None:
    claim = submitted_by(person("check_claim"))

    take_step(
        claim_id=claim.pk, step="verify", by=person("verify_claim"), break_glass_reason="In case."
    )

    assert Claim.objects.get(pk=claim.pk).break_glass_reason == ""


def test_a_second_submission_clears_what_was_signed_before() -> None:
    by = person(*EVERYTHING, "break_glass")
    claim = submitted_by(by)
    take_step(claim_id=claim.pk, step="verify", by=by, break_glass_reason="Christmas Day.")
    take_step(claim_id=claim.pk, step="recheck", by=by, comment="New figures are out.")
    take_step(claim_id=claim.pk, step="start", by=by)
    other = person("check_claim")

    result = take_step(claim_id=claim.pk, step="submit", by=other)

    assert result.submitted_by == other
    assert (result.verified_by, result.verified_at) == (None, None)
    assert result.break_glass_reason == ""
    # And now the one who submitted before is a second person.
    assert take_step(claim_id=claim.pk, step="verify", by=by).verified_by == by


def test_a_return_goes_back_with_the_comment_on_record() -> None:
    claim = submitted_by(person("check_claim"))
    verifier = person("verify_claim")

    result = take_step(
        claim_id=claim.pk, step="return", by=verifier, comment="Ask the port authority too."
    )

    assert result.state == ClaimState.CHECKING
    assert result.verified_by is None
    record = ClaimTransition.objects.filter(claim=claim).first()
    assert record is not None
    assert (record.name, record.by) == ("return", verifier)
    assert record.comment == "Ask the port authority too."


def test_whoever_submitted_may_take_it_back_only_with_the_permission_to_verify() -> None:
    checker = person("check_claim")
    claim = submitted_by(checker)

    with pytest.raises(NotPermitted):
        take_step(claim_id=claim.pk, step="return", by=checker, comment="Not ready after all.")


# -- two people at once -----------------------------------------------------------------------


def test_a_step_on_what_somebody_changed_meanwhile_is_refused() -> None:
    claim = claim_in(ClaimState.IN_REVIEW)
    seen = claim.version
    Claim.objects.filter(pk=claim.pk).update(due="2026-12-01T12:00:00+00:00")
    claim.refresh_from_db()

    with pytest.raises(ChangedMeanwhile, match="read it again"):
        take_step(
            claim_id=claim.pk, step="verify", by=person("verify_claim"), expected_version=seen
        )

    unchanged(claim)
    take_step(
        claim_id=claim.pk, step="verify", by=person("verify_claim"), expected_version=seen + 1
    )


def _add(claim: Claim) -> None:
    EvidenceFactory.create(claim=claim)


def _edit(claim: Claim) -> None:
    claim.evidence.update(title="Port statistics, 2nd edition")


def _exchange(claim: Claim) -> None:
    claim.evidence.all().delete()
    EvidenceFactory.create(claim=claim, title="A letter to the editor")


@pytest.mark.parametrize("change", [_add, _edit, _exchange])
def test_whoever_read_other_evidence_has_not_read_this_check(
    change: Callable[[Claim], None],
) -> None:
    checker, verifier = person("check_claim"), person("verify_claim")
    claim = claim_in(ClaimState.CHECKING)
    seen_while_checking = claim.version
    change(claim)

    with pytest.raises(ChangedMeanwhile):
        take_step(
            claim_id=claim.pk, step="submit", by=checker, expected_version=seen_while_checking
        )

    seen_in_review = take_step(claim_id=claim.pk, step="submit", by=checker).version
    take_step(claim_id=claim.pk, step="return", by=verifier, comment="Is there more?")
    change(claim)
    claim = take_step(claim_id=claim.pk, step="submit", by=checker)
    with pytest.raises(ChangedMeanwhile):
        take_step(claim_id=claim.pk, step="verify", by=verifier, expected_version=seen_in_review)
    take_step(claim_id=claim.pk, step="verify", by=verifier, expected_version=claim.version)


def test_the_version_that_comes_back_is_good_for_the_next_step() -> None:
    by = person(*EVERYTHING)
    claim = claim_in(ClaimState.NEW)

    for step in ("start", "submit"):
        claim = take_step(claim_id=claim.pk, step=step, by=by, expected_version=claim.version)

    assert claim.state == ClaimState.IN_REVIEW


def test_version_0_is_a_version_too() -> None:
    claim = claim_in(ClaimState.NEW)

    with pytest.raises(ChangedMeanwhile):
        take_step(claim_id=claim.pk, step="start", by=person("check_claim"), expected_version=0)


@pytest.mark.django_db(transaction=True)
def test_of_two_verifiers_one_is_told_that_it_is_done() -> None:
    claim = claim_in(ClaimState.IN_REVIEW)
    first, second = person("verify_claim"), person("verify_claim")

    def verify(by: User) -> Claim:
        return take_step(claim_id=claim.pk, step="verify", by=by)

    outcome = while_uncommitted(lambda: verify(first), lambda: verify(second))

    assert isinstance(outcome, TransitionNotAllowed)
    assert "not possible while a claim is verified" in str(outcome)
    assert Claim.objects.get(pk=claim.pk).verified_by == first
    assert recorded(claim) == [("verify", "in_review", "verified")]


@pytest.mark.django_db(transaction=True)
def test_of_a_verifier_and_a_returner_one_wins() -> None:
    for _ in range(5):
        claim = claim_in(ClaimState.IN_REVIEW)
        first, second = person("verify_claim"), person("verify_claim")

        outcomes = at_once(
            lambda: take_step(claim_id=claim.pk, step="verify", by=first),  # noqa: B023
            lambda: take_step(claim_id=claim.pk, step="return", by=second, comment="No."),  # noqa: B023
        )

        kinds = sorted(type(one).__name__ for one in outcomes)
        assert kinds == ["Claim", "TransitionNotAllowed"]
        assert len(recorded(claim)) == 1


# -- whatever people do -----------------------------------------------------------------------


@settings(max_examples=40, deadline=None)
@given(
    st.lists(
        st.tuples(st.sampled_from(sorted(TRANSITIONS)), st.integers(0, 1), st.booleans()),
        max_size=14,
    )
)
def test_no_order_of_steps_leads_past_the_rules(
    walk: list[tuple[str, int, bool]],
) -> None:
    """Two people with every permission but `break_glass` try steps at random."""
    people = [person(*EVERYTHING), person(*EVERYTHING)]
    claim = claim_in(ClaimState.NEW)
    taken = 0

    for step, who, loses_evidence in walk:
        if loses_evidence and claim.state not in SIGNED:
            claim.evidence.all().delete()
        try:
            claim = take_step(
                claim_id=claim.pk,
                step=step,
                by=people[who],
                comment="Seen.",
                break_glass_reason="Nobody is in.",
            )
        except DomainError:
            continue
        taken += 1
        now = Claim.objects.get(pk=claim.pk)
        assert now.state == TRANSITIONS[step].target
        if now.state in GATED:
            assert now.evidence.exists()
            assert now.rating is not None
        if now.state in CONCLUDED:
            assert now.verified_by is not None
            assert now.verified_by != now.submitted_by

    record = recorded(claim)
    assert len(record) == taken
    assert all(before[2] == after[1] for before, after in pairwise(record))
