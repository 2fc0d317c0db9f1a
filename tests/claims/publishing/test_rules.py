"""What the database refuses, whoever asks."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone

from claims.errors import GateClosed
from claims.models import Claim, ClaimState
from claims.publishing.models import Correction, FactCheck, FactCheckState, Severity
from claims.publishing.services import correct, withdraw
from claims.verification.services import take_published_step
from newsroom.articles.models import Article, ArticleStatus
from tests.claims.publishing.published import (
    at_the_end_of_the_transaction,
    boss,
    published,
    verified_claim,
)
from tests.claims.states import claim_in
from tests.database import refused_by
from tests.factories import (
    AppearanceFactory,
    ArticleFactory,
    CorrectionFactory,
    FactCheckFactory,
    RevisionFactory,
)

pytestmark = pytest.mark.django_db


def change(fact_check: FactCheck, **fields: Any) -> None:
    FactCheck.objects.filter(pk=fact_check.pk).update(**fields)


def step(claim: Claim, state: ClaimState) -> None:
    Claim.objects.filter(pk=claim.pk).update(state=state)


def test_a_claim_is_not_published_without_what_readers_see() -> None:
    with refused_by("claim_with_fact_check"):
        step(verified_claim(), ClaimState.PUBLISHED)


def test_who_takes_the_step_without_it_is_told_what_to_do_instead() -> None:
    with pytest.raises(GateClosed) as refused:
        take_published_step(claim_id=verified_claim().pk, step="publish", comment="", by=boss())
    assert "Use “Publish”, “Correct” or “Withdraw” on the page of the claim" in str(refused.value)
    assert "services" not in str(refused.value), "a name from the code says nothing to an editor"


@pytest.mark.parametrize("state", [ClaimState.CORRECTED, ClaimState.WITHDRAWN])
def test_nor_corrected_or_withdrawn_where_readers_are_not_told(state: ClaimState) -> None:
    with refused_by("claim_with_fact_check"):
        step(claim_in(ClaimState.PUBLISHED), state)


def test_readers_see_nothing_of_a_claim_that_is_not_published() -> None:
    with refused_by("factcheck_and_claim_agree"):
        FactCheckFactory.create(claim=verified_claim())
        at_the_end_of_the_transaction()


def test_a_fact_check_is_not_withdrawn_alone() -> None:
    fact_check = published()
    with refused_by("factcheck_and_claim_agree"):
        change(
            fact_check,
            state=FactCheckState.WITHDRAWN,
            withdrawn_at=timezone.now(),
            withdrawn_by=boss(),
            withdrawal_reason="Wrong.",
        )
        at_the_end_of_the_transaction()


@pytest.mark.parametrize(
    "story",
    [
        {"status": ArticleStatus.KILLED},
        {"status": ArticleStatus.WITHHELD},
        {"embargoed_until": timezone.now() + timedelta(days=1)},
    ],
)
def test_nothing_is_published_on_a_closed_story(story: dict[str, Any]) -> None:
    claim = verified_claim()
    revision = RevisionFactory.create(article=ArticleFactory.create(**story))
    AppearanceFactory.create(claim=claim, revision=revision)
    FactCheckFactory.create(claim=claim)

    with refused_by("claim_with_public_stories"):
        step(claim, ClaimState.PUBLISHED)
    Article.objects.filter(pk=revision.article_id).update(
        status=ArticleStatus.LIVE, embargoed_until=None
    )
    step(claim, ClaimState.PUBLISHED)


CONTENT: dict[str, Any] = {
    "headline": "Another headline",
    "short_claim": "Another claim",
    "summary": "Another summary.",
    "body": {"statement": "Another."},
    "version": 2,
}


@pytest.mark.parametrize("field", CONTENT)
def test_what_readers_see_changes_only_with_a_correction(field: str) -> None:
    with refused_by("factcheck_changes_with_a_correction"):
        change(published(), **{field: CONTENT[field]})


def test_one_correction_explains_one_change() -> None:
    fact_check = published()
    CorrectionFactory.create(fact_check=fact_check)
    change(fact_check, state=FactCheckState.CORRECTED, version=2, headline="Another")

    with refused_by("factcheck_changes_with_a_correction"):
        change(fact_check, headline="Yet another")


@pytest.mark.parametrize(
    "fields",
    [{"slug": "elsewhere"}, {"published_at": timezone.now()}],
    ids=["slug", "published_at"],
)
def test_the_address_and_the_date_stand(fields: dict[str, Any]) -> None:
    with refused_by("factcheck_address_stands"):
        change(published(), **fields)


def test_a_tombstone_stands() -> None:
    fact_check = published()
    withdraw(claim_id=fact_check.claim_id, reason="Wrong.", by=boss())

    with refused_by("factcheck_tombstone_stands"):
        change(fact_check, withdrawal_reason="Something else.")


def test_a_correction_is_not_taken_back() -> None:
    fact_check = published()
    correct(claim_id=fact_check.claim_id, text="Oh.", severity=Severity.MINOR, by=boss())

    with refused_by("factcheck_stays_corrected"):
        change(fact_check, state=FactCheckState.PUBLISHED)
    with refused_by("correction_is_history"):
        Correction.objects.all().update(text="Nothing happened.")
    with refused_by("correction_is_history"):
        Correction.objects.all().delete()


def test_a_fact_check_is_never_deleted() -> None:
    with refused_by("factcheck_is_never_deleted"):
        published().delete()


def test_what_was_corrected_changes_again_only_with_a_further_correction_beside_it() -> None:
    fact_check = published()
    correct(claim_id=fact_check.claim_id, text="Oh.", severity=Severity.MINOR, by=boss())
    # As in a transaction of its own: the correction above is no licence for what follows.
    _of_an_earlier_transaction(fact_check)

    with refused_by("claim_signed_content"):
        Claim.objects.filter(pk=fact_check.claim_id).update(rationale="Something else.")


def _of_an_earlier_transaction(fact_check: FactCheck) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        cursor.execute(
            "UPDATE publishing_correction SET transaction = 1 WHERE fact_check_id = %s",
            [fact_check.pk],
        )
        cursor.execute("SET session_replication_role = DEFAULT")


def test_the_history_keeps_what_readers_saw() -> None:
    fact_check = published()
    correct(
        claim_id=fact_check.claim_id,
        text="Oh.",
        severity=Severity.MINOR,
        changes={"rationale": "Better."},
        by=boss(),
    )

    events = FactCheck.pgh_event_model.objects.order_by("pgh_id")  # type: ignore[attr-defined]
    assert [event.body["rationale"] for event in events] == ["The port's own figures.", "Better."]
