"""What stands at the side of every page of the admin. Nobody is shown what they may not open."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from django.http import HttpRequest
from django.urls import get_script_prefix, reverse

INDEX = "admin:index"


@dataclass(frozen=True, slots=True)
class Page:
    """A link to the page called `name`, for whoever has `permission`; for all, if that is empty."""

    title: str
    icon: str
    name: str
    permission: str = ""


def _list(title: str, icon: str, app: str, model: str, permission: str = "") -> Page:
    """A link to the list of a model, for whoever may view it or has `permission`."""
    name = f"admin:{app}_{model}_changelist"
    return Page(title, icon, name, permission or f"{app}.view_{model}")


GROUPS: dict[str, tuple[Page, ...]] = {
    "Review": (
        Page("Dashboard", "dashboard", INDEX),
        Page("Desk", "keyboard", "desk", "claims.change_candidate"),
        Page("Changed stories", "difference", "changes", "claims.change_candidate"),
        Page("Board", "view_kanban", "board", "claims.view_claim"),
        _list("Candidates", "rule", "claims", "candidate"),
        _list("Claims", "fact_check", "claims", "claim"),
    ),
    "Published": (
        _list("Fact checks", "public", "publishing", "factcheck"),
        _list(
            "Readers’ requests",
            "mark_email_unread",
            "publishing",
            "correctionrequest",
            "claims.publish_claim",
        ),
        Page("Compliance", "monitoring", "compliance", "publishing.view_factcheck"),
    ),
    "Stories": (
        _list("Articles", "article", "articles", "article"),
        _list("Revisions", "history", "articles", "revision"),
        _list("Outlets", "newspaper", "articles", "outlet"),
    ),
    "Imports": (
        _list("Feeds", "rss_feed", "imports", "feed"),
        _list("Import runs", "input", "imports", "importrun"),
        _list("Rejections", "report", "imports", "rejection"),
    ),
    "Sources and evidence": (
        _list("Sources", "groups", "sources", "source"),
        _list("Evidence", "attach_file", "claims", "evidence"),
        _list("Others’ checks", "find_in_page", "claims", "othercheck"),
        _list("Others’ verdicts", "swap_horiz", "claims", "otherrating"),
        _list("Repeats", "notification_important", "claims", "repeatalert"),
        _list("Rating scales", "straighten", "claims", "ratingscale"),
    ),
    "Administration": (
        _list("Users", "person", "accounts", "user"),
        _list("Groups", "group", "auth", "group"),
        _list("E-mails", "mail", "mail", "mail"),
        _list("API tokens", "key", "api", "apitoken"),
        _list("Webhooks", "webhook", "webhooks", "webhook"),
    ),
}


def navigation(request: HttpRequest) -> list[dict[str, Any]]:
    """The groups, as the theme takes them, with those of their pages that this person may open."""
    may = request.user.has_perm
    addresses = _addresses(get_script_prefix())
    found = []
    for title, pages in GROUPS.items():
        items = [
            {
                "title": page.title,
                "icon": page.icon,
                "link": addresses[page.name],
                "active": _is_within(request.path, page, addresses),
            }
            for page in pages
            if not page.permission or may(page.permission)
        ]
        if items:
            found.append({"title": title, "items": items})
    return found


def _is_within(path: str, page: Page, addresses: dict[str, str]) -> bool:
    """All addresses of the admin begin with that of its first page."""
    address = addresses[page.name]
    return path == address if page.name == INDEX else path.startswith(address)


@lru_cache(maxsize=8)
def _addresses(prefix: str) -> dict[str, str]:
    """Of all pages, where the site is served below `prefix`: they depend on nothing else."""
    return {page.name: reverse(page.name) for pages in GROUPS.values() for page in pages}


SIDEBAR = {"show_search": True, "navigation": navigation}
