"""Which evidence is copied, and what readers get of a copy."""

from __future__ import annotations

from pathlib import Path

from django.conf import settings
from django.db import transaction
from django.http import FileResponse, Http404, HttpRequest
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_safe

from claims.models import Evidence
from claims.publishing.queries import cited_evidence
from claims.publishing.serving import public
from sources.models import Snapshot, SnapshotState


def request_copies(*, at_most: int = 500) -> int:
    """Ask for a copy of the evidence that has an address and none yet; returns of how many."""
    with transaction.atomic():
        rows = Evidence.objects.exclude(url="").filter(snapshot__isnull=True).order_by("pk")
        waiting = list(rows.select_for_update(of=("self",), skip_locked=True)[:at_most])
        for evidence in waiting:
            copy = Snapshot.objects.create(url=evidence.url)
            Evidence.objects.filter(pk=evidence.pk).update(snapshot=copy)
    return len(waiting)


@public
@require_safe
def copy(request: HttpRequest, pk: int) -> FileResponse:
    """The copy as it was kept. As a file to save: what others wrote is not shown as a page of ours.

    Only of what a published check cites.
    """
    cited = cited_evidence().filter(snapshot=pk)
    snapshot = get_object_or_404(Snapshot, pk=pk, state=SnapshotState.KEPT)
    path = Path(settings.SNAPSHOTS_DIR) / str(snapshot.file.name)
    if not cited.exists() or not path.is_file():
        raise Http404
    return FileResponse(
        path.open("rb"),
        as_attachment=True,
        filename=f"copy-{pk}.warc.gz",
        content_type="application/warc",
    )
