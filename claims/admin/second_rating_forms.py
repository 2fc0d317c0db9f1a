"""Asking for a blind second rating, giving it, settling two that differ."""

from __future__ import annotations

from django import forms

from claims.admin.action_forms import ActionForm, checkers
from claims.models import Rating, SecondRating
from claims.verification import second_ratings
from newsroom.accounts.models import User


def _ratings() -> forms.ModelChoiceField[Rating]:
    return forms.ModelChoiceField(
        queryset=Rating.objects.select_related("scale"), empty_label="Choose …"
    )


class AskForm(ActionForm):
    title = "Ask for a blind second rating"
    button = "Ask"
    back = "second-rating"
    rater = forms.ModelChoiceField(queryset=User.objects.none(), empty_label="Whom …")

    def prepare(self) -> None:
        field = self.fields["rater"]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset = checkers().exclude(pk__in=filter(None, [self.claim.submitted_by_id]))

    def act(self) -> str:
        rater = self.cleaned_data["rater"]
        second_ratings.ask_second_rating(claim_id=self.claim.pk, rater_id=rater.pk, by=self.user)
        return f"{rater} is asked, and does not see the rating until theirs is given."


class RateForm(ActionForm):
    title = "Give your rating"
    button = "Give it, for good"
    back = "second-rating"
    rating = _ratings()
    rationale = forms.CharField(max_length=10_000, widget=forms.Textarea(attrs={"rows": 4}))

    def act(self) -> str:
        second = second_ratings.give_second_rating(
            second_rating_id=self.key or 0,
            rating_id=self.cleaned_data["rating"].pk,
            rationale=self.cleaned_data["rationale"],
            by=self.user,
        )
        if second.disagrees:
            return "Your rating differs from the first: a third person will settle it."
        return "Your rating is the same as the first."


class SettleForm(ActionForm):
    title = "Settle the two ratings"
    button = "Settle it"
    back = "second-rating"
    rating = forms.ModelChoiceField(
        queryset=Rating.objects.none(), empty_label="Which holds …", label="The rating that holds"
    )
    resolution = forms.CharField(
        label="Why", max_length=10_000, widget=forms.Textarea(attrs={"rows": 3})
    )

    def prepare(self) -> None:
        second = SecondRating.objects.filter(pk=self.key or 0, claim=self.claim).first()
        field = self.fields["rating"]
        assert isinstance(field, forms.ModelChoiceField)
        if second is not None:
            field.queryset = Rating.objects.filter(
                pk__in=[key for key in (second.rating_id, second.first_rating_id) if key]
            )

    def act(self) -> str:
        second = second_ratings.resolve_second_rating(
            second_rating_id=self.key or 0,
            rating_id=self.cleaned_data["rating"].pk,
            resolution=self.cleaned_data["resolution"],
            by=self.user,
        )
        if second.resolved_rating_id == self.claim.rating_id:
            return "Settled: the rating of the claim holds."
        return "Settled: return the claim, so that it gets the rating that holds."


class CancelForm(ActionForm):
    title = "Do without a second rating"
    button = "Cancel the request"
    back = "second-rating"

    def act(self) -> str:
        second_ratings.cancel_second_rating(second_rating_id=self.key or 0, by=self.user)
        return "The request is cancelled."
