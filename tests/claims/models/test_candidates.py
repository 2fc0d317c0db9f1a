"""What the database refuses of a candidate, whichever way it is written."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone

from claims.models import Candidate, CandidateState, DecisionReason
from claims.models.choices import SourcingTerms
from tests.database import refused_by
from tests.factories import (
    CandidateFactory,
    ClaimFactory,
    RevisionFactory,
    SourceFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db


def change(candidate: Candidate, **fields: Any) -> None:
    """Write past every form and service."""
    Candidate.objects.filter(pk=candidate.pk).update(**fields)


def decision(state: CandidateState, **fields: Any) -> dict[str, Any]:
    return {
        "state": state,
        "decided_by": UserFactory.create(),
        "decided_at": timezone.now(),
        "decision_reason": DecisionReason.OPINION,
        **fields,
    }


def test_a_passage_is_a_candidate_once() -> None:
    candidate = CandidateFactory.create()
    twin = CandidateFactory.build(revision=candidate.revision)

    with refused_by("candidate_once_per_passage"):
        Candidate.objects.bulk_create([twin])

    assert Candidate.objects.count() == 1


def test_the_same_span_may_be_a_candidate_in_another_revision() -> None:
    first = CandidateFactory.create()

    second = CandidateFactory.create()

    assert (first.start, first.end) == (second.start, second.end)


@pytest.mark.parametrize(
    "anchor",
    [
        {"exact": "Something the story never said."},
        {"start": 1, "end": 71},  # the words of 0–70 stand one further left
        {"start": 100_000, "end": 100_070},  # behind the end of the text
    ],
)
def test_an_anchor_that_does_not_fit_the_text_is_refused(anchor: dict[str, Any]) -> None:
    row = CandidateFactory.build(revision=RevisionFactory.create())
    for name, value in anchor.items():
        setattr(row, name, value)

    with refused_by("anchor_fits_text"):
        Candidate.objects.bulk_create([row])

    assert not Candidate.objects.exists()


def test_offsets_count_code_points() -> None:
    text = "🏗 “Ærø” grew by 9 percent, é said."
    revision = RevisionFactory.create(text=text)

    candidate = CandidateFactory.create(revision=revision, passage=(2, text.index(" said")))

    assert candidate.exact == text[2 : text.index(" said")]


def test_an_empty_passage_is_refused() -> None:
    row = CandidateFactory.build(revision=RevisionFactory.create())
    row.start, row.end, row.exact = 5, 5, ""

    with refused_by("candidate_passage_not_empty"):
        Candidate.objects.bulk_create([row])


def another_value(candidate: Candidate, field: str) -> object:
    value = getattr(candidate, field)
    if field == "revision":
        return RevisionFactory.create()
    if isinstance(value, list):
        return [[0, 3]]
    return f"{value[:-1]}~"


@pytest.mark.parametrize(
    "field",
    [
        "prefix",
        "suffix",
        "source_spans",
        "cue_spans",
        "content_spans",
        "fingerprint",
        "extractor",
        "extractor_version",
        "revision",
    ],
)
def test_what_a_machine_proposed_never_changes(field: str) -> None:
    candidate = CandidateFactory.create()

    with refused_by("candidate_passage_never_changes"):
        change(candidate, **{field: another_value(candidate, field)})


@pytest.mark.parametrize("fields", [{"start": 1}, {"end": 69}, {"exact": "x"}])
def test_a_passage_never_moves(fields: dict[str, Any]) -> None:
    candidate = CandidateFactory.create()

    # Of the two triggers that would refuse it, the one whose name comes first speaks.
    with refused_by("anchor_fits_text"):
        change(candidate, **fields)


def test_a_passage_never_moves_to_another_that_fits_the_text() -> None:
    candidate = CandidateFactory.create()

    with refused_by("candidate_passage_never_changes"):
        change(candidate, end=69, exact=candidate.exact[:-1])


def test_the_wording_may_be_changed() -> None:
    candidate = CandidateFactory.create()

    change(candidate, statement="The harbour was dredged in 2024.", score=0.1)

    candidate.refresh_from_db()
    assert candidate.statement == "The harbour was dredged in 2024."


def test_a_candidate_is_never_deleted() -> None:
    candidate = CandidateFactory.create()

    with refused_by("candidate_is_never_deleted"):
        candidate.delete()
    with refused_by("candidate_is_never_deleted"), connection.cursor() as cursor:
        cursor.execute("DELETE FROM claims_candidate")

    assert Candidate.objects.filter(pk=candidate.pk).exists()


@pytest.mark.parametrize("score", [-0.01, 1.01, float("nan"), float("inf")])
def test_a_score_is_between_0_and_1(score: float) -> None:
    candidate = CandidateFactory.create()

    with refused_by("candidate_score_0_to_1"):
        change(candidate, score=score)


@pytest.mark.parametrize("score", [0, 1])
def test_the_ends_of_the_scale_are_scores(score: float) -> None:
    assert CandidateFactory.create(score=score).score == score


def test_a_candidate_has_a_statement() -> None:
    with refused_by("candidate_has_statement"):
        change(CandidateFactory.create(), statement="")


def test_a_candidate_is_of_a_known_kind() -> None:
    with refused_by("candidate_kind_known"):
        change(CandidateFactory.create(), kind="rumour")


HALVES = list(itertools.product([True, False], repeat=3))


FITTING = {
    CandidateState.ACCEPTED: DecisionReason.WORTH_CHECKING,
    CandidateState.MERGED: DecisionReason.REPEATS,
}


def halves(
    by: bool, at: bool, reason: bool, said: DecisionReason = DecisionReason.OPINION
) -> dict[str, Any]:
    return {
        "decided_by": UserFactory.create() if by else None,
        "decided_at": timezone.now() if at else None,
        "decision_reason": said if reason else "",
    }


@pytest.mark.parametrize(("by", "at", "reason"), HALVES)
def test_a_rejection_is_complete(by: bool, at: bool, reason: bool) -> None:
    candidate = CandidateFactory.create()
    fields = {"state": CandidateState.REJECTED, **halves(by, at, reason)}

    if by and at and reason:
        change(candidate, **fields)
        candidate.refresh_from_db()
        assert candidate.is_decided
    else:
        with refused_by("candidate_decision_complete"):
            change(candidate, **fields)


@pytest.mark.parametrize("state", [CandidateState.ACCEPTED, CandidateState.MERGED])
@pytest.mark.parametrize(("by", "at", "reason"), HALVES)
def test_an_acceptance_is_complete(state: CandidateState, by: bool, at: bool, reason: bool) -> None:
    candidate = CandidateFactory.create()
    fields = {
        "state": state,
        "claim": ClaimFactory.create(),
        **halves(by, at, reason, FITTING[state]),
    }

    if by and at and reason:
        change(candidate, **fields)
    else:
        with refused_by("candidate_decision_complete"):
            change(candidate, **fields)


def test_what_the_matcher_joined_is_nobodys_decision() -> None:
    candidate, person = CandidateFactory.create(), UserFactory.create()
    joined = {
        "state": "merged",
        "claim": ClaimFactory.create(),
        **halves(False, True, True, DecisionReason.JOINED),
    }

    with refused_by("candidate_decision_complete"):
        change(candidate, **{**joined, "decided_by": person})
    with refused_by("candidate_decision_complete"):
        change(candidate, **{**joined, "state": "accepted"})
    change(candidate, **joined)


@pytest.mark.parametrize("reason", [one for one in DecisionReason.values if one != "joined"])
def test_a_decision_has_a_reason_of_its_own_kind(reason: str) -> None:
    claim = ClaimFactory.create()
    said = halves(True, True, True, DecisionReason(reason))
    fitting = {state.value for state, one in FITTING.items() if one == reason} or {"rejected"}

    for state in ("accepted", "merged", "rejected"):
        candidate = CandidateFactory.create()
        fields = {"state": state, "claim": None if state == "rejected" else claim, **said}
        if state in fitting:
            change(candidate, **fields)
        else:
            with refused_by("candidate_decision_complete"):
                change(candidate, **fields)


@pytest.mark.parametrize("state", [CandidateState.PENDING, CandidateState.SUPERSEDED])
@pytest.mark.parametrize(("by", "at", "reason"), HALVES)
def test_where_nobody_decided_there_is_no_trace_of_a_decision(
    state: CandidateState, by: bool, at: bool, reason: bool
) -> None:
    candidate = CandidateFactory.create()
    fields = {"state": state, **halves(by, at, reason)}

    if by or at or reason:
        with refused_by("candidate_decision_complete"):
            change(candidate, **fields)
    else:
        change(candidate, **fields)


@pytest.mark.parametrize("state", [CandidateState.PENDING, CandidateState.SUPERSEDED])
def test_where_nobody_decided_there_is_no_note(state: CandidateState) -> None:
    with refused_by("candidate_decision_complete"):
        change(CandidateFactory.create(), state=state, decision_note="Who wrote this?")


def test_an_unknown_state_or_reason_is_refused() -> None:
    candidate = CandidateFactory.create()

    with refused_by("candidate_decision_complete"):
        change(candidate, **decision(CandidateState.REJECTED, decision_reason="because"))
    with refused_by("candidate_decision_complete"):
        change(candidate, state="ignored")


@pytest.mark.parametrize("state", [CandidateState.ACCEPTED, CandidateState.MERGED])
def test_an_accepted_candidate_names_its_claim(state: CandidateState) -> None:
    with refused_by("candidate_claim_when_accepted"):
        change(CandidateFactory.create(), **decision(state))


def test_only_an_accepted_candidate_names_a_claim() -> None:
    candidate = CandidateFactory.create()
    claim = ClaimFactory.create()

    with refused_by("candidate_claim_when_accepted"):
        change(candidate, **decision(CandidateState.REJECTED, claim=claim))
    with refused_by("candidate_claim_when_accepted"):
        change(candidate, claim=claim)


def test_only_a_decision_is_remembered() -> None:
    original = CandidateFactory.create(**decision(CandidateState.REJECTED))
    candidate = CandidateFactory.create()

    with refused_by("candidate_remembers_decision"):
        change(candidate, remembered_from=original)
    with refused_by("candidate_remembers_decision"):
        change(candidate, state=CandidateState.SUPERSEDED, remembered_from=original)
    change(candidate, **decision(CandidateState.REJECTED, remembered_from=original))


def accepted(candidate: Candidate) -> None:
    change(
        candidate,
        **decision(
            CandidateState.ACCEPTED,
            claim=ClaimFactory.create(),
            decision_reason=DecisionReason.WORTH_CHECKING,
        ),
    )


def merged(candidate: Candidate) -> None:
    change(
        candidate,
        **decision(
            CandidateState.MERGED,
            claim=ClaimFactory.create(),
            decision_reason=DecisionReason.REPEATS,
        ),
    )


def rejected(candidate: Candidate) -> None:
    change(candidate, **decision(CandidateState.REJECTED))


@pytest.mark.parametrize("decide", [accepted, merged, rejected])
def test_a_decision_does_not_quietly_become_another(decide: Callable[[Candidate], None]) -> None:
    candidate = CandidateFactory.create()
    decide(candidate)
    news: dict[str, Any] = {
        "statement": "The harbour was never dredged.",
        "decided_by": UserFactory.create(),
        "decided_at": timezone.now(),
        "decision_reason": DecisionReason.EXTRACTION_ERROR,
        "decision_note": "On second thoughts.",
        "claim": ClaimFactory.create(),
    }

    for field, value in news.items():
        with refused_by("candidate_decision_stands"):
            change(candidate, **{field: value})


def test_a_decision_may_be_taken_back() -> None:
    candidate = CandidateFactory.create()
    rejected(candidate)

    change(
        candidate,
        state=CandidateState.PENDING,
        decided_by=None,
        decided_at=None,
        decision_reason="",
    )
    accepted(candidate)

    candidate.refresh_from_db()
    assert candidate.state == CandidateState.ACCEPTED


def test_an_unnamed_speaker_is_never_tied_to_a_known_source() -> None:
    known = SourceFactory.create()
    candidate = CandidateFactory.create(sourcing=SourcingTerms.UNNAMED)

    with refused_by("candidate_unnamed_has_no_source"):
        change(candidate, speaker=known)
    with refused_by("candidate_unnamed_has_no_source"):
        named = CandidateFactory.create(sourcing=SourcingTerms.ON_THE_RECORD, speaker=known)
        change(named, sourcing=SourcingTerms.UNNAMED)


def test_a_source_that_goes_leaves_the_candidate_as_it_was_printed() -> None:
    source = SourceFactory.create(name="Ana Lund")
    candidate = CandidateFactory.create(speaker=source, speaker_name="Minister Ana Lund")

    source.delete()

    candidate.refresh_from_db()
    assert candidate.speaker is None
    assert candidate.speaker_name == "Minister Ana Lund"


def test_a_candidate_is_shown_by_its_statement_in_one_line() -> None:
    assert str(Candidate(statement="Short.")) == "Short."
    assert str(Candidate(statement="x" * 80)) == "x" * 80
    assert str(Candidate(statement="x" * 81)) == "x" * 79 + "…"
