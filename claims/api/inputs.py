"""What is sent to change candidates and claims. State is no field of any of it."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from claims.models import EvidenceNature, Stance
from claims.models.candidates import REJECTION_REASONS
from claims.models.choices import StatementKind
from claims.publishing.models import SHORT, Severity
from claims.verification.transitions import TRANSITIONS

KEY: dict[str, Any] = {"min_value": 1, "max_value": 2**63 - 1}
LONGEST_TEXT = 20_000


class Acceptance(serializers.Serializer[Any]):
    """What is left out stays as the machine proposed it."""

    statement = serializers.CharField(required=False, max_length=LONGEST_TEXT)
    kind = serializers.ChoiceField(StatementKind.choices, required=False)
    speaker = serializers.IntegerField(
        required=False, allow_null=True, help_text="Null: nobody.", **KEY
    )


class RejectionInput(serializers.Serializer[Any]):
    reason = serializers.ChoiceField([(one.value, one.label) for one in REJECTION_REASONS])
    note = serializers.CharField(
        required=False, default="", allow_blank=True, max_length=LONGEST_TEXT
    )


class MergeInput(serializers.Serializer[Any]):
    claim = serializers.IntegerField(help_text="The claim that the passage repeats.", **KEY)


class ClaimEdit(serializers.Serializer[Any]):
    """What is left out stays. Refused once a claim is in review: return it first."""

    statement = serializers.CharField(required=False, max_length=LONGEST_TEXT)
    kind = serializers.ChoiceField(StatementKind.choices, required=False)
    speaker = serializers.IntegerField(required=False, allow_null=True, **KEY)
    affiliation = serializers.IntegerField(required=False, allow_null=True, **KEY)
    as_of = serializers.DateField(required=False, allow_null=True)
    rating = serializers.IntegerField(required=False, allow_null=True, **KEY)
    rationale = serializers.CharField(required=False, allow_blank=True, max_length=LONGEST_TEXT)
    method = serializers.CharField(required=False, allow_blank=True, max_length=LONGEST_TEXT)
    due = serializers.DateTimeField(required=False, allow_null=True)


class StepInput(serializers.Serializer[Any]):
    step = serializers.ChoiceField([(one.name, one.label) for one in TRANSITIONS.values()])
    comment = serializers.CharField(
        required=False, default="", allow_blank=True, max_length=LONGEST_TEXT
    )
    break_glass_reason = serializers.CharField(
        required=False, default="", allow_blank=True, max_length=LONGEST_TEXT
    )
    severity = serializers.ChoiceField(
        Severity.choices,
        required=False,
        help_text="Of a correction, whose text is `comment`: readers see it.",
    )
    headline = serializers.CharField(
        required=False,
        default="",
        allow_blank=True,
        max_length=SHORT,
        help_text="To publish or correct; what is left out is filled in from the claim.",
    )
    short_claim = serializers.CharField(
        required=False, default="", allow_blank=True, max_length=SHORT
    )
    summary = serializers.CharField(required=False, default="", allow_blank=True, max_length=500)
    slug = serializers.RegexField(
        r"^[-a-zA-Z0-9_]*$", required=False, default="", allow_blank=True, max_length=120
    )


class NewEvidence(serializers.Serializer[Any]):
    stance = serializers.ChoiceField(Stance.choices)
    nature = serializers.ChoiceField(EvidenceNature.choices)
    title = serializers.CharField(max_length=500)
    source = serializers.IntegerField(  # type: ignore[assignment]
        required=False, allow_null=True, default=None, **KEY
    )
    url = serializers.URLField(max_length=2000, required=False, default="", allow_blank=True)
    quotation = serializers.CharField(
        required=False, default="", allow_blank=True, max_length=LONGEST_TEXT
    )
    published_at = serializers.DateField(required=False, allow_null=True, default=None)
