"""What each role may do. A role is a group; a person may have several, and rights of their own.

`ROLES` is the present table, as migrations have written it; a test compares the two. Whoever adds a
permission gives it to roles twice: here, and by `granting` in the migration that brings it.
Permissions are named as in `has_perm`, so that this module knows none of the apps it speaks of.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from enum import StrEnum
from typing import Any

from django.apps.registry import Apps
from django.contrib.auth.management import create_permissions
from django.db import migrations


class Role(StrEnum):
    REPORTER = "reporter"
    CHECKER = "checker"
    EDITOR = "editor"
    ADMINISTRATOR = "administrator"
    IMPORT_CLIENT = "import client"
    API_CLIENT = "API client"


_READING = frozenset(
    {
        "articles.view_article",
        "articles.view_outlet",
        "articles.view_revision",
        "claims.view_appearance",
        "claims.view_candidate",
        "claims.view_claim",
        "claims.view_claimtransition",
        "claims.view_contact",
        "claims.view_evidence",
        "claims.view_match",
        "claims.view_othercheck",
        "claims.view_otherrating",
        "claims.view_rating",
        "claims.view_ratingscale",
        "claims.view_repeatalert",
        "publishing.view_correction",
        "publishing.view_factcheck",
        "sources.view_affiliation",
        "sources.view_alias",
        "sources.view_snapshot",
        "sources.view_source",
    }
)

_REPORTER = _READING | {"claims.add_claim", "claims.add_evidence", "sources.add_source"}

_CHECKER = _REPORTER | {
    "claims.change_candidate",
    "claims.change_claim",
    "claims.change_evidence",
    "claims.check_claim",
    "claims.delete_evidence",
    "sources.add_affiliation",
    "sources.add_alias",
    "sources.change_affiliation",
    "sources.change_alias",
    "sources.change_source",
    "sources.delete_affiliation",
    "sources.delete_alias",
}

_EDITOR = _CHECKER | {
    "articles.change_article",
    "articles.change_revision",
    "claims.add_otherrating",
    "claims.assign_claim",
    "claims.change_otherrating",
    "claims.publish_claim",
    "claims.verify_claim",
    "imports.change_rejection",
    "imports.view_delivery",
    "imports.view_feed",
    "imports.view_importrun",
    "imports.view_rejection",
    "sources.approve_unnamed",
}

_ADMINISTRATOR = _EDITOR | {
    "accounts.add_user",
    "accounts.change_user",
    "accounts.view_user",
    "articles.add_outlet",
    "articles.change_outlet",
    "articles.delete_outlet",
    "auth.add_group",
    "auth.change_group",
    "auth.delete_group",
    "auth.view_group",
    "claims.add_rating",
    "claims.add_ratingscale",
    "claims.break_glass",
    "claims.change_rating",
    "claims.change_ratingscale",
    "claims.delete_comment",
    "claims.delete_rating",
    "claims.delete_ratingscale",
    "imports.add_feed",
    "imports.add_importrun",
    "imports.change_feed",
    "imports.delete_feed",
    "mail.change_mail",
    "mail.view_mail",
    "sources.delete_source",
}

_IMPORT_CLIENT = frozenset(
    {
        "articles.view_article",
        "articles.view_outlet",
        "articles.view_revision",
        "imports.add_importrun",
        "imports.view_delivery",
        "imports.view_feed",
        "imports.view_importrun",
        "imports.view_rejection",
    }
)

ROLES: Mapping[Role, frozenset[str]] = {
    Role.REPORTER: _REPORTER,
    Role.CHECKER: _CHECKER,
    Role.EDITOR: _EDITOR,
    Role.ADMINISTRATOR: _ADMINISTRATOR,
    Role.IMPORT_CLIENT: _IMPORT_CLIENT,
    Role.API_CLIENT: _READING,
}
"""“break_glass” is in one role only: whoever is alone at night gets it by name."""

_OF_PEOPLE = (Role.REPORTER, Role.CHECKER, Role.EDITOR, Role.ADMINISTRATOR)


def who_may(permission: str) -> str:
    """Those who have a permission by their role, in words: whom to ask, and what to become."""
    roles = [f"{role}s" for role in _OF_PEOPLE if permission in ROLES[role]]
    if not roles:
        return "those to whom an administrator gave it by name"
    return " and ".join(filter(None, (", ".join(roles[:-1]), roles[-1])))


Grants = Mapping[str, Iterable[str]]


def granting(grants: Grants) -> migrations.RunPython:
    """The operation of a migration that gives these permissions to these roles, and takes them back
    when it is undone. The migration depends on those that make the models, and on `claims.0002`."""
    return migrations.RunPython(
        lambda apps, _: grant(apps, grants), lambda apps, _: revoke(apps, grants)
    )


def grant(apps: Apps, grants: Grants) -> None:
    """Add the permissions to the roles; roles and permissions that are not there are made."""
    group_model = apps.get_model("auth", "Group")
    for role, labels in grants.items():
        group, _ = group_model.objects.get_or_create(name=str(role))
        group.permissions.add(*_permissions(apps, set(labels)))


def revoke(apps: Apps, grants: Grants) -> None:
    """Take the permissions away. A role that is left without any, and that nobody has, goes too."""
    group_model = apps.get_model("auth", "Group")
    for role, labels in grants.items():
        for group in group_model.objects.filter(name=str(role)):
            group.permissions.remove(*_permissions(apps, set(labels)))
            if not group.permissions.exists() and not group.user_set.exists():
                group.delete()


def _permissions(apps: Apps, labels: set[str]) -> list[Any]:
    """The rows of these permissions, made first where Django has not done it yet.

    Django makes them after all migrations have run, which on a new database is too late for one of
    them to give them to anybody.
    """
    for app_label in {label.partition(".")[0] for label in labels}:
        config: Any = apps.get_app_config(app_label)
        # In a migration an app has no module of models, and without one nothing would be made.
        if not getattr(config, "models_module", None):
            config.models_module = True
        create_permissions(config, verbosity=0, interactive=False, apps=apps)
    rows = apps.get_model("auth", "Permission").objects.select_related("content_type")
    found = {
        f"{row.content_type.app_label}.{row.codename}": row
        for row in rows.filter(
            content_type__app_label__in={label.partition(".")[0] for label in labels}
        )
    }
    if unknown := labels - found.keys():
        raise LookupError(f"No model has these permissions: {', '.join(sorted(unknown))}")
    return [found[label] for label in sorted(labels)]
