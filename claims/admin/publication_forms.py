"""The steps that readers see, with what each asks."""

from __future__ import annotations

from django import forms

from claims.admin.action_forms import StepForm
from claims.publishing import services
from claims.publishing.models import Severity


class PublishForm(StepForm):
    """With the wording that is suggested from the claim."""

    def act(self) -> str:
        services.publish(
            claim_id=self.claim.pk,
            comment=self.cleaned_data["comment"],
            expected_version=self.cleaned_data["seen_version"],
            by=self.user,
        )
        return "Published."


class CorrectForm(StepForm):
    severity = forms.ChoiceField(choices=Severity.choices)

    def prepare(self) -> None:
        super().prepare()
        self.fields["comment"].label = "What was wrong, and what is right"
        self.fields["comment"].help_text = "Readers see it with the correction."

    def act(self) -> str:
        services.correct(
            claim_id=self.claim.pk,
            text=self.cleaned_data["comment"],
            severity=Severity(self.cleaned_data["severity"]),
            expected_version=self.cleaned_data["seen_version"],
            by=self.user,
        )
        return "Corrected: the correction is on record."


class WithdrawForm(StepForm):
    def prepare(self) -> None:
        super().prepare()
        self.fields["comment"].label = "Why"
        self.fields["comment"].help_text = "The page stays, and says that it was withdrawn."

    def act(self) -> str:
        services.withdraw(
            claim_id=self.claim.pk,
            reason=self.cleaned_data["comment"],
            expected_version=self.cleaned_data["seen_version"],
            by=self.user,
        )
        return "Withdrawn."
