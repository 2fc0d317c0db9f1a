"""Warnings about a claim: what an editor should think about before putting a name to it.

Pure: a function of what was read already. Warnings refuse nothing; the gate does.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from claims.extraction.kinds import is_refusal
from claims.models import Appearance, Claim, Evidence
from claims.models.choices import SourcingTerms, StatementKind
from claims.origins import origins_of
from sources.anonymity import VAGUE, warnings_about
from sources.models import Offer, SourceKind

OPINIONS = (StatementKind.OPINION, StatementKind.PREDICTION)


REFUSAL_ALONE = "All that was said is a refusal to comment: that is no claim."


@dataclass(frozen=True, slots=True)
class Caution:
    """`where` is the part of the page that it is about, `about` the source where it is of one."""

    text: str
    where: str
    about: str = ""


def warnings_of(
    claim: Claim,
    *,
    appearances: Sequence[Appearance],
    evidence: Sequence[Evidence],
) -> list[Caution]:
    """The rules for unnamed sources and for those who would not comment, applied to a claim and to
    all that belongs to it.

    Rows come with their `source` and `speaker`.
    """
    unnamed = [row for row in appearances if row.sourcing == SourcingTerms.UNNAMED]
    cited = {
        row.source.pk: row.source
        for row in evidence
        if row.source is not None and row.source.kind == SourceKind.UNNAMED
    }
    found: list[Caution] = []
    if claim.kind in OPINIONS and unnamed and len(unnamed) == len(appearances):
        found.append(
            Caution("An opinion rests on an unnamed source: that is not printed.", "appearances")
        )
    if any(source.offers == Offer.OPINION for source in cited.values()):
        found.append(Caution("Evidence from an unnamed source is opinion.", "evidence"))
    if cited and all(_is_unnamed(row) for row in evidence):
        found.append(
            Caution("An unnamed source is the only source: look for a second one.", "evidence")
        )
    elif len(evidence) > 1 and (origins := origins_of(evidence)).count == 1:
        found.append(Caution(f"{origins.said}: look for an independent one.", "evidence"))
    elif not evidence and unnamed and len(unnamed) == len(appearances):
        found.append(
            Caution("So far an unnamed source is the only source for this.", "appearances")
        )
    found += _of_refusals(claim, appearances, evidence)
    found += _of_appearances(unnamed)
    for source in cited.values():
        found += [Caution(text, "evidence", str(source)) for text in warnings_about(source)]
    return list(dict.fromkeys(found))


def is_refusal_alone(kind: str, passages: Sequence[str]) -> bool:
    """Whether all that was said, in every passage, is that somebody would not comment."""
    return kind == StatementKind.NO_COMMENT or (
        bool(passages) and all(is_refusal(one) for one in passages)
    )


def _of_refusals(
    claim: Claim, appearances: Sequence[Appearance], evidence: Sequence[Evidence]
) -> list[Caution]:
    """Somebody who would not comment has said nothing, neither for a claim nor against it."""
    found = []
    if is_refusal_alone(claim.kind, [row.exact for row in appearances]):
        found.append(Caution(REFUSAL_ALONE, "appearances"))
    refusals = [row for row in evidence if is_refusal(row.quotation)]
    if refusals and len(refusals) == len(evidence):
        found.append(Caution("The only evidence is that somebody would not comment.", "evidence"))
    elif refusals:
        found += [
            Caution(f"“{row.title}” quotes a refusal to comment: it shows nothing.", "evidence")
            for row in refusals
        ]
    return found


def _is_unnamed(evidence: Evidence) -> bool:
    return evidence.source is not None and evidence.source.kind == SourceKind.UNNAMED


def _of_appearances(unnamed: Sequence[Appearance]) -> list[Caution]:
    found = []
    for row in unnamed:
        told = row.speaker_name.strip()
        if VAGUE.match(told or "source"):
            found.append(
                Caution(
                    f"The story says no more of its source than “{told or '–'}”.", "appearances"
                )
            )
        if not row.anonymity_reason.strip():
            found.append(
                Caution(
                    f"The story does not say why {told or 'its source'} is not named.",
                    "appearances",
                )
            )
    return found
