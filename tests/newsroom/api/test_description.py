"""The description is that of the code, its examples work, and its pages need no network."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from django.contrib.staticfiles import finders
from django.core.management import call_command
from django.test import Client

from claims.models import ClaimState
from tests.claims.states import claim_in
from tests.factories import CandidateFactory, ClaimFactory, FeedFactory, OutletFactory
from tests.newsroom.api.clients import ApiClient, api_client

COMMITTED = Path(__file__).resolve().parents[3] / "docs" / "openapi.yaml"


@pytest.fixture(scope="module")
def generated(tmp_path_factory: pytest.TempPathFactory) -> str:
    file = tmp_path_factory.mktemp("schema") / "openapi.yaml"
    call_command("spectacular", file=str(file), validate=True, fail_on_warn=True)
    return file.read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def described(generated: str) -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load(generated)
    return found


def test_what_is_committed_is_what_the_code_says(generated: str) -> None:
    assert generated == COMMITTED.read_text(encoding="utf-8"), (
        "Run `manage.py spectacular --file docs/openapi.yaml` and commit it."
    )


def operations(described: dict[str, Any]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    for path, methods in described["paths"].items():
        for method, operation in methods.items():
            yield path, method, operation


def test_it_is_31_and_each_operation_names_its_problems(described: dict[str, Any]) -> None:
    assert described["openapi"] == "3.1.0"
    for path, method, operation in operations(described):
        where = f"{method} {path}"
        assert {"401", "403", "422", "429", "default"} <= set(operation["responses"]), where
        assert operation["security"], where
        if method in ("post", "patch"):
            names = {one["name"] for one in operation["parameters"]}
            assert "Idempotency-Key" in names, where


def test_no_body_takes_a_state(described: dict[str, Any]) -> None:
    for name, schema in described["components"]["schemas"].items():
        if name.endswith("Request"):
            assert "state" not in schema.get("properties", {}), name


@pytest.mark.django_db
def test_each_example_is_accepted(described: dict[str, Any], everything: ApiClient) -> None:
    OutletFactory.create(slug="harbour-post")
    sent = 0
    for path, method, operation in operations(described):
        content = operation.get("requestBody", {}).get("content", {})
        for kind, media in content.items():
            for example in media.get("examples", {}).values():
                address = path.replace("{id}", str(_row_for(path).pk)) if "{id}" in path else path
                if kind == "application/ninjs+json":
                    address += "?outlet=harbour-post"
                client: Any = api_client("admin")
                client.defaults["HTTP_X_API_KEY"] = client.secret
                answer = getattr(client, method)(
                    address, _json(example["value"]), content_type=kind
                )
                assert answer.status_code in (200, 201), f"{path}: {answer.text}"
                sent += 1
    assert sent >= 8


def _json(value: Any) -> bytes:
    return json.dumps(value).encode()


def _row_for(path: str) -> Any:
    if "/candidates/" in path:
        return CandidateFactory.create()
    if "/feeds/" in path:
        return FeedFactory.create()
    return claim_in(ClaimState.CHECKING) if "evidence" in path else ClaimFactory.create()


@pytest.mark.django_db
class TestPages:
    def test_the_pages_are_for_those_who_are_signed_in(self, editor_client: Client) -> None:
        assert Client().get("/api/docs/").status_code == 302
        page = editor_client.get("/api/docs/")
        assert page.status_code == 200
        policy = page["Content-Security-Policy"]
        assert "'unsafe-eval'" not in policy

    def test_they_are_dark_where_the_reader_s_machine_is(self, editor_client: Client) -> None:
        page = editor_client.get("/api/docs/").text
        assert '<meta name="color-scheme" content="light dark">' in page
        for name in ("api/docs.css", "api/docs.js"):
            assert name in page
            found = finders.find(name)
            assert found is not None
            assert "prefers-color-scheme: dark" in Path(found).read_text()

    def test_nothing_of_them_comes_from_elsewhere(self, editor_client: Client) -> None:
        page = editor_client.get("/api/docs/").text
        assert "//cdn" not in page
        assert "https://" not in page
        script = editor_client.get("/api/docs/?script=")
        assert script.status_code == 200
        assert "/api/schema/" in script.text

    def test_the_description_itself_is_open(self) -> None:
        assert "openapi: 3.1.0" in Client().get("/api/schema/").text
