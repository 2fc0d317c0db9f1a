"""Clients with tokens of any scope."""

from tests.newsroom.api.conftest import reader

__all__ = ["reader"]
