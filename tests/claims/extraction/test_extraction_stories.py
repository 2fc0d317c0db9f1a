"""Whole stories: who said what, read from the first line to the last."""

from __future__ import annotations

from pathlib import Path

import pytest

from claims.extraction import Extraction, Sourcing, SpeakerKind, extract

STORIES = Path(__file__).parent / "stories"
SALMON, PIPELINE, WATCHDOG, RIVALS = (
    (STORIES / f"{name}.txt").read_text(encoding="utf-8")
    for name in ("salmon", "pipeline", "watchdog", "rivals")
)

SAID_BY = [
    (SALMON, "exports of salmon fell", ["Kari Dahl"]),
    (SALMON, "we can't pretend", ["Kari Dahl"]),
    (SALMON, "would spend 2 billion", ["Kari Dahl"]),
    (SALMON, "when the money would be paid", ["Kari Dahl"]),
    (SALMON, "three times as much", ["Erik Moe"]),
    (SALMON, "They know it, we know it", ["Erik Moe"]),
    (SALMON, "was being prepared", ["two people familiar with the talks"]),
    (SALMON, "as much as 5 billion", ["one of the people"]),
    (SALMON, "Anything else is fiction", ["Ingrid Lund"]),
    (SALMON, "Where is the money", ["Ola Vik"]),
    (SALMON, "accounts for 8%", ["Statistics Norway"]),
    (SALMON, "Of course not", []),
    (PIPELINE, "failed to take a hard look", ["Aaron Feld"]),
    (PIPELINE, "victory for common sense", ["Marisol Vega"]),
    (PIPELINE, "The river comes first", ["Marisol Vega"]),
    (PIPELINE, "thrilled", ["Tom Vega"]),
    (PIPELINE, "would appeal", ["Dan Holloway"]),
    (PIPELINE, "1,200 jobs", ["Dan Holloway"]),
    (PIPELINE, "had a conflict of interest", ["Dan Holloway"]),
    (PIPELINE, "the permit was lawful", ["Lee Grant"]),
    (PIPELINE, "It took four years", ["a senior administration official"]),
    (PIPELINE, "11 public hearings", ["a senior administration official"]),
    (PIPELINE, "promised me two things", ["Joe Bright Horse"]),
    (PIPELINE, "Neither was true", ["Joe Bright Horse"]),
    (PIPELINE, "Congress should act", ["Paul Brandt", "Lucy Chen"]),
    (PIPELINE, "not the court's", ["Paul Brandt", "Lucy Chen"]),
    (WATCHDOG, "less than a fifth", ["the National Audit Office"]),
    (WATCHDOG, "abandoned in a hurry", ["Ruth Ellery"]),
    (WATCHDOG, "full confidence", ["Downing Street"]),
    (WATCHDOG, "warm homes matter", ["Mr Frost’s spokesman"]),
    (WATCHDOG, "national embarrassment", ["Jo Banks"]),
    (WATCHDOG, "Who is going to apologise", ["Jo Banks"]),
    (WATCHDOG, "No.", ["Priya Nair"]),
    (WATCHDOG, "could not survive", ["several Conservative MPs"]),
    (WATCHDOG, "in writing in March", ["Neil Carr"]),
    (WATCHDOG, "his letter was ignored", ["Neil Carr"]),
    (WATCHDOG, "£12 a year", ["Helen Strand"]),
    (WATCHDOG, "4 in 10 installers", ["Helen Strand", "Amir Aziz"]),
    (WATCHDOG, "And I’ve looked", ["Helen Strand"]),
    (WATCHDOG, "do not recognise", ["Nair’s department"]),
    (WATCHDOG, "never again", ["Rob Teale"]),
    (RIVALS, "raised taxes", []),
    (RIVALS, "That's a lie", []),
    (RIVALS, "the best in a decade", ["Pat Moss"]),
    (RIVALS, "lowest level since 1969", ["Pat Moss"]),
    (RIVALS, "never balanced a budget", ["Sue Harlan"]),
    (RIVALS, "four years running", ["the governor's office"]),
    (RIVALS, "is a toss-up", ["analysts"]),
    (RIVALS, "only the force necessary", ["Al Diaz"]),
    (RIVALS, "no one was arrested", ["Al Diaz"]),
    (RIVALS, "I have the bruises", ["Kim Oyelaran"]),
]


def speakers_of(text: str, found: Extraction, words: str) -> list[str]:
    """Who says ``words``, by the attribution closest around them."""
    at = text.index(words)
    around = [
        (span.end - span.start, number)
        for number, attribution in enumerate(found.attributions)
        for span in attribution.content
        if span.start <= at < span.end
    ]
    assert around, f"nobody says {words!r}"
    return [speaker.name for speaker in found.attributions[min(around)[1]].speakers]


@pytest.mark.parametrize(("text", "words", "expected"), SAID_BY)
def test_who_said_it(text: str, words: str, expected: list[str]) -> None:
    assert speakers_of(text, extract(text), words) == expected


def test_every_unnamed_source_of_a_group_has_its_reason() -> None:
    found = extract(SALMON)
    reasons = {a.speakers[0].name: a.reason for a in found.attributions if a.reason}
    assert set(reasons) == {"two people familiar with the talks", "one of the people"}
    assert set(reasons.values()) == {"asked not to be named because the negotiations are private"}
    unnamed = [a for a in found.attributions if a.sourcing is Sourcing.UNNAMED]
    assert {s.name for a in unnamed for s in a.speakers} == set(reasons)
    assert all(s.kind is SpeakerKind.UNNAMED for a in unnamed for s in a.speakers)


def test_roles_and_organisations_are_kept_as_printed() -> None:
    speakers = {s.name: s for a in extract(PIPELINE).attributions for s in a.speakers}
    assert speakers["Marisol Vega"].role == "attorney for the Ridge Alliance"
    assert speakers["Dan Holloway"].organisation == "Pine Energy"
    assert speakers["Joe Bright Horse"].role == "rancher near Mato"
    assert (speakers["Paul Brandt"].party, speakers["Paul Brandt"].seat) == ("R", "S.D.")
    assert speakers["Lee Grant"].role == "White House spokesman"


def test_the_figures_of_a_story_lead_the_ranking() -> None:
    found = extract(SALMON)
    ranked = sorted(found.candidates, key=lambda candidate: -candidate.score)
    first, second, *others = [candidate.statement for candidate in ranked]
    assert first == "Salmon accounts for 8% of exports"
    assert second.startswith("Exports of salmon fell 14 percent")
    denied = (
        "A spokeswoman for the finance ministry, Ingrid Lund, denied that a second package existed."
    )
    assert set(others[:3]) == {
        "The government would spend 2 billion crowns to help the industry",
        "Farmers had lost three times as much since last spring",
        denied,
    }
    assert ranked[5].score < ranked[4].score - 0.1


def test_a_denied_claim_is_never_stated_as_asserted() -> None:
    found = extract(SALMON)
    denial = next(c for c in found.candidates if c.kind == "denial")
    assert denial.statement.startswith("A spokeswoman for the finance ministry")


def test_the_headline_is_no_candidate_when_the_text_repeats_it() -> None:
    headline = "Judge ends the 9-year fight over the Pine Ridge pipeline."
    text = f"{headline}\n\n{PIPELINE}"
    assert extract(text).candidates[0].start < len(headline)
    found = extract(text, headline=headline)
    assert found.candidates
    assert all(candidate.start > len(headline) for candidate in found.candidates)
