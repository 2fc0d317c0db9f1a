"""The board's page, and its answers to the script."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth.models import Permission
from django.test import Client
from django.urls import reverse

from claims.board.columns import PAGE, load_card
from claims.models import Claim, ClaimState, ClaimTransition
from claims.publishing.models import FactCheck
from claims.verification.services import take_step
from newsroom.accounts.models import User
from tests.claims.states import claim_in
from tests.factories import ClaimFactory, UserFactory

pytestmark = pytest.mark.django_db

BOARD = "/admin/board/"


def step(client: Client, claim: Claim, name: str, **fields: Any) -> dict[str, Any]:
    data = {"step": name, "version": claim.version, **fields}
    answer = client.post(f"{BOARD}step/{claim.pk}/", data)
    assert answer.status_code == 200
    result: dict[str, Any] = answer.json()
    return result


def stored(claim: Claim) -> Claim:
    return Claim.objects.get(pk=claim.pk)


def test_an_empty_board_says_so(editor_client: Client) -> None:
    page = editor_client.get(BOARD)
    assert page.status_code == 200
    assert page.text.count("Nothing here.") == 5


def test_foreign_text_is_shown_and_not_obeyed(editor_client: Client) -> None:
    ClaimFactory.create(statement="<script>alert(1)</script>\u202e")
    text = editor_client.get(BOARD).text
    assert "<script>alert(1)" not in text
    assert "&lt;script&gt;alert(1)" in text


@pytest.mark.parametrize(
    "query", ["assignee=x", "assignee=-7", "outlet=99999999999999999999", "topic=" + "x" * 999]
)
def test_a_filter_that_cannot_be_read_is_none(editor_client: Client, query: str) -> None:
    ClaimFactory.create(statement="Ships were counted.")
    page = editor_client.get(f"{BOARD}?{query}")
    assert page.status_code == 200
    assert "Ships were counted." in page.text


def test_more_brings_the_cards_that_follow(editor_client: Client) -> None:
    first = ClaimFactory.create()
    ClaimFactory.create_batch(PAGE)
    page = editor_client.get(BOARD).text
    assert f"/admin/board/more/new/?offset={PAGE}" in page
    assert f'id="card-{first.pk}"' not in page
    more = editor_client.get(f"{BOARD}more/new/?offset={PAGE}").text
    assert f'id="card-{first.pk}"' in more
    assert "data-more" not in more


def test_more_of_what_is_no_state_is_not_found(editor_client: Client) -> None:
    assert editor_client.get(f"{BOARD}more/lost/").status_code == 404
    assert editor_client.get(f"{BOARD}more/new/?offset=-1x").status_code == 200


def test_a_move_takes_the_step(editor_client: Client, editor: User) -> None:
    claim = ClaimFactory.create()
    claim.refresh_from_db()
    answer = step(editor_client, claim, "start")
    assert (answer["ok"], answer["state"]) == (True, "checking")
    assert 'data-state="checking"' in answer["card"]
    assert ClaimTransition.objects.get().by == editor


def test_a_comment_goes_with_the_step_that_needs_it(editor_client: Client) -> None:
    claim = claim_in(ClaimState.IN_REVIEW)
    refused = step(editor_client, claim, "return")
    assert not refused["ok"]
    assert "needs a comment" in refused["message"]
    assert step(editor_client, claim, "return", comment="Which table?")["ok"]
    last = ClaimTransition.objects.filter(claim=claim).first()
    assert last is not None
    assert last.comment == "Which table?"


@pytest.mark.parametrize(
    ("name", "state"),
    [
        ("publish", ClaimState.VERIFIED),
        # Published again after a recheck, or corrected: the record for readers is there already, so
        # that no rule of the database stands in the way.
        ("correct", ClaimState.CORRECTED),
        ("withdraw", ClaimState.PUBLISHED),
    ],
)
def test_what_readers_see_is_asked_for_by_its_form_and_not_done_by_the_board(
    editor_client: Client, name: str, state: ClaimState
) -> None:
    claim = claim_in(state)
    before = list(FactCheck.objects.values())
    card = load_card(claim_id=claim.pk, viewer=UserFactory.create(is_superuser=True))
    assert card is not None
    pages = {move["name"]: move["page"] for move in card.moves}
    assert pages[name] == reverse("publishing_step", args=[name, claim.pk])
    assert pages.get("recheck") == ""

    answer = step(editor_client, claim, name, comment="Because.")

    assert not answer["ok"]
    assert "form of its own" in answer["message"]
    assert stored(claim).state == state
    assert list(FactCheck.objects.values()) == before
    assert not ClaimTransition.objects.filter(claim=claim).exists()


def test_a_closed_gate_says_what_is_missing_and_moves_nothing(editor_client: Client) -> None:
    claim = ClaimFactory.create()
    take_step(claim_id=claim.pk, step="start", by=UserFactory.create(is_superuser=True))
    answer = step(editor_client, stored(claim), "submit")
    assert not answer["ok"]
    assert "a rating" in answer["message"]
    assert answer["state"] == "checking"
    assert answer["page"] == f"/admin/claims/claim/{claim.pk}/change/"
    assert stored(claim).state == ClaimState.CHECKING


def test_who_loses_a_race_hears_what_the_other_did(editor_client: Client) -> None:
    claim = ClaimFactory.create()
    claim.refresh_from_db()
    other = UserFactory.create(username="quick", is_superuser=True)
    take_step(claim_id=claim.pk, step="shelve", comment="Old", by=other)
    answer = step(editor_client, claim, "start")
    assert not answer["ok"]
    assert "Somebody changed this claim" in answer["message"]
    assert "It is shelved now; quick took the last step." in answer["message"]
    assert answer["state"] == "shelved"
    assert stored(claim).state == ClaimState.SHELVED


@pytest.mark.parametrize("data", [{}, {"step": "start"}, {"step": "start", "version": "x"}])
def test_a_step_that_cannot_be_read_changes_nothing(
    editor_client: Client, data: dict[str, str]
) -> None:
    claim = ClaimFactory.create()
    answer = editor_client.post(f"{BOARD}step/{claim.pk}/", data).json()
    assert not answer["ok"]
    assert stored(claim).state == ClaimState.NEW


def test_permissions_are_asked_for(client: Client) -> None:
    claim = ClaimFactory.create()
    guest = UserFactory.create(is_staff=True)
    client.force_login(guest)
    assert client.get(BOARD).status_code == 403
    assert client.post(f"{BOARD}step/{claim.pk}/", {}).status_code == 403
    guest.user_permissions.add(Permission.objects.get(codename="view_claim"))
    assert client.get(BOARD).status_code == 200
    claim.refresh_from_db()
    told = step(client, claim, "start")["message"]
    assert told == "“Start checking” is for checkers, editors and administrators."
    assert stored(claim).state == ClaimState.NEW


def test_a_claim_that_is_not_there_is_not_found(editor_client: Client) -> None:
    data = {"step": "start", "version": 1}
    assert editor_client.post(f"{BOARD}step/999/", data).status_code == 404
    assert editor_client.post(f"{BOARD}step/999/", {}).status_code == 404


def test_the_page_costs_the_same_however_much_is_on_it(
    editor_client: Client, django_assert_max_num_queries: Any
) -> None:
    ClaimFactory.create_batch(PAGE)
    for state in (ClaimState.IN_REVIEW, ClaimState.VERIFIED, ClaimState.PUBLISHED):
        claim_in(state)
    with django_assert_max_num_queries(9):
        editor_client.get(BOARD)
