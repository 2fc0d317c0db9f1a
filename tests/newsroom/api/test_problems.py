"""Errors: one shape everywhere, and nothing that is not for others to know."""

from __future__ import annotations

import json
import logging

import pytest
from django.test import Client
from rest_framework import serializers

from newsroom.api import pages
from newsroom.api.problems import KINDS, handle
from tests.newsroom.api.clients import ApiClient

pytestmark = pytest.mark.django_db


def test_an_unknown_address_is_a_problem_too() -> None:
    for path in ("/api/nothing", "/api/v1/", "/api/v1/claims/12/nothing"):
        answer = Client().get(path)
        assert answer.status_code == 404
        assert answer.json()["type"] == "/api/problems/not-found"


def test_each_type_says_what_it_means() -> None:
    for kind, known in KINDS.items():
        body = Client().get(f"/api/problems/{kind}").json()
        assert (body["status"], body["meaning"]) == (known.status, known.meaning)
    assert Client().get("/api/problems/none").status_code == 404


def test_an_unexpected_error_has_a_reference_and_no_internals(
    reader: ApiClient, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(*args: object) -> None:
        raise RuntimeError("the password is swordfish")

    monkeypatch.setattr(pages, "grant_of", broken)
    with caplog.at_level(logging.ERROR):
        answer = reader.get("/api/v1/me")

    assert answer.status_code == 500
    assert "swordfish" not in answer.text
    assert answer.json()["reference"] in caplog.text


def test_an_unknown_parameter_is_named(reader: ApiClient) -> None:
    answer = reader.get("/api/v1/me?verbose=1")

    assert answer.status_code == 422
    assert answer.json()["errors"][0]["parameter"] == "verbose"


def test_another_method_is_a_problem(reader: ApiClient) -> None:
    assert reader.delete("/api/v1/me").json()["type"] == "/api/problems/method-not-allowed"
    assert reader.options("/api/v1/me").status_code == 405


def test_a_nul_in_the_address_is_a_problem_in_the_same_shape(reader: ApiClient) -> None:
    answer = reader.get("/api/v1/me?q=%00")

    assert answer.status_code == 400
    assert answer.json()["type"] == "/api/problems/unreadable"


def test_errors_in_nested_input_point_to_their_place() -> None:
    error = serializers.ValidationError(
        {"items": {2: {"a/b": ["wrong"]}}, "non_field_errors": ["all of it"], "tags": [[], ["no"]]}
    )

    body = json.loads(json.dumps(handle(error, {}).data))

    assert body["errors"] == [
        {"detail": "wrong", "pointer": "#/items/2/a~1b"},
        {"detail": "all of it", "pointer": "#"},
        {"detail": "no", "pointer": "#/tags/1"},
    ]
