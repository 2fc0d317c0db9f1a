"""Everything that a fact-check page shows of a claim, copied when it is published or corrected."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from datetime import date, datetime
from typing import Any

from claims.appearances import of_latest_version
from claims.models import Appearance, Claim, Contact, Evidence, Rating
from claims.models.choices import SourcingTerms
from newsroom.accounts.models import User
from sources.models import Affiliation, Source, SourceKind


@dataclass(frozen=True, slots=True)
class SeenSpeaker:
    """Who said it, and in which role then."""

    id: int
    name: str
    kind: str
    url: str
    title: str
    """In a word: “Finance Minister”."""
    role: str
    """In full: “Finance Minister, Ministry of Finance (Liberal Alliance, Varnholm North)”."""
    party: str

    @property
    def is_unnamed(self) -> bool:
        return self.kind == SourceKind.UNNAMED


@dataclass(frozen=True, slots=True)
class SeenRating:
    label: str
    slug: str
    description: str
    value: int | None
    best: int
    worst: int
    colour: str
    scale: str
    line: list[str]
    """The labels of the scale that lie on its line, from the worst to the best."""


@dataclass(frozen=True, slots=True)
class SeenAppearance:
    """Where the claim appeared, in whose words."""

    outlet: str
    headline: str
    url: str
    date: str
    words: str
    said_by: str
    anonymity_reason: str
    unnamed: bool | None = None
    """Whether `said_by` is what an unnamed source is called. None: not noted, in an older body."""


@dataclass(frozen=True, slots=True)
class SeenEvidence:
    id: int
    stance: str
    nature: str
    title: str
    source: str
    source_id: int | None
    url: str
    quotation: str
    published: str
    accessed: str
    unnamed: bool | None = None
    """Whether `source` is what an unnamed source is called; see `SeenAppearance`."""


@dataclass(frozen=True, slots=True)
class SeenContact:
    """Who was asked, and what came of it."""

    whom: str
    asked: str
    outcome: str
    answer: str


@dataclass(frozen=True, slots=True)
class Body:
    """Dates are ISO 8601, empty when not known; names are as they were then."""

    statement: str
    kind: str
    language: str
    as_of: str
    rationale: str
    method: str
    rating: SeenRating
    speaker: SeenSpeaker | None
    written_by: str
    verified_by: str
    alone: bool
    """Whether one person both wrote and verified it. Why is the newsroom's own affair."""
    appearances: list[SeenAppearance] = field(default_factory=list)
    evidence: list[SeenEvidence] = field(default_factory=list)
    contacts: list[SeenContact] = field(default_factory=list)

    def as_json(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_json(cls, stored: dict[str, Any]) -> Body:
        return cls(
            **{
                **stored,
                "rating": SeenRating(**stored["rating"]),
                "speaker": SeenSpeaker(**stored["speaker"]) if stored["speaker"] else None,
                "appearances": [SeenAppearance(**one) for one in stored["appearances"]],
                "evidence": [SeenEvidence(**one) for one in stored["evidence"]],
                "contacts": [SeenContact(**one) for one in stored["contacts"]],
            }
        )


def body_of(claim: Claim) -> Body:
    """The body as `claim` stands now. It has a rating and both signatures."""
    rating = claim.rating
    if rating is None:
        raise ValueError("A claim without a rating has no body.")
    # Of each story as it is now; earlier versions of it stay on record.
    current = claim.appearances.filter(of_latest_version())
    made = current.select_related("revision__article__outlet", "speaker").order_by("id")
    return Body(
        statement=claim.statement,
        kind=claim.get_kind_display(),
        language=claim.language,
        as_of=_iso(claim.as_of),
        rationale=claim.rationale,
        method=claim.method,
        rating=_rating(rating),
        speaker=_speaker(claim.speaker, claim.affiliation),
        written_by=_name(claim.submitted_by),
        verified_by=_name(claim.verified_by),
        alone=bool(claim.break_glass_reason),
        appearances=[
            _appearance(one) for one in made.defer("revision__text", "revision__extraction_notes")
        ],
        evidence=[_evidence(one) for one in claim.evidence.select_related("source").order_by("id")],
        contacts=[_contact(one) for one in claim.contacts.order_by("asked_at", "id")],
    )


def _rating(rating: Rating) -> SeenRating:
    line = rating.scale.ratings.filter(value__isnull=False).order_by("value")
    return SeenRating(
        label=rating.label,
        slug=rating.slug,
        description=rating.description,
        value=rating.value,
        best=rating.best,
        worst=rating.worst,
        colour=rating.colour,
        scale=rating.scale.name,
        line=list(line.values_list("label", flat=True)) if rating.value is not None else [],
    )


def _speaker(source: Source | None, role: Affiliation | None) -> SeenSpeaker | None:
    if source is None:
        return None
    if source.kind == SourceKind.UNNAMED:
        role = None  # whatever is known of it: readers are told what it is called, and no more
    return SeenSpeaker(
        id=source.pk,
        name=str(source),
        kind=source.kind,
        url=source.url,
        title=_title(role) if role else "",
        role=_in_full(role) if role else "",
        party=role.party if role else "",
    )


def _title(role: Affiliation) -> str:
    """The title, unless it is an abbreviation that the role spells out."""
    spelt_out = role.role[:1].upper() + role.role[1:]
    return spelt_out if role.role and role.title[-1:] in ("", ".") else role.title


def _in_full(role: Affiliation) -> str:
    told = ", ".join(part for part in (_title(role), role.organisation) if part)
    short = len(role.party) <= 3  # “D-Ore.”
    home = ("-" if short else ", ").join(part for part in (role.party, role.seat) if part)
    return f"{told} ({home})" if told and home else told or home


def _appearance(appearance: Appearance) -> SeenAppearance:
    article = appearance.revision.article
    return SeenAppearance(
        outlet=str(article.outlet),
        headline=article.headline,
        url=article.url,
        date=_iso(article.published_at.date() if article.published_at else None),
        words=appearance.exact,
        said_by=called(appearance),
        anonymity_reason=appearance.anonymity_reason,
        unnamed=is_of_unnamed(appearance),
    )


def called(appearance: Appearance) -> str:
    """What readers are told who said it."""
    return appearance.speaker_name or (str(appearance.speaker) if appearance.speaker else "")


def is_of_unnamed(appearance: Appearance) -> bool:
    speaker = appearance.speaker
    return appearance.sourcing == SourcingTerms.UNNAMED or (
        speaker is not None and speaker.kind == SourceKind.UNNAMED
    )


def _evidence(evidence: Evidence) -> SeenEvidence:
    return SeenEvidence(
        id=evidence.pk,
        stance=evidence.stance,
        nature=evidence.nature,
        title=evidence.title,
        source=str(evidence.source) if evidence.source else "",
        source_id=evidence.source_id,
        url=evidence.url,
        quotation=evidence.quotation,
        published=_iso(evidence.published_at),
        accessed=_iso(evidence.accessed_at),
        unnamed=evidence.source is not None and evidence.source.kind == SourceKind.UNNAMED,
    )


def _contact(contact: Contact) -> SeenContact:
    return SeenContact(
        whom=contact.whom,
        asked=_iso(contact.asked_at.date()),
        outcome=contact.get_outcome_display() if contact.outcome else "",
        answer=contact.answer,
    )


def _name(user: User | None) -> str:
    return (user.get_full_name() or user.get_username()) if user else ""


def _iso(moment: date | datetime | None) -> str:
    return moment.isoformat() if moment else ""
