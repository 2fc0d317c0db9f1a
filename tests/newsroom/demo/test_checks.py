"""The checks that the demo publishes: each is fit for readers and machines."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import Group
from pyld import jsonld

from claims.publishing.claim_review import document
from claims.publishing.models import Correction, FactCheck, FactCheckState
from claims.publishing.services import findings_on
from newsroom.accounts.roles import Role
from newsroom.demo.checks import publish_checks
from newsroom.demo.seeds import read_seed
from newsroom.demo.stories import import_seeds
from tests.factories import UserFactory


@pytest.mark.django_db
def test_every_check_of_the_seeds_is_published_once_and_fit_for_machines() -> None:
    for username, role in (("checker", Role.CHECKER), ("second", Role.EDITOR)):
        UserFactory.create(username=username).groups.add(Group.objects.get(name=role.value))
    import_seeds()

    records = read_seed("checks.json")
    assert publish_checks(records) == len(records)
    assert publish_checks(records) == 0

    for fact_check in FactCheck.objects.all():
        assert findings_on(fact_check) == [], fact_check
        markup = document(fact_check, fact_check.corrections.all())
        # The same words, without the network.
        (node,) = jsonld.expand({**markup, "@context": {"@vocab": "https://schema.org/"}})
        assert node["@type"] == ["https://schema.org/ClaimReview"]
    assert Correction.objects.count() == 1
    assert FactCheck.objects.filter(state=FactCheckState.WITHDRAWN).count() == 1
