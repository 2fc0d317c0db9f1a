"""Fact checks over HTTP: what is published, and no more than this reader may see of it."""

from __future__ import annotations

from typing import Any

import pytest

from claims.api.fact_checks import _without_details_of_unnamed
from claims.models import ClaimState
from claims.publishing.models import FactCheck
from claims.publishing.services import publish
from tests.claims.publishing.published import WORDING, boss, published, verified_claim
from tests.claims.states import claim_in
from tests.factories import AffiliationFactory, AppearanceFactory, SourceFactory
from tests.newsroom.api.clients import ApiClient, api_client

pytestmark = pytest.mark.django_db


def ids(answer: Any) -> list[int]:
    assert answer.status_code == 200, answer.text
    return [one["id"] for one in answer.json()["results"]]


def of_unnamed() -> FactCheck:
    """A check in which nobody but a data set is named."""
    clerk = SourceFactory.create(kind="unnamed", name="", descriptor="a clerk in the port office")
    claim = verified_claim(
        speaker=clerk,
        affiliation=AffiliationFactory.create(source=clerk, title="Clerk of the third quay"),
        evidence={"source": clerk},
    )
    AppearanceFactory.create(
        claim=claim,
        sourcing="unnamed",
        speaker_name="a clerk who asked not to be named",
        anonymity_reason="fears for her job",
    )
    AppearanceFactory.create(claim=claim, speaker=SourceFactory.create(name="Ana Lund"))
    return publish(claim_id=claim.pk, wording=WORDING, by=boss())


def test_what_an_unnamed_source_is_called_needs_the_scope(reader: ApiClient) -> None:
    check = of_unnamed()
    path = f"/fact-checks/{check.pk}?include=body,claim_review"
    everything = api_client("verification:write").read(path)

    answer = reader.read(path)

    for words in ("clerk", "fears for her job", "third quay"):
        assert words not in answer.text.lower()
    assert "a clerk in the port office" in everything.text
    assert "third quay" not in everything.text, "nor is it anywhere in what is published"
    body = answer.json()["body"]
    assert [one["said_by"] for one in body["appearances"]] == ["", "Ana Lund"]
    assert [one["source"] for one in body["evidence"]] == [""]
    assert body["speaker"]["kind"] == "unnamed"
    assert body["speaker"]["id"] == 0
    assert "author" not in answer.json()["claim_review"]["itemReviewed"]


def test_a_body_that_does_not_say_who_is_unnamed_is_taken_for_one_that_names_nobody(
    reader: ApiClient,
) -> None:
    claim = claim_in(ClaimState.VERIFIED)
    AppearanceFactory.create(claim=claim, speaker_name="a port official", sourcing="unnamed")
    check = publish(claim_id=claim.pk, wording=WORDING, by=boss())
    stored = FactCheck.objects.get(pk=check.pk).body
    for one in (*stored["appearances"], *stored["evidence"]):
        del one["unnamed"]

    body = _without_details_of_unnamed(stored)

    assert body["appearances"][0]["said_by"] == ""
    assert reader.read(f"/fact-checks/{check.pk}").status_code == 200


def test_filters_do_not_tell_what_answers_do_not_show(reader: ApiClient) -> None:
    check = of_unnamed()
    clerk = check.speaker_id
    withdrawn = FactCheck.objects.get(claim=claim_in(ClaimState.WITHDRAWN, rating=check.rating))

    assert ids(reader.read(f"/fact-checks?speaker={clerk}")) == []
    assert ids(api_client("verification:write").read(f"/fact-checks?speaker={clerk}")) == [check.pk]
    assert ids(reader.read(f"/fact-checks?rating={check.rating.slug}")) == [check.pk]
    assert withdrawn.pk in ids(reader.read("/fact-checks"))


def test_a_named_speaker_is_found(reader: ApiClient) -> None:
    speaker = SourceFactory.create(name="Ana Lund")
    check = published(speaker=speaker)

    assert ids(reader.read(f"/fact-checks?speaker={speaker.pk}")) == [check.pk]
