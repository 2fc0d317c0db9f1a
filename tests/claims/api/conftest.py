"""Clients with tokens of any scope."""

from tests.newsroom.api.conftest import everything, reader

__all__ = ["everything", "reader"]
