"""What the board shows: for each state the first cards and a bounded count, in a few queries."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import F, QuerySet
from django.urls import reverse
from django.utils import timezone

from claims.models import Appearance, Claim, ClaimState
from claims.verification.second_ratings import blind_claims
from claims.verification.states import OPEN
from claims.verification.steps import Step, available_steps
from newsroom.accounts.models import User
from newsroom.counting import Bounded

PAGE = 10
"""Cards of a column that are shown, and that “more” adds."""

DEEPEST = 150
"""Cards of a column in all. Further down the list, with its search and filters, is of more use."""

COUNTED = 500

LATEST = 1_500
"""Appearances that a filter by outlet or topic looks at, those in the latest stories."""

AT_WORK = (
    ClaimState.NEW,
    ClaimState.CHECKING,
    ClaimState.IN_REVIEW,
    ClaimState.VERIFIED,
    ClaimState.NEEDS_RECHECK,
)
"""The states that are columns of cards; the others are places to drop a card on, with a count."""

NOBODY = -1


@dataclass(frozen=True, slots=True)
class Filter:
    """Whose claims, from which outlet's stories, and on which topic: the section of a story.

    `assignee` is a key, or `NOBODY`. Empty: all.
    """

    assignee: int | None = None
    outlet: int | None = None
    topic: str = ""

    @property
    def by_story(self) -> bool:
        return self.outlet is not None or bool(self.topic)


@dataclass(frozen=True, slots=True)
class Card:
    """A claim with the steps that lead on from it, for whoever looks at the board."""

    claim: Claim
    steps: list[Step]
    is_overdue: bool
    hides_rating: bool
    """The viewer is to rate it without seeing what the first person found."""

    @property
    def moves(self) -> list[dict[str, object]]:
        """The steps, for the page's script."""
        return [
            {
                "name": step.name,
                "label": step.transition.label,
                "target": step.transition.target.value,
                "comment": step.transition.needs_comment,
                "reason": step.needs_break_glass,
                "whyNot": step.why_not,
                # What readers see is asked for by a form of its own.
                "page": reverse("publishing_step", args=[step.name, self.claim.pk])
                if step.transition.shown_to_readers
                else "",
            }
            for step in self.steps
        ]


@dataclass(frozen=True, slots=True)
class Column:
    """`next_offset` is where “more” goes on; None when these are all, or the column is too deep."""

    state: ClaimState
    cards: list[Card]
    count: Bounded
    next_offset: int | None
    is_cut: bool = False


def load_board(*, limits: Filter, viewer: User, states: Collection[ClaimState]) -> list[Column]:
    """A column for every state, with cards for those in `states`. Four queries at most.

    What is limited to an outlet or a topic is that of its latest stories: see `_of_stories`.
    """
    if limits.by_story:
        keys = _of_stories(limits)
        counts = {state: Bounded.counted(len(keys[state]), COUNTED) for state in ClaimState}
        keys = defaultdict(list, {state: keys[state] for state in states})
    else:
        counts, keys = _counts(limits), _first_keys(limits, states)
    cards = _cards([key for found in keys.values() for key in found[:PAGE]], viewer)
    return [
        Column(
            state=state,
            cards=[cards[key] for key in keys[state][:PAGE] if key in cards],
            count=counts[state],
            next_offset=PAGE if len(keys[state]) > PAGE else None,
        )
        for state in ClaimState
    ]


def load_more(*, state: ClaimState, offset: int, limits: Filter, viewer: User) -> Column:
    """The cards of a column that follow the first `offset`."""
    offset = max(0, min(offset, DEEPEST))
    if limits.by_story:
        keys = _of_stories(limits)[state][offset : offset + PAGE + 1]
    else:
        rows = ordered(limited(limits).filter(state=state))
        keys = list(rows.values_list("pk", flat=True)[offset : offset + PAGE + 1])
    cards = _cards(keys[:PAGE], viewer)
    following = offset + PAGE if len(keys) > PAGE else None
    is_cut = following is not None and following >= DEEPEST
    return Column(
        state=state,
        cards=[cards[key] for key in keys[:PAGE] if key in cards],
        count=Bounded(0),
        next_offset=None if is_cut else following,
        is_cut=is_cut,
    )


def load_card(*, claim_id: int, viewer: User) -> Card | None:
    return _cards([claim_id], viewer).get(claim_id)


def limited(limits: Filter) -> QuerySet[Claim]:
    if limits.assignee is None:
        return Claim.objects.all()
    wanted = None if limits.assignee == NOBODY else limits.assignee
    return Claim.objects.filter(assignee=wanted)


def ordered(rows: QuerySet[Claim]) -> QuerySet[Claim]:
    """What is due first, then the newest. As in the index “claim_board”."""
    return rows.order_by(F("due").asc(nulls_last=True), "-pk")


def _of_stories(limits: Filter) -> defaultdict[ClaimState, list[int]]:
    """The keys of the claims made in the latest stories of an outlet, or on a topic, by state.

    One query. No index has both the stories of an outlet and the order of the board, so the claims
    are sorted here; that there are never more than `LATEST` of them keeps it quick. Somebody who
    looks for older ones does so in the list.
    """
    made_in = Appearance.objects.all()
    if limits.outlet is not None:
        made_in = made_in.filter(revision__article__outlet=limits.outlet)
    if limits.topic:
        made_in = made_in.filter(revision__article__section=limits.topic)
    # With their claims at once: told the keys by a query within, PostgreSQL reads all claims.
    latest = made_in.order_by("-revision__article_id").values_list(
        "claim__state", "claim", "claim__due", "claim__assignee"
    )
    rows = {row[:3] for row in latest[:LATEST] if _is_of(limits, row[3])}
    far = timezone.now() + timedelta(days=365_000)
    found: defaultdict[ClaimState, list[int]] = defaultdict(list)
    for state, key, _ in sorted(rows, key=lambda row: (row[2] or far, -row[1])):
        found[ClaimState(state)].append(key)
    return found


def _is_of(limits: Filter, assignee: int | None) -> bool:
    if limits.assignee is None:
        return True
    return assignee == (None if limits.assignee == NOBODY else limits.assignee)


def _first_keys(limits: Filter, states: Iterable[ClaimState]) -> defaultdict[ClaimState, list[int]]:
    """The keys of the first cards of each column, and of one more. One query."""
    parts = [
        ordered(limited(limits).filter(state=state)).values_list("state", "pk")[: PAGE + 1]
        for state in states
    ]
    found: defaultdict[ClaimState, list[int]] = defaultdict(list)
    for state, key in _together(parts):
        found[ClaimState(state)].append(key)
    return found


def _counts(limits: Filter) -> dict[ClaimState, Bounded]:
    """How many claims are in each state, counting no further than the limit. One query."""
    parts = [
        limited(limits).filter(state=state).order_by().values_list("state", "pk")[: COUNTED + 1]
        for state in ClaimState
    ]
    found = Counter(state for state, _ in _together(parts))
    return {state: Bounded.counted(found[state.value], COUNTED) for state in ClaimState}


def _together(parts: list[QuerySet[Claim, tuple[str, int]]]) -> Iterable[tuple[str, int]]:
    if not parts:
        return []
    first, *others = parts
    return first.union(*others, all=True)


def _cards(keys: Collection[int], viewer: User) -> dict[int, Card]:
    """Two queries: the claims, and which of them the viewer must not know the rating of."""
    rows = Claim.objects.filter(pk__in=keys).select_related(
        "speaker", "rating", "assignee", "affiliation"
    )
    blind = set(blind_claims(viewer)) if keys else set()
    now = timezone.now()
    return {row.pk: _card(row, viewer, now, row.pk in blind) for row in rows}


def _card(claim: Claim, viewer: User, now: datetime, hides_rating: bool) -> Card:
    return Card(
        claim=claim,
        steps=available_steps(claim, viewer),
        is_overdue=claim.due is not None and claim.due < now and claim.state in OPEN,
        hides_rating=hides_rating,
    )
