"""Clients with tokens of any scope."""

from __future__ import annotations

import pytest

from tests.newsroom.api.clients import ApiClient, api_client


@pytest.fixture
def reader(db: None) -> ApiClient:
    return api_client("read")


@pytest.fixture
def everything(db: None) -> ApiClient:
    """A token that may do all there is, as a user who may, too."""
    return api_client("admin", permissions=["claims.verify_claim", "claims.publish_claim"])
