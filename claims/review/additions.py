"""Passages that the machine missed and an editor selects in the story."""

from __future__ import annotations

from django.db import IntegrityError, transaction

from claims.deciding import check_may_decide
from claims.errors import DomainError
from claims.fingerprints import fingerprint
from claims.models import Candidate, CandidateState
from claims.models.candidates import EDITOR
from claims.models.choices import StatementKind
from newsroom.accounts.models import User
from newsroom.articles.anchors import anchor_at
from newsroom.articles.models import Revision
from newsroom.history import acting
from newsroom.triggers import violated_constraint

LONGEST = 2000
"""Code points of a passage; more than this is not one statement."""

_ATTRIBUTION = (
    "form",
    "sourcing",
    "speaker_id",
    "speaker_name",
    "speaker_title",
    "speaker_role",
    "speaker_organisation",
    "speaker_party",
    "speaker_seat",
    "anonymity_reason",
    "told_by",
    "source_spans",
    "cue_spans",
    "content_spans",
)


class AlreadyCandidate(DomainError):
    """The passage is a candidate already; `candidate` is it."""

    def __init__(self, candidate: Candidate) -> None:
        super().__init__(f"This passage is a candidate already ({candidate.get_state_display()}).")
        self.candidate = candidate


def add_candidate(
    *,
    revision_id: int,
    start: int,
    end: int,
    expected: str | None = None,
    kind: StatementKind = StatementKind.FACT,
    by: User,
) -> Candidate:
    """Make a pending candidate of `text[start:end]`; white space at its ends is left out.

    `expected` is what the person saw selected: if the text there differs by more than white space,
    nothing is stored. Who speaks is taken over from what the extractor found around the passage.
    Raises `AlreadyCandidate`, `NotPermitted`, `Revision.DoesNotExist`, and `DomainError` for what
    is no passage.
    """
    check_may_decide(by)
    revision = Revision.objects.get(pk=revision_id)
    start, end = _trimmed(revision.text, start, end)
    if expected is not None and revision.text[start:end].split() != expected.split():
        raise DomainError("What was selected does not stand there in the text; select it again.")
    if end - start > LONGEST:
        raise DomainError(f"Select one statement: at most {LONGEST:,} characters.")
    passage = Candidate.objects.filter(revision=revision, start=start, end=end)
    known = passage.first()
    if known is not None:
        raise AlreadyCandidate(known)
    anchor = anchor_at(revision.text, start, end)
    candidate = Candidate(
        revision=revision,
        start=anchor.start,
        end=anchor.end,
        exact=anchor.exact,
        prefix=anchor.prefix,
        suffix=anchor.suffix,
        statement=" ".join(anchor.exact.split()),
        kind=kind,
        score=1.0,
        explanation="Selected by an editor.",
        extractor=EDITOR,
        created_by=by,
        fingerprint=fingerprint(anchor.exact),
        state=CandidateState.PENDING,
    )
    around = _spoken_around(revision, start, end)
    if around is not None:
        for name in _ATTRIBUTION:
            setattr(candidate, name, getattr(around, name))
    try:
        with transaction.atomic(), acting(by, decision="add"):
            candidate.save(force_insert=True)
    except IntegrityError as error:
        if violated_constraint(error) == "candidate_once_per_passage":
            raise AlreadyCandidate(passage.get()) from error
        raise
    return candidate


def _trimmed(text: str, start: int, end: int) -> tuple[int, int]:
    start, end = max(0, start), min(len(text), end)
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    if start >= end:
        raise DomainError("Select the words in the text first.")
    return start, end


def _spoken_around(revision: Revision, start: int, end: int) -> Candidate | None:
    """A candidate of the extractor's whose quotation covers the whole passage."""
    for row in Candidate.objects.filter(revision=revision).exclude(content_spans=[]):
        if any(first <= start and end <= last for first, last in row.content_spans):
            return row
    return None
