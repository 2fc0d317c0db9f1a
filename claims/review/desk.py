"""What the desk shows of a candidate, read for several at once."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone

from claims.matching.index import catch_up
from claims.matching.known import Again, Elsewhere, Repeat, known_of_candidates
from claims.models import Candidate, CandidateState, Flag, Lease
from claims.review.repeats import earlier_decisions
from claims.review.story import REMEMBERED, Story, marks_in, numbered
from claims.verification.warnings import REFUSAL_ALONE, is_refusal_alone
from newsroom.accounts.models import User
from newsroom.articles.models import Revision


@dataclass(frozen=True, slots=True)
class Item:
    """A candidate with everything that stands beside its story.

    `lease` is set while somebody else holds the candidate, and then it is theirs to decide on;
    `place` and `of` count the candidates of its text.
    """

    candidate: Candidate
    place: int
    of: int
    pending: int
    earlier: list[Candidate]
    repeats: list[Repeat]
    others: list[Elsewhere]
    alerts: list[Again]
    flag: Flag | None
    lease: Lease | None

    @property
    def is_open(self) -> bool:
        return self.candidate.state == CandidateState.PENDING and self.lease is None

    @property
    def caution(self) -> str:
        """What to think about before it becomes a claim, in the words of the claim's page."""
        candidate = self.candidate
        if candidate.state != CandidateState.PENDING:
            return ""
        return REFUSAL_ALONE if is_refusal_alone(candidate.kind, [candidate.exact]) else ""


@dataclass(frozen=True, slots=True)
class Desk:
    """Candidates in the order asked for, and the texts they stand in, by key of the revision."""

    items: list[Item]
    stories: dict[int, Story]


def load(candidate_ids: Sequence[int], *, by: User) -> Desk:
    """The number of queries depends on how many are asked for, and on nothing else."""
    found = {
        row.pk: row
        for row in Candidate.objects.filter(pk__in=candidate_ids)
        .select_related("revision__article__outlet", "speaker", "decided_by", "created_by")
        .prefetch_related(REMEMBERED)
    }
    rows = [found[key] for key in candidate_ids if key in found]
    stories: dict[int, Story] = {}
    for row in rows:
        if row.revision_id not in stories:
            stories[row.revision_id] = _story(row.revision)
    flags = {
        flag.candidate_id: flag
        for flag in Flag.objects.filter(candidate__in=found, closed_at=None).select_related(
            "raised_by", "colleague"
        )
    }
    now = timezone.now()
    others = {
        lease.candidate_id: lease
        for lease in Lease.objects.filter(candidate__in=found, until__gt=now)
        .exclude(holder=by)
        .select_related("holder")
    }
    places: dict[int, dict[int, int]] = defaultdict(dict)
    for key, story in stories.items():
        places[key] = {card.candidate.pk: card.number for card in story.cards}
    items = []
    if rows:
        catch_up()
    earlier = {row.pk: earlier_decisions(row) for row in rows}
    known = known_of_candidates(
        rows,
        {
            key: [one.claim_id for one in decisions if one.claim_id is not None]
            for key, decisions in earlier.items()
        },
    )
    for row in rows:
        story = stories[row.revision_id]
        items.append(
            Item(
                candidate=row,
                place=places[row.revision_id].get(row.pk, 0),
                of=len(story.cards),
                pending=story.pending,
                earlier=earlier[row.pk],
                repeats=known[row.pk].repeats,
                others=known[row.pk].others,
                alerts=known[row.pk].alerts,
                flag=flags.get(row.pk),
                lease=others.get(row.pk),
            )
        )
    return Desk(items=items, stories=stories)


def decided_since(moment: datetime, *, by: User) -> int:
    """How many candidates this person has decided on since then."""
    return Candidate.objects.filter(
        decided_by=by,
        decided_at__gte=moment,
        remembered_from__isnull=True,
        state__in=(CandidateState.ACCEPTED, CandidateState.REJECTED, CandidateState.MERGED),
    ).count()


def _story(revision: Revision) -> Story:
    cards = numbered(marks_in(revision))
    return Story(article=revision.article, revisions=[revision], revision=revision, cards=cards)
