"""Statements that are composed once."""

from __future__ import annotations

import pytest
from django.utils import timezone

from claims.models import Claim
from newsroom.api.composed import composed, given
from tests.factories import ClaimFactory


@pytest.mark.django_db
def test_what_is_given_is_filled_in_at_each_question() -> None:
    first, second = ClaimFactory.create(), ClaimFactory.create()
    statement = composed(Claim.objects.filter(pk=given("key")), "pk", "statement")

    assert statement.first(key=first.pk) == (first.pk, first.statement)
    assert statement.first(key=second.pk) == (second.pk, second.statement)
    assert statement.first(key=0) is None


def test_a_moment_of_today_is_refused_since_it_would_stay_what_it_is() -> None:
    until_now = Claim.objects.filter(pk=given("key"), created_at__lte=timezone.now())

    with pytest.raises(ValueError, match="a moment of today"):
        composed(until_now, "pk")
