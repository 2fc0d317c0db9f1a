"""Where the passages of one version of a text stand in the next."""

from __future__ import annotations

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks.edits import EDITS, cases
from newsroom.articles.reanchoring import Bearing, Outcome, Relocation, reanchor, side_by_side
from newsroom.articles.selectors import anchor_at

OHIO = "Taxes rose by 5 percent in Ohio last year."
IOWA = "Taxes rose by 5 percent in Iowa last year."
OTHER = "The harbour was dredged in 2019, the port authority said."
LAST = "Nobody answered the telephone at the yard on Monday."


def found(old: str, new: str, passage: str) -> Relocation:
    start = old.index(passage)
    return reanchor(old, new, [anchor_at(old, start, start + len(passage))])[0]


def now(relocation: Relocation) -> str:
    assert relocation.proposal is not None
    return relocation.proposal.exact


# -- unchanged and moved -----------------------------------------------------------------------


def test_in_the_same_text_everything_is_unchanged() -> None:
    assert found(OHIO, OHIO, OHIO).outcome == Outcome.UNCHANGED


def test_what_stands_before_a_change_is_unchanged_and_what_comes_after_it_moved() -> None:
    old, new = f"{OHIO}\n\n{OTHER}\n\n{LAST}", f"{OHIO}\n\nA new line.\n\n{OTHER}\n\n{LAST}"
    assert found(old, new, OHIO).outcome == Outcome.UNCHANGED
    moved = found(old, new, OTHER)
    assert (moved.outcome, now(moved)) == (Outcome.MOVED, OTHER)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("In 2019, taxes rose again in Ohio.", "In 2019 taxes rose again in Ohio."),
        ("“Taxes rose again,” he told us.", '"Taxes rose again," he told us.'),
        ("Taxes rose – again – in all of Ohio.", "Taxes rose — again — in all of Ohio."),
        ("Taxes rose again in all of Ohio.", "Taxes rose again\u00a0in  all of Ohio."),
        ("Taxes rose again, he didn’t say why.", "Taxes rose again, he didn't say why."),
    ],
)
def test_marks_and_spaces_make_no_other_passage(old: str, new: str) -> None:
    moved = found(f"{OTHER} {old}", f"{OTHER} {new}", old)
    assert (moved.outcome, now(moved), moved.meaning_changed) == (Outcome.MOVED, new, False)


def test_a_passage_is_found_with_the_marks_it_had() -> None:
    old, new = f"He said: “{OHIO}” {OTHER}", f"{OTHER} Then he said: “{OHIO}”"
    moved = found(old, new, f"“{OHIO}”")
    assert now(moved) == f"“{OHIO}”"


# -- reworded ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("before", "after", "bearing"),
    [
        ("5 percent", "7 percent", Bearing.NUMBER),
        ("5 percent", "5.5 percent", Bearing.NUMBER),
        ("5 percent", "five million", Bearing.NUMBER),
        ("5 percent", "5 euros", Bearing.UNIT),
        ("5 percent", "5", Bearing.UNIT),
        ("rose", "did not rise", Bearing.NEGATION),
        ("Taxes", "No taxes", Bearing.NEGATION),
        ("Ohio", "Iowa", Bearing.NAME),
        ("rose by", "might rise by", Bearing.MODAL),
        ("last year", "last month", Bearing.DATE),
        ("by 5", "by more than 5", Bearing.COMPARATIVE),
        ("by 5", "by nearly 5", Bearing.QUANTIFIER),
        ("by 5", "to 5", Bearing.WORD),
        ("rose", "fell", Bearing.COMPARATIVE),
        ("last year.", "last year?", Bearing.QUESTION),
    ],
)
def test_a_word_that_bears_meaning_is_never_taken_for_the_same(
    before: str, after: str, bearing: Bearing
) -> None:
    new = OHIO.replace(before, after)
    changed = found(f"{OTHER} {OHIO}\n\n{LAST}", f"{OTHER} {new}\n\n{LAST}", OHIO)
    assert changed.outcome == Outcome.REWORDED
    assert changed.meaning_changed
    assert bearing in {change.bearing for change in changed.changes}
    assert now(changed) == new


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("Two percent of the 1,000 ships", "2% of the 1000 ships"),
        ("It isn't five million dollars", "It is not $5 million"),
        ("A tax that the Senate raised", "The tax the Senate raised"),
        ("Twenty-five per cent of ships", "25 percent of ships"),
    ],
)
def test_the_same_said_otherwise_is_reworded_and_means_the_same(old: str, new: str) -> None:
    old, new = f"{old} sailed from Ohio harbour.", f"{new} sailed from Ohio harbour."
    changed = found(f"{OTHER} {old}", f"{OTHER} {new}", old)
    assert (changed.outcome, changed.meaning_changed) == (Outcome.REWORDED, False)


def test_may_and_may_are_two_words() -> None:
    changed = found(
        "The yard may close in Ohio.", "The yard in May close in Ohio.", "yard may close"
    )
    assert changed.meaning_changed


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("Lund said that taxes rose by 5 percent.", "Lund denied that taxes rose by 5 percent."),
        ("Lund said that taxes rose by 5 percent.", "Brandt said that taxes rose by 5 percent."),
        (
            "Let taxes rose by 5 percent.",
            "Never let taxes rose by 5 percent.",
        ),
    ],
)
def test_the_rest_of_the_sentence_can_turn_a_passage(old: str, new: str) -> None:
    changed = found(f"{OTHER} {old}", f"{OTHER} {new}", "taxes rose by 5 percent")
    assert (changed.outcome, now(changed)) == (Outcome.REWORDED, "taxes rose by 5 percent")
    assert changed.changes == ()
    assert changed.around
    assert changed.meaning_changed


def test_another_weekday_beside_a_passage_is_worth_a_look_and_changes_no_meaning() -> None:
    old = "Lund said on Monday that taxes rose by 5 percent."
    changed = found(old, old.replace("Monday", "Tuesday"), "taxes rose by 5 percent")
    assert (changed.outcome, changed.meaning_changed) == (Outcome.REWORDED, False)


# -- vanished and ambiguous ------------------------------------------------------------------------


@pytest.mark.parametrize("parting", [" ", "\n\n"])
def test_a_look_alike_that_was_there_before_is_not_the_passage(parting: str) -> None:
    old = parting.join([OTHER, OHIO, IOWA, LAST])
    gone = found(old, parting.join([OTHER, IOWA, LAST]), OHIO)
    assert (gone.outcome, gone.proposal) == (Outcome.VANISHED, None)


def test_a_new_look_alike_is_for_an_editor() -> None:
    changed = found(f"{OTHER}\n\n{OHIO}\n\n{LAST}", f"{OTHER}\n\n{IOWA}\n\n{LAST}", OHIO)
    assert changed.outcome == Outcome.REWORDED
    assert changed.meaning_changed


def test_a_copy_right_beside_the_passage_makes_it_ambiguous() -> None:
    several = found(f"{OTHER} {OHIO} {LAST}", f"{OTHER} {OHIO} {OHIO} {LAST}", OHIO)
    assert several.outcome == Outcome.AMBIGUOUS
    assert {now(several), *(one.exact for one in several.others)} == {OHIO}
    assert len(several.others) == 1


def test_what_stands_around_decides_between_copies() -> None:
    kept = found(f"{OTHER} {OHIO} {LAST}", f"{OTHER} {OHIO} {LAST}\n\nAgain: {OHIO}", OHIO)
    assert kept.outcome == Outcome.UNCHANGED


def test_of_two_copies_of_which_one_went_neither_is_certain() -> None:
    old = f"{OTHER} {OHIO} {OHIO} {LAST}"
    assert found(old, f"{OTHER} {OHIO} {LAST}", OHIO).outcome == Outcome.AMBIGUOUS


def test_a_short_sentence_is_not_recognised_in_another_place() -> None:
    old = f"{OHIO} He denied it.\n\n{OTHER}\n\n{LAST}"
    new = f"{OHIO}\n\n{OTHER}\n\nThe yard lost money in spring. He denied it. It went on.\n\n{LAST}"
    assert found(old, new, "He denied it.").outcome not in (Outcome.UNCHANGED, Outcome.MOVED)


def test_in_another_text_everything_has_vanished() -> None:
    assert found(OHIO, LAST, OHIO).outcome == Outcome.VANISHED


# -- whatever the text ------------------------------------------------------------

WORDS = st.sampled_from(
    [
        "the",
        "yard",
        "of",
        "may",
        "May",
        "5",
        "7",
        "not",
        "rose",
        "fell",
        "Ohio",
        ",",
        ".",
        "“",
        "”",
        "?\n\n",
    ]
)
TEXTS = st.lists(WORDS, min_size=1, max_size=40).map(" ".join)


def bare(text: str) -> list[str]:
    return text.translate(dict.fromkeys(map(ord, "“”.,?"), " ")).split()


@settings(max_examples=150, deadline=None)
@given(TEXTS, TEXTS, st.data())
def test_whatever_the_texts_are_the_answer_fits_them(
    old: str, new: str, data: st.DataObject
) -> None:
    start = data.draw(st.integers(0, len(old) - 1))
    end = data.draw(st.integers(start + 1, len(old)))
    anchor = anchor_at(old, start, end)
    [one] = reanchor(old, new, [anchor])
    assert reanchor(old, new, [anchor]) == [one]
    assert one.anchor == anchor
    for place in filter(None, [one.proposal, *one.others]):
        assert place == anchor_at(new, place.start, place.end)
    if one.outcome in (Outcome.UNCHANGED, Outcome.MOVED):
        # Never a passage with other figures, names or negations.
        assert not one.meaning_changed
        assert one.proposal is not None
        assert bare(one.proposal.exact) == bare(anchor.exact)
    if one.outcome == Outcome.UNCHANGED:
        assert one.proposal == anchor_at(new, start, end)
        assert one.proposal.exact == anchor.exact
    assert (one.proposal is None) == (one.outcome == Outcome.VANISHED)


@settings(max_examples=60, deadline=None)
@given(TEXTS, TEXTS)
def test_two_wordings_side_by_side_lose_nothing(old: str, new: str) -> None:
    before, after = side_by_side(old, new)
    assert "".join(piece.text for piece in before) == old
    assert "".join(piece.text for piece in after) == new
    if old == new:
        assert not any(piece.changed for piece in [*before, *after])


def test_the_difference_is_told_word_by_word() -> None:
    before, after = side_by_side("worth €212 million now", "worth €221 million now")
    assert [piece.text for piece in before if piece.changed] == ["212"]
    assert [piece.text for piece in after if piece.changed] == ["221"]


# -- edits of a known kind ------------------------------------------------------------


def test_edits_of_a_known_kind_have_the_outcome_they_should() -> None:
    """A sample of what `make bench-anchors` measures; there it is 10,000 of them."""
    wrong = []
    tried = cases(20 * len(EDITS), seed=7)
    for case in tried:
        [one] = reanchor(case.old, case.new, [case.anchor])
        if not case.is_right(one):
            wrong.append((case.kind, case.anchor.exact, one))
        assert not case.is_silent_look_alike(one), (case.kind, case.anchor.exact, one)
    assert len(wrong) <= len(tried) * 0.005, wrong


def test_the_time_grows_with_the_text_and_not_with_its_square() -> None:
    def seconds(paragraphs: int) -> float:
        lines = [
            f"Sentence {n} says that {n * 7} ships came to port {n}." for n in range(paragraphs)
        ]
        old = "\n\n".join(lines)
        new = "\n\n".join(line.replace("ships", "boats") for line in lines)
        anchors = [anchor_at(old, 0, len(lines[0]))]
        best = 9.0
        for _ in range(3):
            begin = time.process_time()
            reanchor(old, new, anchors)
            best = min(best, time.process_time() - begin)
        return best

    assert seconds(1600) < 8 * seconds(400)
