"""Bringing stories in for the demo, and waiting for the worker to extract them."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence

from django.db.models import Prefetch, QuerySet

from claims.models import Candidate
from newsroom.articles import extraction_queue
from newsroom.articles.models import UNFINISHED, ExtractionState, Outlet, Revision
from newsroom.articles.services import find_or_add_outlet
from newsroom.demo import seeds
from newsroom.imports.files import find_files, read_files
from newsroom.imports.items import Accepted, Item
from newsroom.imports.models import ImportTrigger
from newsroom.imports.services import ImportReport, run_import

PATIENCE = 300.0
"""Seconds without progress after which the demo no longer waits for the worker."""


class WorkerStuck(RuntimeError):
    """The worker runs but extracts nothing."""


def import_seeds() -> tuple[list[ImportReport], QuerySet[Revision]]:
    """The demo newsroom and its stories; and the revisions to show."""
    seeds.load_ratings()
    seeds.load_sources()
    outlets = seeds.load_outlets()
    reports = [
        _import([str(seeds.seeds_dir() / "stories" / folder)], outlet)
        for folder, outlet in outlets.items()
    ]
    return reports, Revision.objects.filter(article__outlet__in=outlets.values())


def import_own(paths: Sequence[str], outlet: str) -> tuple[list[ImportReport], QuerySet[Revision]]:
    """Stories of the user's own; and the revisions to show."""
    seeds.load_ratings()
    seen: set[str] = set()
    home = find_or_add_outlet(name=outlet, by=None)
    report = _import(paths, home, seen=seen)
    return [report], Revision.objects.filter(article__outlet=home, article__external_id__in=seen)


def _import(paths: Sequence[str], outlet: Outlet, *, seen: set[str] | None = None) -> ImportReport:
    def noted() -> Iterator[Item]:
        for item in read_files(find_files(paths)):
            if seen is not None and isinstance(item, Accepted):
                seen.add(item.article.external_id)
            yield item

    return run_import(
        outlet=outlet, items=noted(), trigger=ImportTrigger.DEMO, origin="\n".join(paths), by=None
    )


def wait_for_extraction(
    revisions: QuerySet[Revision],
    *,
    on_progress: Callable[[int, int], None],
    check: Callable[[], None],
) -> None:
    """Until every one of `revisions` is done or failed; `on_progress` is told (finished, all).

    `check` raises when the worker has died. Raises `WorkerStuck` when nothing moves any more.
    """
    # What an earlier, interrupted demo left behind need not wait for the sweep.
    extraction_queue.announce(
        list(
            revisions.filter(extraction_state=ExtractionState.PENDING).values_list("pk", flat=True)
        )
    )
    total, before, moved_at = revisions.count(), -1, time.monotonic()
    while True:
        check()
        finished = total - revisions.filter(extraction_state__in=UNFINISHED).count()
        on_progress(finished, total)
        if finished == total:
            return
        if finished != before:
            before, moved_at = finished, time.monotonic()
        if time.monotonic() - moved_at > PATIENCE:
            raise WorkerStuck(f"{total - finished} stories are still waiting for the worker.")
        time.sleep(0.2)


def with_candidates(revisions: QuerySet[Revision]) -> QuerySet[Revision]:
    """The revisions in reading order, each with its article, outlet and candidates."""
    return (
        revisions.select_related("article__outlet")
        .prefetch_related(Prefetch("candidates", Candidate.objects.order_by("start", "end")))
        .order_by("article__outlet__name", "article_id", "number")
    )
