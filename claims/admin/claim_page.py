"""Everything that the page of a claim shows, in a bounded number of queries."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.forms import Media
from django.urls import reverse
from django.utils import timezone

from claims.admin.action_forms import (
    STEP_FORMS,
    ActionForm,
    AssignForm,
    ContactForm,
    OutcomeForm,
    StepForm,
)
from claims.admin.evidence_form import EvidenceForm
from claims.admin.second_rating_forms import AskForm, CancelForm, RateForm, SettleForm
from claims.appearances import of_latest_version
from claims.following.local_edits import LocalEdit, local_edits
from claims.models import Appearance, Claim, ClaimState, Contact, Evidence, SecondRating
from claims.origins import Origins, origins_of
from claims.verification.gate import Missing, missing_for, second_rating_of
from claims.verification.states import OPEN, SIGNED
from claims.verification.steps import Step, available_steps
from claims.verification.timeline import Timeline, timeline_of
from claims.verification.warnings import Caution, warnings_of
from newsroom.accounts.models import User
from sources.models import Affiliation

SHOWN = 200
"""Of each kind. A claim has a handful; a page has an end all the same."""

PEOPLE = ("assignee", "submitted_by", "verified_by")


@dataclass(frozen=True, slots=True)
class StepOnPage:
    """A step with its form, and what the claim lacks before it can be taken."""

    step: Step
    form: StepForm
    missing: Sequence[Missing]
    page: str
    """The address where it is taken, for a step that has a page of its own."""


@dataclass(frozen=True, slots=True)
class ContactOnPage:
    contact: Contact
    form: ActionForm | None
    is_late: bool


@dataclass(frozen=True, slots=True)
class SecondOnPage:
    """A second rating with what this person may do about it."""

    row: SecondRating | None
    ask: ActionForm | None = None
    rate: ActionForm | None = None
    settle: ActionForm | None = None
    cancel: ActionForm | None = None


@dataclass(frozen=True)
class ClaimPage:
    claim: Claim
    appearances: Sequence[Appearance]
    local_edits: list[LocalEdit]
    evidence: Sequence[Evidence]
    contacts: Sequence[ContactOnPage]
    steps: Sequence[StepOnPage]
    second: SecondOnPage
    cautions: Sequence[Caution]
    timeline: Timeline
    role: Affiliation | None
    said_on: date | None
    assign: AssignForm | None
    add_evidence: EvidenceForm | None
    log_contact: ContactForm | None
    blind: bool

    @property
    def is_signed(self) -> bool:
        return self.claim.state in SIGNED

    @property
    def is_overdue(self) -> bool:
        due = self.claim.due
        return due is not None and due < timezone.now() and self.claim.state in OPEN

    @property
    def possible(self) -> list[StepOnPage]:
        return [one for one in self.steps if one.step.allowed]

    @property
    def refused(self) -> list[StepOnPage]:
        return [one for one in self.steps if not one.step.allowed]

    @property
    def missing(self) -> list[Missing]:
        """For the steps that this person could take otherwise."""
        return list(dict.fromkeys(gap for one in self.possible for gap in one.missing))

    @property
    def origins(self) -> Origins:
        return origins_of(self.evidence)

    @property
    def missing_places(self) -> set[str]:
        return {gap.where for gap in self.missing}

    @property
    def media(self) -> Media:
        return self.add_evidence.media if self.add_evidence else Media()


def load_page(*, claim: Claim, blind: bool, user: User) -> ClaimPage:
    """`claim` as stored, with its speaker, affiliation and rating; `blind` keeps the rating from
    this person until they have given theirs."""
    _name_people(claim)
    appearances = _appearances(claim)
    evidence = _evidence(claim)
    said_on = _said_on(claim, appearances)
    may_check = user.has_perm("claims.check_claim")
    assign = AssignForm(claim=claim, user=user, name="assign")
    return ClaimPage(
        claim=claim,
        appearances=appearances,
        local_edits=local_edits(appearances),
        evidence=evidence,
        contacts=_contacts(claim, user if may_check else None),
        steps=_steps(claim, user),
        second=_second(claim, user),
        cautions=warnings_of(claim, appearances=appearances, evidence=evidence),
        timeline=timeline_of(claim, blind=blind),
        role=claim.affiliation or _role_on(claim, said_on),
        said_on=said_on,
        assign=assign if assign.is_possible and claim.state != ClaimState.WITHDRAWN else None,
        add_evidence=EvidenceForm(claim=claim, user=user, name="evidence")
        if user.has_perm("claims.add_evidence") and claim.state not in SIGNED
        else None,
        log_contact=ContactForm(claim=claim, user=user, name="contact") if may_check else None,
        blind=blind,
    )


def _name_people(claim: Claim) -> None:
    """Whoever is named at the head of the page, in one query. Not by joins: the planner takes
    longer for each of them than all the rest."""
    keys = {getattr(claim, f"{name}_id") for name in PEOPLE} - {None}
    people = User.objects.in_bulk(keys) if keys else {}
    for name in PEOPLE:
        setattr(claim, name, people.get(getattr(claim, f"{name}_id")))


def cautions_of(claim: Claim) -> list[Caution]:
    """For a page that asks before a step."""
    return warnings_of(claim, appearances=_appearances(claim), evidence=_evidence(claim))


def _appearances(claim: Claim) -> list[Appearance]:
    # Of each story as it is now; earlier versions of it stay on record.
    current = claim.appearances.filter(of_latest_version())
    rows = current.select_related("revision__article__outlet", "speaker", "affiliation")
    return list(rows.defer("revision__text", "revision__extraction_notes")[:SHOWN])


def _evidence(claim: Claim) -> list[Evidence]:
    return list(claim.evidence.select_related("source", "snapshot__outside", "added_by")[:SHOWN])


def _contacts(claim: Claim, user: User | None) -> list[ContactOnPage]:
    rows = claim.contacts.select_related("asked_by", "recorded_by", "source")[:SHOWN]
    now = timezone.now()
    return [
        ContactOnPage(
            contact=row,
            form=OutcomeForm(claim=claim, user=user, key=row.pk, name="outcome")
            if user is not None and not row.outcome
            else None,
            is_late=not row.outcome and row.deadline is not None and row.deadline < now,
        )
        for row in rows
    ]


def _steps(claim: Claim, user: User) -> list[StepOnPage]:
    return [
        StepOnPage(
            step=step,
            form=STEP_FORMS.get(step.name, StepForm)(claim=claim, user=user, name=step.name),
            missing=missing_for(step.transition, claim) if step.allowed else (),
            page=reverse("publishing_step", args=[step.name, claim.pk])
            if step.transition.shown_to_readers
            else "",
        )
        for step in available_steps(claim, user)
    ]


def _second(claim: Claim, user: User) -> SecondOnPage:
    row = second_rating_of(claim)
    in_review = claim.state == ClaimState.IN_REVIEW
    may_ask = user.has_perm("claims.check_claim") or user.has_perm("claims.verify_claim")
    if row is None or not (row.is_open or row.disagrees):
        can_ask = in_review and may_ask
        ask = AskForm(claim=claim, user=user, name="ask") if can_ask else None
        return SecondOnPage(row=row, ask=ask)
    key = row.pk
    if row.is_open:
        rates = row.rater_id == user.pk and in_review
        cancels = user.pk in (row.rater_id, row.requested_by_id) or user.has_perm(
            "claims.verify_claim"
        )
        return SecondOnPage(
            row=row,
            rate=RateForm(claim=claim, user=user, key=key, name="rate") if rates else None,
            cancel=CancelForm(claim=claim, user=user, key=key, name="cancel") if cancels else None,
        )
    settles = (
        row.resolved_at is None
        and user.has_perm("claims.verify_claim")
        and user.pk not in (row.rater_id, claim.submitted_by_id)
    )
    settle = SettleForm(claim=claim, user=user, key=key, name="settle") if settles else None
    return SecondOnPage(row=row, settle=settle)


def _said_on(claim: Claim, appearances: Sequence[Appearance]) -> date | None:
    """The day of the earliest story that has the claim; its “as of” where no story says."""
    published = [
        row.revision.article.published_at
        for row in appearances
        if row.revision.article.published_at is not None
    ]
    return timezone.localtime(min(published)).date() if published else claim.as_of


def _role_on(claim: Claim, day: date | None) -> Affiliation | None:
    """The speaker's role on that day, where the record has exactly one; else nobody guesses."""
    if claim.speaker_id is None or day is None:
        return None
    roles = [
        role
        for role in Affiliation.objects.filter(source=claim.speaker_id)
        if (role.start is None or role.start <= day) and (role.end is None or role.end >= day)
    ]
    return roles[0] if len(roles) == 1 else None
