"""What waits for one person, on the first page."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import Permission
from django.test import Client
from django.utils import timezone

from claims.comments.services import add_comment
from claims.models import Claim, ClaimState
from claims.verification.second_ratings import ask_second_rating
from claims.work import SHOWN, work_of
from newsroom.accounts.models import User
from tests.claims.states import claim_in
from tests.factories import ClaimFactory, UserFactory

pytestmark = pytest.mark.django_db


def test_a_person_without_work_is_shown_where_there_is_some(editor_client: Client) -> None:
    text = editor_client.get("/admin/").text
    assert "Nothing waits for you" in text
    assert "/admin/board/?assignee=-1" in text


def test_what_is_assigned_comes_with_the_latest_first_to_be_done(editor: User) -> None:
    now = timezone.now()
    undated = ClaimFactory.create(assignee=editor)
    soon = ClaimFactory.create(assignee=editor, due=now + timedelta(days=1))
    late = ClaimFactory.create(assignee=editor, due=now - timedelta(days=1))
    ClaimFactory.create(assignee=UserFactory.create())
    done = claim_in(ClaimState.VERIFIED)
    Claim.objects.filter(pk=done.pk).update(assignee=editor)
    work = work_of(editor)
    assert [task.claim for task in work.assigned] == [late, soon, undated]
    assert [task.is_overdue for task in work.assigned] == [True, False, False]
    assert (work.assigned_count, work.overdue_count) == (3, 1)


def test_one_reviews_what_others_submitted_and_only_with_the_permission(editor: User) -> None:
    claim = claim_in(ClaimState.IN_REVIEW)
    assert claim.submitted_by is not None
    assert [task.claim for task in work_of(editor).to_review] == [claim]
    submitter = User.objects.get(pk=claim.submitted_by.pk)
    submitter.user_permissions.add(Permission.objects.get(codename="verify_claim"))
    assert work_of(User.objects.get(pk=submitter.pk)).to_review == []
    assert work_of(UserFactory.create()).to_review == []


def test_a_second_rating_that_is_asked_for_is_work(editor: User) -> None:
    claim = claim_in(ClaimState.IN_REVIEW)
    rater = UserFactory.create(is_superuser=True)
    ask_second_rating(claim_id=claim.pk, rater_id=rater.pk, by=editor)
    (task,) = work_of(rater).to_rate
    assert (task.claim, task.by) == (claim, editor)
    assert work_of(editor).to_rate == []


def test_a_mention_waits_until_it_is_read(editor_client: Client, editor: User) -> None:
    claim = ClaimFactory.create()
    bo = UserFactory.create(is_superuser=True)
    add_comment(claim_id=claim.pk, text="<i>@editor</i>, which year?", by=bo)
    page = editor_client.get("/admin/")
    assert "&lt;i&gt;@editor&lt;/i&gt;, which year?" in page.text
    (mention,) = page.context["work"].mentions
    editor_client.post(f"/admin/comments/mentions/{mention.pk}/read/")
    assert work_of(editor).is_empty


def test_much_work_costs_what_little_does(editor: User, django_assert_max_num_queries: Any) -> None:
    bo = UserFactory.create(is_superuser=True)
    for _ in range(SHOWN + 1):
        claim = ClaimFactory.create(assignee=editor, due=timezone.now())
        add_comment(claim_id=claim.pk, text="@editor", by=bo)
        claim_in(ClaimState.IN_REVIEW)
    with django_assert_max_num_queries(8):
        work = work_of(editor)
        assert [task.by for task in work.to_review]
        assert [mention.comment.author for mention in work.mentions]
    assert len(work.assigned) == len(work.to_review) == len(work.mentions) == SHOWN
    assert work.assigned_count == SHOWN + 1
