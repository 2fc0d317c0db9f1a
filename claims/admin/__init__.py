"""The desk's pages of `claims`, one module for each thing that is worked on."""

from claims.admin import articles, candidates, claims, evidence, other_checks, ratings

__all__ = ["articles", "candidates", "claims", "evidence", "other_checks", "ratings"]
