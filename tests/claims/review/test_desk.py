"""The desk's services: queues, leases, skipping, flagging, undoing, adding."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.apps import apps
from django.conf import settings
from django.contrib.auth.models import Permission
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from claims.errors import AlreadyDecided, ChangedMeanwhile, DomainError, HeldByAnother, NotPermitted
from claims.models import (
    Appearance,
    Candidate,
    CandidateState,
    Claim,
    ClaimState,
    ClaimTransition,
    DecisionReason,
    Flag,
    Lease,
    Skip,
)
from claims.models.choices import StatementKind
from claims.review import desk as reading
from claims.review.additions import AlreadyCandidate, add_candidate
from claims.review.leases import release, renew, take_next, take_one
from claims.review.queues import Order, Queue, waiting
from claims.review.repeats import search_claims
from claims.review.services import (
    accept_candidate,
    flag_candidate,
    merge_candidate,
    reject_candidate,
    skip_candidate,
)
from claims.review.speakers import source_of_speaker
from claims.review.undo import LAST, undo_decision
from claims.services import _supersede_earlier
from newsroom.accounts.models import User
from newsroom.articles.models import Article
from sources.models import Affiliation
from sources.services import find_sources
from tests.database import at_once, while_uncommitted
from tests.factories import (
    AliasFactory,
    AppearanceFactory,
    ArticleFactory,
    CandidateFactory,
    ClaimFactory,
    EvidenceFactory,
    RevisionFactory,
    SourceFactory,
    UserFactory,
)
from tests.matching import settle

pytestmark = pytest.mark.django_db


def editor(**fields: Any) -> User:
    """Somebody who may decide on candidates and nothing else."""
    user = UserFactory.create(**fields)
    user.user_permissions.add(
        Permission.objects.get(content_type__app_label="claims", codename="change_candidate")
    )
    return user


def next_one(by: User, queue: Queue | None = None, **more: Any) -> int | None:
    return next(iter(take_next(queue=queue or Queue(), count=1, by=by, **more)), None)


def run_out(*leases: Lease) -> None:
    Lease.objects.filter(pk__in=[one.pk for one in leases]).update(
        until=timezone.now() - timedelta(seconds=1)
    )


# -- queues -----------------------------------------------------------------------------------


def test_the_best_comes_first_and_only_what_is_pending() -> None:
    low = CandidateFactory.create(score=0.2)
    high = CandidateFactory.create(score=0.9)
    CandidateFactory.create(score=0.95, state=CandidateState.SUPERSEDED)

    assert take_next(queue=Queue(), count=5, by=editor()) == [high.pk, low.pk]


def test_the_newest_or_the_most_uncertain_comes_first_when_asked_for() -> None:
    sure = CandidateFactory.create(score=0.99)
    unsure = CandidateFactory.create(score=0.55)
    unlikely = CandidateFactory.create(score=0.1)

    newest = take_next(queue=Queue(order=Order.NEWEST), count=5, by=editor())
    Lease.objects.all().delete()
    uncertain = take_next(queue=Queue(order=Order.UNCERTAIN), count=5, by=editor())

    assert newest == [unlikely.pk, unsure.pk, sure.pk]
    assert uncertain == [unsure.pk, unlikely.pk, sure.pk]


def test_a_queue_is_limited_to_outlet_speaker_and_kind() -> None:
    speaker = SourceFactory.create()
    wanted = CandidateFactory.create(speaker=speaker, kind=StatementKind.PROMISE)
    outlet = wanted.revision.article.outlet
    other_kind = CandidateFactory.create(speaker=speaker, revision__article__outlet=outlet)
    CandidateFactory.create(kind=StatementKind.PROMISE)
    by = editor()

    for queue, expected in (
        (Queue(outlet=outlet.pk), {wanted.pk, other_kind.pk}),
        (Queue(speaker=speaker.pk), {wanted.pk, other_kind.pk}),
        (Queue(speaker=speaker.pk, kind=StatementKind.PROMISE), {wanted.pk}),
    ):
        assert set(take_next(queue=queue, count=5, by=by)) == expected


def test_a_queue_is_limited_to_the_stories_of_a_section() -> None:
    wanted = CandidateFactory.create(revision__article__section="Ports & Ships")
    CandidateFactory.create(revision__article__section="Sport")
    CandidateFactory.create()
    moved = CandidateFactory.create(revision__article__section="Ports & Ships")
    Article.objects.filter(pk=moved.revision.article_id).update(section="Sport")

    queue = Queue(section="Ports & Ships", outlet=wanted.outlet_id)
    assert take_next(queue=Queue(section="Ports & Ships"), count=5, by=editor()) == [wanted.pk]
    Lease.objects.all().delete()
    assert take_next(queue=queue, count=5, by=editor()) == [wanted.pk]
    assert take_next(queue=Queue(section="Weather"), count=5, by=editor()) == []


def test_a_story_is_worked_through_in_the_order_of_its_text() -> None:
    revision = RevisionFactory.create()
    second = CandidateFactory.create(revision=revision, passage=(72, 137), score=0.9)
    first = CandidateFactory.create(revision=revision, passage=(0, 70), score=0.1)
    CandidateFactory.create()

    queue = Queue(order=Order.STORY, article=revision.article_id)

    assert take_next(queue=queue, count=5, by=editor()) == [first.pk, second.pk]


def test_the_outlet_is_filled_in_by_the_database() -> None:
    revision = RevisionFactory.create()
    template = CandidateFactory.build(revision=revision)
    Candidate.objects.bulk_create([template])

    assert Candidate.objects.get().outlet == revision.article.outlet


PLANS = [
    (Queue(), "candidate_queue"),
    (Queue(order=Order.NEWEST), "candidate_newest"),
    (Queue(order=Order.UNCERTAIN), "candidate_uncertain"),
    (Queue(outlet=-1), "candidate_queue_outlet"),
    (Queue(speaker=-1), "candidate_queue_speaker"),
    (Queue(kind="promise"), "candidate_queue_kind"),
    (Queue(order=Order.FLAGGED), "flag_open"),
    (Queue(order=Order.MINE), "flag_open_for"),
]


@pytest.mark.parametrize(("queue", "index"), PLANS, ids=[index for _, index in PLANS])
def test_each_queue_can_be_read_from_an_index(queue: Queue, index: str) -> None:
    """Without sorting, that is: the first rows cost the same in a large table."""
    with connection.cursor() as cursor:
        # The table is empty, and the planner would as soon read another one.
        for _, other in PLANS[:6]:
            if other != index:
                cursor.execute(f"DROP INDEX {other}")
        cursor.execute(
            "SET LOCAL enable_seqscan = off; SET LOCAL enable_sort = off; "
            "SET LOCAL enable_bitmapscan = off; SET LOCAL enable_hashjoin = off; "
            "SET LOCAL enable_mergejoin = off"
        )
    plan = waiting(queue, by=editor())[:3].explain()

    assert f" {index} " in plan, plan
    assert "Sort  (" not in plan.replace("Incremental Sort", ""), plan


# -- leases -----------------------------------------------------------------------------------


def test_what_one_editor_has_nobody_else_is_given() -> None:
    first, second = CandidateFactory.create(score=0.9), CandidateFactory.create(score=0.8)
    mia, ola = editor(), editor()

    assert next_one(mia) == first.pk
    assert next_one(ola) == second.pk
    assert next_one(ola, leave_out=[second.pk]) is None
    assert next_one(mia) == first.pk  # still hers


def test_a_lease_that_has_run_out_is_free() -> None:
    candidate = CandidateFactory.create()
    mia, ola = editor(), editor()
    next_one(mia)
    run_out(Lease.objects.get())

    assert next_one(ola) == candidate.pk

    lease = Lease.objects.get()
    assert (lease.holder, lease.taken_from) == (ola, None)


def test_working_on_holds_a_candidate_for_longer() -> None:
    candidate = CandidateFactory.create()
    mia = editor()
    next_one(mia)
    run_out(Lease.objects.get())

    assert renew(candidate_ids=[candidate.pk], by=mia) == []

    left = Lease.objects.get().until - timezone.now()
    assert settings.DESK_LEASE - timedelta(seconds=10) < left <= settings.DESK_LEASE


def test_who_lost_a_candidate_is_told_so() -> None:
    taken, decided = CandidateFactory.create(), CandidateFactory.create()
    mia, ola = editor(username="mia"), editor(username="ola")
    take_next(queue=Queue(), count=2, by=mia)
    take_one(candidate_id=taken.pk, take_over=True, by=ola)
    reject_candidate(candidate_id=decided.pk, reason=DecisionReason.OPINION, by=ola)

    lost = {
        one.candidate_id: one.why for one in renew(candidate_ids=[taken.pk, decided.pk], by=mia)
    }

    assert lost == {
        taken.pk: "ola works on this one now.",
        decided.pk: "Rejected by ola meanwhile.",
    }
    assert Lease.objects.get().holder == ola


def test_a_candidate_is_taken_over_only_on_demand_and_visibly() -> None:
    candidate = CandidateFactory.create()
    mia, ola = editor(username="mia"), editor(username="ola")
    next_one(mia)

    with pytest.raises(HeldByAnother, match="mia works on this one"):
        take_one(candidate_id=candidate.pk, by=ola)
    take_one(candidate_id=candidate.pk, take_over=True, by=ola)

    lease = Lease.objects.get()
    assert (lease.holder, lease.taken_from) == (ola, mia)
    with pytest.raises(HeldByAnother, match="ola took this candidate over"):
        accept_candidate(candidate_id=candidate.pk, heed_lease=True, by=mia)
    assert not Claim.objects.exists()


def test_one_who_does_not_ask_for_leases_can_still_decide() -> None:
    """From the story page or the list; the desk then says that it is decided."""
    candidate = CandidateFactory.create()
    next_one(editor())

    accept_candidate(candidate_id=candidate.pk, by=editor())

    assert not Lease.objects.exists()


def test_what_is_given_back_is_free() -> None:
    candidate = CandidateFactory.create()
    mia, ola = editor(), editor()
    next_one(mia)
    release(candidate_ids=[candidate.pk], by=ola)
    assert next_one(ola) is None

    release(candidate_ids=[candidate.pk], by=mia)

    assert next_one(ola) == candidate.pk


def test_the_database_refuses_a_second_lease() -> None:
    candidate = CandidateFactory.create()
    take_one(candidate_id=candidate.pk, by=editor())

    with pytest.raises(IntegrityError), transaction.atomic():
        Lease.objects.create(candidate=candidate, holder=editor(), until=timezone.now())


def test_who_may_not_decide_is_given_nothing() -> None:
    candidate = CandidateFactory.create()
    nobody = UserFactory.create()

    with pytest.raises(NotPermitted):
        take_one(candidate_id=candidate.pk, by=nobody)
    with pytest.raises(NotPermitted):
        take_next(queue=Queue(), count=1, by=nobody)
    assert not Lease.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_two_who_ask_at_the_same_moment_get_different_candidates() -> None:
    for _ in range(12):
        CandidateFactory.create()
    people = [editor() for _ in range(4)]

    def take(by: User) -> Any:
        return lambda: take_next(queue=Queue(), count=3, by=by)

    given = at_once(*(take(one) for one in people))

    keys = [key for one in given for key in one]
    assert len(keys) == len(set(keys)) == 12


@pytest.mark.django_db(transaction=True)
def test_one_who_comes_while_the_other_is_not_done_yet_passes_by() -> None:
    first, second = CandidateFactory.create(score=0.9), CandidateFactory.create(score=0.8)
    mia, ola = editor(), editor()

    with transaction.atomic():
        assert next_one(mia) == first.pk
        (other,) = at_once(lambda: next_one(ola))

    assert other == second.pk


@pytest.mark.django_db(transaction=True)
def test_two_who_want_the_same_one_do_not_both_get_it() -> None:
    candidate = CandidateFactory.create()
    mia, ola = editor(username="mia"), editor(username="ola")

    outcome = while_uncommitted(
        lambda: take_one(candidate_id=candidate.pk, by=mia),
        lambda: take_one(candidate_id=candidate.pk, by=ola),
    )

    assert isinstance(outcome, HeldByAnother)
    assert Lease.objects.get().holder == mia


# -- skipping and flagging --------------------------------------------------------------------


def test_skipping_hides_a_candidate_from_this_person_for_a_while() -> None:
    candidate = CandidateFactory.create()
    mia, ola = editor(), editor()
    next_one(mia)

    skip_candidate(candidate_id=candidate.pk, by=mia)

    assert next_one(mia) is None
    assert next_one(ola) == candidate.pk
    Lease.objects.all().delete()
    Skip.objects.update(until=timezone.now() - timedelta(seconds=1))
    assert next_one(mia) == candidate.pk
    candidate.refresh_from_db()
    assert candidate.state == CandidateState.PENDING


def test_a_flagged_candidate_waits_for_the_colleague() -> None:
    candidate = CandidateFactory.create()
    mia, ola, eva = editor(username="mia"), editor(username="ola"), editor()
    next_one(mia)

    flag_candidate(candidate_id=candidate.pk, colleague_id=ola.pk, note=" Is it? ", by=mia)

    assert next_one(mia) is None
    assert next_one(eva, Queue(order=Order.MINE)) is None
    assert next_one(ola, Queue(order=Order.MINE)) == candidate.pk
    Lease.objects.all().delete()
    assert next_one(eva, Queue(order=Order.FLAGGED)) == candidate.pk
    flag = Flag.objects.get()
    assert (flag.raised_by, flag.colleague, flag.note) == (mia, ola, "Is it?")
    event = apps.get_model("claims", "FlagEvent").objects.get()
    assert event.pgh_context["username"] == "mia"


def test_flagging_again_replaces_the_flag() -> None:
    candidate = CandidateFactory.create()
    mia = editor()
    flag_candidate(candidate_id=candidate.pk, note="One", by=mia)
    flag_candidate(candidate_id=candidate.pk, note="Two", by=mia)

    assert Flag.objects.get().note == "Two"


def test_a_flag_is_for_somebody_who_can_decide() -> None:
    candidate = CandidateFactory.create()

    with pytest.raises(DomainError, match="may not decide"):
        flag_candidate(candidate_id=candidate.pk, colleague_id=UserFactory.create().pk, by=editor())
    assert not Flag.objects.exists()


def test_a_decision_closes_the_flag_and_undoing_it_opens_it_again() -> None:
    candidate = CandidateFactory.create()
    mia = editor()
    flag_candidate(candidate_id=candidate.pk, by=mia)
    reject_candidate(candidate_id=candidate.pk, reason=DecisionReason.OPINION, by=mia)
    assert Flag.objects.get().closed_at is not None

    undo_decision(by=mia)

    assert Flag.objects.get().closed_at is None


@pytest.mark.parametrize("act", [skip_candidate, flag_candidate])
def test_what_is_decided_is_neither_skipped_nor_flagged(act: Any) -> None:
    candidate = CandidateFactory.create()
    accept_candidate(candidate_id=candidate.pk, by=editor())

    with pytest.raises(AlreadyDecided):
        act(candidate_id=candidate.pk, by=editor())
    with pytest.raises(NotPermitted):
        act(candidate_id=candidate.pk, by=UserFactory.create())


# -- accepting with corrections -----------------------------------------------------------------


def test_kind_and_speaker_can_be_set_right_while_accepting() -> None:
    source = SourceFactory.create()
    candidate = CandidateFactory.create(speaker=SourceFactory.create(), sourcing="on_the_record")

    claim = accept_candidate(
        candidate_id=candidate.pk,
        kind=StatementKind.PROMISE,
        speaker_id=source.pk,
        by=editor(),
    )

    assert (claim.kind, claim.speaker) == (StatementKind.PROMISE, source)
    assert Appearance.objects.get().speaker == source


def test_accepting_can_say_that_nobody_speaks() -> None:
    candidate = CandidateFactory.create(speaker=SourceFactory.create(), sourcing="on_the_record")

    claim = accept_candidate(candidate_id=candidate.pk, speaker_id=None, by=editor())

    assert claim.speaker is None


def test_an_unnamed_speaker_is_never_tied_to_a_known_source() -> None:
    candidate = CandidateFactory.create(sourcing="unnamed", speaker_name="a diplomat")

    with pytest.raises(DomainError, match="never tied"):
        accept_candidate(
            candidate_id=candidate.pk, speaker_id=SourceFactory.create().pk, by=editor()
        )
    with pytest.raises(DomainError, match="no such source"):
        accept_candidate(candidate_id=candidate.pk, speaker_id=2**40, by=editor())
    assert not Claim.objects.exists()


# -- undoing ------------------------------------------------------------------------------------


def test_undoing_a_rejection_makes_the_candidate_pending() -> None:
    candidate = CandidateFactory.create()
    mia = editor(username="mia")
    reject_candidate(candidate_id=candidate.pk, reason=DecisionReason.OPINION, note="x", by=mia)

    undone = undo_decision(by=mia)

    candidate.refresh_from_db()
    assert (undone.candidate, undone.was) == (candidate, CandidateState.REJECTED)
    assert candidate.state == CandidateState.PENDING
    assert candidate.decided_by is None
    assert candidate.decision_note == ""
    event = apps.get_model("claims", "CandidateEvent").objects.order_by("-pgh_id").first()
    assert event.pgh_context["decision"] == "undo"
    assert event.pgh_context["username"] == "mia"


def test_undoing_a_rejection_frees_what_arrived_with_it() -> None:
    candidate = CandidateFactory.create()
    mia = editor()
    reject_candidate(candidate_id=candidate.pk, reason=DecisionReason.OPINION, by=mia)
    candidate.refresh_from_db()
    copy = CandidateFactory.create(
        state=CandidateState.REJECTED,
        decided_by=mia,
        decided_at=candidate.decided_at,
        decision_reason=candidate.decision_reason,
        remembered_from=candidate,
    )

    assert undo_decision(by=mia).reopened == 1

    copy.refresh_from_db()
    assert (copy.state, copy.remembered_from) == (CandidateState.PENDING, None)


def test_undoing_an_acceptance_shelves_the_untouched_claim() -> None:
    candidate = CandidateFactory.create()
    mia = editor()
    claim = accept_candidate(candidate_id=candidate.pk, by=mia)

    undo_decision(by=mia)

    candidate.refresh_from_db()
    claim.refresh_from_db()
    assert (candidate.state, candidate.claim) == (CandidateState.PENDING, None)
    assert claim.state == ClaimState.SHELVED
    step = ClaimTransition.objects.get()
    assert (step.name, step.by, step.comment) == ("shelve", mia, "Its acceptance was undone.")
    assert not Appearance.objects.exists()
    again = accept_candidate(candidate_id=candidate.pk, by=mia)
    assert again != claim


def touch_wording(claim: Claim) -> None:
    Claim.objects.filter(pk=claim.pk).update(statement="Another wording.")


def touch_state(claim: Claim) -> None:
    Claim.objects.filter(pk=claim.pk).update(state=ClaimState.CHECKING)


def touch_evidence(claim: Claim) -> None:
    EvidenceFactory.create(claim=claim)


def touch_appearances(claim: Claim) -> None:
    AppearanceFactory.create(claim=claim)


def touch_merge(claim: Claim) -> None:
    merge_candidate(candidate_id=CandidateFactory.create().pk, claim_id=claim.pk, by=editor())


@pytest.mark.parametrize(
    ("touch", "why"),
    [
        (touch_wording, "somebody edited it"),
        (touch_state, "it is checking by now"),
        (touch_evidence, "it has evidence"),
        (touch_appearances, "it has other appearances"),
        (touch_merge, "other candidates were merged into it"),
    ],
)
def test_an_acceptance_stays_once_somebody_has_worked_on_the_claim(touch: Any, why: str) -> None:
    candidate = CandidateFactory.create()
    mia = editor()
    claim = accept_candidate(candidate_id=candidate.pk, by=mia)
    touch(claim)

    with pytest.raises(DomainError, match=why):
        undo_decision(by=mia)

    candidate.refresh_from_db()
    assert (candidate.state, candidate.claim) == (CandidateState.ACCEPTED, claim)
    assert Appearance.objects.filter(claim=claim, revision=candidate.revision).exists()


def test_undoing_a_merge_removes_the_appearance_that_it_made() -> None:
    claim = ClaimFactory.create()
    candidate = CandidateFactory.create()
    mia = editor()
    merge_candidate(candidate_id=candidate.pk, claim_id=claim.pk, by=mia)

    undo_decision(by=mia)

    claim.refresh_from_db()
    assert not Appearance.objects.exists()
    assert claim.state == ClaimState.NEW


def test_undoing_a_merge_keeps_an_appearance_that_was_there_before() -> None:
    candidate = CandidateFactory.create()
    place = AppearanceFactory.create(revision=candidate.revision)
    mia = editor()
    merge_candidate(candidate_id=candidate.pk, claim_id=place.claim_id, by=mia)

    undo_decision(by=mia)

    assert Appearance.objects.get() == place


def test_only_ones_own_last_ten_decisions_can_be_undone() -> None:
    mia, ola = editor(), editor()
    rows = [CandidateFactory.create() for _ in range(LAST + 1)]
    for row in rows:
        reject_candidate(candidate_id=row.pk, reason=DecisionReason.OPINION, by=mia)

    with pytest.raises(DomainError, match="last 10"):
        undo_decision(candidate_id=rows[0].pk, by=mia)
    with pytest.raises(DomainError, match="no decision of yours"):
        undo_decision(by=ola)
    with pytest.raises(NotPermitted):
        undo_decision(by=UserFactory.create())
    assert undo_decision(by=mia).candidate == rows[-1]
    assert undo_decision(candidate_id=rows[3].pk, by=mia).candidate == rows[3]


@pytest.mark.django_db(transaction=True)
def test_two_undos_at_once_undo_two_decisions_or_say_why_not() -> None:
    mia = editor()
    first, second = CandidateFactory.create(), CandidateFactory.create()
    for row in (first, second):
        reject_candidate(candidate_id=row.pk, reason=DecisionReason.OPINION, by=mia)

    outcome = while_uncommitted(lambda: undo_decision(by=mia), lambda: undo_decision(by=mia))

    assert isinstance(outcome, ChangedMeanwhile)
    first.refresh_from_db()
    assert first.state == CandidateState.REJECTED


# -- adding -------------------------------------------------------------------------------------


def test_an_editor_adds_what_the_machine_missed() -> None:
    revision = RevisionFactory.create()
    mia = editor(username="mia")

    added = add_candidate(
        revision_id=revision.pk, start=70, end=91, expected="“Traffic rose by 9", by=mia
    )

    added.refresh_from_db()
    assert added.exact == revision.text[72:91].strip()
    assert (added.extractor, added.created_by, added.state) == ("editor", mia, "pending")
    event = apps.get_model("claims", "CandidateEvent").objects.get()
    assert event.pgh_context["decision"] == "add"


def test_an_added_passage_takes_over_who_says_it() -> None:
    revision = RevisionFactory.create()
    CandidateFactory.create(
        revision=revision,
        passage=(72, 100),
        speaker_name="Ana Lund",
        sourcing="on_the_record",
        content_spans=[[72, 100]],
    )

    added = add_candidate(revision_id=revision.pk, start=73, end=90, by=editor())

    assert added.speaker_name == "Ana Lund"


def test_a_selection_that_is_no_passage_is_refused() -> None:
    revision = RevisionFactory.create(text="One. " + "word " * 600)
    mia = editor()

    for start, end, expected, why in (
        (4, 5, None, "Select the words"),
        (0, 4, "Two.", "does not stand there"),
        (0, 2900, None, "one statement"),
    ):
        with pytest.raises(DomainError, match=why):
            add_candidate(revision_id=revision.pk, start=start, end=end, expected=expected, by=mia)
    with pytest.raises(NotPermitted):
        add_candidate(revision_id=revision.pk, start=0, end=4, by=UserFactory.create())
    assert not Candidate.objects.exists()


def test_a_passage_that_is_a_candidate_already_is_named() -> None:
    candidate = CandidateFactory.create()

    with pytest.raises(AlreadyCandidate) as caught:
        add_candidate(revision_id=candidate.revision_id, start=0, end=70, by=editor())
    assert caught.value.candidate == candidate


# -- what stands beside a candidate ---------------------------------------------------------------


def test_earlier_decisions_and_possible_repeats_are_found() -> None:
    mia = editor()
    before = CandidateFactory.create()
    known = accept_candidate(candidate_id=before.pk, by=mia)
    speaker = SourceFactory.create()
    alike = ClaimFactory.create(speaker=speaker, statement="The harbour was dredged in 2024.")
    settle()
    ClaimFactory.create(speaker=speaker, statement="Nothing in common here.")
    candidate = CandidateFactory.create(
        speaker=speaker,
        sourcing="on_the_record",
        statement="The harbour was dredged to 14 metres in 2024.",
    )

    (item,) = reading.load([candidate.pk], by=mia).items

    assert [one.pk for one in item.earlier] == [before.pk]
    assert [one.claim.pk for one in item.repeats] == [known.pk, alike.pk]


def test_reading_costs_the_same_however_much_there_is() -> None:
    mia = editor()
    speaker = SourceFactory.create()

    def grow() -> Candidate:
        old = CandidateFactory.create(speaker=speaker, sourcing="on_the_record")
        accept_candidate(candidate_id=old.pk, by=mia)
        row = CandidateFactory.create(speaker=speaker, sourcing="on_the_record")
        CandidateFactory.create(revision=row.revision, passage=(72, 137))
        flag_candidate(candidate_id=row.pk, by=mia)
        take_one(candidate_id=row.pk, by=editor())
        return row

    rows = [grow() for _ in range(2)]
    settle()
    with CaptureQueriesContext(connection) as few:
        reading.load([row.pk for row in rows], by=mia)
    for _ in range(6):
        grow()
    settle()
    with CaptureQueriesContext(connection) as many:
        reading.load([row.pk for row in rows], by=mia)

    assert len(many) == len(few)


def test_taking_costs_the_same_however_much_there_is() -> None:
    mia = editor()
    for _ in range(3):
        CandidateFactory.create()
    take_next(queue=Queue(), count=3, by=mia)
    with CaptureQueriesContext(connection) as few:
        take_next(queue=Queue(), count=3, by=mia)
    for _ in range(20):
        CandidateFactory.create()
    with CaptureQueriesContext(connection) as many:
        take_next(queue=Queue(), count=3, by=mia)

    assert len(many) == len(few)


def test_claims_are_found_by_the_beginnings_of_words_or_by_number() -> None:
    claim = ClaimFactory.create(statement="Traffic rose by 9 percent.")
    gone = ClaimFactory.create(statement="Traffic fell.")
    Claim.objects.filter(pk=gone.pk).update(state=ClaimState.SHELVED)

    assert list(search_claims("traf per")) == [claim]
    assert list(search_claims(str(claim.pk))) == [claim]
    assert list(search_claims("  ")) == []
    assert list(search_claims("'); traf & !:*")) == [claim]


def test_sources_are_found_by_any_of_their_names() -> None:
    source = SourceFactory.create(name="Ana Lund")
    AliasFactory.create(source=source, name="Ana Lund")
    AliasFactory.create(source=source, name="Minister Lund")

    assert find_sources("ána") == [source]
    assert find_sources("minis") == [source]
    assert find_sources("lund") == []
    assert find_sources(" ") == []


def test_a_printed_speaker_becomes_a_known_source_once() -> None:
    candidate = CandidateFactory.create(
        sourcing="on_the_record",
        speaker_name="Ana Lund",
        speaker_title="Minister",
        speaker_party="Blue",
    )
    by = editor()

    source = source_of_speaker(candidate=candidate, by=by)

    assert source == source_of_speaker(candidate=candidate, by=by)
    role = Affiliation.objects.get(source=source)
    assert (role.title, role.party) == ("Minister", "Blue")
    with pytest.raises(DomainError):
        source_of_speaker(candidate=CandidateFactory.create(sourcing="unnamed"), by=by)


def test_what_an_editor_selected_outlives_a_new_version_of_the_story() -> None:
    article = ArticleFactory.create()
    first = RevisionFactory.create(article=article, number=1)
    found = CandidateFactory.create(revision=first)
    added = add_candidate(revision_id=first.pk, start=72, end=90, by=editor())

    _supersede_earlier(RevisionFactory.create(article=article, number=2))

    for row, state in ((found, CandidateState.SUPERSEDED), (added, CandidateState.PENDING)):
        row.refresh_from_db()
        assert row.state == state
