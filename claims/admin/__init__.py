"""The desk's pages of `claims`, one module for each thing that is worked on."""

from claims.admin import (
    appearances,
    articles,
    candidates,
    claims,
    evidence,
    other_checks,
    ratings,
    transitions,
)

__all__ = [
    "appearances",
    "articles",
    "candidates",
    "claims",
    "evidence",
    "other_checks",
    "ratings",
    "transitions",
]
