"""Storing what the extractor found."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from django.conf import settings
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from claims import services
from claims.extraction import (
    Attribution,
    Extraction,
    Form,
    Kind,
    Quantity,
    Sourcing,
    Span,
    Speaker,
    SpeakerKind,
)
from claims.extraction import Candidate as Proposal
from claims.models import Candidate, CandidateState, DecisionReason
from claims.review.services import (
    accept_candidate,
    merge_candidate,
    reject_candidate,
    reopen_candidate,
)
from newsroom.accounts.models import User
from newsroom.articles import extraction_queue
from newsroom.articles.models import ExtractionState, Revision
from tests.database import at_once
from tests.factories import AliasFactory, ClaimFactory, RevisionFactory, SourceFactory, UserFactory

pytestmark = pytest.mark.django_db


def proposal(start: int, end: int, **fields: Any) -> Proposal:
    return Proposal(
        **{
            "start": start,
            "end": end,
            "statement": "Traffic rose by 9 percent.",
            "kind": Kind.QUANTITY,
            "score": 0.8,
            "attribution": None,
            "explanation": "a figure",
            **fields,
        }
    )


def found(
    *proposals: Proposal, attributions: Sequence[Attribution] = (), **more: Any
) -> Extraction:
    return Extraction((), tuple(attributions), proposals, "en", version="7", **more)


def sentences(text: str) -> list[Proposal]:
    """Each line of `text` as a candidate."""
    proposals, start = [], 0
    for line in text.split("\n"):
        proposals.append(proposal(start, start + len(line), statement=line))
        start += len(line) + 1
    return proposals


def store(revision: Revision, extraction: Extraction) -> int:
    attempt = extraction_queue.begin(revision.pk)
    assert attempt is not None
    return services.store_extraction(attempt=attempt, extraction=extraction)


def story(text: str, *, version: str = "test", **fields: Any) -> list[Candidate]:
    """The candidates of a new story, one per line, as they are after extraction."""
    revision = RevisionFactory.create(text=text, **fields)
    store(revision, replace(found(*sentences(text)), version=version))
    return list(Candidate.objects.filter(revision=revision).order_by("start"))


def speaker(name: str, **fields: Any) -> Speaker:
    return Speaker(**{"kind": SpeakerKind.PERSON, "name": name, "mention": Span(0, 1), **fields})


def attribution(*speakers: Speaker, **fields: Any) -> Attribution:
    return Attribution(
        **{
            "source": (Span(0, 3), Span(5, 8)),
            "cue": (Span(9, 13),),
            "content": (Span(0, 70),),
            "form": Form.DIRECT,
            "sourcing": Sourcing.ON_THE_RECORD,
            "speakers": speakers,
            "reason": "",
            "confidence": 0.9,
            **fields,
        }
    )


def attributed(one: Attribution) -> Candidate:
    """The candidate that comes of a passage attributed like this."""
    revision = RevisionFactory.create()
    store(revision, found(proposal(0, 70, attribution=0), attributions=[one]))
    return Candidate.objects.get(revision=revision)


def rows() -> list[dict[str, Any]]:
    return [dict(row) for row in Candidate.objects.order_by("pk").values()]


# -- once ------------------------------------------------------------------------------------


def test_a_revision_is_extracted_once_and_marked_done() -> None:
    revision = RevisionFactory.create()

    added = services.extract_revision(revision_id=revision.pk)
    before = rows()
    again = services.extract_revision(revision_id=revision.pk)

    revision.refresh_from_db()
    assert added == Candidate.objects.filter(revision=revision).count() > 0
    assert again is None
    assert rows() == before
    assert revision.extraction_state == ExtractionState.DONE
    assert revision.extraction_attempts == 1


def test_a_revision_that_is_not_there_is_nothing_to_do() -> None:
    assert services.extract_revision(revision_id=0) is None


def test_the_revision_says_what_extracted_it_and_what_was_noted() -> None:
    revision = RevisionFactory.create()

    store(revision, found(notes=("Sentences only.", "No quotations."), extractor="tagger"))

    revision.refresh_from_db()
    assert (revision.extractor, revision.extractor_version) == ("tagger", "7")
    assert revision.extraction_notes == "Sentences only.\nNo quotations."
    assert revision.extraction_error == ""
    assert revision.extraction_finished_at is not None
    assert revision.extraction_next_attempt_at is None


def test_a_story_without_candidates_is_done_too() -> None:
    revision = RevisionFactory.create()

    assert store(revision, found()) == 0

    revision.refresh_from_db()
    assert revision.extraction_state == ExtractionState.DONE


def test_a_passage_is_stored_as_it_stands_there_with_its_surroundings() -> None:
    revision = RevisionFactory.create()

    store(revision, found(proposal(73, 99, statement="Traffic rose.", score=0.3)))

    candidate = Candidate.objects.get()
    assert candidate.exact == revision.text[73:99]
    assert candidate.prefix == revision.text[41:73]
    assert candidate.suffix == revision.text[99:131]
    assert (candidate.statement, candidate.kind, candidate.score) == (
        "Traffic rose.",
        "quantity",
        0.3,
    )
    assert (candidate.extractor, candidate.extractor_version) == ("rules", "7")
    assert candidate.explanation == "a figure"
    assert candidate.state == CandidateState.PENDING


def test_the_extractor_is_told_headline_and_language(monkeypatch: pytest.MonkeyPatch) -> None:
    told: dict[str, Any] = {}

    def extract(text: str, **context: Any) -> Extraction:
        told.update(context, text=text)
        return found()

    monkeypatch.setattr(services, "extract", extract)
    revision = RevisionFactory.create(article__headline="", article__language="de")

    services.extract_revision(revision_id=revision.pk)

    assert told == {"text": revision.text, "headline": None, "language": "de"}


def test_of_two_proposals_for_one_passage_the_first_is_kept() -> None:
    revision = RevisionFactory.create()

    added = store(
        revision, found(proposal(0, 70, statement="First."), proposal(0, 70, statement="Second."))
    )

    assert added == 1
    assert Candidate.objects.get().statement == "First."


# -- too many ---------------------------------------------------------------------------------

FIVE = "One rose by 1.\nTwo rose by 2.\nThree rose by 3.\nFour rose by 4.\nFive rose by 5."


def five(*scores: float) -> list[Proposal]:
    return [replace(one, score=score) for one, score in zip(sentences(FIVE), scores, strict=True)]


def test_of_too_many_candidates_the_best_are_kept_and_a_note_says_so(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(settings, "EXTRACTION_MAX_CANDIDATES", 2)
    revision = RevisionFactory.create(text=FIVE)

    added = store(revision, found(*five(0.1, 0.9, 0.2, 0.3, 0.8), notes=("Odd quotes.",)))

    assert added == 2
    assert [row["exact"] for row in rows()] == ["Two rose by 2.", "Five rose by 5."]
    revision.refresh_from_db()
    assert revision.extraction_state == ExtractionState.DONE
    assert revision.extraction_notes.splitlines() == [
        "Odd quotes.",
        "Only the 2 highest-scored of 5 are proposed.",
    ]


def test_of_equals_those_that_come_first_in_the_story(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settings, "EXTRACTION_MAX_CANDIDATES", 3)

    kept = story(FIVE)

    assert [one.exact for one in kept] == FIVE.split("\n")[:3]


def test_exactly_as_many_as_may_be_are_all_kept_without_a_note(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(settings, "EXTRACTION_MAX_CANDIDATES", 5)
    revision = RevisionFactory.create(text=FIVE)

    assert store(revision, found(*five(0.1, 0.9, 0.2, 0.3, 0.8))) == 5

    revision.refresh_from_db()
    assert revision.extraction_notes == ""


# -- again -----------------------------------------------------------------------------------


def test_a_second_extraction_adds_what_is_new_and_leaves_the_rest_alone(editor: User) -> None:
    text = "One rose by 1.\nTwo rose by 2.\nThree rose by 3.\nFour rose by 4."
    accepted, rejected, pending, gone = story(text)
    accept_candidate(candidate_id=accepted.pk, statement="My own words.", by=editor)
    reject_candidate(candidate_id=rejected.pk, reason=DecisionReason.OPINION, by=editor)
    Candidate.objects.filter(pk=pending.pk).update(statement="Edited by hand.")
    before = rows()
    revision = accepted.revision
    extraction_queue.requeue(revision_ids=[revision.pk], by=editor)

    again = [
        proposal(one.start, one.end, statement="New words.", score=0.1)
        for one in (accepted, rejected, pending)
    ]
    added = store(revision, found(*again, proposal(0, 7, statement="One rose.")))

    assert added == 1
    assert rows()[:4] == before
    assert Candidate.objects.get(start=0, end=7).state == CandidateState.PENDING
    assert gone.pk in {row["id"] for row in rows()}


def test_extracting_again_with_the_same_extractor_adds_nothing(editor: User) -> None:
    revision = RevisionFactory.create()
    services.extract_revision(revision_id=revision.pk)
    before = rows()
    extraction_queue.requeue(revision_ids=[revision.pk], by=editor)

    assert services.extract_revision(revision_id=revision.pk) == 0

    assert rows() == before


def test_a_worker_that_was_taken_for_dead_and_comes_back_writes_nothing() -> None:
    revision = RevisionFactory.create()
    late = extraction_queue.begin(revision.pk)
    assert late is not None
    Revision.objects.filter(pk=revision.pk).update(extraction_next_attempt_at=timezone.now())
    current = extraction_queue.begin(revision.pk)
    assert current is not None

    assert services.store_extraction(attempt=late, extraction=found(proposal(0, 70))) == 0
    assert not Candidate.objects.exists()
    revision.refresh_from_db()
    assert revision.extraction_state == ExtractionState.RUNNING

    assert services.store_extraction(attempt=current, extraction=found(proposal(0, 7))) == 1
    assert services.store_extraction(attempt=late, extraction=found(proposal(0, 70))) == 0
    assert Candidate.objects.get().end == 7


def test_a_late_worker_s_failure_is_not_written_either(monkeypatch: pytest.MonkeyPatch) -> None:
    revision = RevisionFactory.create()

    def overtaken(text: str, **context: Any) -> Extraction:
        Revision.objects.filter(pk=revision.pk).update(extraction_next_attempt_at=timezone.now())
        other = extraction_queue.begin(revision.pk)
        assert other is not None
        services.store_extraction(attempt=other, extraction=found(proposal(0, 70)))
        raise RuntimeError("Out of memory.")

    monkeypatch.setattr(services, "extract", overtaken)

    with pytest.raises(RuntimeError):
        services.extract_revision(revision_id=revision.pk)

    revision.refresh_from_db()
    assert (revision.extraction_state, revision.extraction_error) == (ExtractionState.DONE, "")


@pytest.mark.django_db(transaction=True)
def test_of_two_workers_at_once_one_extracts() -> None:
    revision = RevisionFactory.create()

    outcomes = at_once(
        *[lambda: services.extract_revision(revision_id=revision.pk) for _ in range(4)]
    )

    stored = Candidate.objects.filter(revision=revision).count()
    assert sorted(outcomes, key=str) == sorted([stored, None, None, None], key=str)
    assert stored > 0


# -- errors ----------------------------------------------------------------------------------


def breaks(text: str, **context: Any) -> Extraction:
    raise ZeroDivisionError("division by zero")


def test_an_error_is_on_the_revision_and_raised(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(services, "extract", breaks)
    revision = RevisionFactory.create()

    with pytest.raises(ZeroDivisionError):
        services.extract_revision(revision_id=revision.pk)

    revision.refresh_from_db()
    assert revision.extraction_error == "ZeroDivisionError: division by zero"
    assert revision.extraction_state == ExtractionState.PENDING
    assert revision.extraction_next_attempt_at is not None
    assert revision.extraction_next_attempt_at > timezone.now()
    assert not Candidate.objects.exists()


def test_the_last_attempt_that_fails_ends_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(services, "extract", breaks)
    revision = RevisionFactory.create(extraction_attempts=settings.EXTRACTION_MAX_ATTEMPTS - 1)

    with pytest.raises(ZeroDivisionError):
        services.extract_revision(revision_id=revision.pk)

    revision.refresh_from_db()
    assert revision.extraction_state == ExtractionState.FAILED
    assert services.extract_revision(revision_id=revision.pk) is None


@pytest.mark.parametrize(
    "nonsense",
    [
        proposal(0, 100_000),
        proposal(5, 5),
        proposal(0, 70, score=7.0),
        proposal(0, 70, statement=""),
        proposal(0, 70, attribution=3),
    ],
    ids=["outside", "empty", "score", "statement", "attribution"],
)
def test_nonsense_of_the_extractor_is_an_error_on_the_revision_and_nothing_is_stored(
    nonsense: Proposal, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(services, "extract", lambda *a, **k: found(proposal(0, 7), nonsense))
    revision = RevisionFactory.create()

    with pytest.raises(Exception):  # noqa: B017 - which one is the extractor's business
        services.extract_revision(revision_id=revision.pk)

    revision.refresh_from_db()
    assert revision.extraction_error
    assert revision.extraction_state == ExtractionState.PENDING
    assert not Candidate.objects.exists()


def test_a_later_success_clears_the_error(monkeypatch: pytest.MonkeyPatch) -> None:
    revision = RevisionFactory.create()
    with monkeypatch.context() as patch:
        patch.setattr(services, "extract", breaks)
        with pytest.raises(ZeroDivisionError):
            services.extract_revision(revision_id=revision.pk)

    assert services.extract_revision(revision_id=revision.pk)

    revision.refresh_from_db()
    assert (revision.extraction_state, revision.extraction_error) == (ExtractionState.DONE, "")
    assert revision.extraction_attempts == 2


# -- who said it -----------------------------------------------------------------------------

ROLE = {
    "title": "Sen.",
    "role": "chair of the Budget Committee",
    "organisation": "Senate",
    "party": "D",
    "seat": "N.C.",
}


def test_numbers_hedges_and_what_is_open_are_stored_with_the_candidate() -> None:
    revision = RevisionFactory.create()
    figure = Quantity(4, 11, 9.0, "%")
    store(
        revision,
        found(
            proposal(
                0,
                70,
                said="Ana Lund said: It rose",
                unresolved=("it",),
                hedges=("about", "could"),
                quantities=(figure,),
            )
        ),
    )
    candidate = Candidate.objects.get(revision=revision)

    assert candidate.said == "Ana Lund said: It rose"
    assert (candidate.unresolved, candidate.hedges) == (["it"], ["about", "could"])
    assert candidate.quantities == [{"start": 4, "end": 11, "value": 9.0, "unit": "%"}]


def test_who_tells_that_somebody_said_it_is_stored_beside_the_speaker() -> None:
    revision = RevisionFactory.create()
    outer, inner = speaker("Bo Reed"), speaker("Ana Lund", **ROLE)
    layers = [attribution(outer), attribution(inner, within=0)]
    store(
        revision,
        found(proposal(0, 70, attribution=1), proposal(0, 60, attribution=0), attributions=layers),
    )
    told, plain = Candidate.objects.filter(revision=revision).order_by("-end")

    assert (told.speaker_name, told.told_by) == ("Ana Lund", "Bo Reed")
    assert told.speaker_title == "Sen."
    assert (plain.speaker_name, plain.told_by) == ("Bo Reed", "")


def test_a_teller_whom_the_text_leaves_open_is_said_to_be() -> None:
    revision = RevisionFactory.create()
    layers = [attribution(), attribution(speaker("Ana Lund"), within=0)]
    store(revision, found(proposal(0, 70, attribution=1), attributions=layers))

    assert Candidate.objects.get(revision=revision).told_by == "somebody the text leaves open"


def test_a_single_speaker_is_stored_with_the_role_as_printed() -> None:
    candidate = attributed(attribution(speaker("Ana Lund", **ROLE), form=Form.MIXED))

    assert candidate.speaker_name == "Ana Lund"
    assert {name: getattr(candidate, f"speaker_{name}") for name in ROLE} == ROLE
    assert (candidate.form, candidate.sourcing) == ("mixed", "on_the_record")
    assert candidate.source_spans == [[0, 3], [5, 8]]
    assert candidate.cue_spans == [[9, 13]]
    assert candidate.content_spans == [[0, 70]]
    assert candidate.speaker is None


def test_of_a_joint_statement_all_names_are_stored_and_nobody_s_role() -> None:
    source = SourceFactory.create(name="Ana Lund")
    for name in ("Ana Lund", "Bo Ek", "Ana Lund and Bo Ek"):
        AliasFactory.create(source=source, name=name)

    candidate = attributed(attribution(speaker("Ana Lund", **ROLE), speaker("Bo Ek", **ROLE)))

    assert candidate.speaker_name == "Ana Lund and Bo Ek"
    assert all(getattr(candidate, f"speaker_{name}") == "" for name in ROLE)
    assert candidate.speaker is None


def test_an_unnamed_speaker_is_stored_with_the_reason_and_never_tied_to_a_source() -> None:
    AliasFactory.create(name="a European official")

    candidate = attributed(
        attribution(
            speaker("a European official", kind=SpeakerKind.UNNAMED),
            sourcing=Sourcing.UNNAMED,
            reason="not authorised to speak",
        )
    )

    assert candidate.sourcing == "unnamed"
    assert candidate.speaker_name == "a European official"
    assert candidate.anonymity_reason == "not authorised to speak"
    assert candidate.speaker is None


def test_an_attribution_that_could_be_read_two_ways_names_nobody() -> None:
    candidate = attributed(attribution(sourcing=None))

    assert (candidate.sourcing, candidate.speaker_name, candidate.speaker) == ("", "", None)
    assert candidate.form == "direct"
    assert candidate.cue_spans == [[9, 13]]


def test_the_reporter_s_own_words_have_no_speaker() -> None:
    revision = RevisionFactory.create()

    store(
        revision,
        found(proposal(0, 70), attributions=[attribution(speaker("Ana Lund"))]),
    )

    candidate = Candidate.objects.get()
    assert (candidate.form, candidate.sourcing, candidate.speaker_name) == ("", "", "")
    assert candidate.source_spans == candidate.cue_spans == candidate.content_spans == []


def test_a_speaker_is_the_source_that_alone_bears_the_name() -> None:
    lund = AliasFactory.create(name="Ana Núñez Lund").source

    assert attributed(attribution(speaker("ana nunez lund"))).speaker == lund

    AliasFactory.create(name="Ana Nuñez Lund")
    assert attributed(attribution(speaker("ana nunez lund"))).speaker is None


def test_long_values_are_cut_to_their_column() -> None:
    role = dict.fromkeys(ROLE, "x" * 1000)
    revision = RevisionFactory.create()
    long = attribution(speaker("Ana " * 300, **role), reason="y" * 1000)

    store(
        revision,
        found(proposal(0, 70, attribution=0, explanation="z" * 1000), attributions=[long]),
    )

    candidate = Candidate.objects.get()
    lengths = {
        name: len(getattr(candidate, name))
        for name in (
            "explanation",
            "anonymity_reason",
            "speaker_name",
            *(f"speaker_{name}" for name in ROLE),
        )
    }
    assert lengths == {
        name: Candidate._meta.get_field(name).max_length  # type: ignore[union-attr]
        for name in lengths
    }


# -- what was rejected before -----------------------------------------------------------------

LINE = "“Traffic rose by 9 percent,” said Ana Lund."


def rejected_story(by: User, text: str = LINE) -> Candidate:
    candidate = story(text)[0]
    reject_candidate(
        candidate_id=candidate.pk, reason=DecisionReason.TOO_VAGUE, note="Which traffic?", by=by
    )
    candidate.refresh_from_db()
    return candidate


def test_the_same_sentence_arrives_rejected_in_the_next_revision(editor: User) -> None:
    original = rejected_story(editor)

    [candidate, other] = story(
        f"{LINE}\nNobody expected that in 2024.", article=original.revision.article, number=2
    )

    assert candidate.state == CandidateState.REJECTED
    assert candidate.remembered_from == original
    for name in ("decided_by", "decided_at", "decision_reason", "decision_note"):
        assert getattr(candidate, name) == getattr(original, name)
    assert (other.state, other.remembered_from) == (CandidateState.PENDING, None)


@pytest.mark.parametrize(
    "copy",
    [
        '"Traffic rose by 9 percent," said Ana Lund.',
        "‘Traffic rose by 9 percent’,  said Ana\u00a0Lund",
        "“TRAFFIC rose by 9 percent,” said ANA LUND.",
    ],
)
def test_and_in_the_same_wire_copy_at_another_outlet(copy: str, editor: User) -> None:
    original = rejected_story(editor)

    [candidate] = story(copy)

    assert candidate.remembered_from == original
    assert candidate.exact == copy


@pytest.mark.parametrize(
    "line",
    [
        "“Traffic rose by 8 percent,” said Ana Lund.",
        "“Traffic rose by −9 percent,” said Ana Lund.",
        "“Traffic rose by 9 percent,” said Bo Ek.",
    ],
)
def test_another_figure_or_speaker_is_another_sentence(line: str, editor: User) -> None:
    rejected_story(editor)

    [candidate] = story(line)

    assert (candidate.state, candidate.remembered_from) == (CandidateState.PENDING, None)
    assert candidate.decided_by is None


def test_what_was_only_proposed_before_is_proposed_again() -> None:
    story(LINE)

    assert story(LINE)[0].state == CandidateState.PENDING


def test_a_rejection_changes_no_candidate_that_is_there_already(editor: User) -> None:
    [waiting] = story(LINE)

    rejected_story(editor)

    waiting.refresh_from_db()
    assert waiting.state == CandidateState.PENDING


def test_a_sentence_that_stands_twice_in_one_story_arrives_rejected_twice(editor: User) -> None:
    original = rejected_story(editor)

    twins = story(f"{LINE}\n{LINE}")

    assert [twin.remembered_from for twin in twins] == [original, original]


def test_of_a_sentence_that_stood_twice_the_latest_decision_counts(editor: User) -> None:
    first, second = story(f"{LINE}\n{LINE}")
    reject_candidate(candidate_id=first.pk, reason=DecisionReason.OPINION, by=editor)
    reject_candidate(candidate_id=second.pk, reason=DecisionReason.TOO_VAGUE, by=editor)

    assert {one.remembered_from for one in story(f"{LINE}\n{LINE}")} == {second}


def test_what_is_remembered_is_never_followed_further(editor: User) -> None:
    original = rejected_story(editor)
    [remembered] = story(LINE)
    assert remembered.remembered_from == original

    assert story(LINE)[0].remembered_from == original


def test_reopening_the_original_lets_new_ones_through_and_leaves_the_others(editor: User) -> None:
    original = rejected_story(editor)
    [remembered] = story(LINE)

    reopen_candidate(candidate_id=original.pk, by=editor)

    remembered.refresh_from_db()
    assert (remembered.state, remembered.remembered_from) == (CandidateState.REJECTED, original)
    assert story(LINE)[0].state == CandidateState.PENDING


def test_reopening_a_remembered_one_leaves_the_memory(editor: User) -> None:
    original = rejected_story(editor)
    [remembered] = story(LINE)

    reopen_candidate(candidate_id=remembered.pk, by=editor)

    assert story(LINE)[0].remembered_from == original


@pytest.mark.parametrize("how", ["accept", "merge"])
def test_once_somebody_accepted_the_sentence_later_it_is_forgotten(how: str, editor: User) -> None:
    original, other = story(f"{LINE}\n{LINE}")
    reject_candidate(candidate_id=original.pk, reason=DecisionReason.OPINION, by=editor)
    if how == "accept":
        accept_candidate(candidate_id=other.pk, by=UserFactory.create(is_superuser=True))
    else:
        merge_candidate(candidate_id=other.pk, claim_id=ClaimFactory.create().pk, by=editor)

    [candidate] = story(LINE)

    assert (candidate.state, candidate.remembered_from) == (CandidateState.PENDING, None)
    original.refresh_from_db()
    assert original.state == CandidateState.REJECTED


def test_a_remembered_one_that_was_reopened_and_accepted_counts_as_the_latest(
    editor: User,
) -> None:
    rejected_story(editor)
    [remembered] = story(LINE)
    reopen_candidate(candidate_id=remembered.pk, by=editor)
    accept_candidate(candidate_id=remembered.pk, by=editor)

    assert story(LINE)[0].state == CandidateState.PENDING


def test_a_rejection_after_an_acceptance_is_remembered(editor: User) -> None:
    first, second = story(f"{LINE}\n{LINE}")
    accept_candidate(candidate_id=first.pk, by=editor)
    reject_candidate(candidate_id=second.pk, reason=DecisionReason.ALREADY_CHECKED, by=editor)

    assert story(LINE)[0].remembered_from == second


def test_what_is_remembered_stays_where_an_acceptance_comes_later(editor: User) -> None:
    """A machine does not take back what it showed as rejected; an editor can reopen it."""
    _, other = story(f"{LINE}\n{LINE}")
    rejected_story(editor)
    [remembered] = story(LINE)

    accept_candidate(candidate_id=other.pk, by=editor)

    remembered.refresh_from_db()
    assert remembered.state == CandidateState.REJECTED


def test_a_newer_extraction_of_the_same_story_remembers_too(editor: User) -> None:
    original = rejected_story(editor, text=LINE + "\n" + LINE.lower())
    revision = original.revision
    other = Candidate.objects.exclude(pk=original.pk).get()
    extraction_queue.requeue(revision_ids=[revision.pk], by=editor)

    added = store(revision, found(proposal(0, len(LINE) - 1)))

    assert added == 1  # the same words without the full stop: another passage, no other sentence
    assert Candidate.objects.get(end=len(LINE) - 1).remembered_from == original
    other.refresh_from_db()
    assert other.state == CandidateState.PENDING


# -- cost ------------------------------------------------------------------------------------


def queries_for(count: int, by: User) -> int:
    lines = [f"Port {count} grew by {number} percent." for number in range(count)]
    for number, line in enumerate(lines):
        AliasFactory.create(name=f"Speaker {count} {number}")
        if number % 2:
            rejected_story(by, text=line)
    text = "\n".join(lines)
    speakers = [attribution(speaker(f"Speaker {count} {number}")) for number in range(count)]
    proposals = [
        proposal(one.start, one.end, attribution=number)
        for number, one in enumerate(sentences(text))
    ]
    revision = RevisionFactory.create(text=text)
    attempt = extraction_queue.begin(revision.pk)
    assert attempt is not None
    with CaptureQueriesContext(connection) as queries:
        services.store_extraction(
            attempt=attempt, extraction=found(*proposals, attributions=speakers)
        )
    stored = Candidate.objects.filter(revision=revision)
    assert stored.exclude(speaker=None).count() == count
    assert stored.exclude(remembered_from=None).count() == count // 2
    return len(queries)


def test_any_number_of_candidates_costs_the_same_number_of_queries(editor: User) -> None:
    assert queries_for(2, editor) == queries_for(40, editor)


def test_the_hold_of_an_attempt_outlasts_the_time_limit_of_a_task() -> None:
    """Else a slow worker would be overtaken by the sweep while it still works."""
    limit = timedelta(seconds=settings.CELERY_TASK_TIME_LIMIT)

    assert limit <= settings.EXTRACTION_LEASE


def test_a_few_words_are_remembered_within_their_story_only(editor: User) -> None:
    [original] = story("He denied it.")
    reject_candidate(candidate_id=original.pk, reason=DecisionReason.TOO_VAGUE, by=editor)

    [elsewhere] = story("He denied it.")
    [again] = story("He denied it. ", article=original.revision.article, number=2)

    assert elsewhere.state == CandidateState.PENDING
    assert again.remembered_from_id == original.pk


def test_an_extractor_s_mistake_is_held_against_that_version_only(editor: User) -> None:
    [original] = story(LINE)
    reject_candidate(candidate_id=original.pk, reason=DecisionReason.EXTRACTION_ERROR, by=editor)

    [same] = story(LINE)
    [newer] = story(LINE, version="2")

    assert same.remembered_from_id == original.pk
    assert newer.state == CandidateState.PENDING


def test_only_the_latest_version_of_a_story_has_candidates_to_decide_on(editor: User) -> None:
    kept, waiting = story(f"{LINE}\nNobody expected that in 2024.")
    accept_candidate(candidate_id=kept.pk, by=editor)

    [newer] = story("Nobody expected that in 2025.", article=kept.revision.article, number=2)

    for candidate in (kept, waiting):
        candidate.refresh_from_db()
    assert waiting.state == CandidateState.SUPERSEDED
    assert kept.state == CandidateState.ACCEPTED  # what a person decided stays
    assert newer.state == CandidateState.PENDING


def test_an_earlier_version_that_is_extracted_late_does_not_come_into_the_queue() -> None:
    earlier = RevisionFactory.create(text=LINE)
    [newer] = story(f"{LINE} ", article=earlier.article, number=2)

    store(earlier, found(*sentences(LINE)))

    newer.refresh_from_db()
    assert newer.state == CandidateState.PENDING
    assert Candidate.objects.get(revision=earlier).state == CandidateState.SUPERSEDED


def test_the_candidates_of_other_stories_are_left_alone() -> None:
    [other] = story(LINE)

    story("Nobody expected that in 2024.", number=2)

    other.refresh_from_db()
    assert other.state == CandidateState.PENDING
