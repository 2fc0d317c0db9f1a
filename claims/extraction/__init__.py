"""Text in, candidate claims with their speakers out. Pure Python, usable on its own."""

from claims.extraction.extractor import extract
from claims.extraction.schema import (
    Attribution,
    Candidate,
    Extraction,
    Form,
    Kind,
    Quantity,
    Sentence,
    Sourcing,
    Span,
    Speaker,
    SpeakerKind,
)

__all__ = [
    "Attribution",
    "Candidate",
    "Extraction",
    "Form",
    "Kind",
    "Quantity",
    "Sentence",
    "Sourcing",
    "Span",
    "Speaker",
    "SpeakerKind",
    "extract",
]
