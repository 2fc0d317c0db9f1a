"""What is done on the page of a claim beside editing it, each with its form.

A form names the domain function that it feeds, and nothing else. `STEP_FORMS` holds the steps that
ask more than the others do; a step that is not in it has the plain form.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any, ClassVar

from django import forms
from django.db.models import QuerySet
from django.utils import timezone

from claims.errors import DomainError
from claims.models import Channel, Claim, Contact, Outcome
from claims.verification.assignment import assign_claim, why_not_assign
from claims.verification.contacts import log_contact, record_outcome
from claims.verification.services import take_step
from claims.verification.steps import verifies_own
from claims.verification.transitions import TRANSITIONS
from newsroom.accounts.models import User

LARGEST = 2**31 - 1


def checkers() -> QuerySet[User]:
    """Who can be given a claim."""
    people = User.objects.with_perm(
        "claims.check_claim", backend="django.contrib.auth.backends.ModelBackend"
    )
    return people.filter(is_active=True).order_by("first_name", "last_name", "username")


class ActionForm(forms.Form):
    """Something that a person does with a claim. `title` heads its page, `button` does it."""

    title: str = ""
    button: str = ""
    back: ClassVar[str] = ""
    """The part of the claim's page to which one returns."""

    def __init__(
        self, data: Any = None, *, claim: Claim, user: User, key: int | None = None, name: str
    ) -> None:
        self.claim, self.user, self.key, self.name = claim, user, key, name
        super().__init__(data, auto_id=f"{name}{f'-{key}' if key else ''}-%s")
        self.prepare()

    def prepare(self) -> None:
        """Fit the fields to the claim and the person."""

    def act(self) -> str:
        """Do it, with the cleaned data; returns what to tell the person. Raises `DomainError`."""
        raise NotImplementedError


class Versioned(ActionForm):
    """Is refused when somebody changed the claim since the page was loaded."""

    seen_version = forms.IntegerField(
        widget=forms.HiddenInput, required=False, min_value=1, max_value=LARGEST
    )

    def prepare(self) -> None:
        self.fields["seen_version"].initial = self.claim.version


class StepForm(Versioned):
    """A step of the table: with a comment, which some steps need."""

    comment = forms.CharField(
        required=False, max_length=5000, widget=forms.Textarea(attrs={"rows": 2})
    )
    back = "steps"

    def prepare(self) -> None:
        super().prepare()
        transition = TRANSITIONS[self.name]
        self.title = self.button = transition.label
        field = self.fields["comment"]
        field.required = transition.needs_comment
        field.label = "Comment" if transition.needs_comment else "Comment (optional)"
        field.error_messages["required"] = f"“{transition.label}” needs a comment."

    def act(self) -> str:
        claim = take_step(
            claim_id=self.claim.pk,
            step=self.name,
            comment=self.cleaned_data["comment"],
            expected_version=self.cleaned_data["seen_version"],
            break_glass_reason=self.cleaned_data.get("break_glass_reason", ""),
            by=self.user,
        )
        return f"{TRANSITIONS[self.name].label}: the claim is {claim.get_state_display()} now."


class StartForm(StepForm):
    mine = forms.BooleanField(required=False, initial=True, label="Assign it to me")

    def prepare(self) -> None:
        super().prepare()
        if self.claim.assignee_id is not None:
            del self.fields["mine"]

    def act(self) -> str:
        told = super().act()
        if self.cleaned_data.get("mine") and self.claim.assignee_id is None:
            assign_claim(
                claim_id=self.claim.pk, assignee_id=self.user.pk, due=self.claim.due, by=self.user
            )
        return told


class VerifyForm(StepForm):
    """For one's own check only with a reason, which everybody can read afterwards."""

    break_glass_reason = forms.CharField(
        label="Why nobody else can verify it now",
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text="You submitted this check yourself. The reason is kept and shown with the claim.",
        error_messages={"required": "Say why nobody else can verify it now."},
    )

    def prepare(self) -> None:
        super().prepare()
        own = verifies_own(TRANSITIONS["verify"], self.claim, self.user)
        if not (own and self.user.has_perm("claims.break_glass")):
            del self.fields["break_glass_reason"]


STEP_FORMS: dict[str, type[StepForm]] = {"start": StartForm, "verify": VerifyForm}
"""The steps that ask more than a comment; whoever owns a step adds its form here."""


class _MomentField(forms.DateTimeField):
    """A moment as browsers enter it; in the newsroom's time zone."""

    def __init__(self, **options: Any) -> None:
        widget = forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")
        super().__init__(widget=widget, **options)


def _now() -> datetime:
    return timezone.localtime().replace(second=0, microsecond=0)


class AssignForm(Versioned):
    title = "Assign"
    button = "Save"
    back = "work"
    assignee = forms.ModelChoiceField(
        queryset=User.objects.none(), required=False, empty_label="nobody"
    )
    due = _MomentField(required=False)

    def prepare(self) -> None:
        super().prepare()
        field = self.fields["assignee"]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset = checkers()
        if not self.user.has_perm("claims.assign_claim"):
            field.queryset = field.queryset.filter(username=self.user.username)
        field.initial, self.fields["due"].initial = self.claim.assignee_id, self.claim.due

    @property
    def is_possible(self) -> bool:
        return not why_not_assign(self.claim, self.user, assignee_id=self.claim.assignee_id)

    def act(self) -> str:
        assignee = self.cleaned_data["assignee"]
        claim = assign_claim(
            claim_id=self.claim.pk,
            assignee_id=assignee.pk if assignee else None,
            due=self.cleaned_data["due"],
            expected_version=self.cleaned_data["seen_version"],
            by=self.user,
        )
        return f"The claim is {claim.assignee}’s now." if claim.assignee else "Saved."


class ContactForm(ActionForm):
    title = "Log a contact"
    button = "Log it"
    back = "contacts"
    whom = forms.CharField(label="Whom", max_length=300)
    channel = forms.ChoiceField(choices=Channel.choices)
    asked_at = _MomentField(label="Asked at", initial=_now)
    deadline = _MomentField(label="Answer by", required=False)
    question = forms.CharField(
        required=False, max_length=5000, widget=forms.Textarea(attrs={"rows": 2})
    )

    def prepare(self) -> None:
        if self.claim.speaker:
            self.fields["whom"].initial = str(self.claim.speaker)

    def act(self) -> str:
        given = self.cleaned_data
        speaker = self.claim.speaker
        contact = log_contact(
            claim_id=self.claim.pk,
            whom=given["whom"],
            channel=Channel(given["channel"]),
            asked_at=given["asked_at"],
            deadline=given["deadline"],
            question=given["question"],
            source_id=speaker.pk if speaker and str(speaker) == given["whom"].strip() else None,
            by=self.user,
        )
        return f"Logged: {contact.whom}."


class OutcomeForm(ActionForm):
    title = "Record what came of it"
    button = "Record it"
    back = "contacts"
    outcome = forms.ChoiceField(choices=Outcome.choices)
    answered_at = _MomentField(label="When", initial=_now)
    answer = forms.CharField(
        required=False, max_length=10_000, widget=forms.Textarea(attrs={"rows": 2})
    )

    def act(self) -> str:
        try:
            contact = Contact.objects.only("pk").get(pk=self.key or 0, claim=self.claim)
        except Contact.DoesNotExist:
            raise DomainError("There is no such entry.") from None
        given = self.cleaned_data
        record_outcome(
            contact_id=contact.pk,
            outcome=Outcome(given["outcome"]),
            answered_at=given["answered_at"],
            answer=given["answer"],
            by=self.user,
        )
        return "The outcome is on record."
