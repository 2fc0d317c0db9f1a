"""Passages that an editor adds to what the machine found."""

from __future__ import annotations

import pytest
from django.apps import apps

from claims.errors import DomainError, NotPermitted
from claims.models import Candidate
from claims.review.additions import AlreadyCandidate, add_candidate
from tests.claims.review.desk_work import editor
from tests.factories import (
    CandidateFactory,
    RevisionFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db


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
