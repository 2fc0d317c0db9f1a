"""Storing what the extractor found."""

from __future__ import annotations

import pytest

from claims import services
from claims.models import Candidate
from newsroom.articles.models import ExtractionState
from tests.factories import RevisionFactory

pytestmark = pytest.mark.django_db


def test_a_revision_is_extracted_once_and_marked_done() -> None:
    revision = RevisionFactory.create()

    added = services.extract_revision(revision_id=revision.pk)
    again = services.extract_revision(revision_id=revision.pk)

    revision.refresh_from_db()
    assert added == Candidate.objects.filter(revision=revision).count() > 0
    assert again is None
    assert revision.extraction_state == ExtractionState.DONE
    assert revision.extraction_attempts == 1
