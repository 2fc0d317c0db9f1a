"""A candidate is something that is so or is not so: never a loose phrase."""

from __future__ import annotations

import pytest

from claims.extraction import extract
from claims.extraction.fragments import has_finite_verb, is_argument_of, is_dependent


def passages(text: str) -> list[str]:
    return [text[one.start : one.end] for one in extract(text).candidates]


@pytest.mark.parametrize(
    "text",
    [
        "Traders expect seven euros a crate by Christmas.",
        "The harbour commission forecasts 300 to 450 permanent jobs.",
        "A repair ship was expected on Sunday.",
        "Lawmakers are offering some ideas on how to mend the bridge.",
        "Helen Marsh suggested closing the bridge for a year.",
        "Without a cut, Helen Marsh said, the stock would fall below 100,000 tonnes.",
        "The museum, Helen Marsh said, was added in May.",
        "Landings fell, Helen Marsh noted, largely because old boats had sunk.",
        "The ministry did not respond to a request for the method behind the figure.",
    ],
)
def test_a_phrase_without_its_verb_gives_way_to_the_sentence(text: str) -> None:
    assert passages(text) == [text]


@pytest.mark.parametrize(
    ("text", "passage"),
    [
        ("Helen Marsh said the bridge cost $3 million.", "the bridge cost $3 million"),
        ("Helen Marsh believes the bridge will close.", "the bridge will close"),
        ("Helen Marsh said nothing was done.", "nothing was done"),
        ("“If it rains, we stop,” Helen Marsh said.", "If it rains, we stop"),
    ],
)
def test_a_clause_is_proposed_without_who_said_it(text: str, passage: str) -> None:
    assert passages(text) == [passage]


@pytest.mark.parametrize(
    ("passage", "expected"),
    [
        ("the bridge was safe", True),
        ("the council closed it", True),
        ("prices rose by a third", True),
        ("the survey shows no change", True),
        ("a week dominated by a leaked memo", False),
        ("some ideas on how to mend the bridge", False),
        ("300 to 450 permanent jobs", False),
        ("having voted against fishing families", True),
        ("", False),
    ],
)
def test_a_finite_verb_is_known_by_form_and_place(passage: str, expected: bool) -> None:
    assert has_finite_verb(passage) is expected


@pytest.mark.parametrize(
    ("passage", "expected"),
    [
        ("because unused quota was carried over", True),
        ("largely because old bonds had run out", True),
        ("was added in the House", True),
        ("and should not count on the pumps", True),
        ("If it rains, we stop", False),
        ("Is it safe?", False),
        ("the bridge was safe", False),
        ("", False),
    ],
)
def test_a_clause_that_leans_on_another_is_known(passage: str, expected: bool) -> None:
    assert is_dependent(passage) is expected


def test_subject_and_object_of_the_cue_are_no_statements() -> None:
    assert is_argument_of("A repair ship", "was expected", before=True)
    assert is_argument_of("a request for the method", "did not respond to", before=False)
    assert not is_argument_of("The ship was late", "was told", before=True)
    assert not is_argument_of("a new ship", "according to", before=False)
    assert not is_argument_of("a new ship", "", before=True)
