"""What an editor fills in to publish, correct or withdraw. The service and its lint check it."""

from __future__ import annotations

from typing import Any

from django import forms

from claims.models import Claim, Rating
from claims.publishing.models import SHORT, FactCheck, Severity
from claims.publishing.services import Wording, suggested


class _WordingForm(forms.Form):
    headline = forms.CharField(max_length=SHORT, help_text=f"At most {SHORT} characters.")
    short_claim = forms.CharField(
        max_length=SHORT,
        help_text="What was claimed, in a few words and without the verdict: machines show it "
        f"alone. At most {SHORT} characters.",
    )
    summary = forms.CharField(
        required=False,
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="What was found, in one or two sentences.",
    )

    @property
    def wording(self) -> Wording:
        """Of a valid form."""
        names = ("headline", "short_claim", "summary", "slug")
        return Wording(**{name: self.cleaned_data.get(name, "") for name in names})


class PublishForm(_WordingForm):
    slug = forms.SlugField(
        max_length=120, label="address", help_text="The end of its address, for ever."
    )

    def __init__(self, *args: Any, claim: Claim, **kwargs: Any) -> None:
        start = suggested(claim)
        initial = {name: getattr(start, name) for name in self.base_fields}
        kwargs.setdefault("initial", initial)
        super().__init__(*args, **kwargs)


class PublishAgainForm(_WordingForm):
    comment = forms.CharField(
        label="what has changed",
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="Readers see it: what was wrong or is new, and what is right.",
    )
    severity = forms.ChoiceField(
        choices=Severity.choices, help_text="Major: readers were led to another conclusion."
    )

    def __init__(self, *args: Any, claim: Claim, **kwargs: Any) -> None:
        kwargs.setdefault("initial", _present(claim.fact_check))
        super().__init__(*args, **kwargs)


class CorrectForm(_WordingForm):
    text = forms.CharField(
        label="what is corrected",
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="Readers see it: what was wrong, and what is right.",
    )
    severity = forms.ChoiceField(
        choices=Severity.choices,
        help_text="Major: readers were led to another conclusion. A changed rating always is.",
    )
    statement = forms.CharField(widget=forms.Textarea(attrs={"rows": 3}))
    rating = forms.ModelChoiceField(Rating.objects.select_related("scale"))
    rationale = forms.CharField(widget=forms.Textarea(attrs={"rows": 8}))
    method = forms.CharField(required=False, widget=forms.Textarea(attrs={"rows": 4}))
    as_of = forms.DateField(required=False, widget=forms.DateInput(attrs={"type": "date"}))

    CONTENT = ("statement", "rating", "rationale", "method", "as_of")
    field_order = ("text", "severity", "headline", "short_claim", "summary", *CONTENT)

    def __init__(self, *args: Any, claim: Claim, **kwargs: Any) -> None:
        self._claim = claim
        initial = {name: getattr(claim, name) for name in self.CONTENT}
        kwargs.setdefault("initial", _present(claim.fact_check) | initial)
        super().__init__(*args, **kwargs)

    @property
    def changes(self) -> dict[str, Any]:
        """Of a valid form: what is another value than the claim has."""
        return {
            name: self.cleaned_data[name]
            for name in self.CONTENT
            if _comparable(self.cleaned_data[name]) != _comparable(getattr(self._claim, name))
        }


class WithdrawForm(forms.Form):
    reason = forms.CharField(
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text="Readers see it, in the place of the check. This cannot be undone.",
    )

    def __init__(self, *args: Any, claim: Claim, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)


def _present(fact_check: FactCheck) -> dict[str, Any]:
    return {name: getattr(fact_check, name) for name in ("headline", "short_claim", "summary")}


def _comparable(value: Any) -> Any:
    return value.replace("\r\n", "\n").strip() if isinstance(value, str) else value
