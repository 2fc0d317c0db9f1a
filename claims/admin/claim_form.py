"""The form of a claim's content, which knows the version that the person saw."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, ClassVar

from django import forms
from django.db.models import ForeignKey
from django.utils import formats
from django.utils.text import capfirst

from claims.admin.signed import is_signed
from claims.models import Claim
from claims.models.roles import OF_SOMEBODY_ELSE
from claims.verification.meanwhile import Difference, differences
from claims.verification.states import CONTENT
from newsroom.admin_base import shortened

CHOICE = "choose_"
"""Before a field's name: whose text is to be kept, where two people changed it."""


@dataclass(frozen=True, slots=True)
class Told:
    """A difference in words, for a person to choose from."""

    name: str
    label: str
    before: str
    theirs: str
    mine: str
    by: str
    at: datetime | None
    is_mine_too: bool


class ClaimForm(forms.ModelForm):  # type: ignore[type-arg]
    """When somebody saved meanwhile, nothing is saved unseen: for each field that they changed, the
    page shows both texts, and the person chooses. What they typed stays until they do."""

    seen_version = forms.IntegerField(widget=forms.HiddenInput, required=False)
    differences: tuple[Told, ...] = ()
    unsaved: tuple[Told, ...] = ()
    """What was typed into fields that are closed now, since the claim was signed meanwhile."""

    class Meta:
        model = Claim
        fields = "__all__"  # noqa: DJ007  (the admin class names the fields)
        help_texts: ClassVar = {"language": "Its code, such as en, de or pt-BR."}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            self.fields["seen_version"].initial = self.instance.version
            if self.is_bound:
                self._take_what_was_chosen()

    def clean(self) -> dict[str, Any] | None:
        cleaned = super().clean()
        if cleaned is None:
            return None
        self._check_affiliation(cleaned)
        if self.instance.pk:
            self._check_version(cleaned)
        return cleaned

    def _check_affiliation(self, cleaned: dict[str, Any]) -> None:
        affiliation = cleaned.get("affiliation")
        if affiliation and "speaker" in cleaned and not affiliation.is_of(cleaned["speaker"]):
            self.add_error("affiliation", OF_SOMEBODY_ELSE)

    def _take_what_was_chosen(self) -> None:
        """“Theirs” puts the stored text into the field, as if it had been typed."""
        chosen = [
            name
            for name in self._content()
            if self.data.get(self.add_prefix(CHOICE + name)) == "theirs"
        ]
        self._put({name: getattr(self.instance, _attname(name)) for name in chosen})

    def _check_version(self, cleaned: dict[str, Any]) -> None:
        # The lock makes two saves at the same moment wait for each other, so that the second
        # compares with what the first has written. The admin saves inside one transaction.
        stored = Claim.objects.select_for_update(of=("self",)).get(pk=self.instance.pk)
        seen = cleaned.get("seen_version")
        if seen == stored.version:
            return
        mine = {name: _key(cleaned[name]) for name in self._content() if name in cleaned}
        found = differences(stored, seen_version=seen, mine=mine)
        if is_signed(stored):
            self.unsaved = tuple(self._typed_too_late(stored))
        elif seen is not None and not found:
            return  # Evidence or an assignment: nothing that this form would write over.
        self.add_error(
            None,
            "Somebody changed this claim while you were working on it, so nothing was saved. "
            "What you typed is still here: choose below what to keep, and save once more.",
        )
        self.differences = tuple(self._in_words(found))
        # What only they changed is shown as they left it; `data` is what is shown again, and the
        # next save has seen the present version.
        self._put({one.field: one.theirs for one in found if not one.is_mine_too})
        self._put({"seen_version": stored.version})

    def _typed_too_late(self, stored: Claim) -> Iterable[Told]:
        for name in CONTENT:
            typed = self.data.get(self.add_prefix(name))
            value = getattr(stored, _attname(name))
            if typed is not None and typed.strip() != ("" if value is None else str(value)).strip():
                label, theirs = capfirst(str(Claim._meta.get_field(name).verbose_name)), str(value)  # type: ignore[union-attr]
                yield Told(name, label, theirs, theirs, typed[:20_000], "", None, is_mine_too=True)

    def _content(self) -> list[str]:
        return [name for name in self.fields if name != "seen_version"]

    def _put(self, values: dict[str, Any]) -> None:
        shown = self.data.copy()  # type: ignore[attr-defined]
        for name, value in values.items():
            shown[self.add_prefix(name)] = "" if value is None else str(value)
        self.data = shown

    def _in_words(self, found: Iterable[Difference]) -> Iterable[Told]:
        for one in found:
            yield Told(
                name=one.field,
                label=str(self.fields[one.field].label),
                before=_readable(one.field, one.before),
                theirs=_readable(one.field, one.theirs),
                mine=_readable(one.field, one.mine),
                by=one.by,
                at=one.at,
                is_mine_too=one.is_mine_too,
            )


def _attname(name: str) -> str:
    return str(Claim._meta.get_field(name).attname)  # type: ignore[union-attr]


def _key(value: Any) -> Any:
    return getattr(value, "pk", value)


def _readable(name: str, value: Any) -> str:
    if value in (None, ""):
        return "nothing"
    field = Claim._meta.get_field(name)
    if isinstance(field, ForeignKey):
        row = field.related_model._base_manager.filter(pk=value).first()
        return str(row) if row is not None else f"#{value}"
    if choices := dict(getattr(field, "flatchoices", ())):
        return str(choices.get(value, value))
    return formats.localize(value) if isinstance(value, date) else shortened(str(value), 2000)
