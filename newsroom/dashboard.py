"""What the admin's first page shows: what waits, what came in, and what went wrong.

Each number is bounded or read from a partial index, so that the page costs the same with a million
candidates as with ten. What a person may not view is neither shown nor asked for.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from django.db import connection
from django.db.models import Count, Min, QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.text import capfirst

from claims.following.queue import open_moves, open_notices
from claims.matching import index
from claims.matching import services as matching
from claims.models import Candidate, CandidateState, Claim, ClaimState, RepeatAlert
from claims.progress import progress_for
from claims.work import work_of
from newsroom.accounts.models import User
from newsroom.articles.models import ExtractionState, Revision
from newsroom.counting import LIMIT, Bounded, bounded_count
from newsroom.imports.feeds.models import troubled_feeds
from newsroom.imports.models import ImportRun, ImportState, Rejection
from newsroom.mail.models import Mail, MailState
from newsroom.shortening import shortened

LATEST_RUNS = 5
LATEST_FAILURES = 3
"""Of each kind. More would push the rest of the page out of sight; the lists have them all."""

RECENT_RUNS = 500
"""Among how many of the latest runs failed ones are looked for."""

FIRST_LINE = 200
"""Characters of an error that are shown here; its page has all of it."""


FAILURE_LISTS: tuple[tuple[str, str, str, dict[str, str]], ...] = (
    (
        "Failed extractions",
        "articles.view_revision",
        "articles_revision",
        {"extraction_state__exact": ExtractionState.FAILED.value},
    ),
    (
        "Failed imports",
        "imports.view_importrun",
        "imports_importrun",
        {"state__exact": ImportState.FAILED.value},
    ),
    ("Rejections", "imports.view_rejection", "imports_rejection", {}),
    ("Failed e-mails", "mail.view_mail", "mail_mail", {"state__exact": MailState.FAILED.value}),
)


@dataclass(frozen=True, slots=True)
class Figure:
    """A number that leads to the rows it counts."""

    title: str
    icon: str
    count: Bounded
    note: str
    link: str
    alarming: bool = False


@dataclass(frozen=True, slots=True)
class Segment:
    """The claims in one state, with their share of the bar in percent."""

    state: str
    label: str
    count: Bounded
    share: float
    link: str


@dataclass(frozen=True, slots=True)
class Failure:
    """Something that went wrong, and what to do about it."""

    what: str
    why: str
    to_do: str
    at: datetime | None
    link: str


def dashboard(request: HttpRequest, context: dict[str, Any]) -> dict[str, Any]:
    """Called by unfold for the index page; adds what `admin/index.html` shows."""
    may_view = request.user.has_perm
    assert isinstance(request.user, User)
    figures: list[Figure] = []
    pending = _pending_candidates() if may_view("claims.view_candidate") else None
    if pending:
        figures.append(pending)
    if may_view("articles.view_revision"):
        figures += [_received(), *_queue()]
    if may_view("claims.change_candidate"):
        figures += [figure for figure in (_changed(), _repeats()) if figure.count]
    runs = list(_latest_runs()) if may_view("imports.view_importrun") else []
    failures: list[Failure] = []
    if may_view("articles.view_revision"):
        failures += [*_failed_revisions(), *_uncompared()]
    if may_view("claims.view_claim"):
        failures += _not_embedded()
    if may_view("imports.view_feed"):
        failures += _troubled_feeds()
    if may_view("imports.view_importrun"):
        failures += _failed_runs()
    if may_view("imports.view_rejection"):
        failures += _rejections()
    if may_view("mail.view_mail"):
        failures += _failed_mails()
    context.update(
        title="Dashboard",
        figures=figures,
        work=work_of(request.user) if may_view("claims.view_claim") else None,
        progress=progress_for(request.user) if may_view("claims.view_candidate") else None,
        pending=pending.count if pending else 0,
        segments=_claims_by_state() if may_view("claims.view_claim") else [],
        claims_link=reverse("admin:claims_claim_changelist"),
        runs=runs,
        runs_link=reverse("admin:imports_importrun_changelist"),
        failures=failures,
        shows_imports=may_view("imports.view_importrun"),
        failure_links=[
            (title, _list(model, **filters))
            for title, permission, model, filters in FAILURE_LISTS
            if may_view(permission)
        ],
        # No story ever came in: an import run always leaves a row.
        is_empty=may_view("imports.view_importrun") and not runs and not failures,
    )
    return context


def _list(model: str, **filters: str) -> str:
    address = reverse(f"admin:{model}_changelist")
    return f"{address}?{urlencode(filters)}" if filters else address


def _page(model: str, key: int) -> str:
    return reverse(f"admin:{model}_change", args=[key])


def _pending_candidates() -> Figure:
    pending = Candidate.objects.filter(state=CandidateState.PENDING)
    return Figure(
        title="Pending candidates",
        icon="rule",
        count=bounded_count(pending, limit=LIMIT),
        note="Best first, in the list.",
        link=_list("claims_candidate"),
    )


def _changed() -> Figure:
    passages = bounded_count(open_moves(), limit=LIMIT)
    notices = bounded_count(open_notices(), limit=LIMIT)
    return Figure(
        title="Changed stories",
        icon="difference",
        count=Bounded.counted(passages + notices, LIMIT),
        note=f"Passages to look at: {passages}, outlets’ corrections: {notices}.",
        link=reverse("changes"),
    )


def _repeats() -> Figure:
    """Of what was rated false, while nobody has decided on the candidate."""
    alerts = RepeatAlert.objects.filter(
        dismissed_at=None, candidate__state=CandidateState.PENDING
    ).order_by()
    return Figure(
        title="Said again",
        icon="notifications_active",
        count=bounded_count(alerts, limit=LIMIT),
        note="What was rated false, by the same speaker.",
        link=_list("claims_repeatalert"),
    )


def _received() -> Figure:
    since = timezone.now() - timedelta(hours=24)
    return Figure(
        title="Received in 24 hours",
        icon="inbox",
        count=bounded_count(Revision.objects.filter(received_at__gte=since), limit=LIMIT),
        note="New stories and new versions.",
        link=_list("articles_revision"),
    )


def _queue() -> list[Figure]:
    """What the workers have before them. The sweep's partial index serves both halves."""
    waiting = (
        Revision.objects.filter(extraction_state=ExtractionState.PENDING)
        .order_by("extraction_next_attempt_at")
        .values("received_at")[: LIMIT + 1]
        .aggregate(count=Count("*"), oldest=Min("received_at"))
    )
    running = _in_state(ExtractionState.RUNNING)
    failed = _in_state(ExtractionState.FAILED)
    oldest: datetime | None = waiting["oldest"]
    return [
        Figure(
            title="Waiting for extraction",
            icon="hourglass_empty",
            count=Bounded.counted(waiting["count"], LIMIT),
            note=f"{running} running" + (f", oldest received {_age(oldest)} ago" if oldest else ""),
            link=_list("articles_revision", extraction_state__exact=ExtractionState.PENDING.value),
        ),
        Figure(
            title="Extraction failed",
            icon="error",
            count=failed,
            note="Open one to see why." if failed else "Nothing to do.",
            link=_list("articles_revision", extraction_state__exact=ExtractionState.FAILED.value),
            alarming=bool(failed),
        ),
    ]


def _in_state(state: ExtractionState) -> Bounded:
    return bounded_count(Revision.objects.filter(extraction_state=state), limit=LIMIT)


def _age(since: datetime) -> str:
    """One unit is enough to see whether the queue moves."""
    minutes = int((timezone.now() - since).total_seconds() // 60)
    for size, unit in ((24 * 60, "day"), (60, "hour"), (1, "minute")):
        if minutes >= size:
            count = minutes // size
            return f"{count} {unit}" if count == 1 else f"{count} {unit}s"
    return "less than a minute"


def _claims_by_state() -> list[Segment]:
    """One query; in each state no more is counted than a person wants to read."""
    table = connection.ops.quote_name(Claim._meta.db_table)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT wanted.state, (SELECT count(*) FROM (SELECT 1 FROM "
            f"{table} WHERE state = wanted.state LIMIT %s) AS counted) "
            "FROM unnest(%s::text[]) AS wanted(state)",
            [LIMIT + 1, ClaimState.values],
        )
        counts = {state: Bounded.counted(count, LIMIT) for state, count in cursor.fetchall()}
    total = sum(counts.values())
    return [
        Segment(
            state=state.value,
            label=capfirst(state.label),
            count=counts[state.value],
            share=round(100 * counts[state.value] / total, 2) if total else 0,
            link=_list("claims_claim", state__exact=state.value),
        )
        for state in ClaimState
    ]


def _latest_runs() -> QuerySet[ImportRun]:
    return ImportRun.objects.select_related("outlet").order_by("-id")[:LATEST_RUNS]


def _failed_revisions() -> list[Failure]:
    failed = (
        Revision.objects.filter(extraction_state=ExtractionState.FAILED)
        .select_related("article")
        .defer("text", "extraction_notes")
        .order_by("-id")[:LATEST_FAILURES]
    )
    return [
        Failure(
            what=f"Extraction of “{revision}”",
            why=_first_line(revision.extraction_error),
            to_do="Open it and choose “Extract again”. If that fails too, report the error.",
            at=revision.extraction_finished_at,
            link=_page("articles_revision", revision.pk),
        )
        for revision in failed
    ]


def _uncompared() -> list[Failure]:
    rows = matching.given_up().select_related("revision__article").defer("revision__text")
    return [
        Failure(
            what=f"Comparing “{row.revision}” with earlier claims",
            why=_first_line(row.error),
            to_do="When its cause is gone, run manage.py embed_claims --again.",
            at=None,
            link=_page("articles_revision", row.pk),
        )
        for row in rows[:LATEST_FAILURES]
    ]


def _not_embedded() -> list[Failure]:
    """Claims and others' checks that the search by meaning does not find."""
    return [
        Failure(
            what=f"Making “{entry}” known to the search for repeats",
            why=_first_line(entry.error),
            to_do="When its cause is gone, run manage.py embed_claims --again.",
            at=None,
            link=_page("claims_claim", entry.claim_id)
            if entry.claim_id
            else _page("claims_othercheck", entry.other_check_id or 0),
        )
        for entry in index.given_up().defer("words", "vector")[:LATEST_FAILURES]
    ]


def _troubled_feeds() -> list[Failure]:
    return [
        Failure(
            what=f"Feed {feed}: {feed.trouble}",
            why=_first_line(feed.paused_reason or feed.last_error),
            to_do="Open it: it can be tested, fetched and resumed there.",
            at=feed.last_polled_at,
            link=_page("imports_feed", feed.pk),
        )
        for feed in troubled_feeds(limit=LATEST_FAILURES)
    ]


def _failed_runs() -> list[Failure]:
    recent = ImportRun.objects.order_by("-id").values("pk")[:RECENT_RUNS]
    failed = (
        ImportRun.objects.filter(pk__in=recent, state=ImportState.FAILED)
        .select_related("outlet")
        .order_by("-id")[:LATEST_FAILURES]
    )
    return [
        Failure(
            what=f"Import of {run.outlet}",
            why=_first_line(run.error),
            # The errors of our own say so themselves.
            to_do=""
            if "Run it again" in run.error
            else "Run the same import again: what it had taken in stays as it is.",
            at=run.finished_at,
            link=_page("imports_importrun", run.pk),
        )
        for run in failed
    ]


def _rejections() -> list[Failure]:
    rejected = (
        Rejection.objects.select_related("run__outlet")
        .defer("payload")
        .order_by("-id")[:LATEST_FAILURES]
    )
    return [
        Failure(
            what=f"Rejected from {rejection.run.outlet}: {rejection.get_reason_display()}",
            why=_first_line(rejection.message),
            to_do="Correct the item at its source and import it again.",
            at=rejection.created_at,
            link=_page("imports_rejection", rejection.pk),
        )
        for rejection in rejected
    ]


def _failed_mails() -> list[Failure]:
    failed = Mail.objects.filter(state=MailState.FAILED).select_related("recipient")
    return [
        Failure(
            what=f"E-mail to {mail.recipient}: {mail.subject}",
            why=_first_line(mail.error),
            to_do="When its cause is gone, choose “Send those again that have failed” in the list.",
            at=mail.created_at,
            link=_page("mail_mail", mail.pk),
        )
        for mail in failed.order_by("-id")[:LATEST_FAILURES]
    ]


def _first_line(text: str) -> str:
    return shortened(text.strip().partition("\n")[0], FIRST_LINE)
