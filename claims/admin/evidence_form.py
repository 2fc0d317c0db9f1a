"""Evidence, added on the page of its claim."""

from __future__ import annotations

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError

from claims.admin.action_forms import ActionForm
from claims.errors import DomainError
from claims.models import Evidence, EvidenceNature, Stance
from claims.verification.evidence import add_evidence
from newsroom.admin_base import AutocompleteWidget
from sources.models import Source


class EvidenceForm(ActionForm):
    title = "Add evidence"
    button = "Add it"
    back = "evidence"
    heading = forms.CharField(label="Title", max_length=500)
    stance = forms.ChoiceField(choices=[("", "Choose …"), *Stance.choices])
    nature = forms.ChoiceField(
        choices=[("", "Choose …"), *EvidenceNature.choices],
        help_text="Primary: the record itself. Secondary: somebody’s account of it.",
    )
    url = forms.URLField(label="URL", required=False, max_length=2000, assume_scheme="https")
    quotation = forms.CharField(
        required=False,
        max_length=20_000,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text="The words that matter, verbatim.",
    )
    source = forms.ModelChoiceField(queryset=Source.objects.all(), required=False)
    published_at = forms.DateField(
        label="Published", required=False, widget=forms.DateInput(attrs={"type": "date"})
    )

    def prepare(self) -> None:
        self.fields["source"].widget = AutocompleteWidget(
            Evidence._meta.get_field("source"), admin.site
        )
        self.fields["source"].widget.choices = self.fields["source"].choices  # type: ignore[attr-defined]

    def act(self) -> str:
        given = self.cleaned_data
        try:
            evidence = add_evidence(
                claim_id=self.claim.pk,
                stance=Stance(given["stance"]),
                nature=EvidenceNature(given["nature"]),
                title=given["heading"],
                url=given["url"],
                quotation=given["quotation"],
                source_id=given["source"].pk if given["source"] else None,
                published_at=given["published_at"],
                by=self.user,
            )
        except ValidationError as error:
            raise DomainError(" ".join(error.messages)) from error
        return f"Added: {evidence.title}."
