"""X said that Y said: two layers, the candidate in the words of Y."""

from __future__ import annotations

import pytest

from claims.extraction import Attribution, Candidate, Extraction, extract
from claims.extraction.cli import as_row

NESTED = [
    ("Mayor Helen Marsh said that Paul Adeyemi said the bridge was safe.", "Paul Adeyemi"),
    ("Helen Marsh said engineer Paul Adeyemi told her the bridge was safe.", "Paul Adeyemi"),
    ("“Paul Adeyemi told me the bridge was safe,” Helen Marsh said.", "Paul Adeyemi"),
    ("Helen Marsh told the council that officials said the bridge was safe.", "officials"),
    ("Helen Marsh said the ministry had said the bridge was safe.", "the ministry"),
    (
        "Helen Marsh testified that President Leo Brandt told her: “The bridge was safe.”",
        "Leo Brandt",
    ),
]


def inner_of(found: Extraction) -> list[Attribution]:
    return [one for one in found.attributions if one.within is not None]


def only(found: Extraction) -> Candidate:
    (candidate,) = found.candidates
    return candidate


@pytest.mark.parametrize(("text", "speaker"), NESTED)
def test_the_candidate_is_what_the_inner_speaker_said(text: str, speaker: str) -> None:
    found = extract(text)
    candidate = only(found)
    assert candidate.statement == "The bridge was safe"
    assert candidate.attribution is not None
    inner = found.attributions[candidate.attribution]
    assert [one.name for one in inner.speakers] == [speaker]
    assert inner.within is not None
    outer = found.attributions[inner.within]
    assert [one.name for one in outer.speakers] == ["Helen Marsh"]
    assert outer.within is None
    assert all(
        any(o.start <= i.start and i.end <= o.end for o in outer.content) for i in inner.content
    )


def test_that_it_was_said_names_both() -> None:
    said = only(extract(NESTED[0][0])).said
    assert said == "Paul Adeyemi said, as told by Helen Marsh: The bridge was safe"


def test_the_teller_may_be_left_open() -> None:
    text = (
        "Anna Bell met Clara Stone at the depot. "
        "She said that Paul Adeyemi said the bridge was safe."
    )
    last = extract(text).candidates[-1]
    assert last.said == (
        "Paul Adeyemi said, as told by somebody the text leaves open: The bridge was safe"
    )


@pytest.mark.parametrize(
    "text",
    [
        # whom a pronoun means would be a guess, and "she" may be the speaker
        "“He told me the bridge was safe,” Helen Marsh said.",
        "Helen Marsh said she told the council the bridge was safe.",
        # nothing was said
        "Helen Marsh said Paul Adeyemi never said the bridge was safe.",
        "Helen Marsh said Paul Adeyemi did not say the bridge was safe.",
        "Helen Marsh said Paul Adeyemi would say the bridge was safe.",
        # who goes on with "and that" is open
        "Helen Marsh said the mayor warned the bridge was weak and that the council knew it.",
        # no saying
        "Helen Marsh said Paul Adeyemi built the bridge.",
        "Helen Marsh said Helen Marsh said the bridge was safe.",
    ],
)
def test_what_is_not_certain_stays_one_layer(text: str) -> None:
    found = extract(text)
    assert found.attributions
    assert found.candidates
    assert inner_of(found) == []
    assert "as told by" not in "".join(one.said for one in found.candidates)


def test_each_sentence_of_a_long_quotation_is_read_by_itself() -> None:
    text = (
        "“The road is closed. Paul Adeyemi told me the bridge was safe. It fell,” Helen Marsh said."
    )
    found = extract(text)
    speakers = []
    for one in found.candidates:
        assert one.attribution is not None
        speakers.append(found.attributions[one.attribution].speakers[0].name)
    assert speakers == ["Helen Marsh", "Paul Adeyemi", "Helen Marsh"]


def test_other_programs_get_the_first_layer_by_itself() -> None:
    row = as_row(extract(NESTED[0][0]))
    assert isinstance(row["attributions"], list)
    assert isinstance(row["inner_attributions"], list)
    assert [one["speaker"] for one in row["attributions"]] == ["Helen Marsh"]
    assert [(one["speaker"], one["within"]) for one in row["inner_attributions"]] == [
        ("Paul Adeyemi", 0)
    ]
