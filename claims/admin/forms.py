"""What an editor fills in to decide on a candidate. The service checks it again."""

from __future__ import annotations

from django import forms

from claims.models import DecisionReason
from claims.models.candidates import REJECTION_REASONS


class AcceptForm(forms.Form):
    statement = forms.CharField(
        required=False,
        max_length=5000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="As the claim will read. It has to stand alone: who, what, when.",
    )


class RejectForm(forms.Form):
    reason = forms.ChoiceField(
        choices=[("", "Reason …"), *((one.value, one.label) for one in REJECTION_REASONS)],
        error_messages={
            "required": "Choose a reason for rejecting.",
            "invalid_choice": "Choose one of the reasons for rejecting.",
        },
        widget=forms.Select(attrs={"aria-label": "Reason for rejecting"}),
    )
    note = forms.CharField(
        required=False,
        max_length=2000,
        widget=forms.TextInput(
            attrs={"placeholder": "Note (needed for “other”)", "aria-label": "Note"}
        ),
    )

    @property
    def chosen(self) -> DecisionReason:
        """Of a valid form."""
        return DecisionReason(self.cleaned_data["reason"])


class MergeForm(forms.Form):
    claim = forms.IntegerField(
        min_value=1,
        # The database's largest key.
        max_value=2**63 - 1,
        error_messages={"required": "Name the claim by its number."},
        help_text="The number of the claim that says the same.",
    )
