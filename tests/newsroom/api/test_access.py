"""Every endpoint with every scope and role: who may call what, and what never leaves.

The endpoints are those of the description, so that a new one is walked without being named here.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import Group, Permission
from django.test import Client
from django.utils import timezone
from drf_spectacular.generators import SchemaGenerator

from claims.models import ClaimState
from claims.publishing.models import FactCheck
from newsroom.accounts.roles import ROLES
from newsroom.api.scopes import CONFIDENTIAL, HELD_STORIES, UNPUBLISHED, Scope
from newsroom.imports.models import ImportTrigger
from newsroom.webhooks.models import Webhook
from newsroom.webhooks.signing import new_secret
from tests.claims.states import claim_in
from tests.factories import (
    AppearanceFactory,
    ArticleFactory,
    CandidateFactory,
    FeedFactory,
    ImportRunFactory,
    RejectionFactory,
    RevisionFactory,
    SourceFactory,
    UserFactory,
)
from tests.newsroom.api.clients import api_client

pytestmark = pytest.mark.django_db

SECRETS = {
    "the statement of unpublished work": UNPUBLISHED,
    "the embargoed headline": HELD_STORIES,
    "the killed headline": HELD_STORIES,
    "a clerk in the port office": CONFIDENTIAL,
    "fears for her job": CONFIDENTIAL,
    "sat in the meeting": CONFIDENTIAL,
}
"""What must not leave, and the scopes that let it."""


@pytest.fixture
def rows() -> dict[str, int]:
    """A record of each kind with something that is not for all; ids by the kind of address."""
    unnamed = SourceFactory.create(
        kind="unnamed",
        name="",
        descriptor="a clerk in the port office",
        anonymity_reason="fears for her job",
        basis_of_knowledge="sat in the meeting",
    )
    work = claim_in(
        ClaimState.CHECKING, statement="the statement of unpublished work", speaker=unnamed
    )
    cites_unnamed = {"title": "What a clerk told us", "source": unnamed}
    shown = claim_in(ClaimState.PUBLISHED, speaker=unnamed, evidence=cites_unnamed)
    tomorrow = timezone.now() + timedelta(days=1)
    embargoed = ArticleFactory.create(
        headline="the embargoed headline", embargoed_until=tomorrow, external_id="held"
    )
    killed = ArticleFactory.create(headline="the killed headline", status="killed")
    for article in (embargoed, killed):
        revision = RevisionFactory.create(article=article)
        AppearanceFactory.create(claim=shown, revision=revision)
    candidate = CandidateFactory.create(
        revision=revision,
        statement="the statement of unpublished work",
        sourcing="unnamed",
        anonymity_reason="fears for her job",
    )
    run = ImportRunFactory.create(trigger=ImportTrigger.API)
    RejectionFactory.create(run=run)
    webhook = Webhook.objects.create(name="x", url="https://x.example/", secret=new_secret())
    return {
        "claims": work.pk,
        "published": shown.pk,
        "fact-checks": FactCheck.objects.get(claim=shown).pk,
        "articles": embargoed.pk,
        "killed": killed.pk,
        "candidates": candidate.pk,
        "sources": unnamed.pk,
        "import-runs": run.pk,
        "feeds": FeedFactory.create().pk,
        "webhooks": webhook.pk,
        "outlets": embargoed.outlet_id,
    }


def operations() -> list[tuple[str, str]]:
    """Those described, and HEAD of each that can be read, which the server answers by itself."""
    paths = SchemaGenerator().get_schema(request=None, public=True)["paths"]
    described = [(method, path) for path, methods in paths.items() for method in methods]
    return described + [("head", path) for method, path in described if method == "get"]


def addresses(path: str, rows: dict[str, int]) -> list[str]:
    """The path with keys of real records; several where there is more than one worth asking."""
    kind = path.removeprefix("/api/v1/").partition("/")[0]
    keys = [rows.get(kind, 1)]
    keys += {"claims": [rows["published"]], "articles": [rows["killed"]]}.get(kind, [])
    text = path.replace("{input_text}", "x").replace("{contact}", "1")
    return [text.replace("{id}", str(key)) for key in keys] if "{id}" in text else [text]


INCLUDES = {
    "/api/v1/claims": "?include=appearances,evidence",
    "/api/v1/claims/{id}": "?include=appearances,evidence",
    "/api/v1/articles": "?include=revisions",
    "/api/v1/sources": "?include=aliases,affiliations",
    "/api/v1/fact-checks/{id}": "?include=body,claim_review,corrections",
    "/api/v1/fact-checks": "?include=body,claim_review,corrections",
    "/api/v1/changes": "?after=0-0",
    "/api/factchecktools/v1alpha1/claims:search": "?query=traffic",
}


def call(client: Client, method: str, address: str, secret: str = "") -> Any:
    headers = {"x-api-key": secret} if secret else {}
    if method in ("get", "head"):
        return getattr(client, method)(address, headers=headers)
    return getattr(client, method)(address, "{}", content_type="application/json", headers=headers)


def test_nothing_is_answered_without_signing_in(rows: dict[str, int]) -> None:
    for method, path in operations():
        for address in addresses(path, rows):
            assert call(Client(), method, address).status_code == 401, f"{method} {address}"


@pytest.mark.parametrize("scope", list(Scope))
def test_no_secret_leaves_without_its_scope(scope: Scope, rows: dict[str, int]) -> None:
    # A user with every permission: it is the scope alone that holds it back.
    client = api_client(scope.value, permissions=_all_permissions())
    seen: set[str] = set()
    for method, path in operations():
        for address in addresses(path, rows):
            answer = call(client, method, address + INCLUDES.get(path, ""), client.secret)
            assert answer.status_code < 500, f"{method} {address}: {answer.text}"
            for secret, scopes in SECRETS.items():
                if secret in answer.text:
                    seen.add(secret)
                    assert scope in scopes, f"{secret!r} left by {method} {address}"
    # And whoever may see it does: a walk that saw nothing would prove nothing.
    assert seen == {
        secret
        for secret, scopes in SECRETS.items()
        if scope in scopes and (scope != Scope.ARTICLES_WRITE or "headline" in secret)
    }


@pytest.mark.parametrize("scope", list(Scope))
def test_a_scope_without_the_permission_opens_nothing(scope: Scope, rows: dict[str, int]) -> None:
    client = api_client(scope.value, grant=False)
    for method, path in operations():
        if path == "/api/v1/me":
            continue
        for address in addresses(path, rows):
            answer = call(client, method, address, client.secret)
            assert answer.status_code == 403, f"{method} {address}: {answer.status_code}"
            if method == "head":
                continue  # no body that could say why
            missing = answer.json()["missing"]
            assert missing.get("scope") or missing.get("permission")


@pytest.mark.parametrize("role", sorted(ROLES))
def test_a_person_gets_what_their_role_may_see_and_no_error(
    role: str, rows: dict[str, int]
) -> None:
    user = UserFactory.create(is_staff=True)
    user.groups.add(Group.objects.get(name=role))
    client = Client()
    client.force_login(user)
    sees_claims = user.has_perm("claims.view_claim")
    for method, path in operations():
        if method != "get":
            continue
        for address in addresses(path, rows):
            answer = call(client, method, address + INCLUDES.get(path, ""))
            assert answer.status_code < 500, f"{address}: {answer.text}"
            if not sees_claims:
                assert "unpublished work" not in answer.text, address


def _all_permissions() -> list[str]:
    return [
        f"{app}.{codename}"
        for app, codename in Permission.objects.values_list("content_type__app_label", "codename")
    ]
