"""What does not fit is cut between words."""

from __future__ import annotations

import pytest

from newsroom.shortening import shortened

TEXT = "Traffic in the harbour rose by nine percent"


@pytest.mark.parametrize(
    ("limit", "shown"),
    [
        (len(TEXT), TEXT),
        (len(TEXT) - 1, "Traffic in the harbour rose by nine …"),
        (24, "Traffic in the harbour …"),
        (23, "Traffic in the …"),
    ],
)
def test_no_word_is_cut(limit: int, shown: str) -> None:
    assert shortened(TEXT, limit) == shown
    assert len(shown) <= limit


def test_a_word_that_would_leave_little_else_is_cut() -> None:
    assert shortened("x" * 81, 80) == "x" * 79 + "…"
    assert shortened("See " + "x" * 90, 80) == "See " + "x" * 75 + "…"
