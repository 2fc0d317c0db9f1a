"""What a candidate tells beside its statement: numbers, hedges, what is open, that it was said."""

from __future__ import annotations

import pytest

from claims.extraction import Candidate, Span, extract
from claims.extraction.quantities import hedges_in, quantities_in
from claims.extraction.statements import left_open


def numbers(passage: str) -> list[tuple[str, float | None, str]]:
    found = quantities_in(passage, Span(0, len(passage)))
    return [(passage[one.start : one.end], one.value, one.unit) for one in found]


def only(text: str) -> Candidate:
    (candidate,) = extract(text).candidates
    return candidate


@pytest.mark.parametrize(
    ("passage", "expected"),
    [
        ("It lost 2% of its staff.", [("2%", 2.0, "%")]),
        ("It lost two percent.", [("two percent", 2.0, "%")]),
        ("It cost $1.5 bn.", [("$1.5 bn", 1.5e9, "$")]),
        ("It cost £3 million.", [("£3 million", 3e6, "£")]),
        ("It lost nearly a third of it.", [("a third", 1 / 3, "")]),
        ("It lost 10 to 15 crates.", [("10", 10.0, ""), ("15 crates", 15.0, "crates")]),
        ("It carried 4,000 cars a day.", [("4,000 cars", 4000.0, "cars")]),
        ("It closed in 2019.", [("2019", None, "date")]),
        ("It closed on June 4, 2019.", [("June 4, 2019", None, "date")]),
        ("It closed on 4 June.", [("4 June", None, "date")]),
        ("Nothing was counted by anyone.", []),
        ("It cost £14.2bn.", [("£14.2bn", 14.2e9, "£")]),
        ("It lost £1.3m a day.", [("£1.3m", 1.3e6, "£")]),
        ("It stopped 200m away.", [("200m", 200.0, "m")]),
        ("It cost $4.1 billion.", [("$4.1 billion", 4.1e9, "$")]),
        ("It paid C$80m.", [("C$80m", 80e6, "C$")]),
        ("It paid R1.2 billion.", [("R1.2 billion", 1.2e9, "R")]),
        ("It paid CHF 12.5 million.", [("CHF 12.5 million", 12.5e6, "CHF")]),
        ("It cost ₹4,500 crore.", [("₹4,500 crore", 4500e7, "₹")]),
        ("It cost ¥52 billion.", [("¥52 billion", 52e9, "¥")]),
        ("It sold 1,20,000 cars.", [("1,20,000 cars", 120000.0, "cars")]),
        ("It fell to -4.7%.", [("-4.7%", -4.7, "%")]),
        (
            "It fell to minus 6 degrees Celsius.",
            [("minus 6 degrees Celsius", -6.0, "degrees celsius")],
        ),
        ("Give or take plus or minus 3 points.", [("3 points", 3.0, "points")]),
        ("It lost 4-5% of them.", [("4", 4.0, "%"), ("5%", 5.0, "%")]),
        ("It rose 23pc or 0.9 pct.", [("23pc", 23.0, "%"), ("0.9 pct", 0.9, "%")]),
        (
            "It cost $1.2-1.5 billion.",
            [("$1.2", 1.2e9, "$"), ("1.5 billion", 1.5e9, "$")],
        ),
        ("It cost CHF 3-4 million.", [("CHF 3", 3e6, "CHF"), ("4 million", 4e6, "CHF")]),
        ("It covers 14.62 million sq km.", [("14.62 million sq km", 14.62e6, "sq km")]),
        (
            "It fell 25cm (10in) in 3 in.",
            [("25cm", 25.0, "cm"), ("10in", 10.0, "in"), ("3", 3.0, "")],
        ),
        ("It rose in 2029-30.", [("2029-30", None, "date")]),
        ("It won 3-1.", [("3", 3.0, ""), ("1", 1.0, "")]),
        ("It fell 3.5 percentage points.", [("3.5 percentage points", 3.5, "percentage points")]),
        ("It fell 3 per cent points.", [("3 per cent points", 3.0, "per cent points")]),
        ("It fell 50 basis points.", [("50 basis points", 50.0, "basis points")]),
        ("It covers 2 million square miles.", [("2 million square miles", 2e6, "square miles")]),
        ("Half a million people left.", [("Half a million people", 5e5, "people")]),
        (
            "A hundred men and twenty-five cows.",
            [("A hundred men", 100.0, "men"), ("twenty-five cows", 25.0, "cows")],
        ),
        ("One in four children slept.", [("One in four children", 0.25, "children")]),
        ("It won two in 10 days.", [("two", 2.0, ""), ("10 days", 10.0, "days")]),
        ("It closed at 1.10am and 06:20.", [("1.10am", None, "time"), ("06:20", None, "time")]),
        ("It closed for a 14th year.", []),
        ("It lost in the second half and added a third goal.", []),
        ("A spokesman for No 10 declined.", []),
        ("A Boeing 737 operated by us.", [("737", 737.0, "")]),
        ("It paid £400 more, 41,000 last year.", [("£400", 400.0, "£"), ("41,000", 41000.0, "")]),
    ],
)
def test_numbers_have_a_value_and_a_unit(
    passage: str, expected: list[tuple[str, float | None, str]]
) -> None:
    assert numbers(passage) == expected


def test_places_of_numbers_are_those_of_the_story() -> None:
    text = "Snow fell.\n\nMayor Ada Moss said the levee cost $3 million in 2019."
    candidate = next(one for one in extract(text).candidates if "levee" in one.statement)
    assert [text[one.start : one.end] for one in candidate.quantities] == ["$3 million", "2019"]


@pytest.mark.parametrize(
    ("passage", "expected"),
    [
        ("As many as 40 crates could be lost.", ("as many as", "could")),
        ("It cost about $3 million, about half of it in May.", ("about",)),
        ("It cost $3 million.", ()),
        ("It blocked roads around Brussels about a week ago.", ("about",)),
        ("It lied about the levee.", ()),
        ("It opens on May 3.", ()),
    ],
)
def test_words_that_leave_room_are_named(passage: str, expected: tuple[str, ...]) -> None:
    assert hedges_in(passage) == expected


def test_of_an_attributed_statement_both_assertions_are_there() -> None:
    reported = only("Mayor Ada Moss said the levee leaked twice.")
    assert reported.statement == "The levee leaked twice"
    assert reported.said == "Ada Moss said: The levee leaked twice"
    quoted = only("“The levee leaked twice,” Mayor Ada Moss said.")
    assert quoted.said == "Ada Moss said: “The levee leaked twice”"


def test_a_denial_and_the_reporters_own_words_are_one_assertion_only() -> None:
    assert only("Ada Moss denied that she took the money.").said == ""
    assert only("The levee leaked twice.").said == ""


def test_nobody_is_guessed_to_have_said_it() -> None:
    text = (
        "Mayor Helen Marsh met her brother, the lawyer Paul Marsh, on Monday.\n\n"
        "Marsh said the bridge was safe."
    )
    last = extract(text).candidates[-1]
    assert (last.statement, last.said) == ("The bridge was safe", "")


@pytest.mark.parametrize(
    ("statement", "known", "expected"),
    [
        ("He was right", True, ("he",)),
        ("Mark Reed said he was right", True, ()),
        ("This leaked twice", True, ("this",)),
        ("It is clear that the levee leaked", True, ()),
        ("We lost three votes", True, ()),
        ("We lost three votes", False, ("we",)),
        ("The levee leaked twice", False, ()),
    ],
)
def test_what_the_text_leaves_open_is_said(
    statement: str, known: bool, expected: tuple[str, ...]
) -> None:
    assert left_open(statement, known=known) == expected
