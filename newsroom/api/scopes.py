"""What a token may be used for. What its user may do is asked in addition, as everywhere."""

from __future__ import annotations

import enum


class Scope(enum.StrEnum):
    READ = "read"
    ARTICLES_WRITE = "articles:write"
    DECISIONS_WRITE = "decisions:write"
    VERIFICATION_WRITE = "verification:write"
    ADMIN = "admin"


LABELS = {
    Scope.READ: "read what is published, live stories, outlets, named sources, ratings",
    Scope.ARTICLES_WRITE: "push stories; also read embargoed and withheld ones, and import runs",
    Scope.DECISIONS_WRITE: "read and decide on candidates; also read claims before publication",
    Scope.VERIFICATION_WRITE: "verify claims step by step; also read details of unnamed sources",
    Scope.ADMIN: "everything, webhooks and pausing feeds included",
}

ANY = tuple(Scope)
"""Whoever may write may read what everybody may."""

HELD_STORIES = (
    Scope.ARTICLES_WRITE,
    Scope.DECISIONS_WRITE,
    Scope.VERIFICATION_WRITE,
    Scope.ADMIN,
)
"""See stories under embargo, withheld or killed."""

UNPUBLISHED = (Scope.DECISIONS_WRITE, Scope.VERIFICATION_WRITE, Scope.ADMIN)
"""See candidates, and claims before they are published."""

CONFIDENTIAL = (Scope.VERIFICATION_WRITE, Scope.ADMIN)
"""See how an unnamed source knows and who approved it, and with whom a newsroom was in contact."""

PERMISSIONS: dict[Scope, tuple[str, ...]] = {
    Scope.READ: (
        "articles.view_outlet",
        "articles.view_article",
        "claims.view_claim",
        "claims.view_rating",
        "sources.view_source",
    ),
    Scope.ARTICLES_WRITE: (
        "imports.add_importrun",
        "imports.view_feed",
        "imports.view_importrun",
        "imports.view_rejection",
    ),
    Scope.DECISIONS_WRITE: ("claims.view_candidate", "claims.change_candidate"),
    Scope.VERIFICATION_WRITE: (
        "claims.view_candidate",
        "claims.check_claim",
        "claims.change_claim",
        "claims.view_evidence",
        "claims.add_evidence",
        "sources.add_source",
        "sources.change_source",
    ),
    Scope.ADMIN: (
        "imports.change_feed",
        "webhooks.view_webhook",
        "webhooks.add_webhook",
        "webhooks.change_webhook",
    ),
}
"""What a service user needs for its scope to be of use. Verifying and publishing are given by hand:
a program that signs for people is a decision of its own."""


def permissions_for(scopes: list[str]) -> list[str]:
    """The permissions that these scopes rest on, each once; reading is part of every scope."""
    wanted = [Scope.READ, *(Scope(scope) for scope in scopes)]
    if Scope.ADMIN in wanted:
        wanted = list(Scope)
    return list(dict.fromkeys(name for scope in wanted for name in PERMISSIONS[scope]))
