"""What is proposed of ordinary sentences, and as what kind of statement."""

from __future__ import annotations

import pytest

from claims.extraction import Kind, extract
from claims.extraction.kinds import kind_of


def statements(text: str) -> list[str]:
    return [one.statement for one in extract(text).candidates]


def test_a_pronoun_before_its_speaker_is_not_filled_in() -> None:
    text = "Mark Otis met John Farrow.\n\nHe told him that the offer was final, Otis said."
    assert not any(one.startswith("Mark Otis told") for one in statements(text))


def test_what_the_verb_governs_is_no_second_layer() -> None:
    text = "Julia Brandt added that the company had already conceded four days of leave."
    assert statements(text) == ["The company had already conceded four days of leave"]


def test_a_clause_cut_at_a_comma_is_one_statement() -> None:
    text = (
        "More than 2.4 million migrants were stopped at the southern border last year, the highest "
        "number ever recorded, according to Customs and Border Protection."
    )
    assert "The highest number ever recorded" not in statements(text)


def test_about_before_a_number_opens_a_clause() -> None:
    text = "The agency said about 1 in 5 children had missed a dose."
    assert statements(text) == ["About 1 in 5 children had missed a dose"]


def test_marks_of_a_list_and_lines_that_lead_into_it_are_no_statements() -> None:
    text = (
        "What the budget means for you:\n\n"
        "• Fuel duty is frozen for five years.\n\n• Beer costs 2p more."
    )
    assert statements(text) == ["Fuel duty is frozen for five years.", "Beer costs 2p more."]


def test_a_conjunction_left_hanging_is_cut_off() -> None:
    text = (
        "House Speaker Mike Dunlap said Tuesday that Republicans had the votes to pass the $95 "
        "billion package, even as Rep. Marge Teller, R-Ga., vowed to force him out."
    )
    assert not any(one.endswith((" as", " even")) for one in statements(text))


def test_an_object_in_quotation_marks_gives_way_to_its_sentence() -> None:
    text = "The observers noted “a clear bias” in the papers."
    assert statements(text) == [text]


def test_what_was_promised_to_somebody_is_no_statement_without_the_verb() -> None:
    text = "Greta Olsen had promised investors approval by the end of 2022."
    assert statements(text) == [text]


@pytest.mark.parametrize(
    ("passage", "lemma", "kind"),
    [
        ("Help came too late", "say", Kind.FACT),
        ("Nothing is ruled out", "say", Kind.FACT),
        ("hospitals would stay open", "say", Kind.PREDICTION),
        ("the tax would raise £3 million", "say", Kind.QUANTITY),
        ("the crew would have drowned", "say", Kind.PREDICTION),
        ("They would sleep in the hall", "", Kind.FACT),
        ("Will Howard threw the ball", "", Kind.FACT),
        ("Lane made more than 60 films", "", Kind.QUANTITY),
        ("At least 211 people had died since June", "", Kind.QUANTITY),
        ("orders fell in the second half", "say", Kind.FACT),
        ("It was put off for the third time", "", Kind.FACT),
        ("It lost the third of its five ships", "", Kind.QUANTITY),
        ("Moscow did not immediately comment", "", Kind.NO_COMMENT),
        ("Orbis declined to make him available for an interview", "", Kind.NO_COMMENT),
    ],
)
def test_kinds_of_ordinary_sentences(passage: str, lemma: str, kind: Kind) -> None:
    assert kind_of(passage, lemma=lemma) is kind
