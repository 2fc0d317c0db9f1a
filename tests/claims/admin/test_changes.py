"""The page of what changed with its story."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from claims.following.queue import open_moves, open_notices
from claims.following.services import follow_revision
from claims.models import AnchorMove, Appearance, ClaimState, Settled
from newsroom.accounts.models import User
from tests.claims.following.stories import QUAY, SHIPS, TEXT, VALUE, first, later, said_in
from tests.claims.states import claim_in
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db

LINE = "Correction: The ferry contract is worth €221 million, not €212 million."


def changed(
    text: str = TEXT.replace("212", "221"), state: ClaimState = ClaimState.NEW
) -> AnchorMove:
    old = said_in(first(), VALUE, claim_in(state))
    follow_revision(revision_id=later(old.revision, text).pk)
    return AnchorMove.objects.get(appearance=old)


def page(client: Client) -> str:
    return client.get(reverse("changes")).content.decode()


def decide(client: Client, move: AnchorMove, **fields: object) -> str:
    address = reverse("changes_decide", args=[move.pk])
    return client.post(address, fields, follow=True).content.decode()


def test_both_texts_stand_side_by_side_with_the_difference_marked(editor_client: Client) -> None:
    changed(state=ClaimState.PUBLISHED)
    shown = page(editor_client)
    assert "<del>212</del>" in shown
    assert "<ins>221</ins>" in shown
    assert "Mostly false" in shown
    assert "has been marked for recheck" in shown


def test_foreign_text_is_escaped(editor_client: Client) -> None:
    changed(TEXT.replace("212", "221") + "\n\n<script>alert(1)</script>")
    shown = page(editor_client)
    assert "<script>alert(1)" not in shown
    assert "&lt;script&gt;alert(1)" in shown


def test_nothing_waiting_is_said(editor_client: Client) -> None:
    assert "Nothing waits" in page(editor_client)


def test_one_click_keeps_and_one_takes_it_back(editor_client: Client) -> None:
    move = changed()
    assert "Kept at the proposed passage." in decide(editor_client, move, action="keep")
    assert Appearance.objects.filter(revision=move.revision).exists()
    shown = editor_client.post(reverse("changes_undo"), follow=True).content.decode()
    assert "Undone" in shown
    assert open_moves().get() == move


def test_gone_or_at_another_passage(editor_client: Client) -> None:
    one, other = changed(), changed()
    decide(editor_client, one, action="gone")
    start = other.revision.text.index(SHIPS)
    decide(editor_client, other, action="choose", start=start, end=start + len(SHIPS))
    one.refresh_from_db()
    other.refresh_from_db()
    assert one.settled == Settled.GONE
    assert other.became is not None
    assert other.became.exact == SHIPS


@pytest.mark.parametrize(
    "fields",
    [
        {"action": "choose"},
        {"action": "choose", "start": "x", "end": 4},
        {"action": "choose", "start": 4, "end": 99_999},
        {"action": "choose", "start": 9, "end": 2},
        {"action": "burn"},
        {},
    ],
)
def test_nonsense_is_an_answer_and_decides_nothing(
    editor_client: Client, fields: dict[str, object]
) -> None:
    move = changed()
    assert "errornote" in decide(editor_client, move, **fields) or open_moves().get() == move
    assert open_moves().get() == move


def test_what_is_not_there_is_an_answer_too(editor_client: Client) -> None:
    for address in (
        reverse("changes_decide", args=[10**12]),
        reverse("changes_notice", args=[10**12]),
    ):
        answer = editor_client.post(address, {"action": "keep"}, follow=True)
        assert answer.status_code == 200
        assert "There is no such" in answer.content.decode()
    assert editor_client.get(reverse("changes") + "?item=x").status_code == 200
    assert editor_client.get(reverse("changes") + f"?item={10**30}").status_code == 200


def test_a_correction_is_shown_with_its_claim_and_can_send_it_back(editor_client: Client) -> None:
    move = changed(f"{TEXT}\n\n{LINE}", ClaimState.VERIFIED)
    assert move.appearance is not None
    notice = open_notices().get()
    assert LINE in page(editor_client)
    address = reverse("changes_notice", args=[notice.pk])
    editor_client.post(address, {"action": "recheck"})
    move.appearance.claim.refresh_from_db()
    assert move.appearance.claim.state == ClaimState.NEEDS_RECHECK
    assert not open_notices().exists()
    editor_client.post(reverse("changes_undo"))
    assert open_notices().exists()


def test_it_is_for_those_who_decide(client: Client) -> None:
    move = changed()
    client.force_login(UserFactory.create(is_staff=True))
    assert client.get(reverse("changes")).status_code == 403
    address = reverse("changes_decide", args=[move.pk])
    assert client.post(address, {"action": "keep"}).status_code == 403
    assert open_moves().exists()


def test_the_page_costs_the_same_however_much_waits(editor_client: Client, editor: User) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            page(editor_client)
        return len(captured)

    changed(f"{QUAY}\n\n{LINE}")
    page(editor_client)
    before = queries()
    for _ in range(4):
        changed(f"{QUAY}\n\n{LINE}")
    assert queries() == before
