"""The blind second rating."""

from __future__ import annotations

from typing import Any

import pytest
from django.utils import timezone

from claims.errors import DomainError, GateClosed, NotPermitted
from claims.models import Claim, ClaimState, Rating, SecondRating
from claims.verification.second_ratings import (
    ask_second_rating,
    blind_claims,
    cancel_second_rating,
    give_second_rating,
    is_blind,
    resolve_second_rating,
)
from claims.verification.services import take_step
from newsroom.accounts.models import User
from newsroom.accounts.roles import Role
from tests.claims.states import claim_in
from tests.database import refused_by
from tests.factories import RatingFactory
from tests.roles import member_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def submitter() -> User:
    return member_of(Role.CHECKER)


@pytest.fixture
def rater() -> User:
    return member_of(Role.CHECKER)


@pytest.fixture
def editor() -> User:
    return member_of(Role.EDITOR)


@pytest.fixture
def claim(submitter: User) -> Claim:
    return take_step(claim_id=claim_in(ClaimState.CHECKING).pk, step="submit", by=submitter)


@pytest.fixture
def other() -> Rating:
    return RatingFactory.create()


@pytest.fixture
def asked(claim: Claim, rater: User, editor: User) -> SecondRating:
    return ask_second_rating(claim_id=claim.pk, rater_id=rater.pk, by=editor)


def given(asked: SecondRating, rating: Rating | None) -> SecondRating:
    assert rating is not None
    return give_second_rating(
        second_rating_id=asked.pk, rating_id=rating.pk, rationale="My own count.", by=asked.rater
    )


def verify(claim: Claim, by: User) -> Claim:
    return take_step(claim_id=claim.pk, step="verify", by=by)


def past_every_service(claim: Claim) -> None:
    Claim.objects.filter(pk=claim.pk).update(
        state=ClaimState.VERIFIED, verified_by=member_of(Role.EDITOR), verified_at=timezone.now()
    )


def test_whoever_was_asked_is_blind_until_they_have_rated(
    asked: SecondRating, claim: Claim, rater: User, editor: User
) -> None:
    assert list(blind_claims(rater)) == [claim.pk]
    assert is_blind(claim_id=claim.pk, user=rater)
    assert not is_blind(claim_id=claim.pk, user=editor)

    given(asked, claim.rating)

    assert not is_blind(claim_id=claim.pk, user=rater)


def test_a_claim_nobody_was_asked_about_is_verified_as_before(claim: Claim, editor: User) -> None:
    assert verify(claim, editor).state == ClaimState.VERIFIED


def test_nothing_is_verified_before_it_is_given(
    asked: SecondRating, claim: Claim, rater: User, editor: User
) -> None:
    with pytest.raises(GateClosed, match=f"the second rating that {rater} was asked for"):
        verify(claim, editor)
    with refused_by("claim_second_rating_agrees"):
        past_every_service(claim)


def test_two_that_agree_let_the_claim_pass(asked: SecondRating, claim: Claim, editor: User) -> None:
    second = given(asked, claim.rating)

    assert (second.first_rating, second.disagrees) == (claim.rating, False)
    assert verify(claim, editor).state == ClaimState.VERIFIED


def test_two_that_differ_wait_for_a_third_person(
    asked: SecondRating, claim: Claim, editor: User, other: Rating
) -> None:
    second = given(asked, other)

    assert second.disagrees
    with pytest.raises(GateClosed, match="a third person’s word"):
        verify(claim, editor)
    with refused_by("claim_second_rating_agrees"):
        past_every_service(claim)


def test_the_third_person_may_uphold_the_first(
    asked: SecondRating, claim: Claim, editor: User, other: Rating
) -> None:
    assert claim.rating_id
    given(asked, other)

    resolve_second_rating(
        second_rating_id=asked.pk, rating_id=claim.rating_id, resolution="The table.", by=editor
    )

    assert verify(claim, editor).state == ClaimState.VERIFIED
    asked.refresh_from_db()
    assert (asked.rating, asked.first_rating) == (other, claim.rating), "both are kept"


def test_if_the_second_holds_the_claim_is_returned_and_rated_so(
    asked: SecondRating, claim: Claim, submitter: User, editor: User, other: Rating
) -> None:
    given(asked, other)
    resolve_second_rating(
        second_rating_id=asked.pk, rating_id=other.pk, resolution="They counted.", by=editor
    )

    with pytest.raises(GateClosed, match=f"the rating “{other.label}”, which was settled"):
        verify(claim, editor)
    with refused_by("claim_second_rating_agrees"):
        past_every_service(claim)

    take_step(claim_id=claim.pk, step="return", comment="As settled.", by=editor)
    Claim.objects.filter(pk=claim.pk).update(rating=other)
    take_step(claim_id=claim.pk, step="submit", by=submitter)
    assert verify(claim, editor).rating == other


def test_what_was_settled_does_not_bind_the_next_round(
    asked: SecondRating, claim: Claim, submitter: User, editor: User, other: Rating
) -> None:
    given(asked, claim.rating)
    verify(claim, editor)
    take_step(claim_id=claim.pk, step="recheck", comment="New figures.", by=editor)
    take_step(claim_id=claim.pk, step="start", by=submitter)
    Claim.objects.filter(pk=claim.pk).update(rating=other)
    take_step(claim_id=claim.pk, step="submit", by=submitter)

    assert verify(claim, editor).state == ClaimState.VERIFIED


def test_neither_of_the_two_who_rated_settles_it(
    claim: Claim, submitter: User, other: Rating
) -> None:
    boss = member_of(Role.EDITOR)
    asked = ask_second_rating(claim_id=claim.pk, rater_id=boss.pk, by=submitter)
    given(asked, other)
    for one in (boss, submitter):
        one.is_superuser = True
        one.save()

        with pytest.raises(DomainError, match="A third person resolves it"):
            resolve_second_rating(
                second_rating_id=asked.pk, rating_id=other.pk, resolution="Mine.", by=one
            )

    asked.refresh_from_db()
    assert asked.resolved_by is None


def test_the_submitter_is_not_asked_and_nobody_twice(
    claim: Claim, submitter: User, rater: User, editor: User
) -> None:
    with pytest.raises(DomainError, match="has rated it already"):
        ask_second_rating(claim_id=claim.pk, rater_id=submitter.pk, by=editor)
    ask_second_rating(claim_id=claim.pk, rater_id=rater.pk, by=editor)
    with pytest.raises(DomainError, match="asked for a second rating already"):
        ask_second_rating(claim_id=claim.pk, rater_id=editor.pk, by=editor)

    assert SecondRating.objects.count() == 1


@pytest.mark.parametrize("state", [ClaimState.CHECKING, ClaimState.VERIFIED])
def test_it_is_asked_for_in_review_only(state: ClaimState, rater: User, editor: User) -> None:
    with pytest.raises(DomainError, match="while a claim is in review"):
        ask_second_rating(claim_id=claim_in(state).pk, rater_id=rater.pk, by=editor)


def test_only_whoever_was_asked_gives_it(asked: SecondRating, editor: User, other: Rating) -> None:
    with pytest.raises(NotPermitted):
        give_second_rating(
            second_rating_id=asked.pk, rating_id=other.pk, rationale="Mine.", by=editor
        )
    with pytest.raises(GateClosed, match="rationale"):
        give_second_rating(
            second_rating_id=asked.pk, rating_id=other.pk, rationale=" ", by=asked.rater
        )

    asked.refresh_from_db()
    assert asked.is_open


def test_who_may_not_check_is_neither_asked_nor_asks(claim: Claim, editor: User) -> None:
    reporter = member_of(Role.REPORTER)

    with pytest.raises(DomainError, match="may check claims"):
        ask_second_rating(claim_id=claim.pk, rater_id=reporter.pk, by=editor)
    with pytest.raises(NotPermitted):
        ask_second_rating(claim_id=claim.pk, rater_id=editor.pk, by=reporter)


def test_one_that_is_cancelled_holds_nothing_up(
    asked: SecondRating, claim: Claim, rater: User, editor: User
) -> None:
    with pytest.raises(NotPermitted):
        cancel_second_rating(second_rating_id=asked.pk, by=member_of(Role.CHECKER))

    cancel_second_rating(second_rating_id=asked.pk, by=rater)

    assert not is_blind(claim_id=claim.pk, user=rater)
    assert verify(claim, editor).state == ClaimState.VERIFIED


def test_one_that_was_given_is_not_cancelled(
    asked: SecondRating, claim: Claim, editor: User
) -> None:
    given(asked, claim.rating)

    with pytest.raises(DomainError):
        cancel_second_rating(second_rating_id=asked.pk, by=editor)


@pytest.mark.parametrize(
    "change", [{"rationale": "Other words."}, {"rated_at": None}], ids=["words", "time"]
)
def test_the_database_keeps_a_rating_that_was_given(
    asked: SecondRating, other: Rating, change: dict[str, Any]
) -> None:
    given(asked, other)

    with refused_by("second_rating_stands"):
        SecondRating.objects.filter(pk=asked.pk).update(**change)
    with refused_by("second_rating_stays_on_record"):
        asked.delete()


def test_the_database_writes_the_first_rating_itself(
    asked: SecondRating, claim: Claim, other: Rating
) -> None:
    """Whoever claims that there is no disagreement is not believed."""
    SecondRating.objects.filter(pk=asked.pk).update(
        rating=other, rationale="Mine.", rated_at=timezone.now(), first_rating=other
    )

    asked.refresh_from_db()
    assert asked.first_rating == claim.rating
    assert asked.disagrees
