"""What an editor fills in to publish, correct or withdraw. The service and its lint check it."""

from __future__ import annotations

from typing import Any

from django import forms

from claims.models import Claim, Rating
from claims.publishing.models import SHORT, FactCheck, Severity
from claims.publishing.services import Wording, suggested
from claims.verification.meanwhile import differences


class SeenForm(forms.Form):
    """Knows which version of the claim the person read, and which fields of it they may change."""

    CONTENT: tuple[str, ...] = ()
    seen_version = forms.IntegerField(
        widget=forms.HiddenInput, required=False, min_value=1, max_value=2**31 - 1
    )

    def __init__(self, *args: Any, claim: Claim, **kwargs: Any) -> None:
        kwargs["initial"] = {"seen_version": claim.version} | kwargs.get("initial", {})
        super().__init__(*args, **kwargs)

    @property
    def seen(self) -> int:
        """Of a valid form. One that does not say which version it was made from has seen none."""
        return self.cleaned_data["seen_version"] or 0

    def show_changed(self, claim: Claim) -> None:
        """Refuse, of a valid form, as `claim` was changed since; the next try has seen it.

        What the person typed stays. What only others changed is shown as they left it, so that it
        is not written over by who never saw it.
        """
        mine = {name: getattr(one, "pk", one) for name, one in self._content().items()}
        found = differences(claim, seen_version=self.seen or None, mine=mine)
        shown = self.data.copy()  # type: ignore[attr-defined]
        for one in found:
            if not one.is_mine_too:
                shown[one.field] = "" if one.theirs is None else str(one.theirs)
        shown["seen_version"] = str(claim.version)
        self.data = shown
        self.add_error(
            None,
            "Somebody changed this claim since you opened this form, so nothing was done. What you "
            "typed is still here: look at what was changed, then send it again.",
        )
        for one in found:
            kept = "yours is kept, theirs would be replaced" if one.is_mine_too else "taken over"
            self.add_error(one.field, f"{one.by} changed this meanwhile: {kept}.")

    def _content(self) -> dict[str, Any]:
        return {name: _comparable(self.cleaned_data[name]) for name in self.CONTENT}


class _WordingForm(SeenForm):
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
        names = ("headline", "short_claim", "summary", "slug")
        initial = {name: getattr(start, name) for name in names}
        kwargs.setdefault("initial", initial)
        super().__init__(*args, claim=claim, **kwargs)


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
        super().__init__(*args, claim=claim, **kwargs)


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
        super().__init__(*args, claim=claim, **kwargs)

    @property
    def changes(self) -> dict[str, Any]:
        """Of a valid form: what is another value than the claim has."""
        return {
            name: self.cleaned_data[name]
            for name in self.CONTENT
            if _comparable(self.cleaned_data[name]) != _comparable(getattr(self._claim, name))
        }


class WithdrawForm(SeenForm):
    reason = forms.CharField(
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text="Readers see it, in the place of the check. This cannot be undone.",
    )


def _present(fact_check: FactCheck) -> dict[str, Any]:
    return {name: getattr(fact_check, name) for name in ("headline", "short_claim", "summary")}


def _comparable(value: Any) -> Any:
    return value.replace("\r\n", "\n").strip() if isinstance(value, str) else value
