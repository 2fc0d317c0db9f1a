"""What may be joined without being asked for, and what never."""

from __future__ import annotations

import pytest

from claims.matching.guard import Kind, Said, differences

SAID = "Traffic in the harbour of Kellosund rose by 9 percent in 2024."


def kinds(one: str, other: str, *, speaker: int | None = 1) -> list[Kind]:
    return [found.kind for found in differences(Said(one, speaker), Said(other, speaker))]


@pytest.mark.parametrize(
    "other",
    [
        SAID,
        "In 2024 traffic in the harbour of Kellosund rose by 9%.",
        "“Traffic in the harbour of Kellosund rose by nine per cent in 2024!”",
        "TRAFFIC IN THE HARBOUR OF KELLOSUND ROSE BY 9 PERCENT IN 2024",
    ],
)
def test_the_same_words_differ_in_nothing(other: str) -> None:
    assert kinds(SAID, other) == []


@pytest.mark.parametrize(
    ("other", "kind"),
    [
        ("Traffic in the harbour of Kellosund rose by 19 percent in 2024.", Kind.NUMBER),
        ("Traffic in the harbour of Kellosund rose by 9.5 percent in 2024.", Kind.NUMBER),
        ("Traffic in the harbour of Kellosund rose by −9 percent in 2024.", Kind.NUMBER),
        ("Traffic in the harbour of Kellosund rose by 9 million percent in 2024.", Kind.NUMBER),
        ("Traffic in the harbour of Kellosund rose by 9 tonnes in 2024.", Kind.UNIT),
        ("Traffic in the harbour of Kellosund never rose by 9 percent in 2024.", Kind.NEGATION),
        ("Traffic in the harbour of Kellosund rose by 9 percent in 2023.", Kind.DATE),
        ("Traffic in the harbour of Kellosund rose by 9 percent in May.", Kind.DATE),
        ("Traffic in the harbour of Meridian rose by 9 percent in 2024.", Kind.NAME),
        ("Traffic in the harbour of Kellosund fell by 9 percent in 2024.", Kind.COMPARISON),
        ("Traffic in the harbour of Kellosund could rise by 9 percent in 2024.", Kind.MODAL),
        ("Traffic in the harbour of Kellosund rose by 9 percent in 2024?", Kind.QUESTION),
        ("Ana Lund denied that traffic rose by 9 percent in 2024.", Kind.NEGATION),
        ("Traffic in the harbour of Kellosund rose to 9 percent in 2024.", Kind.WORDS),
    ],
)
def test_one_difference_is_found_and_named(other: str, kind: Kind) -> None:
    assert kind in kinds(SAID, other)
    assert kind in kinds(other, SAID)


def test_a_contraction_is_a_negation() -> None:
    one = "The ministry did pay the harbour workers their full wage."
    other = "The ministry didn't pay the harbour workers their full wage."

    assert kinds(one, other) == [Kind.NEGATION]


def test_names_that_change_places_are_another_statement() -> None:
    one = "Ana Lund told Per Moe that the quay cost five million."
    other = "Per Moe told Ana Lund that the quay cost five million."

    assert kinds(one, other) == [Kind.WORDS]


def test_sums_are_compared_whichever_way_they_are_written() -> None:
    one = "The new quay has cost the city $1.5 million so far."

    assert kinds(one, "The new quay has cost the city 1,500,000 dollars so far.") == []
    assert kinds(one, "The new quay has cost the city €1.5 million so far.") == [Kind.UNIT]


@pytest.mark.parametrize(
    ("one", "other", "kind"),
    [
        ("-$3 million", "$3 million", Kind.NUMBER),
        ("−€3 million", "€3 million", Kind.NUMBER),
        ("− 3 million", "3 million", Kind.NUMBER),
        ("<3 million", "3 million", Kind.NUMBER),
        ("thirty two crowns", "30 two crowns", Kind.NUMBER),
        ("thirty-two crowns", "30 two crowns", Kind.NUMBER),
        ("thirty, two crowns", "thirty-two crowns", Kind.NUMBER),
        ("twenty five-euro notes", "twenty-five euro notes", Kind.NUMBER),
        ("one thousand two hundred euros", "100,200 euros", Kind.NUMBER),
        ("1.500 euros", "1.5 euros", Kind.NUMBER),
        ("a million euros", "a billion euros", Kind.NUMBER),
        ("5 m", "5 million", Kind.NUMBER),
        ("5 mW", "5 MW", Kind.UNIT),
        ("A$3 million", "$3 million", Kind.UNIT),
        *[(f"{sign}3 million", "3 million", Kind.UNIT) for sign in "₹₽₩₺₴₪฿¢"],
        ("₹3 million", "₽3 million", Kind.UNIT),
        ("sums that May agreed to", "sums that may agreed to", Kind.DATE),
        ("what US harbours pay", "what us harbours pay", Kind.NAME),
    ],
)
def test_what_looks_alike_and_is_not_is_never_joined(one: str, other: str, kind: Kind) -> None:
    first, second = (f"The quay will have cost the city {sum_} by now." for sum_ in (one, other))

    assert kind in kinds(first, second)
    assert kind in kinds(second, first)


def test_what_turns_the_truth_around_does_not_move() -> None:
    one = "Only the mayor has paid for the boat in full."

    assert kinds(one, "The mayor has paid for the boat in full only.") == [Kind.WORDS]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("-$3 million", "−3 million dollars"),
        ("₹3 million", "3 million rupees"),
        ("thirty-two crowns", "32 crowns"),
        ("one thousand two hundred euros", "€1,200"),
        ("two hundred thousand euros", "€200,000"),
        ("$5m", "$5 million"),
        ("A$3 million", "A$3,000,000"),
    ],
)
def test_one_sum_is_the_same_in_all_spellings(one: str, other: str) -> None:
    first, second = (f"The quay will have cost the city {sum_} by now." for sum_ in (one, other))

    assert kinds(first, second) == []


def test_a_short_statement_is_never_joined() -> None:
    assert kinds("Nobody expected that at all.", "Nobody expected that at all.") == [Kind.SHORT]


def test_who_said_it_has_to_be_the_same() -> None:
    def who(one: Said, other: Said) -> list[Kind]:
        return [found.kind for found in differences(one, other)]

    assert who(Said(SAID, 1), Said(SAID, 2)) == [Kind.SPEAKER]
    assert who(Said(SAID, 1), Said(SAID, None, "Ana Lund")) == [Kind.SPEAKER]
    assert who(Said(SAID, None, "Ana Lund"), Said(SAID, None, "Per Moe")) == [Kind.SPEAKER]
    assert who(Said(SAID, None, "Ana Lund"), Said(SAID, None, "ANA LUND")) == []
