"""Requests that are refused before any page sees them."""

from __future__ import annotations

import pytest
from django.test import Client

PAGES = ("/admin/claims/candidate/", "/admin/claims/claim/", "/admin/sources/source/")


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize("query", ["?q=%00", "?state=%00", "?kind__exact=a%00b"])
def test_a_nul_in_the_query_is_a_bad_request(editor_client: Client, page: str, query: str) -> None:
    assert editor_client.get(page + query).status_code == 400


def test_a_nul_in_the_path_is_a_bad_request(editor_client: Client) -> None:
    assert editor_client.get("/admin/%00/").status_code == 400


def test_a_query_that_only_speaks_of_it_is_fine(editor_client: Client) -> None:
    assert editor_client.get("/admin/sources/source/?q=100%25").status_code == 200
