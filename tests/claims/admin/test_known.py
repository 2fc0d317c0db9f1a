"""What the pages say of similar claims, others' checks and repeats."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from claims.matching import services as matching
from claims.models import Claim, ClaimState, Match, RepeatAlert, RevisionMatching
from newsroom.accounts.models import User
from tests.claims.states import claim_in
from tests.factories import (
    CandidateFactory,
    ClaimFactory,
    OtherCheckFactory,
    RatingFactory,
    SourceFactory,
    UserFactory,
)
from tests.matching import settle

pytestmark = pytest.mark.django_db

SAID = "The port of Kellosund has lost 1,200 jobs since the quay was closed in 2019."
OTHER_NUMBER = "The port of Kellosund has lost 2,200 jobs since the quay was closed in 2019."


def rated_false(speaker: Any) -> Claim:
    rating = RatingFactory.create(label="Pants on fire", value=1)
    return claim_in(ClaimState.VERIFIED, statement=SAID, speaker=speaker, rating=rating)


def content(client: Client, name: str, key: int) -> str:
    response = client.get(reverse(f"admin:claims_{name}_change", args=[key]))
    assert response.status_code == 200
    page = response.content.decode()
    if name == "claim":  # which asks for the rest by itself
        address = reverse("admin:claims_claim_known", args=[key])
        assert f'hx-get="{address}"' in page
        page += client.get(address).content.decode()
    return page


def compared(candidate: Any) -> Any:
    settle()
    RevisionMatching.objects.create(revision=candidate.revision)
    matching.match_revision(revision_id=candidate.revision_id)
    candidate.refresh_from_db()
    return candidate


def test_the_claim_page_shows_ratings_of_similar_claims_and_of_the_speaker(
    editor_client: Client,
) -> None:
    speaker = SourceFactory.create(name="Ana Lund")
    rated_false(speaker)
    OtherCheckFactory.create(claim_reviewed=SAID, rating_label="<b>Bogus</b>")
    claim = ClaimFactory.create(statement=OTHER_NUMBER, speaker=speaker)
    settle()

    page = content(editor_client, "claim", claim.pk)

    assert page.count("Pants on fire") >= 2
    assert "number: 2200 / 1200" in page
    assert "Rated before: <bdi>Ana Lund</bdi>" in page
    assert "&lt;b&gt;Bogus&lt;/b&gt;" in page
    assert "unmapped" in page


def test_a_rating_that_nobody_has_agreed_to_is_told_beside_no_other_claim(
    editor_client: Client,
) -> None:
    rating = RatingFactory.create(label="Pants on fire", value=1)
    rated = claim_in(ClaimState.IN_REVIEW, statement=SAID, rating=rating)
    claim = ClaimFactory.create(statement=OTHER_NUMBER)
    candidate = CandidateFactory.create(statement=OTHER_NUMBER)
    settle()

    known = reverse("admin:claims_claim_known", args=[claim.pk])
    desk = f"{reverse('desk')}?candidate={candidate.pk}"

    for address in (known, desk):
        shown = editor_client.get(address).content.decode()
        assert reverse("admin:claims_claim_change", args=[rated.pk]) in shown
        assert "Pants on fire" not in shown


def test_who_may_not_view_claims_is_not_told_what_is_known(editor_client: Client) -> None:
    claim = ClaimFactory.create(statement=SAID)
    address = reverse("admin:claims_claim_known", args=[claim.pk])
    client = Client()
    client.force_login(UserFactory.create(is_staff=True))

    assert client.get(address).status_code == 403
    assert Client().get(address).status_code == 302
    assert editor_client.post(address).status_code == 405
    nobodys = reverse("admin:claims_claim_known", args=[claim.pk + 1])
    assert editor_client.get(nobodys).status_code == 404


def test_a_repeat_of_what_was_rated_false_is_shown_on_both_pages(editor_client: Client) -> None:
    speaker = SourceFactory.create()
    claim = rated_false(speaker)
    candidate = compared(
        CandidateFactory.create(
            statement="It is said that since the quay was closed in 2019 the port of Kellosund "
            "has lost 1,200 jobs.",
            speaker=speaker,
            sourcing="on_the_record",
        )
    )

    assert "Said again 1 time after it was rated false" in content(editor_client, "claim", claim.pk)
    assert "Said again after it was rated false" in content(
        editor_client, "candidate", candidate.pk
    )
    desk = editor_client.get(reverse("desk")).content.decode()
    assert "Said again after it was rated “Pants on fire”" in desk

    alert = RepeatAlert.objects.get()
    editor_client.post(
        reverse("admin:claims_candidate_no_repeat", args=[candidate.pk]), {"alert": alert.pk}
    )
    alert.refresh_from_db()
    assert alert.dismissed_at is not None
    assert "Said again" not in editor_client.get(reverse("desk")).content.decode()


def test_a_joined_candidate_says_where_it_went_and_can_be_taken_out(editor_client: Client) -> None:
    claim = ClaimFactory.create(statement=SAID)
    candidate = compared(CandidateFactory.create(statement=SAID))
    page = content(editor_client, "candidate", candidate.pk)
    assert "The matcher joined it" in page
    assert f"claim {claim.pk}" in page

    editor_client.post(reverse("admin:claims_candidate_separate", args=[candidate.pk]))

    candidate.refresh_from_db()
    assert candidate.state == "pending"
    assert "separated again" in content(editor_client, "candidate", candidate.pk)


def test_a_suggestion_can_be_refused(editor_client: Client, editor: User) -> None:
    ClaimFactory.create(statement=SAID)
    candidate = compared(CandidateFactory.create(statement=OTHER_NUMBER))
    link = Match.objects.get()
    address = reverse("admin:claims_candidate_not_the_same", args=[candidate.pk])

    assert editor_client.post(address, {"match": "none"}).status_code == 404
    assert editor_client.get(address).status_code == 405
    editor_client.post(address, {"match": link.pk})

    link.refresh_from_db()
    assert (link.state, link.decided_by) == ("dismissed", editor)


def test_who_may_not_decide_may_not_refuse() -> None:
    ClaimFactory.create(statement=SAID)
    candidate = compared(CandidateFactory.create(statement=OTHER_NUMBER))
    client = Client()
    client.force_login(UserFactory.create(is_staff=True))

    response = client.post(
        reverse("admin:claims_candidate_not_the_same", args=[candidate.pk]),
        {"match": Match.objects.get().pk},
    )

    assert response.status_code == 403


def test_the_claim_page_costs_the_same_however_much_is_known(editor_client: Client) -> None:
    speaker = SourceFactory.create()
    claim = ClaimFactory.create(statement=OTHER_NUMBER, speaker=speaker)

    def cost() -> int:
        settle()
        with CaptureQueriesContext(connection) as captured:
            content(editor_client, "claim", claim.pk)
        return len(captured)

    def grow() -> None:
        rated_false(speaker)
        OtherCheckFactory.create(claim_reviewed=SAID)

    grow()
    few = cost()
    for _ in range(3):
        grow()

    assert cost() == few
