"""What the triggers put on record, whoever or whatever made the change."""

from __future__ import annotations

from typing import Any

import pghistory
import pytest
from django.apps import apps
from django.db import DatabaseError, connection, transaction

from claims.models import CandidateState, Claim, ClaimState, DecisionReason
from claims.review.services import accept_candidate, reject_candidate, reopen_candidate
from claims.tasks import extract_revision
from claims.verification.services import take_step
from newsroom.accounts.models import User
from newsroom.articles import extraction_queue
from newsroom.articles.models import Revision
from newsroom.history import acting
from tests.claims.states import claim_in
from tests.factories import (
    AffiliationFactory,
    AliasFactory,
    CandidateFactory,
    ClaimFactory,
    EvidenceFactory,
    RatingFactory,
    RevisionFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db


def history(row: Any) -> list[Any]:
    """The history rows of `row`, first one first."""
    return list(row.events.order_by("pgh_id"))


def test_a_decision_is_on_record_with_what_was_before_and_who_made_it(editor: User) -> None:
    candidate = CandidateFactory.create()

    reject_candidate(candidate_id=candidate.pk, reason=DecisionReason.OPINION, by=editor)

    before, after = history(candidate)
    assert (before.pgh_label, after.pgh_label) == ("insert", "update")
    assert (before.state, after.state) == (CandidateState.PENDING, CandidateState.REJECTED)
    assert (before.decided_by_id, after.decided_by_id) == (None, editor.pk)
    assert after.pgh_context["user"] == editor.pk
    assert after.pgh_context["username"] == "editor"
    assert after.pgh_context["decision"] == "reject"
    assert before.pgh_created_at < after.pgh_created_at


def test_what_was_taken_back_stays_on_record(editor: User) -> None:
    candidate = CandidateFactory.create()
    reject_candidate(candidate_id=candidate.pk, reason=DecisionReason.OPINION, by=editor)

    reopen_candidate(candidate_id=candidate.pk, by=editor)

    assert [event.state for event in history(candidate)] == ["pending", "rejected", "pending"]
    assert history(candidate)[1].decision_reason == DecisionReason.OPINION


def test_an_accepted_claim_and_its_appearance_are_on_record_from_the_start(editor: User) -> None:
    candidate = CandidateFactory.create()

    claim = accept_candidate(candidate_id=candidate.pk, by=editor)

    for row in (claim, claim.appearances.get()):
        [event] = history(row)
        assert event.pgh_label == "insert"
        assert event.pgh_context["user"] == editor.pk


def test_every_step_of_a_claim_is_on_record_with_the_person(editor: User) -> None:
    claim = ClaimFactory.create()

    take_step(claim_id=claim.pk, step="start", by=editor)
    take_step(claim_id=claim.pk, step="shelve", by=editor, comment="Not now.")

    events = history(claim)
    assert [event.state for event in events] == ["new", "checking", "shelved"]
    assert [event.version for event in events] == [1, 2, 3]
    assert [event.pgh_context["step"] for event in events[1:]] == ["start", "shelve"]
    assert all(event.pgh_context["user"] == editor.pk for event in events[1:])


def test_a_refused_step_leaves_no_trace(editor: User) -> None:
    claim = claim_in(ClaimState.CHECKING, rating=None)
    before = len(history(claim))

    with pytest.raises(Exception, match="a rating"):
        take_step(claim_id=claim.pk, step="submit", by=editor)

    assert len(history(claim)) == before


def test_a_change_past_the_application_is_on_record_without_a_name() -> None:
    claim = ClaimFactory.create(statement="Traffic rose by 9 percent.")

    with connection.cursor() as cursor:
        cursor.execute("UPDATE claims_claim SET statement = 'Traffic fell.'")

    before, after = history(claim)
    assert (before.statement, after.statement) == ("Traffic rose by 9 percent.", "Traffic fell.")
    assert after.pgh_context is None


def test_bulk_changes_are_on_record_row_by_row() -> None:
    claims = ClaimFactory.create_batch(3)

    Claim.objects.update(method="Telephone.")

    assert [len(history(claim)) for claim in claims] == [2, 2, 2]


@pytest.mark.django_db(transaction=True)  # PostgreSQL forgets the name when a transaction ends
def test_the_name_of_one_change_does_not_stick_to_the_next() -> None:
    claim = ClaimFactory.create()
    editor = UserFactory.create(is_superuser=True)
    take_step(claim_id=claim.pk, step="start", by=editor)

    Claim.objects.update(method="Telephone.")

    assert history(claim)[-1].pgh_context is None


def test_what_a_worker_did_names_task_job_and_extractor() -> None:
    revision = RevisionFactory.create()

    result = extract_revision.apply(args=(revision.pk,))

    assert result.successful()
    candidate = revision.candidates.first()
    [event] = history(candidate)
    assert event.pgh_label == "insert"
    assert event.pgh_context["task"] == "claims.extract_revision"
    assert event.pgh_context["task_id"] == result.id
    assert event.pgh_context["rule"].startswith("tagger ")
    assert "user" not in event.pgh_context


def test_a_worker_s_error_is_the_task_s_error(monkeypatch: pytest.MonkeyPatch) -> None:
    def breaks(*args: Any, **kwargs: Any) -> None:
        raise ZeroDivisionError("division by zero")

    monkeypatch.setattr("claims.services.extract", breaks)
    revision = RevisionFactory.create()

    assert extract_revision.apply(args=(revision.pk,)).failed()

    assert Revision.objects.get(pk=revision.pk).extraction_error


def test_the_task_has_the_name_by_which_articles_announce_revisions() -> None:
    assert extract_revision.name == extraction_queue.EXTRACT_TASK


@pytest.mark.parametrize(
    "create",
    [
        CandidateFactory,
        ClaimFactory,
        EvidenceFactory,
        RatingFactory,
        AliasFactory,
        AffiliationFactory,
    ],
    ids=lambda factory: factory._meta.model.__name__,
)
def test_history_is_only_ever_added_to(create: Any) -> None:
    row = create.create()
    [event] = history(row)
    events = type(event).objects.filter(pk=event.pk)

    for tamper in (lambda: events.update(pgh_label="forged"), events.delete):
        with pytest.raises(DatabaseError, match="Cannot update or delete"), transaction.atomic():
            tamper()

    assert events.get().pgh_label == "insert"


def test_what_is_deleted_leaves_what_it_was() -> None:
    alias = AliasFactory.create(name="Ana Lund")
    pk = alias.pk

    alias.delete()

    events = apps.get_model("sources", "AliasEvent").objects.filter(pgh_obj_id=pk)
    assert [event.pgh_label for event in events.order_by("pgh_id")] == ["insert", "delete"]
    assert {event.name for event in events} == {"Ana Lund"}


def test_a_candidate_s_history_does_not_repeat_what_never_changes() -> None:
    fields = {field.name for field in apps.get_model("claims", "CandidateEvent")._meta.fields}

    assert not fields & {"exact", "prefix", "suffix", "source_spans", "content_spans"}
    assert {"statement", "state", "decided_by", "speaker", "pgh_context"} <= fields


def test_the_actor_of_one_change_is_not_named_for_the_next(editor: User) -> None:
    first, second = ClaimFactory.create(), ClaimFactory.create()

    with transaction.atomic():
        with acting(editor, step="start"):
            Claim.objects.filter(pk=first.pk).update(method="By hand.")
        Claim.objects.filter(pk=second.pk).update(method="By nobody.")

    assert history(first)[-1].pgh_context["username"] == "editor"
    assert not history(second)[-1].pgh_context


def test_an_inner_context_adds_and_leaves_the_outer_one_as_it_was(editor: User) -> None:
    claim = ClaimFactory.create()

    with pghistory.context(url="/admin/"):
        with acting(editor, step="start"):
            Claim.objects.filter(pk=claim.pk).update(method="One.")
        Claim.objects.filter(pk=claim.pk).update(method="Two.")

    inner, outer = history(claim)[-2:]
    assert inner.pgh_context == {
        "url": "/admin/",
        "user": editor.pk,
        "username": "editor",
        "step": "start",
    }
    assert outer.pgh_context == {"url": "/admin/"}
