"""The states of a claim: where it stands in the work. What was found out is its rating."""

from __future__ import annotations

from django.db import models


class ClaimState(models.TextChoices):
    NEW = "new", "new"
    CHECKING = "checking", "checking"
    IN_REVIEW = "in_review", "in review"
    VERIFIED = "verified", "verified"
    PUBLISHED = "published", "published"
    NEEDS_RECHECK = "needs_recheck", "needs recheck"
    CORRECTED = "corrected", "corrected"
    WITHDRAWN = "withdrawn", "withdrawn"
    SHELVED = "shelved", "shelved"


OPEN = (ClaimState.NEW, ClaimState.CHECKING, ClaimState.IN_REVIEW, ClaimState.NEEDS_RECHECK)
"""Somebody still has to do something."""

CONCLUDED = (ClaimState.VERIFIED, ClaimState.PUBLISHED, ClaimState.CORRECTED)
"""A second person has agreed to the rating."""

SIGNED = (ClaimState.IN_REVIEW, *CONCLUDED, ClaimState.WITHDRAWN)
"""Somebody has put their name to statement, rating, rationale and evidence: they do not change."""

PUBLIC = (ClaimState.PUBLISHED, ClaimState.CORRECTED, ClaimState.WITHDRAWN)
"""Open to every reader; of a withdrawn claim only that it is."""

GATED = (ClaimState.IN_REVIEW, *CONCLUDED)
"""Only with a rating, a rationale and at least one piece of evidence."""

CONTENT = (
    "statement",
    "kind",
    "language",
    "speaker",
    "affiliation",
    "as_of",
    "rating",
    "rationale",
    "method",
)
"""What a signature stands for. Who works on a claim, and until when, may change at any time."""
