"""What an editor reads and decides on: one revision of a story with the candidates found in it."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from functools import cached_property

from django.db.models import QuerySet

from claims.models import Candidate, CandidateState
from claims.review.passages import Mark, Segment, segments
from newsroom.articles.models import UNFINISHED, Article, Revision

NOT_THE_TEXT = ("revision__text", "revision__extraction_error", "revision__extraction_notes")
"""A revision's long columns, for lists that only want its number: `.defer(*NOT_THE_TEXT)`."""


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


@dataclass(frozen=True)
class Story:
    """A revision, the other revisions of its article, and its candidates in the order of the text.

    `revision` is None for an article of which no text has arrived.
    """

    article: Article
    revisions: list[Revision]
    revision: Revision | None
    cards: list[Card]

    @cached_property
    def paragraphs(self) -> list[list[Stretch]]:
        if self.revision is None:
            return []
        by_key = {card.candidate.pk: card for card in self.cards}
        marks = [
            Mark(key=key, start=card.candidate.start, end=card.candidate.end)
            for key, card in by_key.items()
        ]
        return [
            [_stretch(segment, by_key) for segment in paragraph.segments]
            for paragraph in segments(self.revision.text, marks)
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
        """The cards of one state; all of them for a word that is no state."""
        if state not in CandidateState.values:
            return self.cards
        return [card for card in self.cards if card.candidate.state == state]


def load_story(*, article: Article, number: int | None = None, with_candidates: bool) -> Story:
    """The story page's rows: three queries, whatever there is.

    `number` names the revision; None, or a number that does not exist, stands for the latest one.
    """
    revisions = list(
        Revision.objects.filter(article=article)
        .defer("text", "extraction_error", "extraction_notes")
        .order_by("-number")
    )
    if not revisions:
        return Story(article=article, revisions=[], revision=None, cards=[])
    chosen = next((row for row in revisions if row.number == number), revisions[0])
    # The row again, with its text this time, and as it is now.
    revision = Revision.objects.get(pk=chosen.pk)
    candidates = candidates_in(revision) if with_candidates else Candidate.objects.none()
    cards = [Card(number, candidate) for number, candidate in enumerate(candidates, start=1)]
    return Story(article=article, revisions=revisions, revision=revision, cards=cards)


def candidates_in(revision: Revision) -> QuerySet[Candidate]:
    """The candidates of a revision in the order of its text, with what their cards show."""
    return (
        Candidate.objects.filter(revision=revision)
        .select_related(
            "decided_by", "claim", "speaker", "remembered_from__revision__article__outlet"
        )
        .defer(*(f"remembered_from__{name}" for name in NOT_THE_TEXT))
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
