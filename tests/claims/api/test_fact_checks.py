"""Fact checks over HTTP: what is published, and no more than this reader may see of it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pgtrigger
import pytest

from claims.models import ClaimState
from claims.publishing.models import FactCheck
from claims.publishing.services import publish
from sources.models import Source
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


def of_former_version(check: FactCheck) -> FactCheck:
    """As it was published when a body did not say yet who is unnamed."""
    body = check.body
    for one in (*body["appearances"], *body["evidence"]):
        del one["unnamed"]
    with pgtrigger.ignore("publishing.FactCheck:factcheck_changes_with_a_correction"):
        FactCheck.objects.filter(pk=check.pk).update(body=body)
    return check


def test_where_a_body_does_not_say_who_is_unnamed_the_claim_tells(reader: ApiClient) -> None:
    office = SourceFactory.create(name="Statistics Office")
    unnamed = of_former_version(of_unnamed())
    claim = verified_claim(evidence={"source": office})
    AppearanceFactory.create(claim=claim, speaker=SourceFactory.create(name="Ana Lund"))
    wording = replace(WORDING, slug="named")
    named = of_former_version(publish(claim_id=claim.pk, wording=wording, by=boss()))

    told = reader.read("/fact-checks?include=body&fields=id")
    bodies = {one["id"]: one["body"] for one in told.json()["results"]}

    for words in ("clerk", "fears for her job", "third quay"):
        assert words not in told.text.lower()
    assert [one["said_by"] for one in bodies[unnamed.pk]["appearances"]] == ["", "Ana Lund"]
    assert [one["source"] for one in bodies[unnamed.pk]["evidence"]] == [""]
    assert "Ana Lund" in [one["said_by"] for one in bodies[named.pk]["appearances"]]
    assert [one["source"] for one in bodies[named.pk]["evidence"]] == ["Statistics Office"]


def test_who_is_found_no_more_in_the_claim_of_a_former_body_is_not_named(
    reader: ApiClient,
) -> None:
    check = of_former_version(of_unnamed())
    check.claim.appearances.update(speaker_name="Somebody Else")
    Source.objects.filter(kind="unnamed").update(descriptor="a guard")

    assert "clerk" not in reader.read(f"/fact-checks/{check.pk}?include=body").text.lower()


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


def test_a_withdrawn_check_is_gone_with_the_reason_and_lists_still_tell_of_it(
    reader: ApiClient,
) -> None:
    check = FactCheck.objects.get(claim=claim_in(ClaimState.WITHDRAWN))

    answer = reader.read(f"/fact-checks/{check.pk}?include=body,claim_review")

    assert (answer.status_code, answer.json()["detail"]) == (410, check.withdrawal_reason)
    assert answer.json()["url"].endswith(f"/checks/{check.slug}/")
    assert check.body["rating"]["label"] not in answer.text
    assert check.pk in ids(reader.read("/fact-checks"))
