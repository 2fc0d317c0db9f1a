"""Storing what the extractor found in a revision."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import asdict

from django.conf import settings
from django.db import transaction

from claims.extraction import Attribution, Extraction, Sourcing, Span, extract
from claims.extraction import Candidate as Proposal
from claims.fingerprints import fingerprint
from claims.following.corrections import read_editor_note
from claims.following.families import settle_article
from claims.following.services import follow_revision, hand_over, remember_appearances
from claims.matching import services as matching
from claims.models import Candidate, CandidateState, DecisionReason
from claims.models.candidates import DECIDED
from newsroom.articles import extraction_queue
from newsroom.articles.anchors import anchor_at
from newsroom.articles.extraction_queue import Attempt
from newsroom.articles.families.services import find_family
from newsroom.articles.models import Article, ExtractionState, Revision
from newsroom.attempts import told
from newsroom.history import acting
from sources.models import Source
from sources.services import resolve_names


def extract_revision(*, revision_id: int) -> int | None:
    """Extract one revision; returns the number of candidates added, or None if it was not free.

    Safe to call at any time and any number of times: one worker at once, and a finished revision
    is left alone. The extractor runs outside any transaction. An error is written to the revision,
    where an editor can see it, and raised.
    """
    attempt = extraction_queue.begin(revision_id)
    if attempt is None:
        return None
    article = attempt.revision.article
    try:
        # First, and in a transaction of its own: what was decided follows the story even where the
        # extractor fails on it.
        follow_revision(revision_id=revision_id)
        read_editor_note(article_id=article.pk)
        # Before the candidates, so that those of wire copy arrive with what was decided elsewhere.
        find_family(revision_id=revision_id)
        extraction = extract(
            attempt.revision.text, headline=article.headline or None, language=article.language
        )
        return store_extraction(attempt=attempt, extraction=extraction)
    except Exception as error:
        extraction_queue.fail(attempt, error=told(error))
        raise


@transaction.atomic
def store_extraction(*, attempt: Attempt, extraction: Extraction) -> int:
    """Write the candidates and mark the revision as done, together; returns how many were added.

    Nothing is written when the attempt has lost its revision to another worker. Passages that are
    candidates already are left as they are, whatever the extractor now thinks of them; of two
    proposals for one passage the higher-scored is kept. Only the latest version of a story has
    candidates to decide on: undecided ones of earlier versions are superseded.
    """
    # Two versions of one story may be extracted at once; the second then sees what the first did.
    Article.objects.select_for_update(no_key=True).get(pk=attempt.revision.article_id)
    if not extraction_queue.still_held(attempt):
        return 0
    version = f"{extraction.extractor} {extraction.version}".strip()
    with acting(None, rule=version):
        revision = attempt.revision
        proposals: dict[tuple[int, int], Proposal] = {}
        for one in sorted(extraction.candidates, key=lambda one: -one.score):
            if len(proposals) < settings.EXTRACTION_MAX_CANDIDATES:
                proposals.setdefault((one.start, one.end), one)
        present = set(Candidate.objects.filter(revision=revision).values_list("start", "end"))
        fresh = [one for passage, one in proposals.items() if passage not in present]
        sources = resolve_names(_named_speakers(extraction, fresh))
        candidates = [_candidate(revision, extraction, one, sources) for one in fresh]
        _remember_rejections(candidates)
        remember_appearances(revision=revision, candidates=candidates)
        _supersede_late(revision, candidates)
        Candidate.objects.bulk_create(candidates)
        hand_over(revision=revision, candidates=candidates)
        _supersede_earlier(revision)
        settle_article(article_id=revision.article_id)
        if any(candidate.state == CandidateState.PENDING for candidate in candidates):
            matching.expect(revision)
        extraction_queue.finish(
            attempt,
            extractor=extraction.extractor,
            version=extraction.version,
            notes="\n".join([*extraction.notes, *_left_out(extraction)]),
        )
    return len(candidates)


def _left_out(extraction: Extraction) -> list[str]:
    """A note where a text holds more than anybody would decide on: a list, a transcript, a trap."""
    limit = settings.EXTRACTION_MAX_CANDIDATES
    passages = len({(one.start, one.end) for one in extraction.candidates})
    if passages <= limit:
        return []
    return [f"Only the {limit:,} highest-scored of {passages:,} are proposed."]


def _attribution(extraction: Extraction, proposal: Proposal) -> Attribution | None:
    if proposal.attribution is None:
        return None
    return extraction.attributions[proposal.attribution]


def _named_speakers(extraction: Extraction, proposals: Iterable[Proposal]) -> set[str]:
    """The names of single, named speakers: the only ones that can be one known source."""
    names = set()
    for proposal in proposals:
        attribution = _attribution(extraction, proposal)
        if (
            attribution is not None
            and attribution.sourcing == Sourcing.ON_THE_RECORD
            and len(attribution.speakers) == 1
        ):
            names.add(attribution.speakers[0].name)
    return names


def _candidate(
    revision: Revision, extraction: Extraction, proposal: Proposal, sources: dict[str, Source]
) -> Candidate:
    anchor = anchor_at(revision.text, proposal.start, proposal.end)
    candidate = Candidate(
        revision=revision,
        start=anchor.start,
        end=anchor.end,
        exact=anchor.exact,
        prefix=anchor.prefix,
        suffix=anchor.suffix,
        statement=proposal.statement,
        kind=proposal.kind.value,
        score=proposal.score,
        explanation=proposal.explanation[:500],
        extractor=extraction.extractor,
        extractor_version=extraction.version,
        fingerprint=fingerprint(anchor.exact),
        said=proposal.said,
        unresolved=list(proposal.unresolved),
        hedges=list(proposal.hedges),
        quantities=[asdict(one) for one in proposal.quantities],
    )
    attribution = _attribution(extraction, proposal)
    if attribution is not None:
        _attribute(candidate, extraction, attribution, sources)
    return candidate


def _names(attribution: Attribution) -> str:
    names = " and ".join(one.name for one in attribution.speakers)
    # A name is compared and copied; what only steers its display stays in the passage.
    return "".join(char for char in names if unicodedata.category(char) != "Cf")[:300]


def _attribute(
    candidate: Candidate,
    extraction: Extraction,
    attribution: Attribution,
    sources: dict[str, Source],
) -> None:
    candidate.form = attribution.form.value
    candidate.sourcing = attribution.sourcing.value if attribution.sourcing else ""
    candidate.source_spans = _pairs(attribution.source)
    candidate.cue_spans = _pairs(attribution.cue)
    candidate.content_spans = _pairs(attribution.content)
    candidate.anonymity_reason = attribution.reason[:500]
    candidate.speaker_name = _names(attribution)
    if attribution.within is not None:
        outer = extraction.attributions[attribution.within]
        candidate.told_by = _names(outer) or "somebody the text leaves open"
    if len(attribution.speakers) != 1:
        return
    speaker = attribution.speakers[0]
    candidate.speaker_title = speaker.title[:200]
    candidate.speaker_role = speaker.role[:300]
    candidate.speaker_organisation = speaker.organisation[:300]
    candidate.speaker_party = speaker.party[:100]
    candidate.speaker_seat = speaker.seat[:100]
    if attribution.sourcing == Sourcing.ON_THE_RECORD:
        candidate.speaker = sources.get(speaker.name)


def _pairs(spans: Iterable[Span]) -> list[list[int]]:
    return [[span.start, span.end] for span in spans]


SHORT = 5
"""Fewer words than this are remembered in their own story only: “He denied it.” says too little."""


def _speaks_for(decided: Candidate, candidate: Candidate) -> bool:
    """Whether a decision on the same words elsewhere holds for this candidate too."""
    same_extractor = (decided.extractor, decided.extractor_version) == (
        candidate.extractor,
        candidate.extractor_version,
    )
    if decided.decision_reason == DecisionReason.EXTRACTION_ERROR and not same_extractor:
        return False  # the mistake was the extractor's; a better one proposes it anew
    same_story = decided.revision.article_id == candidate.revision.article_id
    return same_story or len(candidate.exact.split()) >= SHORT


def _remember_rejections(candidates: Sequence[Candidate]) -> None:
    """Give passages that somebody rejected before the same decision, and say where it came from.

    The latest decision that a person made on such a passage counts: once somebody has accepted or
    merged one, new ones arrive pending again. A remembered decision is nobody's and is never
    followed, so that reopening the original does not leave a chain behind.
    """
    by_people = Candidate.objects.filter(
        fingerprint__in={candidate.fingerprint for candidate in candidates},
        state__in=DECIDED,
        remembered_from__isnull=True,
        decided_by__isnull=False,  # what the matcher joined is no decision to follow
    )
    by_people = by_people.select_related("revision").defer("revision__text")
    decisions: dict[str, list[Candidate]] = {}
    for one in by_people.order_by("decided_at", "pk"):
        decisions.setdefault(one.fingerprint, []).append(one)
    for candidate in candidates:
        known = [
            one for one in decisions.get(candidate.fingerprint, ()) if _speaks_for(one, candidate)
        ]
        rejected = known[-1] if known else None
        if rejected is not None and rejected.state == CandidateState.REJECTED:
            candidate.state = CandidateState.REJECTED
            candidate.decided_by_id = rejected.decided_by_id
            candidate.decided_at = rejected.decided_at
            candidate.decision_reason = rejected.decision_reason
            candidate.decision_note = rejected.decision_note
            candidate.remembered_from = rejected


def _supersede_late(revision: Revision, candidates: Iterable[Candidate]) -> None:
    """Candidates, not stored yet, of a version that was extracted after a later one."""
    later = Revision.objects.filter(
        article_id=revision.article_id,
        number__gt=revision.number,
        extraction_state=ExtractionState.DONE,
    )
    if later.exists():
        for candidate in candidates:
            if candidate.state == CandidateState.PENDING:
                candidate.state = CandidateState.SUPERSEDED


def _supersede_earlier(revision: Revision) -> None:
    """Take the undecided candidates of earlier versions out of the queue.

    What an editor selected or flagged stays, unless it has gone on in the later version.
    """
    Candidate.objects.filter(
        revision__in=Revision.objects.filter(
            article_id=revision.article_id, number__lt=revision.number
        ),
        state=CandidateState.PENDING,
        created_by__isnull=True,
    ).exclude(flags__closed_at__isnull=True, flags__isnull=False).update(
        state=CandidateState.SUPERSEDED
    )
