"""Choices whose values come from the extraction package, which must not know Django."""

from __future__ import annotations

from django.db import models

from claims.extraction.schema import Form, Kind, Sourcing


class StatementKind(models.TextChoices):
    """What sort of statement it is; it decides how, and whether, it can be checked."""

    FACT = Kind.FACT, "fact"
    QUANTITY = Kind.QUANTITY, "quantity"
    COMPARISON = Kind.COMPARISON, "comparison"
    LAW = Kind.LAW, "law or record"
    PREDICTION = Kind.PREDICTION, "prediction"
    PROMISE = Kind.PROMISE, "promise"
    OPINION = Kind.OPINION, "opinion"
    QUESTION = Kind.QUESTION, "question"
    INSTRUCTION = Kind.INSTRUCTION, "instruction"
    DENIAL = Kind.DENIAL, "denial"
    NO_COMMENT = Kind.NO_COMMENT, "no comment"


class QuotationForm(models.TextChoices):
    DIRECT = Form.DIRECT, "direct"
    INDIRECT = Form.INDIRECT, "indirect"
    MIXED = Form.MIXED, "mixed"


class SourcingTerms(models.TextChoices):
    """On what terms the speaker is given to the reader."""

    ON_THE_RECORD = Sourcing.ON_THE_RECORD, "on the record"
    UNNAMED = Sourcing.UNNAMED, "unnamed"
