"""What the desk's addresses and forms carry."""

from __future__ import annotations

from django import forms

from claims.models.choices import StatementKind
from claims.review.queues import Order
from newsroom.numbers import number_in

LARGEST_KEY = 2**63 - 1


def keys_in(text: str) -> list[int]:
    """Keys written with commas between them, without what can be no key; bounded."""
    parts = text.split(",")[:100]
    return [number for one in parts if (number := number_in(one)) is not None]


def key_field() -> forms.IntegerField:
    return forms.IntegerField(required=False, min_value=1, max_value=LARGEST_KEY)


class QueueForm(forms.Form):
    queue = forms.ChoiceField(required=False, choices=Order.choices)
    outlet = key_field()
    speaker = key_field()
    kind = forms.ChoiceField(required=False, choices=StatementKind.choices)
    section = forms.CharField(required=False, max_length=200)
    article = key_field()


class AddForm(forms.Form):
    revision = forms.IntegerField(min_value=1, max_value=LARGEST_KEY)
    start = forms.IntegerField(min_value=0, max_value=2**31 - 1)
    end = forms.IntegerField(min_value=1, max_value=2**31 - 1)
    text = forms.CharField(max_length=20_000, strip=False)


class AcceptForm(forms.Form):
    statement = forms.CharField(
        required=False,
        max_length=5000,
        error_messages={"max_length": "A statement has at most 5,000 characters."},
    )
    kind = forms.ChoiceField(required=False, choices=StatementKind.choices)
    speaker = key_field()


class MergeForm(forms.Form):
    claim = forms.IntegerField(
        min_value=1,
        max_value=LARGEST_KEY,
        error_messages={"required": "Choose the claim that it repeats."},
    )


class FlagForm(forms.Form):
    colleague = key_field()
    note = forms.CharField(required=False, max_length=2000)
