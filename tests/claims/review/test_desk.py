"""Accepting with corrections, and what stands beside a candidate."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from claims.errors import DomainError
from claims.models import (
    Appearance,
    Candidate,
    CandidateState,
    Claim,
    ClaimState,
)
from claims.models.choices import StatementKind
from claims.review import desk as reading
from claims.review.additions import add_candidate
from claims.review.leases import take_next, take_one
from claims.review.queues import Queue
from claims.review.repeats import search_claims
from claims.review.services import (
    accept_candidate,
    flag_candidate,
)
from claims.review.speakers import source_of_speaker
from claims.services import _supersede_earlier
from sources.models import Affiliation
from sources.services import find_sources
from tests.claims.review.desk_work import editor
from tests.factories import (
    AliasFactory,
    ArticleFactory,
    CandidateFactory,
    ClaimFactory,
    RevisionFactory,
    SourceFactory,
)
from tests.matching import settle

pytestmark = pytest.mark.django_db


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
