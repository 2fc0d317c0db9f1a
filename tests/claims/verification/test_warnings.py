"""Warnings about claims that rest on unnamed sources, or on a refusal to comment. Nothing here
asks the database."""

from __future__ import annotations

from typing import Any

from claims.models import Appearance, Claim, Evidence
from claims.models.choices import SourcingTerms, StatementKind
from claims.verification.warnings import warnings_of
from newsroom.accounts.models import User
from sources.models import Offer, Source, SourceKind


def told(kind: StatementKind, made: list[Appearance], evidence: list[Evidence]) -> list[str]:
    found = warnings_of(Claim(kind=kind), appearances=made, evidence=evidence)
    return [f"{one.about}: {one.text}" if one.about else one.text for one in found]


def unnamed(**fields: Any) -> Appearance:
    return Appearance(
        sourcing=SourcingTerms.UNNAMED,
        **{"speaker_name": "a port official", "anonymity_reason": "fears for the job", **fields},
    )


def source(pk: int, **fields: Any) -> Source:
    return Source(
        pk=pk,
        **{
            "kind": SourceKind.UNNAMED,
            "descriptor": "a port official",
            "anonymity_reason": "fears for the job",
            "basis_of_knowledge": "keeps the books",
            "offers": Offer.INFORMATION,
            "approved_by": User(pk=1),
            **fields,
        },
    )


NAMED = Source(pk=9, kind=SourceKind.DOCUMENT, name="Port statistics")
ON_RECORD = Appearance(sourcing=SourcingTerms.ON_THE_RECORD, speaker_name="Ana Lund")


def test_a_claim_on_the_record_with_named_evidence_gives_none() -> None:
    assert told(StatementKind.OPINION, [ON_RECORD], [Evidence(source=NAMED)]) == []


def test_opinion_that_rests_on_an_unnamed_source() -> None:
    assert told(StatementKind.OPINION, [unnamed()], [Evidence(source=NAMED)]) == [
        "An opinion rests on an unnamed source: that is not printed."
    ]
    assert told(StatementKind.OPINION, [unnamed(), ON_RECORD], [Evidence(source=NAMED)]) == []
    assert told(StatementKind.FACT, [unnamed()], [Evidence(source=NAMED)]) == []


def test_evidence_that_is_opinion_of_an_unnamed_source() -> None:
    evidence = [Evidence(source=source(1, offers=Offer.OPINION)), Evidence(source=NAMED)]

    assert "Evidence from an unnamed source is opinion." in told(StatementKind.FACT, [], evidence)


def test_an_unnamed_source_that_is_the_only_one() -> None:
    only = "An unnamed source is the only source: look for a second one."

    assert told(StatementKind.FACT, [], [Evidence(source=source(1))]) == [only]
    assert told(StatementKind.FACT, [], [Evidence(source=source(1)), Evidence(source=NAMED)]) == []
    assert told(StatementKind.FACT, [], [Evidence(source=source(1)), Evidence()]) == []
    assert told(StatementKind.FACT, [unnamed()], []) == [
        "So far an unnamed source is the only source for this."
    ]


def test_what_the_story_does_not_say_of_its_source() -> None:
    made = [unnamed(speaker_name="sources", anonymity_reason=""), ON_RECORD]

    assert told(StatementKind.FACT, made, [Evidence(source=NAMED)]) == [
        "The story says no more of its source than “sources”.",
        "The story does not say why sources is not named.",
    ]


def test_what_the_record_of_a_cited_source_lacks_is_told_once() -> None:
    cited = source(1, approved_by=None)
    evidence = [Evidence(source=cited), Evidence(source=cited), Evidence(source=NAMED)]

    assert told(StatementKind.FACT, [], evidence) == [
        "a port official: No editor has approved its use."
    ]


REFUSED = "The minister declined to comment. Her office did not respond to two e-mails."


def test_a_refusal_to_comment_is_no_claim() -> None:
    said = "All that was said is a refusal to comment: that is no claim."

    assert told(StatementKind.NO_COMMENT, [ON_RECORD], [Evidence(source=NAMED)]) == [said]
    refused = Appearance(sourcing=SourcingTerms.ON_THE_RECORD, exact=REFUSED)
    assert told(StatementKind.FACT, [refused], [Evidence(source=NAMED)]) == [said]
    assert told(StatementKind.FACT, [refused, ON_RECORD], [Evidence(source=NAMED)]) == []


def test_a_refusal_to_comment_is_no_evidence() -> None:
    refusal = Evidence(source=NAMED, title="A call to the ministry", quotation=REFUSED)
    figures = Evidence(url="https://port.example/", quotation="Traffic rose by 2 percent.")

    assert told(StatementKind.FACT, [ON_RECORD], [refusal]) == [
        "The only evidence is that somebody would not comment."
    ]
    assert told(StatementKind.FACT, [ON_RECORD], [refusal, figures]) == [
        "“A call to the ministry” quotes a refusal to comment: it shows nothing."
    ]


def test_who_says_something_beside_refusing_the_rest_has_said_something() -> None:
    partly = f"Traffic rose by 2 percent, the port said. {REFUSED}"

    assert told(StatementKind.FACT, [ON_RECORD], [Evidence(source=NAMED, quotation=partly)]) == []


def test_several_pieces_of_one_origin_are_one() -> None:
    links = [
        Evidence(source=NAMED, url="https://port.example/a"),
        Evidence(url="https://www.port.example/b"),
    ]
    assert told(StatementKind.FACT, [ON_RECORD], links) == [
        "2 pieces of evidence, 1 origin: look for an independent one."
    ]
    independent = [*links, Evidence(url="https://else.example/")]
    assert told(StatementKind.FACT, [ON_RECORD], independent) == []
    assert told(StatementKind.FACT, [ON_RECORD], links[:1]) == []
