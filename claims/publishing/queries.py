"""Which fact checks a page shows."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib.postgres.aggregates import ArrayAgg
from django.contrib.postgres.search import SearchQuery, SearchRank
from django.db import connection
from django.db.models import Count, F, Max, Q, QuerySet
from django.db.models.functions import JSONArray, JSONObject

from claims.models import Evidence
from claims.publishing.models import Correction, FactCheck, FactCheckState
from claims.verification.states import PUBLIC
from sources.models import Snapshot

MOST_WORDS = 12


@dataclass(frozen=True, slots=True)
class Filters:
    """What a reader asked the list for. What makes no sense is left out, never an error."""

    words: str = ""
    rating: str = ""
    year: int | None = None
    corrected: bool = False

    @property
    def any(self) -> bool:
        return bool(self.words or self.rating or self.year or self.corrected)


def visible() -> QuerySet[FactCheck]:
    """What is published and not withdrawn, without its body."""
    return (
        FactCheck.objects.exclude(state=FactCheckState.WITHDRAWN)
        .select_related("rating", "speaker")
        .order_by("-published_at", "-id")
    )


def found(filters: Filters) -> QuerySet[FactCheck]:
    rows = visible()
    if filters.rating:
        rows = rows.filter(rating__slug=filters.rating)
    if filters.year:
        rows = rows.filter(published_at__year=filters.year)
    if filters.corrected:
        rows = rows.filter(state=FactCheckState.CORRECTED)
    words = re.findall(r"\w+", filters.words)[:MOST_WORDS]
    if words:
        # Each as the beginning of a word, so that no language's endings are in the way.
        query = SearchQuery(
            " & ".join(f"{word}:*" for word in words), config="simple", search_type="raw"
        )
        rows = rows.filter(search=query).order_by(
            SearchRank(F("search"), query).desc(), "-published_at", "-id"
        )
    elif filters.words.strip():
        rows = rows.none()
    return rows


def with_standing(rows: QuerySet[FactCheck]) -> QuerySet[FactCheck]:
    """With `being_checked_again`, as the page of each says it."""
    return rows.annotate(being_checked_again=~Q(claim__state__in=PUBLIC))


def latest_change(rows: QuerySet[FactCheck]) -> str:
    """A stamp that is another one as soon as one of `rows` has changed, or is checked again."""
    again = ArrayAgg("pk", filter=Q(being_checked_again=True), order_by="pk")
    told = (
        with_standing(rows)
        .order_by()
        .aggregate(count=Count("pk"), latest=Max("modified_at"), again=again)
    )
    return f"{told['count']}:{told['latest']}:{told['again']}"


_STAMP = (
    "SELECT f.id, f.version, f.state, c.state, (SELECT (count(s.taken_at), "
    "max(s.taken_at), count(o.taken_at), max(o.taken_at))::text FROM claims_evidence e "
    "JOIN sources_snapshot s ON s.id = e.snapshot_id LEFT JOIN sources_outsidecopy o "
    "ON o.snapshot_id = s.id WHERE e.claim_id = f.claim_id) "
    "FROM publishing_factcheck f JOIN claims_claim c ON c.id = f.claim_id WHERE f.slug = %s"
)


def stamp_of(slug: str) -> tuple[Any, ...] | None:
    """The key of a fact check with all that makes its page another one; None if there is none.

    In SQL, as it is all that most requests for a page do.
    """
    with connection.cursor() as cursor:
        cursor.execute(_STAMP, [slug])
        row: tuple[Any, ...] | None = cursor.fetchone()
        return row


def corrections() -> QuerySet[Correction]:
    """The log, the latest first."""
    return Correction.objects.select_related("fact_check", "by").defer("fact_check__body")


@dataclass(frozen=True, slots=True)
class Copies:
    """Of one piece of evidence: addresses and times of the copies that there are."""

    own: str = ""
    own_at: datetime | None = None
    outside: str = ""
    outside_at: datetime | None = None
    archive: str = ""


def cited_evidence() -> QuerySet[Evidence]:
    """The evidence that a published check cites, at the address of its copy.

    By the body that readers see: what is added or changed while the claim is checked again is
    nobody's business yet.
    """
    as_published = JSONArray(JSONObject(id=F("pk"), url=F("snapshot__url")))
    return Evidence.objects.filter(
        claim__fact_check__body__evidence__contains=as_published
    ).exclude(claim__fact_check__state=FactCheckState.WITHDRAWN)


def copies_of(fact_check: FactCheck) -> dict[int, Copies]:
    """The archived copies of each piece of evidence, where there are any."""
    rows = (
        cited_evidence()
        .filter(
            Q(snapshot__taken_at__isnull=False) | Q(snapshot__outside__taken_at__isnull=False),
            claim=fact_check.claim_id,
        )
        .select_related("snapshot__outside")
    )
    return {one.pk: _copies(one.snapshot) for one in rows if one.snapshot}


def _copies(snapshot: Snapshot) -> Copies:
    outside = getattr(snapshot, "outside", None)
    own = f"/copies/{snapshot.pk}/" if snapshot.taken_at else ""
    if outside is None or not outside.taken_at:
        return Copies(own, snapshot.taken_at)
    return Copies(own, snapshot.taken_at, outside.url, outside.taken_at, outside.archive)
