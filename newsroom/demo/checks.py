"""Checks of the demo newsroom, each taken from its story to the public site by its people.

Every one goes the way that an editor's would: the same functions, the same gates, the same trail.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction

from claims.models import (
    Candidate,
    CandidateState,
    Channel,
    Claim,
    Evidence,
    Outcome,
    Rating,
)
from claims.models.choices import StatementKind
from claims.publishing.models import FactCheck, Severity
from claims.publishing.services import Wording, correct, publish, withdraw
from claims.review.additions import add_candidate
from claims.review.services import accept_candidate
from claims.verification.contacts import log_contact, record_outcome
from claims.verification.services import take_step
from newsroom.accounts.models import User
from newsroom.articles.models import Revision
from newsroom.history import acting
from sources.models import Affiliation, Source


def publish_checks(records: Sequence[dict[str, Any]]) -> int:
    """Publish those of `records` that are not published yet; returns how many."""
    there = set(FactCheck.objects.values_list("slug", flat=True))
    people = {user.username: user for user in User.objects.filter(username__in=PEOPLE)}
    if len(people) < len(PEOPLE):
        return 0
    waiting = [record for record in records if record["slug"] not in there]
    return sum(_publish(record, people["checker"], people["second"]) for record in waiting)


PEOPLE = ("checker", "second")


@transaction.atomic
def _publish(record: dict[str, Any], checker: User, editor: User) -> bool:
    """One check, whole or not at all."""
    revision = (
        Revision.objects.filter(article__external_id=record["story"]).order_by("number").last()
    )
    if revision is None or record["passage"] not in revision.text:
        return False
    claim = claim_of(record, revision, checker)
    take_step(claim_id=claim.pk, step="start", by=checker)
    write_verdict(claim, record, checker)
    take_step(claim_id=claim.pk, step="submit", by=checker)
    take_step(claim_id=claim.pk, step="verify", by=editor)
    wording = Wording(
        **{name: record[name] for name in ("headline", "short_claim", "summary", "slug")}
    )
    publish(claim_id=claim.pk, wording=wording, by=editor)
    _after(claim, record, editor)
    return True


def claim_of(record: dict[str, Any], revision: Revision, by: User) -> Claim:
    """Accept the passage. Raises `ValueError` where somebody has decided on it already."""
    start = revision.text.index(record["passage"])
    end = start + len(record["passage"])
    same = Candidate.objects.filter(revision=revision, start=start, end=end).first()
    if same is not None and same.state != CandidateState.PENDING:
        raise ValueError(f"Somebody has decided on it already: {record['passage']}")
    candidate = same or add_candidate(revision_id=revision.pk, start=start, end=end, by=by)
    speaker = Source.objects.filter(name=record["speaker"]).first()
    return accept_candidate(
        candidate_id=candidate.pk,
        statement=record["statement"],
        kind=StatementKind(record["kind"]),
        speaker_id=speaker.pk if speaker else None,
        by=by,
    )


def write_verdict(claim: Claim, record: dict[str, Any], by: User) -> None:
    """Evidence, contacts and verdict."""
    with acting(by):
        claim.refresh_from_db()
        correction = record["correction"]
        claim.rationale = record["rationale"]
        if correction:  # the mistake that is corrected later
            claim.rationale = claim.rationale.replace(
                correction["rationale_from"], correction["published_with"]
            )
        claim.method = record["method"]
        claim.as_of = date.fromisoformat(record["as_of"])
        claim.rating = Rating.objects.get(slug=record["rating"], scale__name="Accuracy")
        claim.affiliation = _role(claim, record["role"])
        claim.save()
        for one in record["evidence"]:
            _evidence(claim, one, by)
    for whom, channel, asked, outcome, answer in record["contacts"]:
        asked_at = datetime.fromisoformat(asked)
        contact = log_contact(
            claim_id=claim.pk, whom=whom, channel=Channel(channel), asked_at=asked_at, by=by
        )
        record_outcome(
            contact_id=contact.pk,
            outcome=Outcome(outcome),
            answer=answer,
            answered_at=asked_at + timedelta(hours=5),
            by=by,
        )


def _role(claim: Claim, title: str) -> Affiliation | None:
    roles = Affiliation.objects.filter(source=claim.speaker_id) if claim.speaker_id else None
    if roles is None:
        return None
    return (roles.filter(title=title) if title else roles).order_by("-start").first()


def _evidence(claim: Claim, record: dict[str, str], by: User) -> None:
    evidence = Evidence(
        claim=claim,
        stance=record["stance"],
        nature=record["nature"],
        title=record["title"],
        source=Source.objects.filter(name=record["source"]).first() if record["source"] else None,
        url=record["url"],
        quotation=record["quotation"],
        published_at=date.fromisoformat(record["published"]) if record["published"] else None,
        added_by=by,
    )
    evidence.full_clean(exclude=["accessed_at"])
    evidence.save()


def _after(claim: Claim, record: dict[str, Any], by: User) -> None:
    """What happened to it since: a correction, or its withdrawal."""
    correction = record["correction"]
    if correction:
        correct(
            claim_id=claim.pk,
            text=correction["text"],
            severity=Severity(correction["severity"]),
            changes={"rationale": record["rationale"]},
            by=by,
        )
    if "withdrawal" in record:
        withdraw(claim_id=claim.pk, reason=record["withdrawal"], by=by)
