"""Sources over HTTP."""

from __future__ import annotations

import pytest

from sources.models import Source
from tests.factories import AliasFactory, SourceFactory
from tests.newsroom.api.clients import ApiClient, api_client

pytestmark = pytest.mark.django_db


@pytest.fixture
def checker() -> ApiClient:
    return api_client("verification:write")


def test_a_source_is_added_found_and_extended(checker: ApiClient) -> None:
    body = {"kind": "person", "name": "Ana Lund", "affiliations": [{"title": "Minister"}]}

    made = checker.send("/sources", body)

    assert made.status_code == 201
    path = f"/sources/{made.json()['id']}"
    assert checker.send(f"{path}/aliases", {"name": "A. Lund"}).status_code == 201
    assert checker.send(f"{path}/affiliations", {"party": "Harbour"}).status_code == 201
    found = checker.read("/sources?name=a lund&include=aliases,affiliations").json()["results"]
    assert [one["name"] for one in found] == ["Ana Lund"]
    assert len(found[0]["aliases"]) == len(found[0]["affiliations"]) == 2


def test_what_does_not_fit_is_refused(checker: ApiClient) -> None:
    source = SourceFactory.create()
    path = f"/sources/{source.pk}"

    assert checker.send("/sources", {"kind": "unnamed", "name": "x"}).status_code == 422
    assert checker.send(f"{path}/affiliations", {}).status_code == 422
    assert checker.send(f"{path}/aliases", {"name": "…"}).status_code == 422
    dates = {"title": "Mayor", "start": "2024-05-01", "end": "2023-05-01"}
    assert checker.send(f"{path}/affiliations", dates).status_code == 422


def test_two_sources_are_merged(checker: ApiClient) -> None:
    old, new = SourceFactory.create(), SourceFactory.create()
    AliasFactory.create(source=old)

    kept = checker.send(f"/sources/{old.pk}/merge", {"into": new.pk})
    again = checker.send(f"/sources/{old.pk}/merge", {"into": new.pk})
    nobody = checker.send(f"/sources/{new.pk}/merge", {"into": 10**9})

    assert kept.json()["id"] == new.pk
    assert checker.read(f"/sources/{old.pk}").json()["merged_into"] == new.pk
    assert again.status_code == nobody.status_code == 422
    assert again.json()["errors"][0]["pointer"] == "#/into"


def test_a_reader_adds_nothing(reader: ApiClient) -> None:
    assert reader.send("/sources", {"kind": "person", "name": "x"}).status_code == 403
    assert not Source.objects.exists()
