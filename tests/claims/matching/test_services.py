"""Suggesting, joining, alerting: what the machine does, and what a person says of it."""

from __future__ import annotations

from datetime import timedelta
from io import StringIO
from typing import Any

import pytest
from django.conf import LazySettings
from django.core.management import call_command
from django.utils import timezone

from claims.errors import DomainError, NotPermitted
from claims.matching import links
from claims.matching import services as matching
from claims.matching.known import known_of_candidates, rated_of_speaker, similar_claims
from claims.matching.search import find, score_of
from claims.models import (
    Appearance,
    Candidate,
    CandidateState,
    Claim,
    ClaimState,
    DecisionReason,
    Match,
    MatchState,
    RepeatAlert,
    RevisionMatching,
)
from claims.review.leases import take_one
from claims.review.services import merge_candidate
from claims.review.undo import separate_candidate, undo_decision
from newsroom.accounts.models import User
from tests.claims.states import claim_in
from tests.database import refused_by
from tests.factories import (
    CandidateFactory,
    ClaimFactory,
    RatingFactory,
    SourceFactory,
    UserFactory,
)
from tests.matching import settle

pytestmark = pytest.mark.django_db

SAID = "The port of Kellosund has lost 1,200 jobs since the quay was closed in 2019."
AGAIN = "Since the quay was closed in 2019 the port of Kellosund has lost 1,200 jobs."
OTHER_NUMBER = "The port of Kellosund has lost 2,200 jobs since the quay was closed in 2019."


def candidate_of(statement: str = SAID, **fields: Any) -> Candidate:
    candidate: Candidate = CandidateFactory.create(statement=statement, **fields)
    RevisionMatching.objects.create(revision=candidate.revision)
    return candidate


def match(candidate: Candidate) -> Candidate:
    settle()
    matching.match_revision(revision_id=candidate.revision_id)
    candidate.refresh_from_db()
    return candidate


def test_the_same_words_are_joined_and_say_where_they_went() -> None:
    claim = ClaimFactory.create(statement=SAID)
    candidate = match(candidate_of(SAID.replace("1,200", "1200")))

    assert (candidate.state, candidate.claim) == (CandidateState.MERGED, claim)
    assert (candidate.decision_reason, candidate.decided_by) == (DecisionReason.JOINED, None)
    link = Match.objects.get()
    assert (link.state, link.differences, link.decided_by) == (MatchState.JOINED, [], None)
    assert link.score >= 0.9
    assert "MiniLM" in link.matcher
    assert Appearance.objects.get(claim=claim).exact == candidate.exact


def test_another_number_is_suggested_and_not_joined() -> None:
    claim = ClaimFactory.create(statement=SAID)

    candidate = match(candidate_of(OTHER_NUMBER))

    assert candidate.state == CandidateState.PENDING
    link = Match.objects.get(claim=claim)
    assert (link.state, link.differences) == (
        MatchState.SUGGESTED,
        ["number: 2200 / 1200"],
    )
    assert not Appearance.objects.exists()


@pytest.mark.parametrize("why", ["speaker", "old", "off", "desk", "shelved", "person"])
def test_joining_is_refused_whatever_the_score(why: str, settings: LazySettings) -> None:
    claim = ClaimFactory.create(statement=SAID)
    candidate = candidate_of(SAID)
    if why == "speaker":
        Claim.objects.filter(pk=claim.pk).update(speaker=SourceFactory.create())
    if why == "old":
        Claim.objects.filter(pk=claim.pk).update(created_at=timezone.now() - timedelta(days=90))
    if why == "off":
        settings.MATCH_JOIN = False
    if why == "desk":
        take_one(candidate_id=candidate.pk, by=editor())
    if why == "shelved":
        Claim.objects.filter(pk=claim.pk).update(state="shelved")
    if why == "person":
        candidate = candidate_of(SAID, extractor="editor", created_by=UserFactory.create())

    assert match(candidate).state == CandidateState.PENDING
    # It was there to be joined: found, or gone since it was.
    assert Match.objects.filter(candidate=candidate).exists() is (why != "shelved")
    if why != "off":
        assert not matching.join(candidate_id=candidate.pk, claim_id=claim.pk, score=1.0)
    candidate.refresh_from_db()
    assert candidate.state == CandidateState.PENDING
    assert not Match.objects.filter(state=MatchState.JOINED).exists()


def test_the_database_refuses_a_join_with_a_difference() -> None:
    with refused_by("match_joined_without_difference"):
        Match.objects.create(
            candidate=CandidateFactory.create(),
            claim=ClaimFactory.create(),
            state=MatchState.JOINED,
            score=1,
            matcher="any",
            differences=["number: 1 / 2"],
        )


def test_what_was_taken_out_is_pending_and_not_joined_again() -> None:
    mia = editor()
    claim = ClaimFactory.create(statement=SAID)
    candidate = match(candidate_of())

    separate_candidate(candidate_id=candidate.pk, by=mia)
    RevisionMatching.objects.create(revision=candidate.revision)
    match(candidate)

    assert (candidate.state, candidate.claim) == (CandidateState.PENDING, None)
    assert not Appearance.objects.filter(claim=claim).exists()
    link = Match.objects.get()
    assert (link.state, link.decided_by) == (MatchState.SEPARATED, mia)
    labels = link.events.order_by("pgh_id").values_list("state", flat=True)  # type: ignore[attr-defined]
    assert list(labels) == ["suggested", "joined", "separated"]


def test_only_what_is_merged_is_taken_out_and_only_by_who_may() -> None:
    candidate = CandidateFactory.create()

    with pytest.raises(DomainError, match="not merged"):
        separate_candidate(candidate_id=candidate.pk, by=editor())
    with pytest.raises(NotPermitted):
        separate_candidate(candidate_id=candidate.pk, by=UserFactory.create())


def test_a_merge_by_hand_is_a_confirmed_link_until_it_is_undone() -> None:
    mia = editor()
    claim = ClaimFactory.create(statement=SAID)
    candidate = CandidateFactory.create(statement=OTHER_NUMBER)
    settle()

    merge_candidate(candidate_id=candidate.pk, claim_id=claim.pk, by=mia)
    link = Match.objects.get()
    assert (link.state, link.decided_by) == (MatchState.CONFIRMED, mia)
    assert link.differences == ["number: 2200 / 1200"]

    undo_decision(by=mia)
    link.refresh_from_db()
    assert link.state == MatchState.SEPARATED


def test_what_is_not_the_same_is_not_offered_again() -> None:
    mia = editor()
    claim = ClaimFactory.create(statement=SAID)
    candidate = match(candidate_of(OTHER_NUMBER))
    assert [one.claim for one in known(candidate).repeats] == [claim]

    links.dismiss(candidate_id=candidate.pk, claim_id=claim.pk, by=mia)

    assert known(candidate).repeats == []
    with pytest.raises(NotPermitted):
        links.dismiss(candidate_id=candidate.pk, claim_id=claim.pk, by=UserFactory.create())


def test_saying_again_what_was_rated_false_raises_one_alert() -> None:
    speaker = SourceFactory.create()
    claim = rated_false(speaker)
    candidate = candidate_of(AGAIN, speaker=speaker, sourcing="on_the_record")

    match(candidate)
    RevisionMatching.objects.get_or_create(revision=candidate.revision)
    matching.match_revision(revision_id=candidate.revision_id)

    alert = RepeatAlert.objects.get()
    assert (alert.claim, alert.speaker, alert.rating) == (claim, speaker, "Mostly false")
    assert alert.dismissed_at is None
    links.dismiss_alert(alert_id=alert.pk, by=editor())
    assert known(candidate).alerts == []


NO_REPEAT = {
    "another number": OTHER_NUMBER,
    "a denial": "The mayor denied that the port of Kellosund has lost 1,200 jobs since the quay "
    "was closed in 2019.",
    "a rejection": "It is wrong that the port of Kellosund has lost 1,200 jobs since the quay was "
    "closed in 2019.",
    "a question": SAID.replace("The port of Kellosund has", "Has the port of Kellosund").replace(
        "2019.", "2019?"
    ),
    "a possibility": SAID.replace("has lost", "may have lost"),
    "a comparison": SAID.replace("1,200", "fewer than 1,200"),
}


@pytest.mark.parametrize("why", ["another speaker", "not signed", "true", *NO_REPEAT])
def test_no_alert_without_cause(why: str) -> None:
    speaker = SourceFactory.create()
    rated_false(
        SourceFactory.create() if why == "another speaker" else speaker,
        value=5 if why == "true" else 1,
        state="in_review" if why == "not signed" else "verified",
    )
    statement = NO_REPEAT.get(why, AGAIN)

    candidate = match(candidate_of(statement, speaker=speaker, sourcing="on_the_record"))

    assert Match.objects.filter(candidate=candidate).exists()
    assert not RepeatAlert.objects.exists()
    assert known(candidate).alerts == []


def test_the_desk_tells_of_a_repeat_before_any_worker_has() -> None:
    speaker = SourceFactory.create()
    claim = rated_false(speaker)
    candidate = CandidateFactory.create(statement=AGAIN, speaker=speaker, sourcing="on_the_record")
    settle()

    (alert,) = known(candidate).alerts

    assert (alert.claim_id, alert.count) == (claim.pk, 1)


def test_similar_claims_and_the_speakers_ratings_stand_beside_a_claim() -> None:
    speaker = SourceFactory.create()
    earlier = rated_false(speaker)
    claim = ClaimFactory.create(statement=OTHER_NUMBER, speaker=speaker)
    settle()

    repeats, others = similar_claims(claim)

    assert [one.claim for one in repeats] == [earlier]
    assert repeats[0].differences == ("number: 2200 / 1200",)
    assert others == []
    assert rated_of_speaker(claim) == [earlier]
    assert rated_of_speaker(earlier) == []


def test_a_revision_is_compared_once_and_a_failure_is_a_row(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    candidate = candidate_of()

    def broken(candidate: Candidate) -> None:
        raise RuntimeError("out of order")

    with monkeypatch.context() as patched:
        patched.setattr(matching, "match_candidate", broken)
        with pytest.raises(RuntimeError):
            matching.match_revision(revision_id=candidate.revision_id)
    row = RevisionMatching.objects.get()
    assert row.error == "RuntimeError: out of order"
    assert row.next_attempt_at is not None
    assert row.next_attempt_at > timezone.now()

    settle()
    assert matching.match_revision(revision_id=candidate.revision_id) == 1
    assert matching.match_revision(revision_id=candidate.revision_id) is None


def test_what_is_asked_for_anew_meanwhile_is_compared_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    candidate = candidate_of()
    settle()
    compared = matching.match_candidate

    def renewed(one: Candidate) -> Any:
        matching.expect(one.revision)
        return compared(one)

    with monkeypatch.context() as patched:
        patched.setattr(matching, "match_candidate", renewed)
        assert matching.match_revision(revision_id=candidate.revision_id) == 1

    row = RevisionMatching.objects.get()
    assert (row.attempts, row.error) == (0, "")
    assert row.next_attempt_at is not None
    assert row.next_attempt_at <= timezone.now()
    assert matching.match_revision(revision_id=candidate.revision_id) == 1
    assert not RevisionMatching.objects.exists()


def test_a_late_failure_does_not_touch_what_was_asked_for_anew(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    candidate = candidate_of()

    def broken(one: Candidate) -> None:
        matching.expect(one.revision)
        raise RuntimeError("out of order")

    monkeypatch.setattr(matching, "match_candidate", broken)
    with pytest.raises(RuntimeError):
        matching.match_revision(revision_id=candidate.revision_id)

    assert RevisionMatching.objects.get().error == ""


def test_a_comparison_that_takes_every_worker_down_is_given_up_and_can_be_asked_for(
    settings: LazySettings,
) -> None:
    candidate = candidate_of()
    past = timezone.now() - timedelta(minutes=1)
    RevisionMatching.objects.update(attempts=settings.EXTRACTION_MAX_ATTEMPTS, next_attempt_at=past)

    assert matching.resend_due() == 0
    assert [row.error for row in matching.given_up()] == ["The worker did not report back in time."]
    assert matching.match_revision(revision_id=candidate.revision_id) is None

    output = StringIO()
    call_command("embed_claims", stdout=output)
    assert "Stories whose comparison was given up: 1" in output.getvalue()
    assert matching.given_up().exists()
    call_command("embed_claims", again=True, stdout=StringIO())
    assert not matching.given_up().exists()
    assert matching.match_revision(revision_id=candidate.revision_id) == 1


def test_one_pair_has_one_score_whoever_asks() -> None:
    """Also where a statement ends in an address, which is not read."""
    statement = f"{SAID} https://wire.example/2019/quay-closed-1200-jobs"
    claim = ClaimFactory.create(statement=SAID)
    settle()

    (found,) = find(statement)

    assert score_of(statement, claim.pk) == pytest.approx(found.score)
    assert score_of("https://wire.example/", claim.pk) == 0


# ------------------------------------------------------------------------------------- helpers


def editor() -> User:
    person: User = UserFactory.create(is_superuser=True)
    return person


def known(candidate: Candidate) -> Any:
    return known_of_candidates([candidate], {})[candidate.pk]


def rated_false(speaker: Any, *, value: int = 1, state: str = "verified") -> Claim:
    rating = RatingFactory.create(label="Mostly false", value=value)
    return claim_in(ClaimState(state), statement=SAID, speaker=speaker, rating=rating)
