"""Candidates over HTTP, with the decisions as actions."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from claims.models import Candidate, CandidateState, Lease
from tests.factories import CandidateFactory, ClaimFactory, RevisionFactory, UserFactory
from tests.newsroom.api.clients import ApiClient, api_client

pytestmark = pytest.mark.django_db


@pytest.fixture
def decider() -> ApiClient:
    return api_client("decisions:write")


def test_a_candidate_is_accepted_as_reworded(decider: ApiClient) -> None:
    candidate = CandidateFactory.create()

    answer = decider.send(f"/candidates/{candidate.pk}/accept", {"statement": "It stands alone."})

    assert answer.status_code == 201
    assert answer.json()["statement"] == "It stands alone."
    assert answer.json()["created_by"] == decider.user.username
    read = decider.read(f"/candidates/{candidate.pk}").json()
    assert (read["state"], read["claim"]) == ("accepted", answer.json()["id"])


def test_a_second_decision_is_409_with_what_is_possible(decider: ApiClient) -> None:
    candidate = CandidateFactory.create()
    reject = {"reason": "too_vague"}
    assert decider.send(f"/candidates/{candidate.pk}/reject", reject).status_code == 200

    again = decider.send(f"/candidates/{candidate.pk}/accept", {})

    assert again.status_code == 409
    assert again.json()["allowed"] == ["reopen"]
    assert decider.send(f"/candidates/{candidate.pk}/reopen", {}).json()["state"] == "pending"
    assert decider.send(f"/candidates/{candidate.pk}/reopen", {}).status_code == 409


def test_a_candidate_is_merged(decider: ApiClient) -> None:
    candidate, claim = CandidateFactory.create(), ClaimFactory.create()

    merged = decider.send(f"/candidates/{candidate.pk}/merge", {"claim": claim.pk})

    assert merged.json()["id"] == claim.pk
    assert claim.appearances.count() == 1
    missing = CandidateFactory.create()
    answer = decider.send(f"/candidates/{missing.pk}/merge", {"claim": 10**9})
    assert answer.status_code == 404


def test_what_is_on_somebodys_desk_is_left_to_them(decider: ApiClient) -> None:
    candidate = CandidateFactory.create()
    until = timezone.now() + timedelta(minutes=2)
    Lease.objects.create(candidate=candidate, holder=UserFactory.create(), until=until)

    assert decider.send(f"/candidates/{candidate.pk}/accept", {}).status_code == 409
    candidate.refresh_from_db()
    assert candidate.state == CandidateState.PENDING


def test_a_reason_that_is_none_and_a_missing_note_are_422(decider: ApiClient) -> None:
    path = f"/candidates/{CandidateFactory.create().pk}/reject"

    assert decider.send(path, {"reason": "repeats"}).status_code == 422
    assert decider.send(path, {"reason": "other"}).status_code == 422


def test_without_the_scope_no_candidate_is_seen(reader: ApiClient) -> None:
    candidate = CandidateFactory.create()

    for path in (
        "/candidates",
        f"/candidates/{candidate.pk}",
        f"/articles/{candidate.revision.article_id}/candidates",
    ):
        answer = reader.read(path)
        assert answer.status_code == 403
        assert candidate.statement not in answer.text


def test_filters_and_order(decider: ApiClient) -> None:
    low = CandidateFactory.create(score=0.2)
    high = CandidateFactory.create(score=0.9)

    def found(query: str) -> list[int]:
        return [one["id"] for one in decider.read(f"/candidates?{query}").json()["results"]]

    assert found("") == [high.pk, low.pk]
    assert found("min_score=0.5") == [high.pk]
    assert found(f"article={low.revision.article_id}") == [low.pk]
    assert found(f"outlet={high.revision.article.outlet.slug}&state=pending") == [high.pk]
    assert found("state=rejected") == []


def test_by_score_no_row_is_lost_between_pages(decider: ApiClient) -> None:
    for score in (0.1, 0.1, 0.3, 0.1):
        CandidateFactory.create(score=score)

    page = decider.read("/candidates?limit=1&fields=id").json()
    seen = [page["results"][0]["id"]]
    while page["next"]:
        page = decider.get(page["next"]).json()
        seen += [one["id"] for one in page["results"]]

    assert sorted(seen) == sorted(Candidate.objects.values_list("pk", flat=True))


def test_a_page_costs_the_same_for_any_number(
    decider: ApiClient, django_assert_max_num_queries: Any
) -> None:
    revision = RevisionFactory.create()
    for end in range(10, 22):
        CandidateFactory.create(revision=revision, passage=(0, end))
    decider.read("/me")

    with django_assert_max_num_queries(2):
        assert len(decider.read("/candidates?limit=12").json()["results"]) == 12
    with django_assert_max_num_queries(3):
        decider.read(f"/articles/{revision.article_id}/candidates")


def test_the_reason_for_anonymity_needs_its_scope(decider: ApiClient) -> None:
    candidate = CandidateFactory.create(sourcing="unnamed", anonymity_reason="fears for her job")

    assert "fears" not in decider.read(f"/candidates/{candidate.pk}").text
    assert "fears" in api_client("verification:write").read(f"/candidates/{candidate.pk}").text
