"""The way the tables come to be, and back."""

from __future__ import annotations

from io import StringIO

import pytest
from django.apps import apps
from django.core.management import call_command
from django.db import connection

OURS = [
    "ledger",
    "publishing",
    "claims",
    "webhooks",
    "imports",
    "families",
    "sources",
    "articles",
    "accounts",
    "mail",
    "api",
    "changes",
]


def our_tables() -> set[str]:
    with connection.cursor() as cursor:
        names = set(connection.introspection.table_names(cursor))
    return {name for name in names if name.startswith(tuple(f"{label}_" for label in OURS))}


def our_triggers_and_functions() -> set[str]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT proname FROM pg_proc WHERE proname LIKE 'pgtrigger_%%'")
        functions = {name for (name,) in cursor.fetchall()}
        cursor.execute("SELECT tgname FROM pg_trigger WHERE tgname LIKE 'pgtrigger_%%'")
        return functions | {name for (name,) in cursor.fetchall()}


@pytest.mark.django_db
def test_the_migrations_say_what_the_models_say() -> None:
    output = StringIO()

    try:
        call_command("makemigrations", check=True, dry_run=True, stdout=output, stderr=output)
    except SystemExit:
        pytest.fail(output.getvalue())


def test_every_app_of_ours_with_models_is_in_the_list() -> None:
    with_models = {
        config.label
        for config in apps.get_app_configs()
        if config.name.partition(".")[0] in {"claims", "sources", "newsroom"}
        and any(config.get_models())
    }

    assert with_models == set(OURS)


@pytest.mark.django_db(transaction=True)
def test_the_migrations_run_back_to_nothing_and_forward_again() -> None:
    tables, triggers = our_tables(), our_triggers_and_functions()
    assert tables

    try:
        for label in OURS:
            call_command("migrate", label, "zero", verbosity=0)
        left = our_tables()
    finally:
        call_command("migrate", verbosity=0)

    assert left == set()
    assert our_tables() == tables
    assert triggers <= our_triggers_and_functions()
