"""Published checks for tests."""

from __future__ import annotations

from typing import Any

from django.db import connection

from claims.models import Claim, ClaimState
from claims.publishing import services
from claims.publishing.models import FactCheck
from claims.publishing.services import Wording
from newsroom.accounts.models import User
from tests.claims.states import claim_in
from tests.factories import UserFactory

WORDING = Wording(
    headline="Did traffic rise in 2024?",
    short_claim="Traffic rose by 9 percent in 2024",
    summary="The port’s own figures show 2 percent.",
    slug="traffic-2024",
)


def boss() -> User:
    return UserFactory.create(is_superuser=True)


def verified_claim(**fields: Any) -> Claim:
    return claim_in(ClaimState.VERIFIED, **fields)


def published(wording: Wording = WORDING, **fields: Any) -> FactCheck:
    claim = verified_claim(**fields)
    fact_check = services.publish(claim_id=claim.pk, wording=wording, by=boss())
    at_the_end_of_the_transaction()
    return fact_check


def at_the_end_of_the_transaction() -> None:
    """The rules that are looked at then are looked at now."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")
