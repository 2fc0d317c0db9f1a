"""What an editor reads and decides on: one revision of a story with the candidates found in it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

from django.db.models import Prefetch, QuerySet

from claims.models import Candidate, CandidateState
from claims.review.passages import Mark, Segment, segments
from newsroom.articles.models import UNFINISHED, Article, Revision

NOT_THE_TEXT = ("revision__text", "revision__extraction_error", "revision__extraction_notes")
"""A revision's long columns, for lists that only want its number: `.defer(*NOT_THE_TEXT)`."""

REMEMBERED = Prefetch(
    "remembered_from",
    Candidate.objects.select_related("revision__article__outlet").defer(*NOT_THE_TEXT),
)
"""The decision that a passage arrived with, and where it was made. Few have one: one query where
there is any, and no four joins more for all the others, which take longer to plan than to do."""


@dataclass(frozen=True, slots=True)
class Card:
    """One candidate; `number` is its place in the text, printed beside its passage and its card."""

    number: int
    candidate: Candidate


@dataclass(frozen=True, slots=True)
class Stretch:
    """A segment with the cards it stands for.

    `card` is the innermost candidate, whose look it takes; None for plain text. `opening` are those
    whose passage begins here, `others` those that it is a part of as well.
    """

    segment: Segment
    card: Card | None
    opening: tuple[Card, ...]
    others: tuple[Card, ...]


@dataclass(frozen=True, slots=True)
class StateCount:
    state: CandidateState
    count: int


PART = 40
"""Cards on a page. A text with more candidates is read, and decided on, part by part."""


@dataclass(frozen=True, slots=True)
class Part:
    """One of the parts of a long story: its cards, and its stretch of the text."""

    number: int
    of: int
    cards: list[Card]
    start: int
    end: int


@dataclass(frozen=True)
class Story:
    """A revision, the other revisions of its article, and its candidates in the order of the text.

    `revision` is None for an article of which no text has arrived. `part` is what is shown of it;
    None: the whole. Of the cards outside it only place and state are loaded.
    """

    article: Article
    revisions: list[Revision]
    revision: Revision | None
    cards: list[Card]
    part: Part | None = None

    @cached_property
    def paragraphs(self) -> list[list[Stretch]]:
        """The text, or its part, with its candidates marked."""
        if self.revision is None:
            return []
        text, shift, cards = self.revision.text, 0, self.cards
        if self.part is not None:
            text, shift = text[self.part.start : self.part.end], self.part.start
            cards = _within(self.part, self.cards)
        by_key = {card.candidate.pk: card for card in cards}
        marks = [
            Mark(key=key, start=card.candidate.start - shift, end=card.candidate.end - shift)
            for key, card in by_key.items()
        ]
        return [
            [_stretch(segment, by_key) for segment in paragraph.segments]
            for paragraph in segments(text, marks)
        ]

    @cached_property
    def counts(self) -> list[StateCount]:
        """How many candidates are in each state, in the order of `CandidateState`."""
        found = Counter(card.candidate.state for card in self.cards)
        return [StateCount(state, found[state]) for state in CandidateState]

    @property
    def pending(self) -> int:
        return sum(card.candidate.state == CandidateState.PENDING for card in self.cards)

    @property
    def is_unfinished(self) -> bool:
        return self.revision is not None and self.revision.extraction_state in UNFINISHED

    @property
    def is_latest(self) -> bool:
        return self.revision is not None and self.revision.pk == self.revisions[0].pk

    def in_state(self, state: str) -> list[Card]:
        """The cards of one state; all of them for a word that is no state. Of a long story: those
        of its part, which knows the state already."""
        if self.part is not None:
            return self.part.cards
        if state not in CandidateState.values:
            return self.cards
        return [card for card in self.cards if card.candidate.state == state]


@dataclass(frozen=True, slots=True)
class Place:
    """What somebody wants to see of a story: a revision, candidates of one state, a part.

    `candidate` names the part by one of its candidates, and comes before `part`. What there is not
    stands for the latest revision, all states, the first part.
    """

    revision: int | None = None
    show: str = ""
    part: int = 1
    candidate: int | None = None


def load_story(*, article: Article, place: Place, with_candidates: bool) -> Story:
    """The story page's rows: three queries, and one more each for a story of many candidates and
    for what arrived decided."""
    revisions = list(
        Revision.objects.filter(article=article)
        .defer("text", "extraction_error", "extraction_notes")
        .order_by("-number")
    )
    if not revisions:
        return Story(article=article, revisions=[], revision=None, cards=[])
    chosen = next((row for row in revisions if row.number == place.revision), revisions[0])
    # The row again, with its text this time, and as it is now.
    revision = Revision.objects.get(pk=chosen.pk)
    rows = list(candidates_in(revision)[: PART + 1]) if with_candidates else []
    if len(rows) <= PART:
        cards = numbered(rows)
        return Story(article=article, revisions=revisions, revision=revision, cards=cards)
    cards = numbered(marks_in(revision))
    part = _part(revision, cards, place)
    return Story(article=article, revisions=revisions, revision=revision, cards=cards, part=part)


def numbered(candidates: Iterable[Candidate]) -> list[Card]:
    return [Card(number, candidate) for number, candidate in enumerate(candidates, start=1)]


def _part(revision: Revision, cards: list[Card], place: Place) -> Part:
    """One query, for what the cards of the part show."""
    shown = [card for card in cards if place.show in ("", card.candidate.state)]
    of = max(1, -(-len(shown) // PART))
    number = min(max(1, place.part), of)
    for index, card in enumerate(shown):
        if card.candidate.pk == place.candidate:
            number = 1 + index // PART
    these = shown[(number - 1) * PART : number * PART]
    rows = {
        row.pk: row
        for row in candidates_in(revision).filter(pk__in=[card.candidate.pk for card in these])
    }
    following = shown[number * PART] if number < of else None
    start, end = _stretch_of_text(revision.text, number, these, following)
    return Part(
        number=number,
        of=of,
        cards=[Card(card.number, rows.get(card.candidate.pk, card.candidate)) for card in these],
        start=start,
        end=end,
    )


def _stretch_of_text(
    text: str, number: int, cards: list[Card], following: Card | None
) -> tuple[int, int]:
    """From the paragraph of the first card to that of the first card of the next part.

    So the parts together are the whole text.
    """
    start = 0 if number == 1 else _paragraph_start(text, cards[0].candidate.start)
    if following is None:
        return start, len(text)
    last = max(card.candidate.end for card in cards)
    end = text.find("\n", last)
    after = len(text) if end == -1 else end + 1
    return start, max(after, _paragraph_start(text, following.candidate.start))


def _paragraph_start(text: str, at: int) -> int:
    return text.rfind("\n", 0, at) + 1


def _within(part: Part, cards: list[Card]) -> list[Card]:
    """Those to mark in the part's text: all that lie in it, or its own where there are too many."""
    inside = [
        card
        for card in cards
        if part.start <= card.candidate.start and card.candidate.end <= part.end
    ]
    return inside if len(inside) <= 3 * PART else part.cards


def marks_in(revision: Revision) -> QuerySet[Candidate]:
    """The candidates of a revision in the order of its text, with what marks them there."""
    rows = Candidate.objects.filter(revision=revision).order_by("start", "end", "pk")
    return rows.only("start", "end", "state", "revision")


def candidates_in(revision: Revision) -> QuerySet[Candidate]:
    """The candidates of a revision in the order of its text, with what their cards show."""
    return (
        Candidate.objects.filter(revision=revision)
        .select_related("decided_by")
        .prefetch_related(REMEMBERED)
        .order_by("start", "end", "pk")
    )


def next_pending(candidate: Candidate) -> int | None:
    """The key of the pending candidate that follows this one in its text, or of the first one.

    None when nothing is left to decide in this revision.
    """
    pending = Candidate.objects.filter(
        revision_id=candidate.revision_id, state=CandidateState.PENDING
    ).order_by("start", "end", "pk")
    following = pending.filter(start__gte=candidate.start).exclude(pk=candidate.pk)
    for rows in (following, pending.exclude(pk=candidate.pk)):
        key = rows.values_list("pk", flat=True).first()
        if key is not None:
            return key
    return None


def _stretch(segment: Segment, by_key: dict[int, Card]) -> Stretch:
    covering = [by_key[key] for key in segment.marks]
    return Stretch(
        segment=segment,
        card=covering[-1] if covering else None,
        opening=tuple(by_key[key] for key in segment.opens),
        others=tuple(covering[:-1]),
    )
