"""Incoming stories for tests; a test names only what it is about."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from newsroom.articles.models import Outlet
from newsroom.articles.services import IncomingArticle, Receipt, receive_articles

NINE = datetime(2026, 3, 4, 9, tzinfo=UTC)
TEN = datetime(2026, 3, 4, 10, tzinfo=UTC)
ELEVEN = datetime(2026, 3, 4, 11, tzinfo=UTC)


def story(text: str = "The harbour was dredged.", **fields: Any) -> IncomingArticle:
    return IncomingArticle(**{"external_id": "harbour", "text": text, **fields})


def receive(outlet: Outlet, *items: IncomingArticle) -> list[Receipt]:
    return receive_articles(outlet=outlet, items=items, by=None)


def outcomes(receipts: list[Receipt]) -> list[str]:
    return [receipt.outcome.value for receipt in receipts]
