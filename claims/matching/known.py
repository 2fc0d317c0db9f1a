"""What is known already of what a candidate or a claim says: for the people who decide on it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.db.models import Count, OuterRef, Subquery

from claims.matching.guard import Difference, Said, differences
from claims.matching.index import Serving, serving
from claims.matching.links import compare, is_repeat, says_the_same
from claims.matching.ranking import scorer
from claims.matching.search import Filters, Found, find
from claims.models import Appearance, Candidate, Claim, Match, MatchState, OtherCheck, RepeatAlert
from claims.models.matching import GONE
from claims.verification.states import CONCLUDED
from sources.models import Source

SHOWN = 3
LOOKED_AT = 20

Keys = tuple[int | None, int | None]


@dataclass(frozen=True, slots=True)
class Repeat:
    """A claim that may say the same, why it is thought so, and what differs."""

    claim: Claim
    why: str
    differences: tuple[str, ...] = ()

    @property
    def verdict(self) -> str:
        """The rating that was agreed to. One that was not is no verdict yet, and whoever is to rate
        that claim blind must not read it beside another one."""
        agreed = self.claim.rating is not None and self.claim.state in CONCLUDED
        return str(self.claim.rating) if agreed else ""


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """A check by another publisher that may be of the same."""

    check: OtherCheck
    why: str
    differences: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Again:
    """The speaker says again what was rated false."""

    claim_id: int
    speaker: Source
    rating: str
    count: int
    """Repeats on record for this speaker, this one included."""


@dataclass(frozen=True, slots=True)
class Known:
    repeats: list[Repeat]
    others: list[Elsewhere]
    alerts: list[Again]


def known_of_candidates(
    candidates: Sequence[Candidate], same_words: Mapping[int, Sequence[int]]
) -> dict[int, Known]:
    """Claims and checks that each candidate may repeat, likeliest first, by its key.

    `same_words` are claims that the very passage was made before; they come first. Three queries
    for each candidate, and five for all of them, whatever is found.
    """
    refused: dict[int, set[Keys]] = defaultdict(set)
    for row in Match.objects.filter(
        candidate__in=candidates, state__in=(MatchState.DISMISSED, MatchState.SEPARATED)
    ):
        refused[row.candidate_id].add((row.claim_id, row.other_check_id))
    model = serving()
    found = {
        candidate.pk: [
            one
            for one in _alike(
                candidate.statement, Filters(language=candidate.revision.article.language), model
            )
            if (one.entry.claim, one.entry.other_check) not in refused[candidate.pk]
        ]
        for candidate in candidates
    }
    everything = [one for rows in found.values() for one in rows]
    claims = _claims(everything, [key for keys in same_words.values() for key in keys])
    checks = _checks(everything)
    alerts = _Alerts.of(candidates)
    known = {}
    for candidate in candidates:
        earlier = [
            key
            for key in same_words.get(candidate.pk, ())
            if (key, None) not in refused[candidate.pk]
        ]
        rows = found[candidate.pk]
        known[candidate.pk] = Known(
            repeats=_repeats(candidate, rows, claims, earlier),
            others=_elsewhere(candidate.statement, rows, checks, SHOWN),
            alerts=alerts.shown(candidate, rows, claims),
        )
    return known


def _repeats(
    candidate: Candidate, found: Sequence[Found], claims: dict[int, Claim], earlier: list[int]
) -> list[Repeat]:
    reasons = dict.fromkeys(earlier, "the same words")
    for one in found:
        claim = claims.get(one.entry.claim or 0)
        if claim is not None:
            reasons.setdefault(claim.pk, _why(one.score, candidate.speaker_id, claim.speaker_id))
    kept = [key for key in reasons if key in claims and claims[key].state not in GONE]
    return [
        Repeat(claims[key], reasons[key], _lines(compare(candidate, claims[key])))
        for key in kept[:SHOWN]
    ]


def similar_claims(claim: Claim, *, limit: int = 5) -> tuple[list[Repeat], list[Elsewhere]]:
    """Other claims, and others' checks, that say what a claim says or come near it."""
    filters = Filters(language=claim.language, without_claim=claim.pk, open_only=False)
    found = _alike(claim.statement, filters, serving())
    claims = _claims(found)
    said = Said(claim.statement, claim.speaker_id)
    repeats = []
    for one in found:
        other = claims.get(one.entry.claim or 0)
        if other is not None:
            what = differences(said, Said(other.statement, other.speaker_id))
            why = _why(one.score, claim.speaker_id, other.speaker_id)
            repeats.append(Repeat(other, why, _lines(what)))
    return repeats[:limit], _elsewhere(claim.statement, found, _checks(found), limit)


def rated_of_speaker(claim: Claim, *, limit: int = 8) -> list[Claim]:
    """What the same speaker said before, as far as it was rated and agreed to; latest first."""
    if claim.speaker_id is None:
        return []
    return list(
        Claim.objects.filter(speaker=claim.speaker_id, state__in=CONCLUDED, rating__isnull=False)
        .exclude(pk=claim.pk)
        .select_related("rating")
        .order_by("-verified_at", "-pk")[:limit]
    )


def _alike(text: str, filters: Filters, model: Serving) -> list[Found]:
    least = scorer().suggest
    found = find(text, filters=filters, limit=LOOKED_AT, model=model)
    return [one for one in found if one.score >= least]


def _claims(found: Sequence[Found], more: Sequence[int] = ()) -> dict[int, Claim]:
    keys = [one.entry.claim for one in found if one.entry.claim is not None]
    # As printed where it was made first: `said_by_claim` would ask for each.
    printed = Appearance.objects.filter(claim=OuterRef("pk")).order_by("pk").values("speaker_name")
    claims = Claim.objects.select_related("rating", "speaker")
    annotated = claims.annotate(first_speaker_name=Subquery(printed[:1]))
    return dict(annotated.in_bulk([*keys, *more]))


def _checks(found: Sequence[Found]) -> dict[int, OtherCheck]:
    keys = [one.entry.other_check for one in found if one.entry.other_check is not None]
    return OtherCheck.objects.select_related("other_rating__rating").defer("raw").in_bulk(keys)


def _elsewhere(
    text: str, found: Sequence[Found], checks: dict[int, OtherCheck], limit: int
) -> list[Elsewhere]:
    rows: list[Elsewhere] = []
    for one in found:
        check = checks.get(one.entry.other_check or 0)
        if check is not None and len(rows) < limit:
            what = differences(Said(text), Said(check.claim_reviewed))
            rows.append(Elsewhere(check, _why(one.score), _lines(what)))
    return rows


@dataclass(frozen=True, slots=True)
class _Alerts:
    """The alerts on record: of some candidates, and how many there are of their speakers."""

    rows: dict[int, dict[int, RepeatAlert]]
    counts: dict[int, int]

    @classmethod
    def of(cls, candidates: Sequence[Candidate]) -> _Alerts:
        rows: dict[int, dict[int, RepeatAlert]] = defaultdict(dict)
        for row in RepeatAlert.objects.filter(candidate__in=candidates):
            rows[row.candidate_id][row.claim_id] = row
        speakers = [one.speaker_id for one in candidates if one.speaker_id is not None]
        counted = RepeatAlert.objects.filter(speaker__in=speakers, dismissed_at=None)
        counts = counted.order_by().values_list("speaker").annotate(Count("pk"))
        return cls(rows, dict(counts))

    def shown(
        self, candidate: Candidate, found: Sequence[Found], claims: dict[int, Claim]
    ) -> list[Again]:
        """Those on record, and those that hold by now without a row; none that was dismissed."""
        if candidate.speaker is None:
            return []
        rows, count = self.rows[candidate.pk], self.counts.get(candidate.speaker.pk, 0)
        shown = [
            Again(row.claim_id, candidate.speaker, row.rating, count)
            for row in rows.values()
            if row.dismissed_at is None
        ]
        for one in found:
            claim = claims.get(one.entry.claim or 0)
            if claim is None or claim.pk in rows or not is_repeat(candidate, claim):
                continue
            if says_the_same(compare(candidate, claim)):
                count += 1
                shown.append(Again(claim.pk, candidate.speaker, str(claim.rating), count))
        return shown


def _why(score: float, one: int | None = None, other: int | None = None) -> str:
    same = ", the same speaker" if one is not None and one == other else ""
    return f"score {score:.2f}{same}"


def _lines(found: Iterable[Difference]) -> tuple[str, ...]:
    return tuple(str(one) for one in found)
