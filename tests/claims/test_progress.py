"""How reviewing goes, in figures."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.utils import timezone

from claims.models import Candidate, CandidateState, DecisionReason
from claims.progress import DAYS, ENOUGH, progress_for
from claims.review.services import accept_candidate, reject_candidate
from newsroom.accounts.models import User
from newsroom.articles.models import Revision
from tests.factories import CandidateFactory, RevisionFactory, UserFactory

pytestmark = pytest.mark.django_db

NOON = datetime.fromisoformat("2026-03-10T12:00:00+00:00")


@pytest.fixture(autouse=True)
def _noon() -> Any:
    with time_machine.travel(NOON, tick=False):
        yield


def decide(by: User, at: datetime, *, accept: bool, **fields: Any) -> Candidate:
    candidate: Candidate = CandidateFactory.create(**fields)
    with time_machine.travel(at, tick=False):
        if accept:
            accept_candidate(candidate_id=candidate.pk, by=by)
        else:
            reject_candidate(candidate_id=candidate.pk, reason=DecisionReason.OPINION, by=by)
    return candidate


def test_before_the_first_decision_it_says_what_will_be_here(editor_client: Client) -> None:
    assert progress_for(UserFactory.create()).is_empty
    assert "Nobody has decided on a candidate yet." in editor_client.get("/admin/").text


def test_decisions_are_counted_by_day_and_by_person(editor: User) -> None:
    other = UserFactory.create(is_superuser=True)
    decide(editor, NOON - timedelta(hours=2), accept=True)
    decide(other, NOON - timedelta(hours=1), accept=False)
    decide(other, NOON - timedelta(days=1), accept=False)
    decide(other, NOON - timedelta(days=DAYS), accept=False)
    progress = progress_for(editor)
    assert (progress.today, progress.today_by_me) == (2, 1)
    assert len(progress.days) == DAYS
    assert [(day.accepted, day.rejected) for day in progress.days[-2:]] == [(0, 1), (1, 1)]
    assert sum(day.total for day in progress.days) == 3


def test_what_was_undone_or_remembered_is_no_decision(editor: User) -> None:
    first = decide(editor, NOON, accept=False)
    again = CandidateFactory.create()
    Candidate.objects.filter(pk=again.pk).update(
        state=CandidateState.REJECTED,
        decided_by=editor,
        decided_at=NOON,
        decision_reason=DecisionReason.OPINION,
        remembered_from=first,
    )
    assert progress_for(editor).today == 1


def test_the_median_leaves_out_pauses_and_what_was_done_at_once(editor: User) -> None:
    other = UserFactory.create(is_superuser=True)
    for at in (0, 0.5, 4, 4, 10, 18, 26, 34, 36, 38, 46, 4000, 4008, 4016):
        decide(editor, NOON - timedelta(hours=3) + timedelta(seconds=at), accept=True)
    decide(other, NOON - timedelta(hours=3), accept=True)
    progress = progress_for(other)
    # Of 2, 2, 3.5, 6, 8, 8, 8, 8, 8 and 8 seconds.
    assert progress.median_seconds == 8
    assert progress.my_median_seconds is None


def test_a_median_is_told_only_of_enough_decisions(editor: User) -> None:
    for number in range(ENOUGH):
        decide(editor, NOON - timedelta(hours=3) + timedelta(seconds=5 * number), accept=True)
    few = progress_for(editor)
    assert (few.median_seconds, few.my_median_seconds) == (None, None)
    decide(editor, NOON - timedelta(hours=3) + timedelta(seconds=5 * ENOUGH), accept=True)
    enough = progress_for(editor)
    assert (enough.median_seconds, enough.my_median_seconds) == (5, 5)


def test_what_a_program_decided_at_once_tells_no_time(editor: User) -> None:
    for number in range(2 * ENOUGH):
        decide(editor, NOON - timedelta(hours=3) + timedelta(seconds=number / 10), accept=True)
    assert progress_for(editor).median_seconds is None


def test_rates_are_those_of_extractor_versions_and_outlets(editor: User) -> None:
    first: Revision = RevisionFactory.create(article__outlet__name="The Post")
    for start in (0, 1, 2):
        decide(
            editor, NOON, accept=start > 0, revision=first, passage=(start, 70),
            extractor="rules", extractor_version="2",
        )  # fmt: skip
    decide(editor, NOON, accept=False, extractor_version="1")
    progress = progress_for(editor)
    assert [(one.name, one.accepted, one.decided) for one in progress.by_extractor] == [
        ("rules 2", 2, 3),
        ("rules 1", 0, 1),
    ]
    assert progress.by_outlet[0].name == "The Post"
    assert progress.by_outlet[0].percent == 67


def test_it_costs_four_queries(editor: User, django_assert_num_queries: Any) -> None:
    for number in range(3):
        decide(editor, NOON - timedelta(days=number), accept=True)
    with django_assert_num_queries(4):
        progress_for(editor)


def test_the_page_shows_it_to_those_who_may_see_candidates(
    editor_client: Client, client: Client, editor: User
) -> None:
    decide(editor, timezone.now(), accept=True)
    page = editor_client.get("/admin/").text
    assert "Decided today" in page
    assert "10 Mar: 1 accepted, 0 rejected." in page
    client.force_login(UserFactory.create(is_staff=True))
    page = client.get("/admin/").text
    assert "Decided today" not in page
    assert "My work" not in page
