"""What a fact-check page shows, in the order and in the groups in which it is read."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from claims.models import Stance
from claims.origins import Origins, origins_of
from claims.publishing.body import Body, SeenEvidence, SeenRating
from claims.publishing.models import FactCheck
from claims.publishing.queries import Copies

SEGMENT = 40
"""Width of one step of the drawn scale."""


@dataclass(frozen=True, slots=True)
class Step:
    """One step of the line on which a rating lies."""

    x: int
    label: str
    is_here: bool


@dataclass(frozen=True, slots=True)
class Scale:
    """The line, drawn; no steps for a rating outside it."""

    steps: list[Step]
    width: int
    colour: str
    said: str
    """The same in words, for whoever cannot see it."""


@dataclass(frozen=True, slots=True)
class Shown:
    evidence: SeenEvidence
    copies: Copies


@dataclass(frozen=True, slots=True)
class EvidenceGroup:
    title: str
    items: list[Shown]


HEADINGS = {
    Stance.REFUTES: "Evidence against the claim",
    Stance.SUPPORTS: "Evidence for the claim",
    Stance.CONTEXT: "Context",
}


def scale_of(rating: SeenRating) -> Scale:
    if rating.value is None:
        said = f"“{rating.label}” lies outside the line from false to true."
        return Scale([], 0, rating.colour, said)
    count = rating.best - rating.worst + 1
    named = len(rating.line) == count
    steps = [
        Step(
            x=index * SEGMENT,
            label=rating.line[index] if named else "",
            is_here=rating.worst + index == rating.value,
        )
        for index in range(min(count, 20))
    ]
    said = f"Step {rating.value - rating.worst + 1} of {count}"
    if rating.line:
        said += f", from “{rating.line[0]}” to “{rating.line[-1]}”"
    return Scale(steps, count * SEGMENT - 6, rating.colour or "#666666", said + ".")


def evidence_groups(body: Body, copies: dict[int, Copies]) -> list[EvidenceGroup]:
    """In the same order for every check, whatever was found out."""
    return [
        EvidenceGroup(
            heading,
            [
                Shown(one, copies.get(one.id, Copies()))
                for one in body.evidence
                if one.stance == stance
            ],
        )
        for stance, heading in HEADINGS.items()
        if any(one.stance == stance for one in body.evidence)
    ]


def independence(body: Body) -> Origins:
    return origins_of(body.evidence)


def as_date(text: str) -> date | None:
    """The day of an ISO date or moment; None where there is none."""
    try:
        return date.fromisoformat(text[:10])
    except ValueError:
        return None


def paragraphs(text: str) -> list[str]:
    return [one.strip() for one in text.split("\n") if one.strip()]


def page_context(fact_check: FactCheck, copies: dict[int, Copies]) -> dict[str, object]:
    body = Body.from_json(fact_check.body)
    return {
        "check": fact_check,
        "body": body,
        "scale": scale_of(body.rating),
        "groups": evidence_groups(body, copies),
        "origins": independence(body),
        "rationale": paragraphs(body.rationale),
        "method": paragraphs(body.method),
        "as_of": as_date(body.as_of),
    }
