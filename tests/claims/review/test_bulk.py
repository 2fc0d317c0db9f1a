"""Rejecting everything that a filter finds."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.apps import apps
from django.contrib.auth.models import Permission
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from claims.errors import DomainError, NotPermitted
from claims.models import Candidate, CandidateState, DecisionReason
from claims.review import bulk
from claims.review.bulk import reject_all, undo_reject_all
from claims.review.leases import take_one
from claims.review.services import accept_candidate, reopen_candidate
from newsroom.accounts.models import User
from tests.factories import CandidateFactory, UserFactory

pytestmark = pytest.mark.django_db

LIST = "/admin/claims/candidate/"
REASON = DecisionReason.NOT_WORTH_IT


def editor(**fields: str) -> User:
    user = UserFactory.create(**fields)
    user.user_permissions.add(
        Permission.objects.get(content_type__app_label="claims", codename="change_candidate")
    )
    return user


def pending() -> set[int]:
    rows = Candidate.objects.filter(state=CandidateState.PENDING)
    return set(rows.values_list("pk", flat=True))


def test_all_that_is_found_is_rejected_and_nothing_else() -> None:
    mia = editor(username="mia")
    first, second = CandidateFactory.create(kind="opinion"), CandidateFactory.create(kind="opinion")
    other = CandidateFactory.create()
    decided = CandidateFactory.create(kind="opinion")
    accept_candidate(candidate_id=decided.pk, by=mia)

    batch = reject_all(candidates=Candidate.objects.filter(kind="opinion"), reason=REASON, by=mia)

    assert (batch.count, batch.left) == (2, 0)
    assert pending() == {other.pk}
    for row in (first, second):
        row.refresh_from_db()
        assert (row.state, row.decided_by, row.decision_reason) == ("rejected", mia, REASON)
        assert row.decided_at == batch.moment
    decided.refresh_from_db()
    assert decided.state == CandidateState.ACCEPTED
    events = apps.get_model("claims", "CandidateEvent").objects.filter(pgh_obj=first)
    assert events.latest("pgh_id").pgh_context["username"] == "mia"


def test_it_is_undone_as_a_whole_except_what_was_changed_since() -> None:
    mia = editor()
    rows = [CandidateFactory.create() for _ in range(3)]
    batch = reject_all(candidates=Candidate.objects.all(), reason=REASON, by=mia)
    reopen_candidate(candidate_id=rows[0].pk, by=mia)
    copy = CandidateFactory.create(
        state=CandidateState.REJECTED,
        decided_by=mia,
        decided_at=batch.moment,
        decision_reason=REASON,
        remembered_from=rows[1],
    )

    assert undo_reject_all(moment=batch.moment, by=mia) == 3

    assert pending() == {*(row.pk for row in rows), copy.pk}
    with pytest.raises(DomainError, match="None of these"):
        undo_reject_all(moment=batch.moment, by=mia)


def test_nobody_undoes_what_others_rejected() -> None:
    CandidateFactory.create()
    batch = reject_all(candidates=Candidate.objects.all(), reason=REASON, by=editor())

    with pytest.raises(DomainError):
        undo_reject_all(moment=batch.moment, by=editor())
    assert not pending()


def test_what_a_colleague_has_on_their_desk_is_left_to_them() -> None:
    held, free = CandidateFactory.create(), CandidateFactory.create()
    take_one(candidate_id=held.pk, by=editor())

    batch = reject_all(candidates=Candidate.objects.all(), reason=REASON, by=editor())

    assert (batch.count, batch.left) == (1, 1)
    assert pending() == {held.pk}
    assert free.pk not in pending()


def test_it_needs_a_reason_a_permission_and_a_bound(monkeypatch: pytest.MonkeyPatch) -> None:
    CandidateFactory.create()
    CandidateFactory.create()
    rows = Candidate.objects.all()
    with pytest.raises(DomainError, match="not a reason"):
        reject_all(candidates=rows, reason=DecisionReason.REPEATS, by=editor())
    with pytest.raises(DomainError, match="in the note"):
        reject_all(candidates=rows, reason=DecisionReason.OTHER, by=editor())
    with pytest.raises(NotPermitted):
        reject_all(candidates=rows, reason=REASON, by=UserFactory.create())
    with pytest.raises(NotPermitted):
        undo_reject_all(moment=timezone.now(), by=UserFactory.create())
    monkeypatch.setattr(bulk, "MOST", 1)
    with pytest.raises(DomainError, match="narrow the filter"):
        reject_all(candidates=rows, reason=REASON, by=editor())
    assert len(pending()) == 2


def test_it_costs_the_same_queries_for_any_number() -> None:
    counts = []
    for number in (2, 12):
        for _ in range(number):
            CandidateFactory.create()
        by = editor()
        with CaptureQueriesContext(connection) as captured:
            reject_all(candidates=Candidate.objects.all(), reason=REASON, by=by)
        counts.append(len(captured))

    assert counts[0] == counts[1]


def test_the_list_asks_with_the_count_rejects_the_filter_and_undoes_it(
    editor_client: Client,
) -> None:
    for number in range(60):  # more than a page
        CandidateFactory.create(kind="opinion", statement=f"Number {number}")
    other = CandidateFactory.create()
    shown = editor_client.get(f"{LIST}?kind__exact=opinion").content.decode()
    assert "Reject all 60 …" in shown
    address = f"{LIST}reject-all/?kind__exact=opinion"
    asked = editor_client.get(address).content.decode()
    assert "Reject all 60 pending candidates of this filter?" in asked
    refused = editor_client.post(address, {"reason": "other", "note": ""}).content.decode()
    assert "Say in the note" in refused
    assert len(pending()) == 61

    done = editor_client.post(address, {"reason": "opinion", "note": ""}, follow=True)

    assert "60 rejected." in done.content.decode()
    assert pending() == {other.pk}
    moment = Candidate.objects.filter(state="rejected").values_list("decided_at", flat=True)[0]
    undo = f"{LIST}undo-reject-all/"
    at = {"at": moment.isoformat()}
    assert "Make 60 candidates pending" in editor_client.get(undo, at).content.decode()
    again = editor_client.post(f"{undo}?at={moment:%Y-%m-%dT%H:%M:%S.%f}%2B00:00", follow=True)
    assert "Undone: 60 candidates" in again.content.decode()
    assert len(pending()) == 61


@pytest.mark.parametrize("at", ["", "nonsense", "2026-13-45T00:00:00+00:00", "2026-01-01T00:00:00"])
def test_an_undo_of_nothing_says_so(at: str, editor_client: Client) -> None:
    shown = editor_client.get(f"{LIST}undo-reject-all/", {"at": at}).content.decode()

    assert "nothing left to undo" in shown


def test_a_moment_of_nothing_is_refused_in_words(editor_client: Client) -> None:
    moment = (timezone.now() - timedelta(days=1)).isoformat()
    response = editor_client.post(
        f"{LIST}undo-reject-all/?at={moment.replace('+', '%2B')}", follow=True
    )

    assert "None of these is rejected any more." in response.content.decode()


@pytest.mark.parametrize("name", ["reject-all", "undo-reject-all"])
def test_it_is_for_those_who_may_decide(name: str) -> None:
    CandidateFactory.create()
    reader = UserFactory.create(is_staff=True)
    reader.user_permissions.add(Permission.objects.get(codename="view_candidate"))
    client = Client()
    client.force_login(reader)

    assert client.post(f"{LIST}{name}/", {"reason": "opinion"}).status_code == 403
    assert "Reject all" not in client.get(LIST).content.decode()
    assert len(pending()) == 1
