"""One decision serves a story at all its outlets."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from claims.following.families import follow_due, follow_family, settle_article
from claims.models import (
    Appearance,
    Candidate,
    CandidateState,
    ClaimState,
    DecisionReason,
    Lease,
)
from claims.review.bulk import accept_all, reject_all, undo_accept_all, undo_reject_all
from claims.review.services import accept_candidate, reject_candidate, reopen_candidate
from claims.review.undo import separate_candidate, undo_decision
from newsroom.accounts.models import User
from newsroom.articles.families.models import FamilyMember
from newsroom.articles.families.services import find_family
from newsroom.articles.models import Revision
from tests.claims.test_services import found, proposal, store
from tests.factories import CandidateFactory, RevisionFactory, UserFactory
from tests.newsroom.articles.families.texts import OTHER, WIRE

pytestmark = pytest.mark.django_db

COST = (
    "Transport Minister Ana Lund said on Monday that the harbour at Brennick will be dredged to "
    "14 metres by 2027, at a cost of 210 million euros."
)


def story(text: str = WIRE) -> Revision:
    revision = RevisionFactory.create(text=text)
    find_family(revision_id=revision.pk)
    return revision


def candidate(revision: Revision, passage: str = COST) -> Candidate:
    start = revision.text.index(passage)
    return CandidateFactory.create(revision=revision, passage=(start, start + len(passage)))


def now(row: Candidate) -> Candidate:
    return Candidate.objects.get(pk=row.pk)


def test_accepting_settles_the_same_passage_in_the_copy_as_an_appearance_there(
    editor: User,
) -> None:
    here, there = candidate(story()), candidate(story())

    claim = accept_candidate(candidate_id=here.pk, by=editor)

    settled = now(there)
    assert (settled.state, settled.claim, settled.remembered_from) == (
        CandidateState.MERGED,
        claim,
        now(here),
    )
    assert (settled.decided_by, settled.decision_reason) == (editor, DecisionReason.REPEATS)
    outlets = {one.revision.article.outlet_id for one in Appearance.objects.filter(claim=claim)}
    assert outlets == {here.revision.article.outlet_id, there.revision.article.outlet_id}
    event = settled.events.latest("pgh_id")  # type: ignore[attr-defined]
    assert event.pgh_context["decision"] == "family"


def test_rejecting_settles_the_copy_too(editor: User) -> None:
    here, there = candidate(story()), candidate(story())

    reject_candidate(candidate_id=here.pk, reason=DecisionReason.TOO_VAGUE, by=editor)

    settled = now(there)
    assert settled.state == CandidateState.REJECTED
    assert (settled.decision_reason, settled.remembered_from) == (
        DecisionReason.TOO_VAGUE,
        now(here),
    )


def test_a_story_that_is_no_copy_is_left_alone(editor: User) -> None:
    here, elsewhere = candidate(story()), candidate(story(COST + "\n\n" + OTHER))

    accept_candidate(candidate_id=here.pk, by=editor)

    assert now(elsewhere).state == CandidateState.PENDING


@pytest.mark.parametrize(
    ("was", "reads"),
    [
        ("14 metres", "16 metres"),
        ("will be dredged", "will not be dredged"),
        ("Ana Lund said", "Ana Brandt said"),
        ("will be dredged", "could be dredged"),
    ],
)
def test_a_passage_that_was_edited_in_meaning_stays_pending(
    editor: User, was: str, reads: str
) -> None:
    here = candidate(story())
    passage = COST.replace(was, reads)
    there = candidate(story(WIRE.replace(COST, passage)), passage)

    accept_candidate(candidate_id=here.pk, by=editor)

    assert FamilyMember.objects.count() == 1
    assert now(there).state == CandidateState.PENDING


def test_the_same_words_put_into_a_denial_stay_pending(editor: User) -> None:
    part = "traffic had risen by 9 percent since 2019"
    here = candidate(story(), part)
    denied = WIRE.replace("Lund told reporters in Corvale that", "Lund denied in Corvale that")
    there = candidate(story(denied), part)

    accept_candidate(candidate_id=here.pk, by=editor)

    assert now(there).state == CandidateState.PENDING


def test_a_copy_that_comes_later_arrives_decided(editor: User) -> None:
    here = candidate(story())
    claim = accept_candidate(candidate_id=here.pk, by=editor)
    copy = story()

    store(copy, found(proposal(0, len(COST))))

    arrived = Candidate.objects.get(revision=copy)
    assert (arrived.state, arrived.claim) == (CandidateState.MERGED, claim)
    assert Appearance.objects.filter(claim=claim, revision=copy).count() == 1


def test_what_was_decided_before_the_family_was_found_is_carried_over_both_ways(
    editor: User,
) -> None:
    first, copy = RevisionFactory.create(text=WIRE), RevisionFactory.create(text=WIRE)
    quay = "Parliament votes on the plan on 12 May."
    accepted, waiting = candidate(copy), candidate(first)
    accept_candidate(candidate_id=accepted.pk, by=editor)
    other, other_waiting = candidate(first, quay), candidate(copy, quay)
    reject_candidate(candidate_id=other.pk, reason=DecisionReason.PREDICTION, by=editor)
    for revision in (first, copy):
        find_family(revision_id=revision.pk)

    assert follow_due() == 1

    assert now(waiting).state == CandidateState.MERGED
    assert now(other_waiting).state == CandidateState.REJECTED
    assert follow_due() == 0
    assert follow_family(article_id=copy.article_id) == 0


def test_what_a_colleague_has_on_the_desk_is_left_to_them(editor: User) -> None:
    here, there = candidate(story()), candidate(story())
    Lease.objects.create(
        candidate=there, holder=UserFactory.create(), until=timezone.now() + timedelta(minutes=5)
    )

    accept_candidate(candidate_id=here.pk, by=editor)

    assert now(there).state == CandidateState.PENDING


def test_undoing_takes_back_what_the_decision_settled(editor: User) -> None:
    here, there = candidate(story()), candidate(story())
    claim = accept_candidate(candidate_id=here.pk, by=editor)

    undone = undo_decision(by=editor)

    assert undone.reopened == 1
    assert {now(here).state, now(there).state} == {CandidateState.PENDING}
    assert not Appearance.objects.exists()
    claim.refresh_from_db()
    assert claim.state == ClaimState.SHELVED


def test_undoing_in_bulk_takes_back_what_the_decisions_settled(editor: User) -> None:
    here, there = candidate(story()), candidate(story())
    rows = Candidate.objects.filter(pk=here.pk)

    batch = accept_all(candidates=rows, by=editor)
    assert now(there).state == CandidateState.MERGED
    undo_accept_all(moment=batch.moment, by=editor)
    assert now(there).state == CandidateState.PENDING

    batch = reject_all(candidates=rows, reason=DecisionReason.OPINION, by=editor)
    assert now(there).state == CandidateState.REJECTED
    undo_reject_all(moment=batch.moment, by=editor)
    assert {now(here).state, now(there).state} == {CandidateState.PENDING}


def test_what_a_person_took_out_again_is_not_settled_a_second_time(editor: User) -> None:
    here, there = candidate(story()), candidate(story())
    accept_candidate(candidate_id=here.pk, by=editor)
    separate_candidate(candidate_id=there.pk, by=editor)

    assert settle_article(article_id=there.revision.article_id) == 0
    assert now(there).state == CandidateState.PENDING
    assert Appearance.objects.count() == 1


def test_a_remembered_rejection_that_was_reopened_stays_open(editor: User) -> None:
    here, there = candidate(story()), candidate(story())
    reject_candidate(candidate_id=here.pk, reason=DecisionReason.TOO_VAGUE, by=editor)
    reopen_candidate(candidate_id=there.pk, by=editor)

    assert settle_article(article_id=there.revision.article_id) == 0
    assert now(there).state == CandidateState.PENDING


def test_a_claim_that_was_undone_is_not_followed(editor: User) -> None:
    here, there = candidate(story()), candidate(story())
    accept_candidate(candidate_id=here.pk, by=editor)
    undo_decision(by=editor)

    assert settle_article(article_id=there.revision.article_id) == 0


def test_the_work_of_a_decision_outside_families_is_three_queries(
    editor: User, django_assert_num_queries: Any
) -> None:
    from claims.following.families import settle_siblings

    lone = candidate(story())

    with django_assert_num_queries(4):  # two of them open and close the savepoint
        settle_siblings(candidate_ids=[lone.pk], by_id=editor.pk)
