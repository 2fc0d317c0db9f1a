"""Sealing on a static schedule."""

from __future__ import annotations

from pathlib import Path

from celery import shared_task
from django.conf import settings
from django.utils import timezone

from newsroom.ledger.heads import write_head
from newsroom.ledger.sealing import seal_history


@shared_task(name="newsroom.seal_history")
def seal() -> None:
    seal_history()
    write_head(path=Path(settings.HISTORY_HEADS), today=timezone.localdate())
