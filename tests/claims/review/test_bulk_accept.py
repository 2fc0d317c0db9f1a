"""Accepting everything that a filter finds."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import Permission
from django.test import Client

from claims.errors import DomainError, NotPermitted
from claims.models import Appearance, Candidate, CandidateState, Claim, ClaimState
from claims.review import bulk
from claims.review.bulk import accept_all, undo_accept_all
from claims.review.leases import take_one
from claims.verification.services import take_step
from newsroom.accounts.models import User
from tests.factories import CandidateFactory, SourceFactory, UserFactory

pytestmark = pytest.mark.django_db

LIST = "/admin/claims/candidate/"


def states() -> list[str]:
    return list(Candidate.objects.order_by("pk").values_list("state", flat=True))


def test_each_becomes_a_claim_as_proposed_and_nothing_else_does(editor: User) -> None:
    speaker = SourceFactory.create()
    first = CandidateFactory.create(kind="fact", speaker=speaker, sourcing="on_the_record")
    CandidateFactory.create(kind="fact")
    other = CandidateFactory.create()

    batch = accept_all(candidates=Candidate.objects.filter(kind="fact"), by=editor)

    assert (batch.count, batch.left) == (2, 0)
    assert states() == ["accepted", "accepted", "pending"]
    first.refresh_from_db()
    assert first.decided_at == batch.moment
    assert first.claim is not None
    assert (first.claim.statement, first.claim.speaker) == (first.statement, speaker)
    assert first.claim.created_by == editor
    assert Claim.objects.count() == Appearance.objects.count() == 2
    assert other.claim is None


def test_what_colleagues_work_on_is_left_to_them(editor: User) -> None:
    taken = CandidateFactory.create()
    CandidateFactory.create()
    take_one(candidate_id=taken.pk, by=UserFactory.create(is_superuser=True))

    batch = accept_all(candidates=Candidate.objects.all(), by=editor)

    assert (batch.count, batch.left) == (1, 1)
    assert states() == ["pending", "accepted"]


def test_too_many_or_without_permission_nothing_happens(
    editor: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    CandidateFactory.create_batch(2)
    with pytest.raises(NotPermitted):
        accept_all(candidates=Candidate.objects.all(), by=UserFactory.create())
    monkeypatch.setattr(bulk, "MOST_CLAIMS", 1)
    with pytest.raises(DomainError, match="more than 1"):
        accept_all(candidates=Candidate.objects.all(), by=editor)
    assert states() == ["pending", "pending"]
    assert not Claim.objects.exists()


def test_it_is_undone_as_a_whole_except_where_somebody_has_worked_on(editor: User) -> None:
    CandidateFactory.create_batch(3)
    batch = accept_all(candidates=Candidate.objects.all(), by=editor)
    worked_on = Claim.objects.order_by("pk")[1]
    take_step(claim_id=worked_on.pk, step="start", by=editor)

    undone = undo_accept_all(moment=batch.moment, by=editor)

    assert (undone.count, undone.left) == (2, 1)
    assert states() == ["pending", "accepted", "pending"]
    assert list(Claim.objects.order_by("pk").values_list("state", flat=True)) == [
        ClaimState.SHELVED,
        ClaimState.CHECKING,
        ClaimState.SHELVED,
    ]
    assert Appearance.objects.get().claim == worked_on
    with pytest.raises(DomainError, match="None of these"):
        undo_accept_all(moment=batch.moment, by=UserFactory.create(is_superuser=True))


def test_the_list_asks_with_the_count_accepts_the_filter_and_undoes_it(
    editor_client: Client,
) -> None:
    CandidateFactory.create_batch(2, kind="opinion", statement="<b>Number</b>")
    CandidateFactory.create()
    assert "Accept all 2 …" in editor_client.get(f"{LIST}?kind__exact=opinion").text
    address = f"{LIST}accept-all/?kind__exact=opinion"
    asked = editor_client.get(address).text
    assert "Accept all 2 pending candidates of this filter?" in asked
    assert "&lt;b&gt;Number" in asked
    assert states() == ["pending"] * 3

    assert "2 accepted." in editor_client.post(address, follow=True).text

    assert states() == ["accepted", "accepted", "pending"]
    moment = Candidate.objects.filter(state=CandidateState.ACCEPTED)[0].decided_at
    assert moment is not None
    undo = f"{LIST}undo-accept-all/?at={moment:%Y-%m-%dT%H:%M:%S.%f}%2B00:00"
    assert "You accepted them together" in editor_client.get(undo).text
    assert "Undone: 2 candidates" in editor_client.post(undo, follow=True).text
    assert states() == ["pending"] * 3
    assert "None of these is accepted any more." in editor_client.post(undo, follow=True).text


@pytest.mark.parametrize("query", ["", "?state=pending", "?kind__exact=", "?o=-3"])
def test_where_nothing_is_filtered_the_list_offers_no_decision_on_all(
    query: str, editor_client: Client
) -> None:
    CandidateFactory.create(statement="Piers grew.", kind="fact")

    html = editor_client.get(LIST + query).text

    assert "Piers grew." in html
    assert "Accept all" not in html
    assert "Reject all" not in html
    for narrowed in ("?q=piers", "?kind__exact=fact&state=pending"):
        html = editor_client.get(LIST + narrowed).text
        assert "Accept all 1 …" in html
        assert "Reject all 1 …" in html


def test_too_many_are_refused_in_words(
    editor_client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    CandidateFactory.create_batch(2)
    monkeypatch.setattr(bulk, "MOST_CLAIMS", 1)
    assert "At most 1 are accepted at once" in editor_client.get(f"{LIST}accept-all/").text
    assert "narrow the filter" in editor_client.post(f"{LIST}accept-all/").text
    assert states() == ["pending", "pending"]


@pytest.mark.parametrize("name", ["accept-all", "undo-accept-all"])
def test_it_is_for_those_who_may_decide(name: str, client: Client) -> None:
    CandidateFactory.create()
    reader = UserFactory.create(is_staff=True)
    reader.user_permissions.add(Permission.objects.get(codename="view_candidate"))
    client.force_login(reader)
    assert client.post(f"{LIST}{name}/").status_code == 403
    assert "Accept all" not in client.get(LIST).text
    assert states() == ["pending"]
