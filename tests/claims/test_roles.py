"""Who may do what, by role: the table of (actor, object, action)."""

from __future__ import annotations

import pytest
from django.apps import apps
from django.contrib.auth.models import Group, Permission

from newsroom.accounts.models import User
from newsroom.accounts.roles import ROLES, Role, grant, granting, revoke
from tests.roles import member_of

pytestmark = pytest.mark.django_db

EVERYBODY = set(Role)
PEOPLE = {Role.REPORTER, Role.CHECKER, Role.EDITOR, Role.ADMINISTRATOR}
CHECKERS = {Role.CHECKER, Role.EDITOR, Role.ADMINISTRATOR}
EDITORS = {Role.EDITOR, Role.ADMINISTRATOR}
ADMINISTRATORS = {Role.ADMINISTRATOR}
READERS = PEOPLE | {Role.API_CLIENT}

MAY: dict[tuple[str, str], set[Role]] = {
    ("story", "read"): EVERYBODY,
    ("story", "hold or kill"): EDITORS,
    ("revision", "extract again"): EDITORS,
    ("outlet", "add"): ADMINISTRATORS,
    ("import run", "start"): {Role.ADMINISTRATOR, Role.IMPORT_CLIENT},
    ("rejection", "read"): EDITORS | {Role.IMPORT_CLIENT},
    ("candidate", "read"): READERS,
    ("candidate", "decide on"): CHECKERS,
    ("claim", "read"): READERS,
    ("claim", "add"): PEOPLE,
    ("claim", "edit"): CHECKERS,
    ("claim", "check"): CHECKERS,
    ("claim", "assign"): EDITORS,
    ("claim", "verify"): EDITORS,
    ("claim", "publish"): EDITORS,
    ("claim", "verify their own"): ADMINISTRATORS,
    ("evidence", "add"): PEOPLE,
    ("evidence", "edit"): CHECKERS,
    ("source", "add"): PEOPLE,
    ("source", "edit"): CHECKERS,
    ("source", "delete"): ADMINISTRATORS,
    ("rating", "edit"): ADMINISTRATORS,
    ("user", "edit"): ADMINISTRATORS,
    ("group", "edit"): ADMINISTRATORS,
}

PERMISSIONS = {
    ("story", "read"): "articles.view_article",
    ("story", "hold or kill"): "articles.change_article",
    ("revision", "extract again"): "articles.change_revision",
    ("outlet", "add"): "articles.add_outlet",
    ("import run", "start"): "imports.add_importrun",
    ("rejection", "read"): "imports.view_rejection",
    ("candidate", "read"): "claims.view_candidate",
    ("candidate", "decide on"): "claims.change_candidate",
    ("claim", "read"): "claims.view_claim",
    ("claim", "add"): "claims.add_claim",
    ("claim", "edit"): "claims.change_claim",
    ("claim", "check"): "claims.check_claim",
    ("claim", "assign"): "claims.assign_claim",
    ("claim", "verify"): "claims.verify_claim",
    ("claim", "publish"): "claims.publish_claim",
    ("claim", "verify their own"): "claims.break_glass",
    ("evidence", "add"): "claims.add_evidence",
    ("evidence", "edit"): "claims.change_evidence",
    ("source", "add"): "sources.add_source",
    ("source", "edit"): "sources.change_source",
    ("source", "delete"): "sources.delete_source",
    ("rating", "edit"): "claims.change_rating",
    ("user", "edit"): "accounts.change_user",
    ("group", "edit"): "auth.change_group",
}


@pytest.mark.parametrize("role", list(Role))
def test_each_role_may_do_what_the_table_says_and_nothing_else_of_it(role: Role) -> None:
    person = member_of(role)

    may = {what for what, permission in PERMISSIONS.items() if person.has_perm(permission)}

    assert may == {what for what, roles in MAY.items() if role in roles}


def test_the_migrations_have_made_the_roles_that_the_program_knows() -> None:
    made = {
        group.name: {
            f"{one.content_type.app_label}.{one.codename}"
            for one in group.permissions.select_related("content_type")
        }
        for group in Group.objects.all()
    }

    assert made == {role.value: set(labels) for role, labels in ROLES.items()}


def test_only_an_administrator_may_break_the_glass_unless_given_by_name() -> None:
    assert [role for role, labels in ROLES.items() if "claims.break_glass" in labels] == [
        Role.ADMINISTRATOR
    ]


def test_who_has_no_role_may_do_nothing() -> None:
    nobody = User.objects.create(username="nobody", is_staff=True)

    assert nobody.get_all_permissions() == set()


class TestAMigration:
    def test_can_give_a_permission_that_django_has_not_made_yet(self) -> None:
        Permission.objects.filter(codename="add_source").delete()

        grant(apps, {"night editor": ["sources.add_source"]})

        assert member_of("night editor").has_perm("sources.add_source")

    def test_takes_back_what_it_gave_and_a_role_that_is_empty_then(self) -> None:
        grant(apps, {"night editor": ["sources.add_source"]})

        revoke(apps, {"night editor": ["sources.add_source"]})

        assert not Group.objects.filter(name="night editor").exists()

    def test_keeps_a_role_that_somebody_has(self) -> None:
        grant(apps, {"night editor": ["sources.add_source"]})
        person = member_of("night editor")

        revoke(apps, {"night editor": ["sources.add_source"]})

        person = User.objects.get(pk=person.pk)
        assert person.groups.count() == 1
        assert not person.has_perm("sources.add_source")

    def test_that_names_no_permission_of_any_model_fails(self) -> None:
        with pytest.raises(LookupError, match=r"sources\.fly"):
            grant(apps, {"night editor": ["sources.fly"]})

    def test_can_be_undone(self) -> None:
        assert granting({}).reversible
