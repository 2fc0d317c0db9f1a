"""What an assessor asks of a period: how checks were done, as figures and as a file."""

from __future__ import annotations

import csv
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime, time
from statistics import median
from typing import Any, TextIO

from django.db.models import Exists, OuterRef, QuerySet
from django.utils import timezone

from claims.models import Appearance, Candidate, Contact, Evidence, EvidenceNature
from claims.models.choices import SourcingTerms
from claims.origins import independent
from claims.publishing.models import Correction, CorrectionRequest, FactCheck
from sources.models import SourceKind


@dataclass(frozen=True, slots=True)
class Share:
    name: str
    count: int
    of: int

    @property
    def percent(self) -> int | None:
        """None where there is nothing to have a share of."""
        return round(100 * self.count / self.of) if self.of else None


@dataclass(frozen=True, slots=True)
class Report:
    start: date
    end: date
    checks: int
    shares: list[Share]
    corrections: dict[str, int]
    hours_to_correction: float | None
    """In the middle, from publication to correction."""
    requests: dict[str, int]
    speakers: list[tuple[str, int]]
    parties: list[tuple[str, int]]
    ratings_by_party: list[tuple[str, str, int]]

    def as_json(self) -> dict[str, Any]:
        told = asdict(self)
        told["shares"] = [asdict(one) | {"percent": one.percent} for one in self.shares]
        return told | {"start": self.start.isoformat(), "end": self.end.isoformat()}


def report(start: date, end: date) -> Report:
    """The figures on what was first published from `start` to `end`, both included."""
    span = _moment(start), _moment(date.fromordinal(end.toordinal() + 1))
    checks = _checks(span)
    made = Correction.objects.filter(at__gte=span[0], at__lt=span[1]).select_related("fact_check")
    made = made.defer("fact_check__body")
    hours = [(one.at - one.fact_check.published_at).total_seconds() / 3600 for one in made]
    asked = CorrectionRequest.objects.filter(created_at__gte=span[0], created_at__lt=span[1])
    speakers, parties, ratings = _balance(checks)
    return Report(
        start=start,
        end=end,
        checks=len(checks),
        shares=_shares(checks),
        corrections=dict(Counter(one.get_severity_display() for one in made)),
        hours_to_correction=round(median(hours), 1) if hours else None,
        requests=dict(Counter(one.get_state_display() for one in asked)),
        speakers=speakers,
        parties=parties,
        ratings_by_party=ratings,
    )


def _moment(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))


def _checks(span: tuple[datetime, datetime]) -> list[FactCheck]:
    same_claim = {"claim": OuterRef("claim")}
    rows: QuerySet[FactCheck] = FactCheck.objects.filter(
        published_at__gte=span[0], published_at__lt=span[1]
    ).annotate(
        was_selected=Exists(Candidate.objects.filter(**same_claim).exclude(decision_reason="")),
        was_asked=Exists(Contact.objects.filter(**same_claim)),
        was_unnamed=Exists(Appearance.objects.filter(sourcing=SourcingTerms.UNNAMED, **same_claim)),
    )
    return list(rows.select_related("claim").order_by("pk"))


def _shares(checks: Sequence[FactCheck]) -> list[Share]:
    evidence: dict[int, list[Evidence]] = defaultdict(list)
    rows = Evidence.objects.filter(claim__in=[check.claim_id for check in checks])
    for one in rows.select_related("source"):
        evidence[one.claim_id].append(one)
    told = [(check, evidence[check.claim_id]) for check in checks]
    counts = {
        "two or more independent named sources": [_named(found) >= 2 for _, found in told],
        "a primary source": [_has_primary(found) for _, found in told],
        "a reason for selecting it": [_flag(check, "was_selected") for check, _ in told],
        "an attempt to contact": [_flag(check, "was_asked") for check, _ in told],
        "a second reviewer": [not check.claim.break_glass_reason for check, _ in told],
        "an unnamed source in the story": [_flag(check, "was_unnamed") for check, _ in told],
        "unnamed evidence": [any(_is_unnamed(one) for one in found) for _, found in told],
    }
    return [Share(name, sum(which), len(checks)) for name, which in counts.items()]


def _flag(check: FactCheck, name: str) -> bool:
    return bool(getattr(check, name))


def _is_unnamed(evidence: Evidence) -> bool:
    return evidence.source is not None and evidence.source.kind == SourceKind.UNNAMED


def _named(evidence: Iterable[Evidence]) -> int:
    """Independent origins, of what names a source or an address."""
    return independent(
        [one for one in evidence if (one.source_id or one.url) and not _is_unnamed(one)]
    )


def _has_primary(evidence: Iterable[Evidence]) -> bool:
    return any(one.nature == EvidenceNature.PRIMARY for one in evidence)


def _balance(
    checks: Sequence[FactCheck],
) -> tuple[list[tuple[str, int]], list[tuple[str, int]], list[tuple[str, str, int]]]:
    speakers: Counter[str] = Counter()
    parties: Counter[str] = Counter()
    ratings: Counter[tuple[str, str]] = Counter()
    for check in checks:
        speaker = check.body["speaker"] or {"name": "nobody known", "party": ""}
        party = speaker["party"] or "no party"
        speakers[speaker["name"]] += 1
        parties[party] += 1
        ratings[party, check.body["rating"]["label"]] += 1
    by_party = [(party, rating, count) for (party, rating), count in sorted(ratings.items())]
    return speakers.most_common(50), parties.most_common(), by_party


def write_csv(told: Report, file: TextIO) -> None:
    """One figure a line. A cell that a spreadsheet would take for a formula is quoted."""
    rows = csv.writer(file)
    rows.writerow(["section", "what", "count", "of", "percent"])
    for share in told.shares:
        rows.writerow(["shares", share.name, share.count, share.of, share.percent])
    rows.writerow(["corrections", "median hours to correction", told.hours_to_correction, "", ""])
    for section, counted in (
        ("corrections", told.corrections.items()),
        ("requests", told.requests.items()),
        ("speakers", told.speakers),
        ("parties", told.parties),
    ):
        for name, count in counted:
            rows.writerow([section, harmless(name), count, told.checks, ""])
    for party, rating, count in told.ratings_by_party:
        rows.writerow(["ratings by party", harmless(f"{party}: {rating}"), count, told.checks, ""])


def harmless(text: str) -> str:
    return f"'{text}" if text[:1] in ("=", "+", "-", "@", "\t", "\r") else text
