"""Recognising that an outlet corrected a story."""

from __future__ import annotations

import pytest

from newsroom.articles.corrections import find_corrections, new_corrections


@pytest.mark.parametrize(
    "line",
    [
        "Correction: An earlier version of this story misstated the value of the contract.",
        "CORRECTION — The vote was on Tuesday.",
        "Correction (March 4): The minister’s name is Haldane.",
        "Clarification: The figure is for 2025.",
        "Editor’s note: This article was updated on Friday.",
        "This story has been updated to include a comment from the yard.",
        "This article was corrected on 4 March.",
        "An earlier version of this article said that five ships were ordered.",
        "UPDATED: with a comment from the ministry",
        "EdNote: corrects figure in paragraph 3",
    ],
)
def test_a_correction_is_recognised(line: str) -> None:
    assert find_corrections(f"The yard got the contract.\n\n{line}\n\nMore text.") == [line]


@pytest.mark.parametrize(
    "line",
    [
        "The correction of the river bed took nine years.",
        "He said the department of corrections was short of staff.",
        "The story of the yard was told many times.",
        "The bank has updated its forecast.",
        "Update on the yard is expected on Monday, the ministry said.",
    ],
)
def test_what_only_speaks_of_corrections_is_none(line: str) -> None:
    assert find_corrections(line) == []


def test_only_what_the_version_before_did_not_say_is_new() -> None:
    old = "Text.\n\nCorrection: The vote was on Tuesday."
    new = f"{old}\n\nCorrection: The sum is €221 million."
    assert new_corrections(old, new) == ["Correction: The sum is €221 million."]
    assert new_corrections(new, new) == []
