"""One decision serves a story at all its outlets."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone

from claims.errors import DomainError, NotPermitted
from claims.following.families import (
    follow_due,
    follow_family,
    leave_family,
    return_to_family,
    settle_article,
)
from claims.following.services import follow_revision
from claims.models import (
    Appearance,
    Candidate,
    CandidateState,
    ClaimState,
    DecisionReason,
    Flag,
    Lease,
)
from claims.review.bulk import accept_all, reject_all, undo_accept_all, undo_reject_all
from claims.review.services import (
    accept_candidate,
    flag_candidate,
    merge_candidate,
    reject_candidate,
    reopen_candidate,
)
from claims.review.undo import separate_candidate, undo_decision
from newsroom.accounts.models import User
from newsroom.articles.families.models import FamilyMember, NotACopy
from newsroom.articles.families.services import find_family
from newsroom.articles.models import Revision
from tests.claims.test_services import found, proposal, store
from tests.database import while_uncommitted
from tests.factories import CandidateFactory, ClaimFactory, RevisionFactory, UserFactory
from tests.newsroom.articles.families.texts import OTHER, WIRE

pytestmark = pytest.mark.django_db

COST = (
    "Transport Minister Ana Lund said on Monday that the harbour at Brennick will be dredged to "
    "14 metres by 2027, at a cost of 210 million euros."
)

QUAY = "Parliament votes on the plan on 12 May."


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
    accepted, waiting = candidate(copy), candidate(first)
    accept_candidate(candidate_id=accepted.pk, by=editor)
    other, other_waiting = candidate(first, QUAY), candidate(copy, QUAY)
    reject_candidate(candidate_id=other.pk, reason=DecisionReason.PREDICTION, by=editor)
    for revision in (first, copy):
        find_family(revision_id=revision.pk)

    assert follow_due() == 1

    assert now(waiting).state == CandidateState.MERGED
    assert now(other_waiting).state == CandidateState.REJECTED
    assert follow_due() == 0
    assert follow_family(article_id=copy.article_id) == 0


def test_one_that_fails_is_put_off_with_the_reason_and_the_rest_goes_on(editor: User) -> None:
    first = RevisionFactory.create(text=WIRE)
    failing, other = RevisionFactory.create(text=WIRE), RevisionFactory.create(text=WIRE)
    accept_candidate(candidate_id=candidate(first).pk, by=editor)
    broken, waiting = candidate(failing), candidate(other)
    for revision in (first, failing, other):
        find_family(revision_id=revision.pk)
    with connection.cursor() as cursor:
        cursor.execute(
            "CREATE FUNCTION fail() RETURNS trigger AS "
            "'BEGIN RAISE EXCEPTION ''the disk is full''; END' LANGUAGE plpgsql"
        )
        cursor.execute(
            "CREATE TRIGGER fails BEFORE UPDATE ON claims_candidate FOR EACH ROW "
            f"WHEN (NEW.id = {broken.pk}) EXECUTE FUNCTION fail()"
        )

    assert follow_due() == 1

    assert now(waiting).state == CandidateState.MERGED
    assert now(broken).state == CandidateState.PENDING
    member = FamilyMember.objects.get(article=failing.article)
    assert member.followed_at is None
    assert "the disk is full" in member.follow_error
    assert (member.follow_attempts, member.follow_next_at > timezone.now()) == (1, True)
    assert follow_due() == 0, "not before its time"

    with connection.cursor() as cursor:
        cursor.execute(
            "CREATE OR REPLACE FUNCTION fail() RETURNS trigger AS "
            "'BEGIN RETURN NEW; END' LANGUAGE plpgsql"
        )
    FamilyMember.objects.update(follow_next_at=timezone.now())
    assert follow_due() == 1
    assert now(broken).state == CandidateState.MERGED
    member.refresh_from_db()
    assert (member.follow_error, member.followed_at is None) == ("", False)


def test_a_story_that_is_no_copy_leaves_with_what_was_decided_for_it(editor: User) -> None:
    here, there, third = (candidate(story()) for _ in range(3))
    accept_candidate(candidate_id=here.pk, by=editor)
    rejected = [candidate(one.revision, QUAY) for one in (here, there)]
    reject_candidate(candidate_id=rejected[0].pk, reason=DecisionReason.PREDICTION, by=editor)

    assert leave_family(article_id=there.revision.article_id, by=editor) == 1

    assert now(there).state == CandidateState.PENDING
    assert (now(here).state, now(third).state) == (CandidateState.ACCEPTED, CandidateState.MERGED)
    assert now(rejected[1]).state == CandidateState.REJECTED, "the words are the same anywhere"
    assert not Appearance.objects.filter(revision=there.revision).exists()
    assert settle_article(article_id=there.revision.article_id) == 0
    assert FamilyMember.objects.count() == 1
    with pytest.raises(DomainError, match="not on record as a copy"):
        leave_family(article_id=there.revision.article_id, by=editor)
    with pytest.raises(NotPermitted):
        leave_family(article_id=third.revision.article_id, by=UserFactory.create())


def test_a_story_that_is_a_copy_after_all_comes_back_to_what_was_decided(editor: User) -> None:
    here, there = candidate(story()), candidate(story())
    accept_candidate(candidate_id=here.pk, by=editor)
    article = there.revision.article
    with pytest.raises(DomainError, match="Nobody said"):
        return_to_family(article_id=article.pk, by=editor)
    leave_family(article_id=article.pk, by=editor)
    with pytest.raises(NotPermitted):
        return_to_family(article_id=article.pk, by=UserFactory.create())
    assert now(there).state == CandidateState.PENDING

    member = return_to_family(article_id=article.pk, by=editor)

    assert member == FamilyMember.objects.get()
    assert not NotACopy.objects.exists()
    gone = NotACopy.pgh_event_models["delete"].objects.get(pgh_label="delete")  # type: ignore[attr-defined]
    assert gone.pgh_context["user"] == editor.pk
    follow_family(article_id=article.pk)
    assert now(there).state == CandidateState.MERGED
    assert now(there).claim == now(here).claim


def test_a_copy_that_has_changed_since_leaves_with_what_is_on_record_there(editor: User) -> None:
    here, there = candidate(story()), candidate(story())
    accept_candidate(candidate_id=here.pk, by=editor)
    article = there.revision.article
    follow_revision(revision_id=RevisionFactory.create(article=article, number=2, text=WIRE).pk)

    assert leave_family(article_id=article.pk, by=editor) == 0

    assert not FamilyMember.objects.exists()
    assert now(there).state == CandidateState.MERGED
    assert Appearance.objects.filter(revision__article=article).count() == 2


def test_what_was_decided_in_a_story_that_is_no_copy_no_longer_holds_elsewhere(
    editor: User,
) -> None:
    here, there = candidate(story()), candidate(story())
    accept_candidate(candidate_id=there.pk, by=editor)
    assert now(here).state == CandidateState.MERGED

    leave_family(article_id=there.revision.article_id, by=editor)

    assert now(here).state == CandidateState.PENDING
    assert now(there).state == CandidateState.ACCEPTED
    assert Appearance.objects.get().revision == there.revision


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("decision_comes_first", [True, False])
def test_a_story_taken_out_while_a_decision_is_taken_is_not_decided_with_it(
    editor: User, decision_comes_first: bool
) -> None:
    here, there = candidate(story()), candidate(story())

    def decide() -> None:
        accept_candidate(candidate_id=here.pk, by=editor)

    def leave() -> None:
        leave_family(article_id=there.revision.article_id, by=editor)

    steps = (decide, leave) if decision_comes_first else (leave, decide)
    assert while_uncommitted(*steps) is None

    assert now(here).state == CandidateState.ACCEPTED
    assert (now(there).state, now(there).claim) == (CandidateState.PENDING, None)
    assert {one.revision_id for one in Appearance.objects.all()} == {here.revision_id}


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


def flagged(row: Candidate, by: User) -> Flag:
    return flag_candidate(candidate_id=row.pk, note="Ask the port.", by=by)


@pytest.mark.parametrize("decide", ["reject", "reject all", "accept", "accept all", "merge"])
def test_undoing_opens_the_flags_that_the_decision_closed_in_copies(
    editor: User, decide: str
) -> None:
    here, there = candidate(story()), candidate(story())
    own, of_copy = flagged(here, editor), flagged(there, editor)
    earlier = Flag.objects.create(candidate=there, raised_by=editor, closed_at=timezone.now())
    rows = Candidate.objects.filter(pk=here.pk)
    if decide == "reject":
        reject_candidate(candidate_id=here.pk, reason=DecisionReason.OPINION, by=editor)
    elif decide == "accept":
        accept_candidate(candidate_id=here.pk, by=editor)
    elif decide == "merge":
        merge_candidate(candidate_id=here.pk, claim_id=ClaimFactory.create().pk, by=editor)
    elif decide == "reject all":
        batch = reject_all(candidates=rows, reason=DecisionReason.OPINION, by=editor)
    else:
        batch = accept_all(candidates=rows, by=editor)
    assert not Flag.objects.filter(closed_at=None).exists()

    if decide == "reject all":
        undo_reject_all(moment=batch.moment, by=editor)
    elif decide == "accept all":
        undo_accept_all(moment=batch.moment, by=editor)
    else:
        undo_decision(by=editor)

    assert {now(here).state, now(there).state} == {CandidateState.PENDING}
    assert set(Flag.objects.filter(closed_at=None)) == {own, of_copy}
    assert Flag.objects.get(pk=earlier.pk).closed_at is not None, "closed before, by somebody"


def test_taking_a_candidate_out_of_a_claim_takes_its_copies_out_too(editor: User) -> None:
    here, there = candidate(story()), candidate(story())
    flag = flagged(here, editor)
    claim = ClaimFactory.create()
    merge_candidate(candidate_id=here.pk, claim_id=claim.pk, by=editor)
    assert now(there).state == CandidateState.MERGED

    undone = separate_candidate(candidate_id=here.pk, by=editor)

    assert (undone.was, undone.reopened) == (CandidateState.MERGED, 1)
    assert {now(here).state, now(there).state} == {CandidateState.PENDING}
    assert not Appearance.objects.filter(claim=claim).exists()
    assert Flag.objects.get(pk=flag.pk).closed_at is None
    event = now(there).events.latest("pgh_id")  # type: ignore[attr-defined]
    assert event.pgh_context["decision"] == "separate"


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
