"""The checks that the demo publishes: each is fit for readers and machines."""

from __future__ import annotations

from collections import Counter

import pytest
from django.contrib.auth.models import Group
from django.utils import timezone
from pyld import jsonld

from claims.models import Claim, Mention
from claims.publishing.claim_review import document
from claims.publishing.models import Correction, FactCheck, FactCheckState
from claims.publishing.services import findings_on
from newsroom.accounts.roles import Role
from newsroom.demo.board import SEED, open_claims
from newsroom.demo.checks import publish_checks
from newsroom.demo.seeds import read_seed
from newsroom.demo.stories import import_seeds
from tests.factories import UserFactory


@pytest.fixture
def _people(db: None) -> None:
    for username, role in (("checker", Role.CHECKER), ("second", Role.EDITOR)):
        UserFactory.create(username=username).groups.add(Group.objects.get(name=role.value))


@pytest.mark.usefixtures("_people")
def test_somebody_is_at_work_on_claims_and_what_was_decided_is_left_alone() -> None:
    editor = UserFactory.create(username="chief", is_superuser=True)
    import_seeds()

    records = read_seed(SEED)
    assert open_claims(records, editor=editor) == len(records)
    assert open_claims(records, editor=editor) == 0

    assert Counter(Claim.objects.values_list("state", flat=True)) == {
        "new": 2,
        "checking": 2,
        "in_review": 1,
    }
    assert Claim.objects.filter(assignee=editor, due__lt=timezone.now()).count() == 1
    assert Mention.objects.get().person == editor
    assert not FactCheck.objects.exists()


@pytest.mark.usefixtures("_people")
def test_every_check_of_the_seeds_is_published_once_and_fit_for_machines() -> None:
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
