"""Candidates, claims and ratings over HTTP."""
