"""What every test may use. The database is a real PostgreSQL: DATABASE_URL, or a private one."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator

import environ
import pytest
from django.conf import settings
from django.db import connection
from django.test import Client
from pytest_django import DjangoDbBlocker

from newsroom.accounts.models import User
from newsroom.celery import app
from newsroom.runtime.broker import filesystem_broker
from newsroom.runtime.paths import var_dir
from newsroom.runtime.postgres import PrivatePostgres
from tests.factories import UserFactory
from tests.template_database import template_database

# The tests' own, so that they run where none is named; nothing outside them is signed with it.
settings.SECRET_KEY = "only for tests"

# What a test database may lose in a power cut is a test database.
FAST = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "max_connections": "200",
}


# A shell that starts something in the background has it ignore Ctrl-C, and the programs that the
# tests start and then interrupt would inherit that.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_auto_num_workers() -> int:
    """One worker more than cores: a third of the time tests wait, for a program or a browser."""
    return (os.cpu_count() or 1) + 1


@pytest.fixture(scope="session")
def private_postgres() -> Iterator[None]:
    """Without DATABASE_URL, a server of the tests' own, kept apart from the installation's data."""
    if settings.DATABASE_URL:
        yield
        return
    with PrivatePostgres(var_dir() / "test-postgres", settings=FAST) as url:
        settings.DATABASES["default"].update(environ.Env.db_url_config(url))
        yield


@pytest.fixture(scope="session")
def django_db_modify_db_settings(
    private_postgres: None,
    django_db_modify_db_settings_parallel_suffix: None,
    django_db_blocker: DjangoDbBlocker,
) -> None:
    """First the server, then pytest-django's own database for each parallel worker, as a copy."""
    with django_db_blocker.unblock():
        connection.settings_dict["TEST"]["TEMPLATE"] = template_database()


@pytest.fixture(autouse=True)
def _broker_of_this_run(tmp_path_factory: pytest.TempPathFactory) -> None:
    """Messages of a test must not lie in wait for the installation's workers."""
    # Celery prefers the environment's broker to what is configured, and a developer may have one.
    os.environ.pop("CELERY_BROKER_URL", None)
    broker = filesystem_broker(tmp_path_factory.getbasetemp() / "broker")
    app.conf.broker_url = broker.url
    app.conf.broker_transport_options = broker.transport_options


@pytest.fixture(scope="session", autouse=True)
def _static_files_of_this_run(tmp_path_factory: pytest.TempPathFactory) -> None:
    """WhiteNoise warns of a folder that is not there; static files are found without it."""
    settings.STATIC_ROOT = str(tmp_path_factory.mktemp("static"))


@pytest.fixture
def editor(db: None) -> User:
    """Somebody who may do everything but is no superuser by accident: an administrator."""
    return UserFactory.create(username="editor", is_staff=True, is_superuser=True)


@pytest.fixture
def editor_client(editor: User) -> Client:
    client = Client()
    client.force_login(editor)
    return client
