"""Who is introduced how in ordinary news copy."""

from __future__ import annotations

import pytest

from claims.extraction import SpeakerKind, extract
from claims.extraction.schema import Speaker


def speakers(text: str) -> list[Speaker]:
    return [one for told in extract(text).attributions for one in told.speakers]


@pytest.mark.parametrize(
    ("text", "name", "role"),
    [
        ("Chief Executive Ingrid Solberg said orders fell.", "Ingrid Solberg", "Chief Executive"),
        ("Fed Chair Louise Hartman said prices rose.", "Louise Hartman", "Fed Chair"),
        (
            "Chief Fire Officer Helen Brandt said the hall burnt.",
            "Helen Brandt",
            "Chief Fire Officer",
        ),
        (
            "Assistant U.S. Attorney Marla Quist said he lied.",
            "Marla Quist",
            "Assistant U.S. Attorney",
        ),
        ("But Economist Bea Thornton said wages fell.", "Bea Thornton", "Economist"),
        ("Year 10 pupil Maya said she left.", "Maya", "Year 10 pupil"),
        (
            "White House press secretary Karim Abadi said it fell.",
            "Karim Abadi",
            "White House press secretary",
        ),
        (
            "Civil protection minister Nikos Raptis said it burnt.",
            "Nikos Raptis",
            "Civil protection minister",
        ),
        (
            "Home Office minister Lord Hale said the camp was shut.",
            "Hale",
            "Home Office minister",
        ),
        (
            "The council's finance director, Sunita Patel, said the reserves fell.",
            "Sunita Patel",
            "council's finance director",
        ),
        ("Its president, Claire Tremblay, said the talks failed.", "Claire Tremblay", "president"),
        (
            "A diocesan spokesman, Fr. Michael Dunne, said the file was lost.",
            "Michael Dunne",
            "diocesan spokesman",
        ),
        (
            "Counsel to the inquiry, Ravi Menon KC, said the pumps failed.",
            "Ravi Menon KC",
            "",
        ),
        (
            "Bishop's barrister, James Judge QC, said it rained.",
            "James Judge QC",
            "Bishop's barrister",
        ),
        ("CEO Markus Frei said the trial failed.", "Markus Frei", "CEO"),
        (
            "Former pensions minister Ros Alder said it failed.",
            "Ros Alder",
            "Former pensions minister",
        ),
        ("Her brother Mark said the school was shut.", "Mark", "brother"),
        (
            "Foreign ministry spokesperson Majed al-Ansari said the talks failed.",
            "Majed al-Ansari",
            "Foreign ministry spokesperson",
        ),
        ("Her mother, Louise, said the school was shut.", "Louise", "mother"),
        (
            "State Department spokesman Ned Price said it fell.",
            "Ned Price",
            "State Department spokesman",
        ),
    ],
)
def test_a_name_is_told_from_the_office_before_it(text: str, name: str, role: str) -> None:
    (speaker,) = speakers(text)
    assert (speaker.kind, speaker.name, speaker.role) == (SpeakerKind.PERSON, name, role)


def test_a_surname_that_is_a_common_noun_is_still_the_persons() -> None:
    text = "His barrister, James Judge QC, said it rained.\n\nJudge said the roof leaked."
    assert [one.name for one in speakers(text)] == ["James Judge QC", "James Judge QC"]


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("The bridge was safe, the Red Cross said.", "the Red Cross"),
        ("The Institute for Fiscal Studies said wages fell.", "the Institute for Fiscal Studies"),
        ("Doctors Without Borders said the clinic was hit.", "Doctors Without Borders"),
        (
            "South Korea's Joint Chiefs of Staff said a missile fell.",
            "South Korea's Joint Chiefs of Staff",
        ),
        ("The company, Aqualine, said the pumps failed.", "Aqualine"),
        ("The developer, Crestline Homes, said the houses were sold.", "Crestline Homes"),
        ("Snow stranded 300 motorists, Cumbria Police said.", "Cumbria Police"),
        ("Human rights groups said the town was hit.", "Human rights groups"),
        ("General Electric said it cut 400 jobs.", "General Electric"),
        ("Smith & Wesson said sales fell.", "Smith & Wesson"),
        ("Victims' group SafePews said the priest fled.", "SafePews"),
        (
            "Qatar's civil aviation authority said the engine failed.",
            "Qatar's civil aviation authority",
        ),
        ("A study published in the Lancet found that the drug worked.", "a study"),
    ],
)
def test_organisations_are_no_people(text: str, name: str) -> None:
    (speaker,) = speakers(text)
    assert (speaker.kind, speaker.name) == (SpeakerKind.ORGANISATION, name)


def test_a_firm_by_the_first_word_of_its_name_is_the_same_firm() -> None:
    text = (
        "Orbis Inc. said sales rose.\n\nFormer Orbis engineer Ada Moss left.\n\n"
        "Orbis said costs fell."
    )
    first, last = speakers(text)
    assert first == last
    assert last.kind is SpeakerKind.ORGANISATION


def test_a_first_name_alone_is_the_one_person_who_has_it() -> None:
    text = "Founder Josh Beeman left in May.\n\nSarah Liang told jurors that Josh said it was safe."
    assert "Josh Beeman" in [one.name for one in speakers(text)]
    both = text.replace("Founder", "Lawyer Josh Reed met founder")
    assert not {"Josh Beeman", "Josh Reed"} & {one.name for one in speakers(both)}


@pytest.mark.parametrize(
    "text",
    [
        "The ministry's spokesman, a friend of John Farrow, said the file was closed.",
        "The agency's lawyer, a cousin of Mayor Ada Moss, said the file was closed.",
    ],
)
def test_whoever_a_source_is_related_to_does_not_speak(text: str) -> None:
    assert not {"John Farrow", "Ada Moss"} & {one.name for one in speakers(text)}


@pytest.mark.parametrize(
    ("text", "wrong"),
    [
        ("A spokesman for the hospital in Leeds, Yorkshire, said the ward was shut.", "Yorkshire"),
        ("The firm, Ada Moss's oldest client, said the pump failed. Ada Moss left.", "Ada Moss"),
        ("South Koreans, who vote in May, said the prices were high.", "South Koreans"),
    ],
)
def test_what_only_looks_like_an_introduction_is_none(text: str, wrong: str) -> None:
    found = speakers(text)
    assert not any(one.name == wrong and one.kind is SpeakerKind.PERSON for one in found)


def test_an_office_with_its_place_is_a_person() -> None:
    (speaker,) = speakers("The Archbishop of Canterbury said the war was unjust.")
    assert (speaker.kind, speaker.name) == (SpeakerKind.PERSON, "the Archbishop of Canterbury")


def test_farmers_at_the_start_of_a_sentence_are_no_name() -> None:
    (speaker,) = speakers("Farmers said the harvest failed.")
    assert speaker.kind is SpeakerKind.UNNAMED


def test_councillors_speak_each_for_themselves() -> None:
    names = [one.name for one in speakers("Cllr Jean Pollitt and Cllr Owen Drake said it leaked.")]
    assert names == ["Jean Pollitt", "Owen Drake"]


def test_two_unknown_names_are_not_one_person() -> None:
    names = [one.name for one in speakers("Pollitt and Drake said the roof leaked.")]
    assert "Pollitt and Drake" not in names


def test_unknown_nouns_of_people_keep_descriptor_and_reason() -> None:
    text = (
        "A senior backbencher, who asked not to be named because he sits on the panel, said the "
        "vote was lost."
    )
    (speaker,) = speakers(text)
    assert (speaker.kind, speaker.name) == (SpeakerKind.UNNAMED, "a senior backbencher")
    assert speaker.anonymity_reason.startswith("asked not to be named because")


def test_who_declines_to_give_a_name_gives_a_reason() -> None:
    text = (
        "“It was dark,” said the captain, who declined to give his name because he feared "
        "reprisals."
    )
    (speaker,) = speakers(text)
    assert speaker.anonymity_reason == "declined to give his name because he feared reprisals"


def test_an_office_everybody_knows_has_no_reason_for_anonymity() -> None:
    text = (
        "According to two people briefed on the call, the prime minister said she had signed. The "
        "people spoke on the condition of anonymity because they feared for their jobs."
    )
    by_name = {one.name: one.anonymity_reason for one in speakers(text)}
    assert by_name["the prime minister"] == ""
    assert by_name["two people briefed on the call"] != ""


def test_a_firm_is_known_by_its_full_name_anywhere_in_the_story() -> None:
    text = "Toyota Motor Corp. will recall the cars.\n\nToyota said the sensor failed."
    speaker = speakers(text)[-1]
    assert (speaker.kind, speaker.name) == (SpeakerKind.ORGANISATION, "Toyota Motor Corp")


def test_who_behind_a_name_makes_it_a_persons() -> None:
    text = "He was contradicted by Labour's Wes Streeter, who said that ministers were asleep."
    assert [one.name for one in speakers(text)] == ["Wes Streeter"]


def test_who_asks_that_a_name_be_withheld_gives_a_reason() -> None:
    text = "“They gave us rice,” said one of the women, who asked that her name not be used."
    (speaker,) = speakers(text)
    assert speaker.anonymity_reason == "asked that her name not be used"


def test_a_guard_is_somebody() -> None:
    (speaker,) = speakers("A guard said the gate was open.")
    assert (speaker.kind, speaker.name) == (SpeakerKind.UNNAMED, "a guard")


def test_an_office_without_a_name_is_no_unnamed_source() -> None:
    (speaker,) = speakers("The chief executive said the bonus was small.")
    assert speaker.kind is SpeakerKind.PERSON


def test_what_was_told_is_no_part_of_the_reason() -> None:
    text = "A U.S. official told reporters on condition of anonymity that the vote was rigged."
    (speaker,) = speakers(text)
    assert speaker.anonymity_reason == "on condition of anonymity"


def test_two_countries_speak_each_for_themselves() -> None:
    names = [one.name for one in speakers("Russia and China said the vote was fair.")]
    assert names == ["Russia", "China"]
