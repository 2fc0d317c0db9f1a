"""Bringing the index of known claims up to date, as workers do."""

from __future__ import annotations

from claims.matching import index, words


def settle() -> None:
    """Everything is embedded, and what a process reads once is read."""
    index.install_models()
    while index.embed_due():
        pass
    words.forget()
    words.word_counts()
