"""Outlets, articles and their revisions over HTTP."""
