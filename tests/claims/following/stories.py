"""Stories in two versions, for the tests of what follows them."""

from __future__ import annotations

from typing import Any

from claims.models import Appearance, Claim, ClaimState
from newsroom.accounts.models import User
from newsroom.articles.anchors import anchor_at
from newsroom.articles.models import Revision
from tests.claims.states import claim_in
from tests.factories import AppearanceFactory, RevisionFactory

VALUE = "The ferry contract is worth €212 million, the minister said."
QUAY = "The quay was rebuilt in 2019 by the state."
SHIPS = "Each of the new ships will carry 380 passengers and 96 cars."
TEXT = f"{VALUE}\n\n{QUAY} {SHIPS}\n\nNobody answered the telephone at the yard on Monday."


def first(text: str = TEXT, **fields: Any) -> Revision:
    return RevisionFactory.create(text=text, **fields)


def later(revision: Revision, text: str) -> Revision:
    """The next version of the story."""
    latest = revision.article.revisions.order_by("-number").first()
    assert latest is not None
    return RevisionFactory.create(article=revision.article, number=latest.number + 1, text=text)


def said_in(revision: Revision, passage: str, claim: Claim | None = None) -> Appearance:
    anchor = anchor_at(
        revision.text,
        revision.text.index(passage),
        revision.text.index(passage) + len(passage),
    )
    more = {"claim": claim} if claim else {}
    return AppearanceFactory.create(
        revision=revision,
        start=anchor.start,
        end=anchor.end,
        exact=anchor.exact,
        prefix=anchor.prefix,
        suffix=anchor.suffix,
        speaker_name="Petra Haldane",
        **more,
    )


def verified(by: User | None = None) -> Claim:
    return claim_in(ClaimState.VERIFIED)
