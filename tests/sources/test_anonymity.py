"""The rules for unnamed sources, as warnings."""

from __future__ import annotations

from typing import Any

import pytest

from newsroom.accounts.models import User
from sources.anonymity import names_in, warnings_about
from sources.models import Offer, Source, SourceKind


def unnamed(**fields: Any) -> Source:
    return Source(
        **{
            "kind": SourceKind.UNNAMED,
            "descriptor": "an official of the port authority",
            "anonymity_reason": "not authorised to speak to the press",
            "basis_of_knowledge": "took part in the meeting",
            "offers": Offer.INFORMATION,
            "approved_by": User(pk=1),
            **fields,
        }
    )


def test_a_record_that_is_complete_gives_no_warning() -> None:
    assert warnings_about(unnamed()) == []


def test_a_named_source_gives_none() -> None:
    assert warnings_about(Source(kind=SourceKind.PERSON, name="Ana Lund")) == []


@pytest.mark.parametrize(
    ("fields", "warning"),
    [
        ({"descriptor": "a source"}, "tells the reader nothing"),
        ({"descriptor": "Sources"}, "tells the reader nothing"),
        ({"anonymity_reason": " "}, "why the name is kept back"),
        ({"basis_of_knowledge": ""}, "How the source knows"),
        ({"offers": ""}, "information or opinion"),
        ({"offers": Offer.OPINION}, "no reason to keep a name back"),
        ({"approved_by": None}, "No editor has approved"),
        ({"description": "It is Peter Strand, ask him."}, "“Peter Strand”"),
        ({"basis_of_knowledge": "works for Dr. Holm"}, "“Dr. Holm”"),
    ],
)
def test_each_thing_that_is_missing_or_doubtful_is_told_and_nothing_else(
    fields: dict[str, Any], warning: str
) -> None:
    (told,) = warnings_about(unnamed(**fields))

    assert warning in told


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("Peter Strand told us.", ["Peter Strand"]),
        ("Spoke to Peter J. Strand on Monday.", ["Peter J. Strand"]),
        ("met with Zoë Šimić-Novák", ["Zoë Šimić-Novák"]),
        ("The aide of Sen. Whitlock", ["Sen. Whitlock"]),
        ("works in the Ministry of Ports", []),
        ("an official of the European Commission", []),
        ("a nurse at North Quay Hospital", []),
        ("on Monday in March", []),
        ("took part in the meeting", []),
        ("They spoke Friday.", []),
        ("", []),
    ],
)
def test_what_looks_like_the_name_of_a_person_is_found(text: str, names: list[str]) -> None:
    assert names_in(text) == names
