"""What holds for every list of the admin, whoever wrote it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.contrib import admin
from django.contrib.auth.models import Group, Permission
from django.db import connection
from django.db.models import Model
from django.template import Context
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from unfold.templatetags.unfold_list import results as theme_rows

from claims.models import Appearance, Claim, ClaimTransition, Evidence, Rating, RatingScale
from newsroom.accounts.models import User
from newsroom.articles.models import Outlet, Revision
from newsroom.imports.models import Delivery, ImportRun, Rejection
from newsroom.templatetags.rows import rows_of
from sources.models import Snapshot, Source
from tests import factories

pytestmark = pytest.mark.django_db


def source(**fields: Any) -> None:
    row = factories.SourceFactory.create(**fields)
    factories.AliasFactory.create(source=row)
    factories.AffiliationFactory.create(source=row)


def claim() -> None:
    factories.ClaimFactory.create(
        speaker=factories.SourceFactory.create(),
        assignee=factories.UserFactory.create(),
        rating=factories.RatingFactory.create(),
    )


def run() -> None:
    factories.ImportRunFactory.create(
        started_by=factories.UserFactory.create(), seen=2, created=1, rejected=1
    )


def outlet() -> None:
    factories.ArticleFactory.create()


def person() -> None:
    user = factories.UserFactory.create()
    user.groups.add(Group.objects.create(name=f"group of {user}"))


def group() -> None:
    Group.objects.create(name=f"group {Group.objects.count()}")


def scale() -> None:
    factories.RatingFactory.create()


def evidence() -> None:
    factories.EvidenceFactory.create(source=factories.SourceFactory.create())


def appearance() -> None:
    factories.AppearanceFactory.create(speaker=factories.SourceFactory.create())


ROWS: dict[type[Model], Callable[[], object]] = {
    Appearance: appearance,
    Claim: claim,
    ClaimTransition: factories.ClaimTransitionFactory.create,
    Delivery: factories.DeliveryFactory.create,
    Evidence: evidence,
    Group: group,
    ImportRun: run,
    Outlet: outlet,
    Rating: factories.RatingFactory.create,
    RatingScale: scale,
    Rejection: factories.RejectionFactory.create,
    Revision: factories.RevisionFactory.create,
    Snapshot: factories.SnapshotFactory.create,
    Source: source,
    User: person,
}

READ_ONLY = (Appearance, ClaimTransition, Delivery, ImportRun, Rejection, Revision, Snapshot)
NEVER_DELETED = (*READ_ONLY, Claim)

each_model = pytest.mark.parametrize("model", ROWS, ids=lambda model: model.__name__)


def address(model: type[Model], page: str = "changelist", *args: Any) -> str:
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_{page}", args=args)


def queries_of(client: Client, url: str) -> int:
    with CaptureQueriesContext(connection) as captured:
        response = client.get(url)
    assert response.status_code == 200
    return len(captured)


@each_model
def test_a_list_costs_the_same_number_of_queries_for_any_number_of_rows(
    model: type[Model], editor_client: Client
) -> None:
    make = ROWS[model]
    for _ in range(2):
        make()
    few = queries_of(editor_client, address(model))
    for _ in range(10):
        make()

    assert queries_of(editor_client, address(model)) == few


@each_model
def test_an_empty_list_says_so(model: type[Model], editor_client: Client) -> None:
    response = editor_client.get(address(model), {"q": "there is no such thing"})

    assert response.status_code == 200
    assert "Nothing fits" in response.text
    assert "Reset filters" in response.text
    assert "yet</h2>" not in response.text


@each_model
def test_a_list_without_any_rows_says_how_they_come(
    model: type[Model], editor_client: Client
) -> None:
    if model._default_manager.exists():
        pytest.skip("There are always some.")
    page = editor_client.get(address(model))

    there = admin.site.get_model_admin(model)
    assert (there.empty_title or f"No {model._meta.verbose_name_plural} yet") in page.text
    assert there.when_empty in page.text
    assert "Reset filters" not in page.text


@each_model
def test_a_list_can_be_searched_and_says_in_what(model: type[Model]) -> None:
    page = admin.site.get_model_admin(model)

    assert page.search_fields
    assert page.search_help_text
    assert page.show_full_result_count is False


@each_model
def test_every_row_has_a_page(model: type[Model], editor_client: Client) -> None:
    ROWS[model]()
    row = model._default_manager.latest("pk")

    response = editor_client.get(address(model, "change", row.pk))

    assert response.status_code == 200


@each_model
def test_who_may_only_view_sees_the_list_and_the_page(model: type[Model]) -> None:
    ROWS[model]()
    opts = model._meta
    viewer = factories.UserFactory.create(is_staff=True)
    viewer.user_permissions.add(
        Permission.objects.get(
            content_type__app_label=opts.app_label, codename=f"view_{opts.model_name}"
        )
    )
    client = Client()
    client.force_login(viewer)
    row = model._default_manager.latest("pk")

    assert client.get(address(model)).status_code == 200
    assert client.get(address(model, "change", row.pk)).status_code == 200
    assert client.post(address(model, "change", row.pk)).status_code == 403
    assert client.get(address(model, "add")).status_code == 403


@each_model
def test_who_has_no_permission_sees_nothing(model: type[Model]) -> None:
    client = Client()
    client.force_login(factories.UserFactory.create(is_staff=True))

    assert client.get(address(model)).status_code == 403


@pytest.mark.parametrize("model", READ_ONLY, ids=lambda model: model.__name__)
def test_what_no_person_writes_cannot_be_added_or_changed_by_anybody(
    model: type[Model], editor_client: Client
) -> None:
    ROWS[model]()
    row = model._default_manager.latest("pk")

    assert editor_client.get(address(model, "add")).status_code == 403
    assert editor_client.post(address(model, "change", row.pk), {}).status_code == 403


@pytest.mark.parametrize("model", NEVER_DELETED, ids=lambda model: model.__name__)
def test_what_is_kept_cannot_be_deleted_by_anybody(
    model: type[Model], editor_client: Client
) -> None:
    ROWS[model]()
    row = model._default_manager.latest("pk")

    response = editor_client.post(address(model, "delete", row.pk), {"post": "yes"})

    assert response.status_code == 403
    assert model._default_manager.filter(pk=row.pk).exists()
    listed = editor_client.get(address(model))
    assert "delete_selected" not in listed.text


def test_a_year_that_there_is_not_narrows_nothing(editor_client: Client) -> None:
    address = reverse("admin:claims_claim_changelist")

    answer = editor_client.get(address, {"created_at__year": "99999"})

    assert answer.status_code == 302
    assert editor_client.get(answer["Location"]).status_code == 200


@each_model
def test_no_list_has_the_name_of_the_group_that_it_stands_in(model: type[Model]) -> None:
    group = str(model._meta.app_config.verbose_name)

    assert group.lower() not in (
        str(model._meta.verbose_name).lower(),
        str(model._meta.verbose_name_plural).lower(),
    )


@each_model
@pytest.mark.parametrize("query", ["", "?_popup=1", "?q=a"])
def test_rows_look_as_the_theme_draws_them(
    model: type[Model], query: str, editor_client: Client
) -> None:
    for _ in range(3):
        ROWS[model]()
    response = editor_client.get(f"{address(model)}{query}")
    cl = response.context_data["cl"]  # type: ignore[attr-defined]

    ours = rows_of(Context({"request": response.wsgi_request}), cl)["results"]

    assert ["".join(row) for row in ours] == ["".join(row) for row in theme_rows(cl)]
