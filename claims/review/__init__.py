"""Editors decide on candidates."""
