"""Sentences, quotation marks, language, scores and whose words are whose, on their own."""

from __future__ import annotations

import pytest

from claims.extraction import extract
from claims.extraction.furniture import is_furniture, without_dateline
from claims.extraction.fusion import kept_apart
from claims.extraction.kinds import kind_of
from claims.extraction.language import recognise
from claims.extraction.passage import Raw
from claims.extraction.quotes import find_quotes
from claims.extraction.schema import Kind, Span
from claims.extraction.scoring import check_worthiness, score
from claims.extraction.sentences import paragraphs, sentences_of


def quoted(text: str) -> list[str]:
    return [text[q.start : q.end] for q in find_quotes(text, paragraphs(text))]


def sentences(text: str) -> list[str]:
    return [text[s.start : s.end] for p in paragraphs(text) for s in sentences_of(text, p)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("He said “one ‘two’ three” here.", ["“one ‘two’ three”"]),
        ('“typed by hand" and “well formed”', ['“typed by hand"', "“well formed”"]),
        ("The crews' trucks and Ada's dog.", []),
        ("It was 6'2\" long.", []),
        ('“The 6" pipe broke,” she said.', ['“The 6" pipe broke,”']),
        ("“never closed", []),
        ("closed only”", []),
        ('“” ""', []),
        ("‘The workers’ hall is shut,’ he said.", ["‘The workers’ hall is shut,’"]),
        ("“first\n\n“second”", ["“first", "“second”"]),
        ("“first\n\nsecond”", []),
        ("»Zu spät«, sagte sie.", ["»Zu spät«"]),
        ("”Curled the wrong way.” Roe said.", ["”Curled the wrong way.”"]),
        ("Roe said. ” And then ”nothing closed", []),
    ],
)
def test_quotation_marks_are_paired(text: str, expected: list[str]) -> None:
    assert quoted(text) == expected


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("Sen. Ada Moss (R-N.C.), co-chair of the panel, left on Jan. 6.", 1),
        ("She met No. 10 staff at 5 p.m. Monday. He went home.", 2),
        ("They left the U.S. Senate. The U.S. team won.", 2),
        ("Headline without a stop\nFirst sentence here.", 2),
        ("“Is it open?” Ada Moss asked. Nobody knew.", 2),
        ("It began at 3 a.m. “All is well,” she said.", 2),
        ("“We lost.” —Commissioner Moss", 1),
    ],
)
def test_sentences_end_where_readers_end_them(text: str, count: int) -> None:
    assert len(sentences(text)) == count


GOLDEN_RULES = {
    "full stop": ["The ferry left.", "It was late."],
    "question mark": ["Who signed it?", "Nobody knows."],
    "exclamation mark": ["There she goes!", "Catch her."],
    "one-letter upper case abbreviation": ["I wrote to Ada B. Moss about it."],
    "one-letter lower case abbreviation": ["The map is on p. 31 of the report."],
    "two-letter abbreviation inside": ["Is Dana E. Whitlock Jr. at home?"],
    "two-letter abbreviation at the end": ["They work for Moss & Co.", "They like it."],
    "company name goes on": ["The Moss & Co. warehouse burnt down."],
    "possessive abbreviation": ["Is this the U.S.'s harbour?"],
    "abbreviation and capital": ["She is at St. Olaf's every Sunday."],
    "two abbreviations": ["Lt. Col. Ida Berg was there with Dr. Lund."],
    "U.S. at the end": ["He lives in the U.S.", "How about you?"],
    "U.S. before a noun": ["The U.S. Navy left the port."],
    "U.S. as adjective": ["Is the U.S. government to blame?"],
    "hours": [
        "At 6 a.m. Mr. Brandt opened the gate.",
        "He closed it at 7 P.M.",
        "Mr. Brandt then went home.",
    ],
    "number with decimals": ["She owes $3.20 and has $5.75."],
    "number with thousands": ["He moved 2.500 crates in 1.5 days."],
    "parenthesis inside": ["He came (at last.) to the pier.", "She left."],
    "address": ["Write to ada@moss.example.", "Or call."],
    "web address": ["See https://harbour.example/plan.pdf for the plan.", "It is long."],
    "quotation inside": ["She turned to him, “It leaks.” she said."],
    "quotation before a sentence": ["She turned to him, “It leaks.”", "Then she left."],
    "single quotation inside": ["She turned to him, 'It leaks.' she said."],
    "two exclamation marks": ["Stop!!", "The bridge is out."],
    "two question marks": ["Stop??", "Is the bridge out?"],
    "exclamation and question": ["Stop!?", "Is that you?"],
    "question and exclamation": ["Stop?!", "Is that you?"],
    "list in brackets with stops": ["1.) Lock the gate", "2.) Turn off the pump"],
    "list in brackets with stops, sentences": ["1.) Lock the gate.", "2.) Turn off the pump."],
    "list with brackets": ["1) Lock the gate", "2) Turn off the pump"],
    "list with brackets, sentences": ["1) Lock the gate.", "2) Turn off the pump."],
    "list with stops": ["1. Lock the gate", "2. Turn off the pump"],
    "list with stops, sentences": ["1. Lock the gate.", "2. Turn off the pump."],
    "list with bullets": ["• 9. Lock the gate", "• 10. Turn off the pump"],
    "list with hyphen bullets": ["⁃9. Lock the gate", "⁃10. Turn off the pump"],
    "list with letters": ["a. Lock the gate", "b. Turn off the pump", "c. Call the guard"],
    "reference number": ["It is stored under N°. 2031.114.902.", "Ask there."],
    "named place": ["He lives on the N. Shore with his dog.", "She does not."],
    "initial and pronoun": ["It was between you and I.", "Has Ada I. Moss called today?"],
    "ellipsis goes on": ["He waited … and nobody came."],
    "ellipsis in brackets": ["“Nobody […] came to the harbour.”", "That was all."],
    "spaced ellipsis goes on": ["The talks went on . . . and came to nothing."],
    "ellipsis after a stop": [
        "The habit which had gone . . . was that of closing early.",
        ". . . The office stayed open. . . .",
    ],
}


@pytest.mark.parametrize("expected", GOLDEN_RULES.values(), ids=GOLDEN_RULES.keys())
def test_sentences_follow_the_golden_rules(expected: list[str]) -> None:
    text = " ".join(expected)
    spans = [s for p in paragraphs(text) for s in sentences_of(text, p)]
    assert [text[start:end] for start, end in spans] == expected


@pytest.mark.parametrize(
    "expected",
    [
        ["The vote was 2) lost and 1) late."],
        ["She moved from Flat 1.", "Nobody knew where."],
        ["In 2019 it cost 4.", "In 2020 it cost 5."],
        ["Ask a. or b. first."],
    ],
)
def test_numbers_and_letters_in_a_sentence_are_no_list(expected: list[str]) -> None:
    assert sentences(" ".join(expected)) == expected


@pytest.mark.parametrize(
    "line",
    [
        "(Reporting by Tess Moran; Editing by Bo Lind)",
        "By Tess Moran",
        "By TESS MORAN, Alder Wire",
        "Correction: The bridge cost $4 million.",
        "This article has been updated.",
        "2nd Ld-Writethru, Alder",
        "Tess Moran contributed to this report.",
        "<script>x</script>",
    ],
)
def test_lines_about_the_story_are_furniture(line: str) -> None:
    assert is_furniture(line)


@pytest.mark.parametrize(
    "line",
    [
        "By noon the bridge had closed.",
        "Photo opportunities were cancelled after the fire broke out.",
    ],
)
def test_ordinary_lines_are_not_furniture(line: str) -> None:
    assert not is_furniture(line)


def test_dateline_is_left_out() -> None:
    text = "ALDER, Norway (AP) — The bridge closed."
    start, end = without_dateline(text, Span(0, len(text)))
    assert text[start:end] == "The bridge closed."


def test_numbers_comparisons_and_records_rank_above_opinion_and_question() -> None:
    checkable = [
        "The city spent $40 million on roads in 2019.",
        "Rents rose twice as fast as wages last year.",
        "The council voted 9-2 to repeal the law in March.",
    ]
    vague = [
        "I think this is a wonderful town.",
        "What should we do about it?",
        "We will make this city great.",
    ]
    marks = {text: score(text, kind_of(text), attributed=True)[0] for text in checkable + vague}
    assert min(marks[text] for text in checkable) > 2 * max(marks[text] for text in vague)
    assert all(check_worthiness(text) > 0.4 for text in checkable)


def test_explanation_names_what_drove_the_score() -> None:
    _, explanation = score("Tolls rose 12% in 2019.", Kind.QUANTITY, attributed=False)
    assert "a share or a sum" in explanation
    assert "reporter" in explanation


def test_short_texts_are_taken_for_what_the_outlet_declares() -> None:
    assert recognise("Bridge closed.") is None


@pytest.mark.parametrize(
    ("text", "statement"),
    [
        ("Sen. Mark Reed said he opposed the bill.", "Mark Reed opposed the bill"),
        ("Sen. Mark Reed told Paul Stone he was wrong.", "He was wrong"),
        ("Mark Reed came. Reed has lost three votes.", "Mark Reed has lost three votes."),
        ("Joan Price came. Price rises hit shops in May.", "Price rises hit shops in May."),
        ("“He said ‘never.’ I was there,” Ada Moss said.", "He said ‘never.’"),
        (
            "“The pay was worse. ’Tis all true, sir, today,” Ada Moss said.",
            "’Tis all true, sir, today",
        ),
    ],
)
def test_referents_are_filled_in_only_without_a_guess(text: str, statement: str) -> None:
    assert statement in [candidate.statement for candidate in extract(text).candidates]


def test_words_of_two_attributions_stay_with_what_begins_first() -> None:
    text = "The port shut, the mayor said, and boats turned back."

    def raw(*content: tuple[int, int]) -> Raw:
        return Raw(0, None, None, [Span(*piece) for piece in content], "say", 0.9)

    first, second, swallowed = raw((0, 13)), raw((9, 29), (35, 52)), raw((2, 8))

    assert kept_apart(text, [second, swallowed, first]) == [second, first]
    assert first.content == [Span(0, 13)]
    assert second.content == [Span(13, 29), Span(35, 52)]
