"""The demo decides on what its feed corrects, as soon as it is there."""

from __future__ import annotations

import pytest

from claims.models import Candidate, CandidateState, Claim
from newsroom.articles.models import ExtractionState, Revision
from newsroom.demo.changes import PASSAGE, STORY, accept_before_correction
from newsroom.demo.seeds import seeds_dir
from tests.factories import RevisionFactory, UserFactory

pytestmark = pytest.mark.django_db


def extracted(revision: Revision) -> None:
    Revision.objects.filter(pk=revision.pk).update(
        extraction_state=ExtractionState.DONE,
        extraction_next_attempt_at=None,
        extraction_finished_at=revision.received_at,
    )


def test_it_waits_for_the_extraction_and_decides_once() -> None:
    UserFactory.create(username="checker", is_superuser=True)
    assert not accept_before_correction()
    revision = RevisionFactory.create(article__external_id=STORY, text=f"{PASSAGE} More.")
    revision.refresh_from_db()
    assert not accept_before_correction()
    extracted(revision)
    assert accept_before_correction()
    assert accept_before_correction()
    assert Claim.objects.get().appearances.get().exact == PASSAGE
    assert Candidate.objects.get().state == CandidateState.ACCEPTED


def test_after_the_correction_it_decides_nothing() -> None:
    UserFactory.create(username="checker", is_superuser=True)
    revision = RevisionFactory.create(article__external_id=STORY, text=PASSAGE)
    RevisionFactory.create(article=revision.article, number=2, text="Other words.")
    assert accept_before_correction()
    assert not Claim.objects.exists()


def test_the_passage_stands_in_the_demo_feed_and_not_in_its_correction() -> None:
    folder = seeds_dir() / "feed"
    assert PASSAGE in (folder / "01-school-buses.md").read_text(encoding="utf-8")
    assert PASSAGE not in (folder / "01-school-buses.v2.md").read_text(encoding="utf-8")
