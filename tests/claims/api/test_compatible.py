"""Clients of ClaimBuster and of Google's API only change their base URL; and extraction."""

from __future__ import annotations

import json
from datetime import date
from typing import Any
from urllib.parse import quote

import pytest
from django.test import Client

from claims.models import Claim, ClaimState
from tests.claims.publishing.published import at_the_end_of_the_transaction
from tests.claims.states import claim_in
from tests.factories import SourceFactory
from tests.newsroom.api.clients import ApiClient, api_client

pytestmark = pytest.mark.django_db

TEXT = "Traffic rose by 9 percent in 2025, Sen. Ana Lund of the U.S. House said. She smiled."
BUSTER = "/api/claimbuster/api/v2/score/text/"
GOOGLE = "/api/factchecktools/v1alpha1/claims:search"


def score(client: ApiClient, path: str, text: str) -> Any:
    headers = {"x-api-key": client.secret}
    body = json.dumps({"input_text": text})
    return Client().post(BUSTER + path, body, content_type="application/json", headers=headers)


class TestClaimBuster:
    def test_sentences_are_scored_in_order(self, reader: ApiClient) -> None:
        body = score(reader, "sentences/", TEXT).json()

        assert set(body) == {"version", "claim", "results"}
        assert body["claim"] == TEXT
        assert [one["index"] for one in body["results"]] == [0, 1]
        assert body["results"][1]["text"] == "She smiled."
        assert body["results"][0]["score"] > body["results"][1]["score"]

    def test_a_text_has_the_score_of_its_best_sentence(self, reader: ApiClient) -> None:
        whole = score(reader, "", TEXT).json()["results"]
        parts = score(reader, "sentences", TEXT).json()["results"]

        assert len(whole) == 1
        assert whole[0]["score"] == max(one["score"] for one in parts)

    def test_the_text_may_stand_in_the_path(self, reader: ApiClient) -> None:
        headers = {"x-api-key": reader.secret}
        path = quote("Is 3/4 of it true?", safe="")

        for part in ("", "sentences/"):
            answer = Client().get(f"{BUSTER}{part}{path}", headers=headers)
            assert answer.json()["claim"] == "Is 3/4 of it true?"

    def test_no_key_is_refused_and_no_text_too(self, reader: ApiClient) -> None:
        assert Client().get(f"{BUSTER}x").status_code == 401
        assert score(reader, "", " ").status_code == 422


class TestGoogle:
    def search(self, client: ApiClient, **parameters: Any) -> Any:
        return Client().get(GOOGLE, {"key": client.secret, **parameters})

    def test_published_checks_in_googles_shape(self, reader: ApiClient) -> None:
        claim = claim_in(
            ClaimState.PUBLISHED,
            statement="Ferry traffic doubled.",
            speaker=SourceFactory.create(name="Ana Lund"),
            as_of=date(2026, 2, 3),
        )
        claim_in(ClaimState.VERIFIED, statement="Ferry prices doubled.")
        claim_in(ClaimState.WITHDRAWN, statement="Ferry crews doubled.")

        body = self.search(reader, query="ferry", languageCode="en-GB").json()

        assert set(body) == {"claims"}
        (found,) = body["claims"]
        assert (found["text"], found["claimant"]) == (claim.statement, "Ana Lund")
        assert found["claimDate"] == "2026-02-03T00:00:00Z"
        (review,) = found["claimReview"]
        assert review["url"].endswith(f"/checks/{claim.fact_check.slug}/")
        assert review["textualRating"] == "Mostly false"
        assert set(review) == {
            *("publisher", "url", "title", "reviewDate", "textualRating", "languageCode")
        }

    def test_nothing_found_is_an_empty_object(self, reader: ApiClient) -> None:
        claim_in(ClaimState.PUBLISHED, statement="Ferry traffic doubled.")

        for parameters in (
            {"query": "submarine"},
            {"query": "ferry", "languageCode": "fr"},
            {"query": "ferry", "reviewPublisherSiteFilter": "elsewhere.example"},
        ):
            assert self.search(reader, **parameters).json() == {}
        assert "claims" in self.search(reader, reviewPublisherSiteFilter="localhost").json()
        assert "claims" in self.search(reader, query="ferry", maxAgeDays=1).json()

    def test_pages_by_token_with_all_else_the_same(self, reader: ApiClient) -> None:
        for number in range(3):
            claim_in(ClaimState.PUBLISHED, statement=f"Ferry {number} sank.")

        first = self.search(reader, query="ferry", pageSize=2).json()
        token = first["nextPageToken"]
        second = self.search(reader, query="ferry", pageSize=2, pageToken=token).json()
        other = self.search(reader, query="boat", pageSize=2, pageToken=token)

        assert (len(first["claims"]), len(second["claims"])) == (2, 1)
        assert "nextPageToken" not in second
        assert other.status_code == 422
        assert len(self.search(reader, query="ferry", offset=2).json()["claims"]) == 1

    @pytest.mark.parametrize(
        "parameters",
        [
            *({}, {"query": "x", "pageSize": 0}, {"query": "x", "pageToken": "e30"}),
            {"query": "x", "maxAgeDays": "old"},
        ],
    )
    def test_what_makes_no_sense_is_422(self, reader: ApiClient, parameters: Any) -> None:
        assert self.search(reader, **parameters).status_code == 422

    def test_work_after_publication_is_not_found_by_its_words(self, reader: ApiClient) -> None:
        claim = claim_in(ClaimState.PUBLISHED, statement="Ferry traffic doubled.")
        at_the_end_of_the_transaction()
        for state in (ClaimState.NEEDS_RECHECK, ClaimState.CHECKING):
            Claim.objects.filter(pk=claim.pk).update(state=state)
        Claim.objects.filter(pk=claim.pk).update(statement="Submarine traffic doubled.")

        assert self.search(reader, query="submarine").json() == {}
        (found,) = self.search(reader, query="ferry").json()["claims"]
        assert found["text"] == "Ferry traffic doubled."

    def test_a_key_is_needed(self) -> None:
        assert Client().get(GOOGLE, {"query": "x"}).status_code == 401


class TestExtract:
    def test_spans_fit_the_text_and_nothing_is_stored(self, django_assert_num_queries: Any) -> None:
        client = api_client("decisions:write")
        client.read("/me")

        with django_assert_num_queries(1):
            body = client.send("/extract", {"text": TEXT}).json()

        assert body["candidates"]
        for one in (*body["candidates"], *body["sentences"]):
            assert TEXT[one["start"] : one["end"]].strip()

    def test_too_long_is_413_and_a_token_that_reads_is_not_enough(self, reader: ApiClient) -> None:
        client = api_client("decisions:write")

        assert client.send("/extract", {"text": "x" * 200_001}).status_code == 413
        assert client.send("/extract", {"text": ""}).status_code == 422
        assert reader.send("/extract", {"text": TEXT}).status_code == 403
