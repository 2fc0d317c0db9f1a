"""What stands at the side of every page of the admin. Nobody is shown what they may not open."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.urls import reverse_lazy

Item = dict[str, Any]


def _page(title: str, icon: str, name: str, permission: str = "") -> Item:
    """A link to the page called `name`, for whoever has `permission`."""

    def may_open(request: HttpRequest) -> bool:
        return not permission or request.user.has_perm(permission)

    return {"title": title, "icon": icon, "link": reverse_lazy(name), "permission": may_open}


def _list(title: str, icon: str, app: str, model: str, permission: str = "") -> Item:
    """A link to the list of a model, for whoever may view it or has `permission`."""
    name = f"admin:{app}_{model}_changelist"
    return _page(title, icon, name, permission or f"{app}.view_{model}")


SIDEBAR = {
    "show_search": True,
    "navigation": [
        {
            "title": "Review",
            "items": [
                _page("Dashboard", "dashboard", "admin:index"),
                _page("Desk", "keyboard", "desk", "claims.change_candidate"),
                _page("Changed stories", "difference", "changes", "claims.change_candidate"),
                _page("Board", "view_kanban", "board", "claims.view_claim"),
                _list("Candidates", "rule", "claims", "candidate"),
                _list("Claims", "fact_check", "claims", "claim"),
            ],
        },
        {
            "title": "Published",
            "items": [
                _list("Fact checks", "public", "publishing", "factcheck"),
                _list(
                    "Readers’ requests",
                    "mark_email_unread",
                    "publishing",
                    "correctionrequest",
                    "claims.publish_claim",
                ),
                _page("Compliance", "monitoring", "compliance", "publishing.view_factcheck"),
            ],
        },
        {
            "title": "Stories",
            "items": [
                _list("Articles", "article", "articles", "article"),
                _list("Revisions", "history", "articles", "revision"),
                _list("Outlets", "newspaper", "articles", "outlet"),
            ],
        },
        {
            "title": "Imports",
            "items": [
                _list("Feeds", "rss_feed", "imports", "feed"),
                _list("Import runs", "input", "imports", "importrun"),
                _list("Rejections", "report", "imports", "rejection"),
            ],
        },
        {
            "title": "Sources and evidence",
            "items": [
                _list("Sources", "groups", "sources", "source"),
                _list("Evidence", "attach_file", "claims", "evidence"),
                _list("Others’ checks", "find_in_page", "claims", "othercheck"),
                _list("Others’ verdicts", "swap_horiz", "claims", "otherrating"),
                _list("Repeats", "notification_important", "claims", "repeatalert"),
                _list("Rating scales", "straighten", "claims", "ratingscale"),
            ],
        },
        {
            "title": "Administration",
            "items": [
                _list("Users", "person", "accounts", "user"),
                _list("Groups", "group", "auth", "group"),
                _list("E-mails", "mail", "mail", "mail"),
                _list("API tokens", "key", "api", "apitoken"),
                _list("Webhooks", "webhook", "webhooks", "webhook"),
            ],
        },
    ],
}
