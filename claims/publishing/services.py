"""Publishing, correcting and withdrawing: the claim's step and what readers see, together."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.text import slugify

from claims.errors import DomainError, GateClosed, TransitionNotAllowed
from claims.models import Claim, ClaimState
from claims.publishing.body import Body, body_of
from claims.publishing.claim_review import claim_review
from claims.publishing.embargo import check_stories_are_public
from claims.publishing.lint import Finding, lint
from claims.publishing.models import SHORT, Correction, FactCheck, FactCheckState, Severity
from claims.verification.services import check_changes, take_published_step
from newsroom.accounts.models import User
from newsroom.history import acting
from newsroom.shortening import shortened


class NotFit(DomainError):
    """The lint has findings; nothing was published."""

    def __init__(self, findings: list[Finding]) -> None:
        super().__init__(" ".join(finding.message for finding in findings))
        self.findings = findings


@dataclass(frozen=True, slots=True)
class Wording:
    """How a fact check is presented. Empty fields are filled in from the claim."""

    headline: str = ""
    short_claim: str = ""
    summary: str = ""
    slug: str = ""


def suggested(claim: Claim) -> Wording:
    """What the publish form starts with."""
    short = claim.statement.rstrip(".") if len(claim.statement) <= SHORT + 1 else ""
    headline = shortened(claim.statement.rstrip("."), SHORT)
    return Wording(headline, short, first_sentences(claim.rationale), free_slug(claim.statement))


def first_sentences(text: str) -> str:
    """The first paragraph, as far as a summary goes."""
    paragraph = next((one.strip() for one in text.splitlines() if one.strip()), "")
    return shortened(paragraph, 300)


def free_slug(text: str) -> str:
    """An address that no other check has."""
    base = slugify(text)[:70].strip("-") or "check"
    taken = set(FactCheck.objects.filter(slug__startswith=base).values_list("slug", flat=True))
    number, slug = 2, base
    while slug in taken:
        slug, number = f"{base}-{number}", number + 1
    return slug


def publish(
    *,
    claim_id: int,
    wording: Wording | None = None,
    by: User,
    comment: str = "",
    severity: Severity | None = None,
    expected_version: int | None = None,
) -> FactCheck:
    """Publish a verified claim, or publish it again after a recheck.

    What was published before changes with a correction on record: then `comment` says to readers
    what was changed, and `severity` how much that matters. Raises `NotFit` with the lint's
    findings, `GateClosed` where a story may not be published on yet, and what
    `take_published_step` raises.
    """
    wording = wording or Wording()
    with transaction.atomic(), acting(by, step="publish"):
        claim = _locked(claim_id)
        _possible(claim, ClaimState.VERIFIED, "Publish")
        check_stories_are_public(claim)
        before = FactCheck.objects.select_for_update().filter(claim=claim).first()
        if before is not None:
            fact_check = _again(before, claim, wording, comment, severity, by)
        else:
            fact_check = _first(claim, wording, by)
        take_published_step(
            claim_id=claim_id,
            step="publish",
            by=by,
            comment=comment,
            expected_version=expected_version,
        )
    return fact_check


def correct(
    *,
    claim_id: int,
    text: str,
    severity: Severity,
    changes: Mapping[str, Any] | None = None,
    wording: Wording | None = None,
    by: User,
    expected_version: int | None = None,
) -> FactCheck:
    """Correct a published check, and say so: on its page, in the log and in the feeds.

    `changes` are new values of the claim's fields (`CONTENT`), `wording` new words around it;
    both may be empty where the correction is only a note. Raises as `publish` does.
    """
    changes = dict(changes or {})
    check_changes(changes)
    with transaction.atomic(), acting(by, step="correct"):
        claim = _locked(claim_id)
        if claim.state not in (ClaimState.PUBLISHED, ClaimState.CORRECTED):
            raise TransitionNotAllowed(
                f"Only what is published is corrected; this claim is {_named(claim)}."
            )
        fact_check = FactCheck.objects.select_for_update().get(claim=claim)
        for name, value in changes.items():
            setattr(claim, name, value)
        _record(fact_check, claim, text, severity, by)
        _show(fact_check, claim, wording or Wording())
        take_published_step(
            claim_id=claim_id,
            step="correct",
            by=by,
            comment=text,
            changes=changes,
            expected_version=expected_version,
        )
    return fact_check


def withdraw(
    *, claim_id: int, reason: str, by: User, expected_version: int | None = None
) -> FactCheck:
    """Withdraw a published check. Its page stays, with the reason and nothing else."""
    with transaction.atomic(), acting(by, step="withdraw"):
        claim = _locked(claim_id)
        if claim.state not in (ClaimState.PUBLISHED, ClaimState.CORRECTED):
            raise TransitionNotAllowed(
                f"Only what is published is withdrawn; this claim is {_named(claim)}."
            )
        if not reason.strip():
            raise DomainError("A withdrawal needs a reason: readers see it.")
        fact_check = FactCheck.objects.select_for_update().get(claim=claim)
        fact_check.state = FactCheckState.WITHDRAWN
        fact_check.withdrawn_at = fact_check.modified_at = timezone.now()
        fact_check.withdrawn_by = by
        fact_check.withdrawal_reason = reason.strip()
        fact_check.save(
            update_fields=[
                "state",
                "withdrawn_at",
                "withdrawn_by",
                "withdrawal_reason",
                "modified_at",
            ]
        )
        take_published_step(
            claim_id=claim_id,
            step="withdraw",
            by=by,
            comment=reason,
            expected_version=expected_version,
        )
    return fact_check


def findings_on(fact_check: FactCheck) -> list[Finding]:
    """What the lint says of a fact check as it stands, saved or not."""
    body = Body.from_json(fact_check.body)
    return lint(
        claim_review(fact_check, []),
        site_url=settings.SITE_URL,
        verdicts=fact_check.rating.scale.ratings.values_list("label", flat=True),
        said=[one.words for one in body.appearances],
    )


def _first(claim: Claim, wording: Wording, by: User) -> FactCheck:
    start = suggested(claim)
    now = timezone.now()
    fact_check = FactCheck(
        claim=claim,
        slug=wording.slug or start.slug,
        headline=wording.headline or start.headline,
        short_claim=wording.short_claim or start.short_claim,
        summary=wording.summary or start.summary,
        published_by=by,
        published_at=now,
        modified_at=now,
    )
    _copy(fact_check, claim)
    _refuse_unfit(fact_check)
    if FactCheck.objects.filter(slug=fact_check.slug).exists():
        raise NotFit([Finding("slug", "Another check has this address.")])
    fact_check.save(force_insert=True)
    return fact_check


def _again(
    fact_check: FactCheck,
    claim: Claim,
    wording: Wording,
    text: str,
    severity: Severity | None,
    by: User,
) -> FactCheck:
    if severity is None or not text.strip():
        raise DomainError(
            "This check was published before. Say to readers what has changed since, and whether "
            "that is a minor or a major correction."
        )
    _record(fact_check, claim, text, severity, by)
    _show(fact_check, claim, wording)
    return fact_check


def _record(fact_check: FactCheck, claim: Claim, text: str, severity: Severity, by: User) -> None:
    """Write the correction, before what it explains: the database asks for it in that order."""
    if not text.strip():
        raise DomainError("A correction needs a text: readers see it.")
    rating_before = Body.from_json(fact_check.body).rating.label
    rating_after = claim.rating.label if claim.rating else ""
    changed = rating_before != rating_after
    if changed and severity != Severity.MAJOR:
        raise DomainError(
            f"The rating changes from “{rating_before}” to “{rating_after}”: that is a major "
            "correction."
        )
    correction = Correction.objects.create(
        fact_check=fact_check,
        version=fact_check.version + 1,
        severity=severity,
        text=text.strip(),
        rating_before=rating_before if changed else "",
        rating_after=rating_after if changed else "",
        by=by,
    )
    correction.refresh_from_db(fields=["at"])
    fact_check.state = FactCheckState.CORRECTED
    fact_check.version, fact_check.modified_at = correction.version, correction.at


def _show(fact_check: FactCheck, claim: Claim, wording: Wording) -> None:
    """What readers see, anew, with the correction that explains it."""
    fact_check.headline = wording.headline or fact_check.headline
    fact_check.short_claim = wording.short_claim or fact_check.short_claim
    fact_check.summary = wording.summary or fact_check.summary
    _copy(fact_check, claim)
    _refuse_unfit(fact_check)
    fact_check.save(
        update_fields=[
            *("headline", "short_claim", "summary", "body", "rating", "speaker"),
            *("state", "version", "modified_at"),
        ]
    )


def _copy(fact_check: FactCheck, claim: Claim) -> None:
    if claim.rating is None:
        raise GateClosed("What is published has a rating.")
    fact_check.body = body_of(claim).as_json()
    fact_check.rating, fact_check.speaker = claim.rating, claim.speaker


def _refuse_unfit(fact_check: FactCheck) -> None:
    findings = findings_on(fact_check)
    if findings:
        raise NotFit(findings)


def _locked(claim_id: int) -> Claim:
    rows = Claim.objects.select_related("rating", "speaker", "affiliation")
    rows = rows.select_related("rating__scale", "submitted_by", "verified_by")
    return rows.select_for_update(of=("self",)).get(pk=claim_id)


def _possible(claim: Claim, state: ClaimState, step: str) -> None:
    if claim.state != state:
        raise TransitionNotAllowed(
            f"“{step}” is not possible while a claim is {_named(claim)}: it has to be "
            f"{state.label} first."
        )


def _named(claim: Claim) -> str:
    return ClaimState(claim.state).label
