"""What the board shows, to whom, and at what cost."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from claims.board.columns import AT_WORK, NOBODY, PAGE, Column, Filter, load_board, load_more
from claims.board.topics import topics
from claims.models import Claim, ClaimState
from newsroom.accounts.models import User
from tests.claims.states import claim_in
from tests.factories import AppearanceFactory, ArticleFactory, ClaimFactory, UserFactory

pytestmark = pytest.mark.django_db


def board(viewer: User, **limits: Any) -> dict[str, Column]:
    columns = load_board(limits=Filter(**limits), viewer=viewer, states=AT_WORK)
    return {column.state.value: column for column in columns}


def shown(column: Column) -> list[Claim]:
    return [card.claim for card in column.cards]


def test_each_claim_is_in_the_column_of_its_state(editor: User) -> None:
    new, review = ClaimFactory.create(), claim_in(ClaimState.IN_REVIEW)
    claim_in(ClaimState.SHELVED)
    columns = board(editor)
    assert shown(columns["new"]) == [new]
    assert shown(columns["in_review"]) == [review]
    assert (columns["shelved"].count, columns["shelved"].cards) == (1, [])
    assert columns["published"].count == 0


def test_what_is_due_first_is_on_top_and_overdue_is_marked(editor: User) -> None:
    now = timezone.now()
    later = ClaimFactory.create(due=now + timedelta(days=1))
    undated, newest = ClaimFactory.create_batch(2)
    late = ClaimFactory.create(due=now - timedelta(days=1))
    column = board(editor)["new"]
    assert shown(column) == [late, later, newest, undated]
    assert [card.is_overdue for card in column.cards] == [True, False, False, False]


def test_a_column_shows_a_page_and_knows_that_there_is_more(editor: User) -> None:
    claims = ClaimFactory.create_batch(PAGE + 3)
    column = board(editor)["new"]
    assert shown(column) == claims[:2:-1]
    assert (column.count, column.next_offset) == (PAGE + 3, PAGE)
    rest = load_more(state=ClaimState.NEW, offset=PAGE, limits=Filter(), viewer=editor)
    assert shown(rest) == claims[2::-1]
    assert rest.next_offset is None


def test_filters_leave_out_what_was_not_asked_for(editor: User) -> None:
    ana = UserFactory.create()
    mine = ClaimFactory.create(assignee=ana)
    sports = ArticleFactory.create(section="sports")
    made = AppearanceFactory.create(revision__article=sports, claim__assignee=editor)
    AppearanceFactory.create(claim=made.claim, revision__article__section="world")
    nobodys = ClaimFactory.create()
    assert shown(board(editor, assignee=ana.pk)["new"]) == [mine]
    assert shown(board(editor, assignee=NOBODY)["new"]) == [nobodys]
    assert shown(board(editor, topic="sports")["new"]) == [made.claim]
    assert shown(board(editor, outlet=sports.outlet_id)["new"]) == [made.claim]
    # Both of the same story.
    assert shown(board(editor, outlet=sports.outlet_id, topic="world")["new"]) == []
    assert board(editor, topic="sports")["new"].count == 1


def test_a_card_knows_the_steps_of_whoever_looks(editor: User) -> None:
    ClaimFactory.create()
    (card,) = board(editor)["new"].cards
    assert {(one["name"], one["comment"], one["whyNot"]) for one in card.moves} == {
        ("start", False, ""),
        ("shelve", True, ""),
    }
    (card,) = board(UserFactory.create())["new"].cards
    assert all(" is for " in str(one["whyNot"]) for one in card.moves)


def test_the_topics_are_the_sections_of_stories(django_assert_num_queries: Any) -> None:
    for section in ("sports", "", "economy", "sports"):
        ArticleFactory.create(section=section)
    with django_assert_num_queries(1):
        assert topics() == ["economy", "sports"]


def test_the_board_costs_the_same_however_much_is_on_it(
    editor: User, django_assert_num_queries: Any
) -> None:
    for number in range(2):
        for state in AT_WORK:
            claim = claim_in(state)
            Claim.objects.filter(pk=claim.pk).update(assignee=UserFactory.create())
            AppearanceFactory.create(claim=claim)
        with django_assert_num_queries(4):
            columns = load_board(limits=Filter(), viewer=editor, states=AT_WORK)
            assert all(str(card.claim.assignee) for one in columns for card in one.cards)
        assert sum(len(column.cards) for column in columns) == 5 * (number + 1)
