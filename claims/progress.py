"""How reviewing goes, from the latest decisions: bounded, and read from one covering index.

A decision by bulk counts as one act of many decisions: it says something about what is accepted,
and nothing about how long deciding takes.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db import connection
from django.db.models import QuerySet
from django.utils import timezone

from claims.models import Candidate, CandidateState
from claims.models.candidates import DECIDED, EDITOR
from newsroom.accounts.models import User
from newsroom.articles.models import Outlet
from newsroom.counting import Bounded

WINDOW = 2_000
"""Of how many of the latest decisions rates and times are taken."""

DAYS = 14
MOST = 20_000
"""Decisions that the days are counted from."""

PAUSE = timedelta(minutes=5)
"""Whoever takes longer has done something else meanwhile."""

INSTANT = timedelta(seconds=1)
"""Whoever is quicker has not read: that was a program, or one act of several decisions."""

ENOUGH = 10
"""Times without which a median says nothing."""

SHOWN = 6
"""Extractor versions and outlets, those with most decisions first."""


@dataclass(frozen=True, slots=True)
class Day:
    day: date
    accepted: int
    rejected: int

    @property
    def total(self) -> int:
        return self.accepted + self.rejected


@dataclass(frozen=True, slots=True)
class Rate:
    """How many of the decisions on what this proposed made or found a claim."""

    name: str
    accepted: int
    decided: int

    @property
    def percent(self) -> int:
        return round(100 * self.accepted / self.decided)


@dataclass(frozen=True, slots=True)
class Progress:
    """`median_seconds` is None where too little was decided in one go to tell."""

    days: list[Day]
    today: Bounded
    today_by_me: Bounded
    median_seconds: float | None
    my_median_seconds: float | None
    by_extractor: list[Rate]
    by_outlet: list[Rate]
    window: int

    @property
    def is_empty(self) -> bool:
        return not any(day.total for day in self.days) and not self.by_extractor


def progress_for(person: User) -> Progress:
    """Four queries, whatever there is."""
    midnight = timezone.localtime().replace(hour=0, minute=0, second=0, microsecond=0)
    days, today, by_me, is_cut = _days(midnight, person)
    everybody, mine = _medians(person)
    by_extractor, by_outlet = _rates()
    return Progress(
        days=days,
        today=Bounded(today, f"{today:,}+" if is_cut else ""),
        today_by_me=Bounded(by_me, f"{by_me:,}+" if is_cut else ""),
        median_seconds=everybody,
        my_median_seconds=mine,
        by_extractor=by_extractor,
        by_outlet=by_outlet,
        window=WINDOW,
    )


def _latest(limit: int, *columns: str, since: datetime | None = None) -> QuerySet[Candidate, Any]:
    rows = Candidate.objects.filter(state__in=DECIDED, remembered_from__isnull=True)
    if since is not None:
        rows = rows.filter(decided_at__gte=since)
    return rows.order_by("-decided_at").values_list(*columns)[:limit]


def _select(what: str, latest: QuerySet[Candidate, Any], end: str, *params: Any) -> list[Any]:
    """`what` of the rows of `latest`, which is put in as a table of that name."""
    inner, inner_params = latest.query.sql_with_params()
    with connection.cursor() as cursor:
        cursor.execute(f"WITH latest AS ({inner}) SELECT {what} {end}", [*inner_params, *params])
        return list(cursor.fetchall())


def _days(midnight: datetime, person: User) -> tuple[list[Day], int, int, bool]:
    """The last days, how many were decided today, by this person, and whether these are not all."""
    first = midnight - timedelta(days=DAYS - 1)
    latest = _latest(MOST, "decided_at", "state", "decided_by_id", since=first)
    rows = _select(
        "(decided_at AT TIME ZONE %s)::date AS day, count(*) FILTER (WHERE state <> %s), "
        "count(*) FILTER (WHERE state = %s), count(*) FILTER (WHERE decided_by_id = %s)",
        latest,
        "FROM latest GROUP BY day",
        timezone.get_current_timezone_name(),
        *(CandidateState.REJECTED, CandidateState.REJECTED, person.pk),
    )
    found = {day: (accepted, rejected, mine) for day, accepted, rejected, mine in rows}
    days = []
    for number in range(DAYS):
        day = (first + timedelta(days=number)).date()
        accepted, rejected, _ = found.get(day, (0, 0, 0))
        days.append(Day(day, accepted, rejected))
    by_me = found.get(midnight.date(), (0, 0, 0))[2]
    # When the limit is reached within today, there are more.
    return days, days[-1].total, by_me, days[-1].total >= MOST


def _medians(person: User) -> tuple[float | None, float | None]:
    """Seconds from one decision to the same person's next, of everybody's and of this person's."""
    latest = _latest(WINDOW, "decided_at", "decided_by_id")
    ((everybody, count, mine, count_of_mine),) = _select(
        "percentile_cont(0.5) WITHIN GROUP (ORDER BY seconds), count(*), "
        "percentile_cont(0.5) WITHIN GROUP (ORDER BY seconds) FILTER (WHERE decided_by_id = %s), "
        "count(*) FILTER (WHERE decided_by_id = %s)",
        latest,
        "FROM (SELECT decided_by_id, extract(epoch FROM decided_at - lag(decided_at) OVER "
        "(PARTITION BY decided_by_id ORDER BY decided_at)) AS seconds FROM latest) AS gaps "
        "WHERE seconds >= %s AND seconds <= %s",
        *(person.pk, person.pk, INSTANT.total_seconds(), PAUSE.total_seconds()),
    )
    return (
        everybody if count >= ENOUGH else None,
        mine if count_of_mine >= ENOUGH else None,
    )


def _rates() -> tuple[list[Rate], list[Rate]]:
    latest = _latest(WINDOW, "state", "extractor", "extractor_version", "outlet_id")
    rows = _select(
        "extractor, extractor_version, outlet_id, "
        "count(*) FILTER (WHERE state <> %s), count(*) AS decided",
        latest,
        "FROM latest GROUP BY GROUPING SETS ((extractor, extractor_version), (outlet_id)) "
        "ORDER BY decided DESC",
        CandidateState.REJECTED,
    )
    by_extractor = [
        Rate(_extractor(extractor, version), accepted, decided)
        for extractor, version, outlet, accepted, decided in rows
        if outlet is None
    ]
    outlets = [row for row in rows if row[2] is not None][:SHOWN]
    names = _names(row[2] for row in outlets)
    by_outlet = [Rate(names.get(row[2], "?"), row[3], row[4]) for row in outlets]
    return by_extractor[:SHOWN], by_outlet


def _extractor(name: str, version: str) -> str:
    return "selected by hand" if name == EDITOR else f"{name} {version}".strip()


def _names(keys: Iterable[int]) -> dict[int, str]:
    return dict(Outlet.objects.filter(pk__in=list(keys)).values_list("pk", "name"))
